"""Look at a file once: which format and encoding, how many lines, and its fingerprint."""

import codecs
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

from infra.cli.exits import Exit, Stop

CHUNK = 1 << 20
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Format(StrEnum):
    JSONL = "jsonl"  # one order a line
    CSV = "csv"  # one order line a row
    XLSX = "xlsx"  # the same in the first sheet


@dataclass(frozen=True, slots=True)
class Facts:
    path: Path
    format: Format
    encoding: str
    lines: int
    digest: str


def sniff(path: Path) -> Facts:
    """Read the whole file once, in pieces."""
    if not path.is_file():
        raise Stop(Exit.NOT_FOUND, "no-file", file=path)
    digest, lines, unicode = blake2b(digest_size=16), 0, _Unicode()
    head = b""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            head = head or piece
            digest.update(piece)
            lines += piece.count(b"\n")
            unicode.see(piece)
    if not head:
        raise Stop(Exit.REFUSED, "empty-file", file=path)
    return Facts(path, _format(path, head), _encoding(head, unicode), lines, digest.hexdigest())


class _Unicode:
    """Whether all that was seen is UTF-8."""

    def __init__(self) -> None:
        self.good = True
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def see(self, piece: bytes) -> None:
        try:
            self._decoder.decode(piece)
        except UnicodeDecodeError:
            self.good = False
            self._decoder.reset()


def _encoding(head: bytes, unicode: _Unicode) -> str:
    for mark, name in BOMS.items():
        if head.startswith(mark):
            return name
    return "utf-8" if unicode.good else "gb18030"


def _format(path: Path, head: bytes) -> Format:
    """By content where it is plain, else by the name."""
    if head.startswith(b"PK\x03\x04"):
        return Format.XLSX
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Stop(Exit.REFUSED, "old-excel", file=path)
    if path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        return Format.CSV
    first = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if first == b"[":
        raise Stop(Exit.REFUSED, "json-array", file=path)
    return Format.JSONL if first == b"{" or path.suffix.lower() == ".jsonl" else Format.CSV
