"""Whatever is done to stock, by whomever, twice, or by a process that dies: every unit is known.

What the counters say is compared with what the documents say, which are counted by themselves.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import app as product
from shared.domain.order import Order
from shared.domain.stock import COUNTERS, folded
from shared.domain.stock_hold import COUNTERS as COUNTERS_OF
from shared.domain.stock_hold import USUAL, State
from shared.runtime import clock
from shared.store import ledgers, orders, papers, stock, stock_holds
from shared.store.documents import Folder
from shared.store.table import OrderRow, connection
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import TICK, Mail

NUMBERS = count()
PLACES = st.sampled_from(["hz", "gz"])
FEW = st.integers(1, 6)
DEATHS = st.sampled_from(["", "", "", "before", "after"])


class Died(BaseException):
    """The process ended at a call of the database."""


class EveryUnit(RuleBasedStateMachine):
    acme: Merchant
    mail: Mail

    @initialize(units=st.integers(0, 20))
    def open(self, units: int) -> None:
        self.acme = build.merchant(f"units{next(NUMBERS)}")
        self.mail = Mail()
        self.mail.take_over()
        self.ids: dict[str, list[str]] = {
            "movements": [], "transfers": [], "purchases": [], "counts": [], "orders": []
        }  # fmt: skip
        self.hot = False
        self.deaths = 0
        if units:
            self.do("POST", "/v1/movements", move("receipt", "hz", units))

    def teardown(self) -> None:
        if hasattr(self, "mail"):
            self.mail.hand_back()

    # --- what can be done --------------------------------------------------
    @rule(
        kind=st.sampled_from(
            ["receipt", "issue", "adjust", "damage", "restore", "scrap", "customer-return"]
        ),
        place=PLACES, units=st.integers(-5, 9), death=DEATHS,
    )  # fmt: skip
    def movement(self, kind: str, place: str, units: int, death: str) -> None:
        self.do("POST", "/v1/movements", move(kind, place, units), death)

    @rule(units=FEW, place=PLACES, death=DEATHS)
    def purchase(self, units: int, place: str, death: str) -> None:
        body = {"supplier": "s", "warehouse": place, "lines": [{"sku": "mug", "ordered": units}]}
        self.make("purchases", body, death)

    @rule(good=st.integers(0, 4), damaged=st.integers(0, 2), death=DEATHS, data=st.data())
    def receive(self, good: int, damaged: int, death: str, data: st.DataObject) -> None:
        lines = [{"sku": "mug", "good": good, "damaged": damaged}]
        self.act("purchases", "receive", {"lines": lines}, death, data)

    @rule(death=DEATHS, data=st.data())
    def close_purchase(self, death: str, data: st.DataObject) -> None:
        self.act("purchases", "close", {}, death, data)

    @rule(units=FEW, death=DEATHS, back=st.booleans())
    def transfer(self, units: int, death: str, back: bool) -> None:
        way = {"from": "gz", "to": "hz"} if back else {"from": "hz", "to": "gz"}
        self.make("transfers", way | {"lines": [{"sku": "mug", "units": units}]}, death)

    @rule(
        deed=st.sampled_from(["send", "receive", "close", "cancel"]), death=DEATHS, data=st.data()
    )
    def go_on(self, deed: str, death: str, data: st.DataObject) -> None:
        self.act("transfers", deed, {"reason": "lost"} if deed == "close" else {}, death, data)

    @rule(name=st.sampled_from("abc"), units=FEW, place=PLACES, death=DEATHS,
          kind=st.sampled_from(["manual", "appointed", "presale", "exchange"]))  # fmt: skip
    def set_aside(self, name: str, units: int, place: str, death: str, kind: str) -> None:
        line = {"sku": "mug", "warehouse": place, "units": units}
        body = {"kind": kind, "lines": [line], "shop": "tmall" if kind == "appointed" else None}
        self.do("PUT", f"/v1/stock-holds/{self.acme.id}-{name}", body, death)

    @rule(name=st.sampled_from("abc"), death=DEATHS)
    def give_back(self, name: str, death: str) -> None:
        self.do("POST", f"/v1/stock-holds/{self.acme.id}-{name}/release", {}, death)

    @rule(place=PLACES, units=st.integers(0, 12), death=DEATHS, full=st.booleans(),
          ago=st.integers(0, 3))  # fmt: skip
    def tell(self, place: str, units: int, death: str, full: bool, ago: int) -> None:
        body = {
            "id": f"F{next(NUMBERS)}",
            "warehouse": place,
            "kind": "full" if full else "adjust",
            "taken_at": clock.later(clock.now(), -ago / 50),
            "lines": [{"sku": "mug", "units": units}],
        }
        self.do("POST", "/v1/feeds", body, death)

    @rule(place=PLACES, sound=st.integers(0, 9), death=DEATHS)
    def count(self, place: str, sound: int, death: str) -> None:
        made = self.make("counts", {"warehouse": place, "lines": [{"sku": "mug"}]}, "")
        path = f"/v1/counts/{made}"
        self.do("POST", f"{path}/figures", {"lines": [{"sku": "mug", "sound": sound}]})
        self.do("POST", f"{path}/approve", {}, death)

    @rule(units=FEW, death=DEATHS)
    def order(self, units: int, death: str) -> None:
        body = build.document(f"N{next(NUMBERS)}", lines=[build.line("mug", units)])
        assert self.acme.call("POST", "/v1/orders", body).status == 202
        with dying(death, self):
            self.mail.pump()

    @rule(deed=st.sampled_from(["cancel", "ship"]), death=DEATHS, data=st.data())
    def end(self, deed: str, death: str, data: st.DataObject) -> None:
        if some := [order.id for order in self.orders()]:
            self.do("POST", f"/v1/orders/{data.draw(st.sampled_from(some))}/{deed}", {}, death)

    @rule(death=DEATHS)
    def make_hot(self, death: str) -> None:
        self.do("PUT", "/v1/hot-sales/mug/hz", {"buckets": 3}, death)

    @rule(death=DEATHS)
    def make_cold(self, death: str) -> None:
        self.do("DELETE", "/v1/hot-sales/mug/hz", None, death)

    @rule(death=DEATHS)
    def the_clock_ticks(self, death: str) -> None:
        with dying(death, self):
            product.expire_holds(TICK, None)

    # --- how ---------------------------------------------------------------
    def do(self, method: str, path: str, body: Any, death: str = "") -> Reply:
        """Do it, perhaps with a death on the way, and then once more, as clients do."""
        key = f"K{next(NUMBERS)}"
        if death:
            with dying(death, self):
                self.acme.call(method, path, body, Idempotency_Key=key)
        reply = self.acme.call(method, path, body, Idempotency_Key=key)
        again = self.acme.call(method, path, body, Idempotency_Key=key)
        assert reply.status < 500, reply.body
        if reply.status < 300:
            assert (again.status, again.body) == (reply.status, reply.body)
        return reply

    def make(self, kind: str, body: dict[str, Any], death: str) -> str:
        made = f"D{next(NUMBERS)}"
        if self.do("POST", f"/v1/{kind}", {**body, "id": made}, death).status < 300:
            self.ids[kind].append(made)
        return made

    def act(
        self, kind: str, deed: str, body: dict[str, Any], death: str, data: st.DataObject
    ) -> None:
        if self.ids[kind]:
            one = data.draw(st.sampled_from(self.ids[kind]))
            self.do("POST", f"/v1/{kind}/{one}/{deed}", body, death)

    def orders(self) -> list[Order]:
        connection()
        mine = OrderRow.pk.startswith(f"{self.acme.id}#") & (OrderRow.sk == "order")
        return [orders.from_row(row) for row in OrderRow.scan(mine, consistent_read=True)]

    # --- what must be true ---------------------------------------------------
    @invariant()
    def counters_are_what_the_documents_say(self) -> None:
        if not hasattr(self, "acme"):
            return
        shown, said = self.counted(), self.documented()
        assert {at: n for at, n in shown.items() if n} == {at: n for at, n in said.items() if n}

    @invariant()
    def counters_are_what_their_ledger_says(self) -> None:
        if not hasattr(self, "acme"):
            return
        for level in stock.levels(self.acme.id, "mug"):
            sums = folded(ledgers.read(self.acme.id, level.place))
            assert {name: getattr(level, name) for name in COUNTERS} == sums

    @invariant()
    def nothing_is_below_nought_that_may_not_be(self) -> None:
        if not hasattr(self, "acme"):
            return
        for level in stock.levels(self.acme.id, "mug"):
            assert min(level.held, level.appointed, level.damaged, level.presold) >= 0
            assert level.on_hand >= 0, "fewer than nothing in a warehouse"

    def counted(self) -> Counter[tuple[str, str]]:
        """(Warehouse, figure) -> units, by the counters."""
        found: Counter[tuple[str, str]] = Counter()
        for level in stock.levels(self.acme.id, "mug"):
            at = level.warehouse
            found[at, "on hand"] += level.on_hand
            found[at, "damaged"] += level.damaged
            found[at, "inbound"] += level.inbound
            found[at, "promised"] += level.held + level.presold
            found[at, "appointed"] += level.appointed
        return found

    def documented(self) -> Counter[tuple[str, str]]:
        """The same, by what every document says of itself."""
        found: Counter[tuple[str, str]] = Counter()
        tenant = self.acme.id
        for order in self.orders():
            for place, units in order.holding.items():
                found[place.warehouse, "promised"] += units
            for place, units in order.sent.items():
                found[place.warehouse, "on hand"] -= units
        for folder, effect in EFFECTS:
            for one in folder.page(tenant, "", 1000)[0]:
                for name, units in effect(one).items():
                    found[one.warehouse, name] += units
        for transfer in papers.transfers.page(tenant, "", 1000)[0]:
            origin, target = transfer.origin, transfer.target
            for line in transfer.lines:
                arrived = line.received + line.damaged
                found[origin, "on hand"] -= line.sent
                found[origin, "promised"] += line.waiting
                found[target, "inbound"] += line.on_way
                found[target, "on hand"] += line.received
                found[target, "damaged"] += line.damaged
                assert line.on_way == line.sent - arrived - line.lost
        for hold in stock_holds.folder.page(tenant, "", 1000)[0]:
            _, counter = COUNTERS_OF.get(hold.kind, USUAL)
            name = "appointed" if counter == "appointed" else "promised"
            for each in hold.lines if hold.state is State.OPEN else ():
                found[each.warehouse, name] += each.units
        return found


def of_movement(one: Any) -> Counter[str]:
    signs = {
        "adjust": (1, 0, 0), "receipt": (1, 0, 1), "customer-return": (1, 0, 1),
        "issue": (-1, 0, 0), "damage": (-1, 1, 0), "restore": (1, -1, 0), "scrap": (0, -1, 0),
    }  # fmt: skip
    sound, damaged, beside = signs[one.type]
    return Counter(
        {
            "on hand": sum(sound * line.units for line in one.lines),
            "damaged": sum(damaged * line.units + beside * line.damaged for line in one.lines),
        }
    )


def of_purchase(one: Any) -> Counter[str]:
    still = 0 if one.state == "closed" else sum(line.rest for line in one.lines)
    return Counter(
        {
            "on hand": sum(line.received for line in one.lines),
            "damaged": sum(line.damaged for line in one.lines),
            "inbound": still,
        }
    )


def of_feed(one: Any) -> Counter[str]:
    return Counter({"on hand": sum(units or 0 for units in one.outcomes)})


def of_count(one: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in one.lines:
        found["on hand"] += line.difference.get("free", 0)
        found["damaged"] += line.difference.get("damaged", 0)
    return found


EFFECTS: list[tuple[Folder[Any], Callable[[Any], Counter[str]]]] = [
    (papers.movements, of_movement),
    (papers.purchases, of_purchase),
    (papers.feeds, of_feed),
    (papers.counts, of_count),
]


def move(kind: str, place: str, units: int) -> dict[str, Any]:
    line = {"sku": "mug", "units": units if kind == "adjust" else abs(units)}
    body = {"id": f"M{next(NUMBERS)}", "type": kind, "warehouse": place, "lines": [line]}
    return body | ({"reason": "found"} if kind == "adjust" else {})


@contextmanager
def dying(death: str, machine: EveryUnit) -> Iterator[None]:
    """The process ends before or after its next write is committed."""
    if not death:
        yield
        return
    events, left = connection().client.meta.events, [1]

    def die(**_: Any) -> None:
        if left:
            left.pop()
            machine.deaths += 1
            raise Died

    when = "before-call" if death == "before" else "after-call"
    names = [f"{when}.dynamodb.{verb}" for verb in ("TransactWriteItems", "PutItem")]
    for name in names:
        events.register(name, die)
    try:
        with suppress(Died):
            yield
    finally:
        for name in names:
            events.unregister(name, die)


TestEveryUnit = EveryUnit.TestCase
TestEveryUnit.settings = settings(max_examples=6, stateful_step_count=20, deadline=None)


@pytest.mark.faults
@pytest.mark.timeout(900)
class TestForLong(EveryUnit.TestCase):  # type: ignore[misc,valid-type]
    settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
