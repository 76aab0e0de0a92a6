"""Orders that take their time: random ways from received to signed, with the truth beside them."""

from collections import Counter
from dataclasses import replace
from math import exp
from random import Random

from shared.domain.hold import NATURE, Hold, Reason
from shared.domain.order import Order, Status
from shared.runtime import clock
from tests.support import build

Truth = Counter[str]
_NEXT = (
    ("review", "approved", Status.APPROVED),
    ("stock", "reserved", Status.RESERVED),
    ("buffer", "planned", Status.PLANNED),
)
REASONS = (Reason.BUYER_NOTE, Reason.AMOUNTS, Reason.UNPAID, Reason.SHORT, Reason.BLACKLIST)


class Walk:
    """One order under way; `truth` is what a stopwatch beside it says, in milliseconds."""

    def __init__(self, dice: Random, order_id: str, start: str, shops: tuple[str, ...]) -> None:
        self.dice, self.now, self.truth = dice, start, Truth()
        order = build.order(id=order_id, received_at=start, since=start, shop=dice.choice(shops))
        self.order = order.noted("accepted", start)

    def rest(self, stage: str) -> None:
        """Let some time pass, mostly minutes, now and then days."""
        lasted = round(exp(self.dice.uniform(-2, 12)) * 1000)
        self.now = clock.later(self.now, lasted / 1000)
        self.truth[stage] += lasted

    def stopped(self, stage: str) -> None:
        reason = self.dice.choice(REASONS)
        self.rest(stage)
        self.order = self.order.hold((Hold(reason),), self.order.status, self.now)
        self.rest(f"held-{NATURE[reason].owner}")
        self.order = self.order.release(self.now)

    def to_planned(self, warehouse: str) -> None:
        for stage, code, status in _NEXT:
            while self.dice.random() < 0.3:
                self.stopped(stage)
            self.rest(stage)
            self.order = self.order.to(status, code, self.now)
        parcel = build.parcel(1, build.source(warehouse=warehouse))
        self.order = replace(self.order, sources=parcel.sources, parcels=(parcel,))

    def shipped(self) -> None:
        self.rest("warehouse")
        if self.dice.random() < 0.5:
            weighed = (replace(p, weighed_at=self.now) for p in self.order.parcels)
            self.order = replace(self.order, parcels=tuple(weighed))
            self.rest("handover")
        self.order = self.order.ship({1: ("sf", "SF1")}, self.now)
        self.truth["total"] = sum(self.truth.values())

    def signed(self) -> None:
        self.rest("delivery")
        self.order = self.order.to(Status.SIGNED, "signed", self.now)


def walk(dice: Random, order_id: str, start: str, shops: tuple[str, ...], *places: str) -> Walk:
    """An order that was signed for."""
    made = Walk(dice, order_id, start, shops)
    made.to_planned(dice.choice(places))
    made.shipped()
    made.signed()
    return made


def at(order: Order, code: str) -> Order:
    """The order as it was written with the entry of this code."""
    return replace(
        order, timeline=order.timeline[: 1 + [e.code for e in order.timeline].index(code)]
    )
