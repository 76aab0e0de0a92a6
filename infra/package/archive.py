"""Zip files whose bytes depend on nothing but what is in them."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644 << 16
UNIX = 3


def add(archive: Path, folder: Path, *, level: int = 6) -> None:
    """Add all files of `folder` to `archive`, sorted; the archive is made if there is none."""
    with ZipFile(archive, "a") as into:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                _write(into, path.relative_to(folder).as_posix(), path.read_bytes(), level)


def _write(into: ZipFile, name: str, content: bytes, level: int) -> None:
    entry = ZipInfo(name, EPOCH)
    entry.external_attr = MODE
    entry.create_system = UNIX
    into.writestr(entry, content, ZIP_DEFLATED, level)


def unzipped(archive: Path) -> int:
    """How many bytes the archive takes once it is unpacked."""
    with ZipFile(archive) as opened:
        return sum(entry.file_size for entry in opened.infolist())
