"""Whatever happens, and whoever dies: no goods have two waybills, and none is left unwanted."""

import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shared.domain.waybill import State, Waybill
from shared.gateways.carriers.port import Find
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Unclear
from shared.runtime import cache
from shared.store import waybills
from tests.carriers.test_label import Died, automatic, later, planned
from tests.carriers.test_label import depot as depot
from tests.carriers.test_label import shop as shop
from tests.support import build
from tests.support.build import Merchant
from tests.support.depot import ACCOUNT, Depot
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

_numbers = count(1)


def die() -> None:
    raise Died


def asked_anew(shop: Merchant, mail: Mail, order: str) -> None:
    """Another process looks after the same order."""
    mail.deliver("label", [json.dumps({"tenant": shop.id, "order_id": order})])


def of_order(depot: Depot, order: str) -> list[str]:
    """The living waybills of an order's goods."""
    return [one.idem for one in depot.living.values() if one.idem.startswith(order)]


def by_parcel(depot: Depot) -> Counter[str]:
    return Counter(one.idem.rpartition("-")[0] for one in depot.living.values())


class Course:
    """One merchant's orders and waybills, and what may be done to them."""

    def __init__(self, mail: Mail, depot: Depot, engine: Engine, *, automatic: bool) -> None:
        self.mail, self.depot = mail, depot
        self.shop = build.merchant(f"waybills{next(_numbers)}")
        self.shop.call("POST", "/v1/waybill-accounts", {**ACCOUNT, "automatic": automatic})
        cache.forget()
        for warehouse in ("hz", "gz"):
            self.shop.put_stock("mug", 50, warehouse)
        self.stream = Stream(engine)
        self.ids = [str(self.shop.place(number=f"TB-{no}").body["id"]) for no in range(2)]
        self.settle()

    def settle(self) -> None:
        """Everything that was told is done, unless somebody dies of it."""
        with suppress(Died):
            self.mail.pump()
            self.stream.tell("publish")
            self.stream.records.clear()
            self.mail.pump()

    def order(self, pick: int) -> str:
        return self.ids[pick % len(self.ids)]

    def post(self, path: str, body: Any = None) -> Callable[[int], Any]:
        return lambda pick: self.shop.call(
            "POST", f"/v1/orders/{self.order(pick)}/{path}", body or {}
        )

    def edit(self, pick: int) -> None:
        there: dict[str, Any] = {"receiver": {"address": f"文二路 {pick} 号"}}
        changes = there if pick % 3 else {"warehouse": "gz"}
        self.post("edit", {"changes": changes})(pick)

    def act(self, deed: str) -> Callable[[int], None]:
        def do(pick: int) -> None:
            for row in waybills.of(self.shop.id, self.order(pick))[-1:]:
                self.post(f"waybills/{row.no}/{deed}")(pick)

        return do

    def wait(self, pick: int) -> None:
        with suppress(Died):
            later(self.shop, self.mail, self.order(pick))

    def trouble(self, pick: int) -> None:
        call = ("create", "find", "cancel")[pick % 3]
        when = self.depot.before if pick % 2 else self.depot.after
        refusals = (Rejected(Why.LATER, "busy"), Rejected(Why.STATE, "no"))
        cut = (Unclear("cut"), die)
        when[call] = [(*cut, *(refusals if pick % 2 else cut))[pick // 6 % 4]]

    def meanwhile(self, pick: int) -> None:
        """While the carrier is asked next, something else happens to the order."""
        deeds = (
            lambda: asked_anew(self.shop, self.mail, self.order(pick)),
            lambda: self.post("cancel")(pick),
            lambda: self.edit(pick),
            lambda: self.act("cancel")(pick),
        )
        self.depot.after["create"] = [deeds[pick % len(deeds)]]

    @property
    def deeds(self) -> dict[str, Callable[[int], Any]]:
        return {
            "take": self.post("waybills"),
            "give back": self.act("cancel"),
            "retry": self.act("retry"),
            "edit": self.edit,
            "cancel": self.post("cancel"),
            "hold": self.post("hold"),
            "release": self.post("release"),
            "wait": self.wait,
            "trouble": self.trouble,
            "meanwhile": self.meanwhile,
        }

    def end(self) -> None:
        """The carrier is well again, time passes, and people see to what waits for them."""
        self.depot.before.clear()
        self.depot.after.clear()
        for _ in range(3):
            for order in self.ids:
                self.settle()
                for row in later(self.shop, self.mail, order):
                    if row.waits:
                        self.see_to(row)
        self.settle()

    def see_to(self, row: Waybill) -> None:
        path = f"/v1/orders/{row.order}/waybills/{row.no}"
        if row.why == "unknown":  # he looks at the carrier's desk, and cancels it there
            found = [no for no, one in self.depot.living.items() if one.idem == row.idem]
            for number in found:
                self.depot.living.pop(number)
            self.shop.call("POST", f"{path}/cancel", {"drop": True})
        else:
            self.shop.call("POST", f"{path}/retry", {})
        self.mail.pump()

    def check(self) -> None:
        assert max(by_parcel(self.depot).values(), default=0) <= 1
        for order in self.ids:
            known = [row for row in waybills.of(self.shop.id, order) if not row.over]
            made = [row.idem for row in known if row.state is State.MADE]
            assert of_order(self.depot, order) == made, known
            if self.shop.order(order)["status"] == "cancelled":
                assert known == []


DEEDS = st.sampled_from(
    ("take", "take", "give back", "retry", "edit", "cancel", "hold", "release", "wait",
     "trouble", "trouble", "meanwhile")
)  # fmt: skip


KEPT = [("trouble", 5), ("edit", 1)]  # the carrier keeps the waybill of the old address for now


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    course=st.lists(st.tuples(DEEDS, st.integers(0, 60)), min_size=4, max_size=10),
    find=st.sampled_from(Find),
    automatic=st.booleans(),
)
@example(course=KEPT, find=Find.AGAIN, automatic=True)
def test_no_goods_have_two_waybills_and_none_is_left_of_a_cancelled_order(  # noqa: PLR0917
    course: list[tuple[str, int]],
    find: Find,
    automatic: bool,
    mail: Mail,
    depot: Depot,
    engine: Engine,
) -> None:
    for kept in (depot.living, depot.asked, depot.calls, depot.before, depot.after):
        kept.clear()
    depot.caps = replace(depot.caps, find=find)
    run = Course(mail, depot, engine, automatic=automatic)
    for deed, pick in course:
        run.deeds[deed](pick)
        run.settle()
        assert max(by_parcel(depot).values(), default=0) <= 1
    run.end()
    run.check()


def at_write(patch: pytest.MonkeyPatch, no: int, deed: Callable[[], Any], *, late: bool) -> None:
    """Something happens once, before a write of a waybill or just after it."""
    save, writes = waybills.save, count(1)

    def watched(*given: Any) -> Waybill:
        mine = next(writes) == no
        if mine and not late:
            deed()
        saved = save(*given)
        if mine and late:
            deed()
        return saved

    patch.setattr(waybills, "save", watched)


def recovered(shop: Merchant, mail: Mail, order: str, stream: Stream) -> None:
    """Do what was told; whoever dies is followed by another, to whom the message comes again."""
    with suppress(Died):
        stream.tell("publish")
        mail.pump()
    later(shop, mail, order)


WRITES = range(1, 7)
"""Wanted, asked for, made; unwanted, asked back, cancelled."""
ASKING = (2, 5)


@pytest.mark.parametrize(
    ("no", "overtaken"), [*((no, False) for no in WRITES), *((no, True) for no in ASKING)]
)
def test_whoever_dies_after_a_write_or_is_overtaken_before_it_leaves_one_waybill(  # noqa: PLR0917
    shop: Merchant,
    depot: Depot,
    mail: Mail,
    stream: Stream,
    monkeypatch: pytest.MonkeyPatch,
    no: int,
    overtaken: bool,
) -> None:
    automatic(shop)
    order = planned(shop, mail)
    again = partial(asked_anew, shop, mail, order)
    at_write(monkeypatch, no, again if overtaken else die, late=not overtaken)

    recovered(shop, mail, order, stream)
    first = list(depot.living)
    changes = {"receiver": {"address": "文二路 9 号"}}
    assert shop.call("POST", f"/v1/orders/{order}/edit", {"changes": changes}).status == 200
    mail.pump()
    recovered(shop, mail, order, stream)

    assert (first, list(depot.living)) == ([f"SF-{order}-01-1"], [f"SF-{order}-01-2"])
    assert [row.state.value for row in waybills.of(shop.id, order)] == ["cancelled", "made"]
