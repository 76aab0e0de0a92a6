"""A coupon that was issued by itself: one code, for one order, perhaps for one buyer alone."""

from dataclasses import dataclass
from enum import StrEnum

from shared.domain.content import Use
from shared.domain.promotions.cart import Code

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter looks like a digit
LENGTH = 12  # 58 random bits


class State(StrEnum):
    OPEN = "open"
    USED = "used"  # an order has it; called off, it gives it back
    EXPIRED = "expired"
    VOID = "void"  # taken back by the merchant


@dataclass(frozen=True, slots=True)
class Coupon:
    """`id` is its code. `state` follows from the rest and from its counter; it is not kept."""

    id: str
    promotion: str
    buyer: str = ""  # empty = whoever has the code
    until: str = ""
    note: str = ""
    created_at: str = ""
    by: str = ""
    void_at: str = ""
    state: State = State.OPEN
    version: int = 0

    @property
    def use(self) -> Use:
        return Use(f"code|{self.id}", 1, 1)

    def seen(self, used: int, now: str) -> State:
        """`used`: what its counter says. A void one is used up, so that no order gets it."""
        if self.void_at:
            return State.VOID
        if used:
            return State.USED
        return State.EXPIRED if self.until and self.until <= now else State.OPEN

    def code(self, buyer: str, now: str) -> Code:
        """What a quote for `buyer` has to know of it; what is used, its counter says."""
        if self.void_at:
            why = "coupon-void"
        elif self.until and self.until <= now:
            why = "coupon-expired"
        else:
            why = "coupon-of-another" if self.buyer not in ("", buyer) else ""
        return Code(self.id, self.promotion, 1, why)
