"""What a platform told and we could not take: kept until a person, or the platform, mends it."""

from dataclasses import dataclass
from typing import Any

from shared.domain.order import id_for


@dataclass(frozen=True, slots=True)
class Stray:
    """An order, or a `refund` of it. What the platform sent lies with the raw payloads."""

    id: str
    shop: str
    number: str
    created_at: str
    faults: tuple[dict[str, Any], ...]  # field, code, args
    tries: int = 1
    seen_at: str = ""
    open: bool = True  # until it was taken after all
    refund: str = ""  # its number; empty = it is about the order
    version: int = 0


def id_of(tenant: str, shop: str, number: str, refund: str = "") -> str:
    """The id of the order that it would be; a refund has one of its own."""
    return id_for(tenant, shop, f"refund/{refund}" if refund else number)
