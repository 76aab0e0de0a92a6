"""Options of the form NAME=VALUE."""

from collections.abc import Iterable
from pathlib import Path

from infra.cli.exits import Exit, Stop


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """`["a=1", "b=2"]` as a dict; the first `=` divides."""
    found = {}
    for text in texts:
        name, divider, value = text.partition("=")
        if not (name and divider and value):
            raise Stop(Exit.USAGE, "not-a-pair", text=text)
        found[name] = value
    return found


def read(texts: Iterable[str] | None) -> dict[str, str]:
    """NAME=VALUE as it is; of NAME=@FILE, what stands in the file."""
    return {
        name: Path(value[1:]).read_text() if value.startswith("@") else value
        for name, value in pairs(texts or []).items()
    }
