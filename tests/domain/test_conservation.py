"""Whatever moves an order makes, no unit appears or is lost."""

from collections import Counter
from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.domain.errors import Refused
from shared.domain.hold import Hold, Reason
from shared.domain.order import Order, Source, Status
from shared.domain.stock import Place
from tests.support import build
from tests.support.build import NOON

SKUS, WAREHOUSES = ("mug", "hat", "pen"), ("hz", "gz", "cd")


class Goods(RuleBasedStateMachine):
    """A shop with a known number of units, and one order that moves as it likes.

    The stock follows the order as `stock.write` makes it follow: by what the order says that it
    holds and has sent.
    """

    def __init__(self) -> None:
        super().__init__()
        self.order: Order = build.order(status=Status.APPROVED)
        self.free = Counter({Place(s, w): 100 for s in SKUS for w in WAREHOUSES})
        self.held: Counter[Place] = Counter()
        self.gone: Counter[Place] = Counter()

    def become(self, after: Order) -> None:
        for at in self.free:
            held = after.holding[at] - self.order.holding[at]
            sent = after.sent[at] - self.order.sent[at]
            self.held[at] += held
            self.gone[at] += sent
            self.free[at] -= held + sent
        self.order = after

    def attempt(self, name: str, *args: object, **more: object) -> None:
        with suppress(Refused):  # a refused move changes nothing
            self.become(getattr(self.order, name)(*args, **more))

    @rule(status=st.sampled_from(Status))
    def move(self, status: Status) -> None:
        if status not in (Status.CANCELLED, Status.SHIPPED, Status.SHIPPING):
            self.attempt("to", status, "moved", NOON)

    @rule(
        sources=st.lists(
            st.builds(
                Source,
                st.integers(1, 3),
                st.sampled_from(SKUS),
                st.sampled_from(WAREHOUSES),
                st.integers(1, 9),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def reserve(self, sources: list[Source]) -> None:
        if self.order.status is Status.APPROVED:
            held = build.order(status=Status.APPROVED, sources=tuple(sources))
            self.become(held.to(Status.RESERVED, "reserved", NOON))

    @rule()
    def plan(self) -> None:
        if self.order.status is Status.RESERVED:
            names = dict.fromkeys(source.warehouse for source in self.order.sources)
            parcels = tuple(
                build.parcel(no, *(s for s in self.order.sources if s.warehouse == name))
                for no, name in enumerate(names, 1)
            )
            planned = build.order(
                status=Status.RESERVED, sources=self.order.sources, parcels=parcels
            )
            self.become(planned.to(Status.PLANNED, "planned", NOON))

    @rule(numbers=st.sets(st.integers(1, 3)))
    def ship(self, numbers: set[int]) -> None:
        self.attempt("ship", {no: ("", "T") for no in numbers}, NOON)

    @rule()
    def hold(self) -> None:
        resume = self.order.resume if self.order.status is Status.HELD else self.order.status
        self.attempt("hold", (Hold(Reason.MANUAL),), resume, NOON)

    @rule()
    def release(self) -> None:
        self.attempt("release", NOON)

    @rule()
    def cancel(self) -> None:
        self.attempt("cancel", NOON)

    @rule()
    def renew(self) -> None:
        self.attempt("renewed", NOON)

    @rule()
    def next_order(self) -> None:
        if self.order.status in (Status.COMPLETED, Status.CANCELLED, Status.CLOSED):
            self.order = build.order(status=Status.APPROVED)

    @invariant()
    def no_unit_is_lost(self) -> None:
        for at in self.free:
            assert self.free[at] + self.held[at] + self.gone[at] == 100

    @invariant()
    def nothing_is_held_that_the_order_does_not_hold(self) -> None:
        assert +self.held == self.order.holding

    @invariant()
    def an_order_that_has_left_holds_nothing(self) -> None:
        if self.order.status in (Status.SHIPPED, Status.SIGNED, Status.CANCELLED):
            assert not self.order.holding


TestGoods = Goods.TestCase
TestGoods.settings = settings(max_examples=60, stateful_step_count=30)
