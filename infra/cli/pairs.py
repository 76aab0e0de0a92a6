"""Options of the form NAME=VALUE."""

from collections.abc import Iterable

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
