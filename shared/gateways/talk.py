"""What is said between us and whoever we call, whatever it is about."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer of ours to a call from outside."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unclear(Exception):
    """Nobody knows whether it was done: ask by our number, never do it again under another."""

    def __init__(self, note: str) -> None:
        super().__init__(note)
        self.note = note


class Forged(Exception):
    """Not from whom it says; nothing of it counts. `code`: what gave it away."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
