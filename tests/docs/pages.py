"""The documents as data: headings, tables, code blocks, links."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
Row = list[str]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def all_() -> list[Path]:
    """Every Markdown file of the project."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return sorted(ROOT / name for name in names.split("\0") if name and (ROOT / name).exists())


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next one; found by any word of the heading."""
    parts = re.split(r"^##+ +(.+)$", text(page), flags=re.MULTILINE)
    bodies = [b for h, b in zip(parts[1::2], parts[2::2], strict=True) if heading in h.split()]
    assert len(bodies) == 1, f"{page} has {len(bodies)} headings with the word {heading}"
    return bodies[0]


def table(page: str, heading: str, at: int = 0) -> list[Row]:
    """The rows of a table below a heading, without its header."""
    lines = section(page, heading).splitlines()
    blocks = "\n".join(line if line.startswith("|") else "" for line in lines).split("\n\n")
    tables = [block.strip().splitlines() for block in blocks if block.strip()]
    return [_cells(line) for line in tables[at][2:]]


def codes(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def code(cell: str) -> str:
    """The one thing between backticks."""
    (found,) = codes(cell)
    return found


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    found = _FENCE.findall(page.read_text(encoding="utf-8"))
    return [body for name, body in found if name == language]


def links(page: Path) -> Iterator[str]:
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    yield from _LINK.findall(prose)


def anchors(page: Path) -> set[str]:
    """What a link to a heading may name: the heading in lower case, its spaces as dashes."""
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _cells(line: str) -> Row:
    whole = line.strip().strip("|").replace(r"\|", "\0")
    return [cell.strip().replace("\0", "|") for cell in whole.split("|")]
