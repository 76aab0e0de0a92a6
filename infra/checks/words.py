"""Words that tie the project to one machine: a registry's host, a path in a home."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

REGISTRY = re.compile(
    r"\b(?:(?:pypi|pythonhosted|npmjs|npmmirror|yarnpkg)[.](?:com|io|org)|(?:deb|security)[.]debian[.]org)\b"
)
HOME = re.compile(r"(?<![\w.~*}-])/(?:home|root|work|Users)/\w")


def faults(root: Path, paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), start=1):
            for word in said(line):
                yield f"{path.relative_to(root)}:{number}: says {word}"


def said(line: str) -> Iterator[str]:
    if REGISTRY.search(line):
        yield "the host of a package registry"
    if HOME.search(line):
        yield "a path of one machine"
