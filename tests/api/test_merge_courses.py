"""Whatever happens to orders that share boxes: units are conserved, and lie in one parcel each."""

from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.merge import Merge
from shared.domain.order import Order
from shared.domain.stock import Place
from shared.store import merges, orders, stock
from tests.support import build, mergers
from tests.support.mail import Mail
from tests.support.parcels import doubled, misplaced

UNITS = 40
_numbers = count(1)


class Course:
    """One merchant's orders and merges, and what may be done to them."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self.shop = mergers.merging(build.merchant(f"course{next(_numbers)}"))
        self.ids: list[str] = []
        for sku in ("mug", "hat"):
            self.shop.put_stock(sku, UNITS // 2, "hz")
            self.shop.put_stock(sku, UNITS // 2, "gz")

    def place(self, pick: int) -> None:
        lines = [build.line(("mug", "hat")[pick % 2], 1 + pick % 3)]
        if pick % 5 == 0:
            lines.append(build.line("hat", 9))
        number = f"TB-{len(self.ids)}"
        self.ids.append(str(self.shop.place(number=number, lines=lines).body["id"]))

    def lapse(self, pick: int) -> None:
        mergers.lapse(self.shop, self.mail)

    def by_hand(self, pick: int) -> None:
        two = [self.ids[pick % len(self.ids)], self.ids[(pick // 7) % len(self.ids)]]
        self.shop.call("POST", "/v1/merges", {"orders": two})

    def renew(self, pick: int) -> None:
        at = pick % len(self.ids)
        there = mergers.receiver(address=f"文三路 {pick % 2} 号")
        order = orders.get(self.shop.id, self.ids[at])
        lines = [build.line("mug", 1 + pick % 4)]
        newer = {"version": order.content.version + 1, "lines": lines, "receiver": there}
        self.shop.place(number=order.number, **newer)

    def move(self, deed: str) -> Callable[[int], Any]:
        return lambda pick: self.shop.call(
            "POST", f"/v1/orders/{self.ids[pick % len(self.ids)]}/{deed}", {}
        )

    def act(self, deed: str, body: Any = None) -> Callable[[int], Any]:
        def do(pick: int) -> None:
            if found := self.merges():
                mergers.act(self.shop, found[pick % len(found)].id, deed, body)

        return do

    def merges(self) -> list[Merge]:
        return merges.folder.page(self.shop.id, "", 100)[0]

    def orders(self) -> list[Order]:
        return list(orders.get_many(self.shop.id, self.ids).values()) if self.ids else []

    @property
    def deeds(self) -> dict[str, Callable[[int], Any]]:
        return {
            "place": self.place,
            "wait": self.lapse,
            "merge": self.by_hand,
            "renew": self.renew,
            **{deed: self.move(deed) for deed in ("hold", "release", "cancel", "ship")},
            "undo": self.act("undo"),
            "take out": self.act("release"),
            "weigh": self.act("weigh", {"box": 1, "grams": 500}),
            "open": self.act("weigh", {"box": 1, "grams": 0}),
            "send": self.act("ship"),
        }

    def check(self) -> None:
        found = self.orders()
        held = sum((order.holding for order in found), Counter[Place]())
        sent = sum((order.sent for order in found), Counter[Place]())
        for sku in ("mug", "hat"):
            for level in stock.levels(self.shop.id, sku):
                assert level.held == held[level.place]
                assert level.free + level.held + sent[level.place] == UNITS // 2
        assert doubled(found) == []
        assert misplaced(found, self.merges()) == []


DEEDS = st.sampled_from(
    ("place", "place", "wait", "merge", "renew", "hold", "release", "cancel", "ship", "undo",
     "take out", "weigh", "open", "send")
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=st.lists(st.tuples(DEEDS, st.integers(0, 200)), min_size=5, max_size=25))
def test_no_unit_is_lost_or_lies_in_two_parcels(course: list[tuple[str, int]], mail: Mail) -> None:
    run = Course(mail)
    for pick in (1, 2, 3):
        run.place(pick)
    mail.pump()

    for deed, pick in course:
        run.deeds[deed](pick)
        mail.pump()
        run.check()
