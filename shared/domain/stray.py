"""What a platform told and we could not take: kept until a person, or the platform, mends it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stray:
    """`id`: of the order that it would be. What the platform sent lies with the raw payloads."""

    id: str
    shop: str
    number: str
    created_at: str
    faults: tuple[dict[str, Any], ...]  # field, code, args
    tries: int = 1
    seen_at: str = ""
    open: bool = True  # until it was taken after all
    version: int = 0
