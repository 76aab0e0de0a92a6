"""What a package is built for: Lambda's machines, or the machine that builds it."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    python: tuple[int, int]
    wheels: tuple[str, ...]  # how uv is told to choose wheels

    @property
    def version(self) -> str:
        return ".".join(map(str, self.python))


LAMBDA = Target(
    "lambda",
    (3, 13),
    (
        "--python-version=3.13",
        "--python-platform=aarch64-manylinux2014",
        "--only-binary=:all:",
    ),
)
LOCAL = Target("local", sys.version_info[:2], (f"--python={sys.executable}",))
TARGETS = {target.name: target for target in (LAMBDA, LOCAL)}
