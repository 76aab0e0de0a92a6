"""What is wrong with a merchant's stock, from the tables to the alerts."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.domain.alert import Alert, Kind, Subject
from shared.domain.stock import Cause, Change, Place
from shared.runtime import clock
from shared.store import alerts, checking, demands, stock, watching
from tests.support import spoil
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream


def item(acme: Merchant, **about: Any) -> None:
    body = {"id": "mug", "name": "杯子", **about}
    assert acme.call("POST", "/v1/items", body).status == 201


def standing(acme: Merchant) -> list[Alert]:
    return sorted(alerts.standing(acme.id), key=lambda one: (one.kind, one.subject))


def kinds(acme: Merchant) -> list[Kind]:
    return [one.kind for one in standing(acme)]


def day(ahead: int) -> str:
    return (date.fromisoformat(clock.now()[:10]) + timedelta(days=ahead)).isoformat()


def apply(acme: Merchant, what: str, days_ago: int = 0, **delta: int) -> None:
    at = clock.later(clock.now(), -days_ago * 86400)
    change = Change(Place("mug", "hz"), what, delta, beyond=True)
    stock.apply(acme.id, [change], Cause("order", f"o{days_ago}", at))


def test_stock_below_its_safety_stock_opens_an_alert_until_there_is_enough(acme: Merchant) -> None:
    item(acme, safety={"*": 5})
    acme.put_stock("mug", 4)

    watching.check(acme.id, "mug")
    watching.check(acme.id, "mug")

    (one,) = standing(acme)
    assert (one.kind, one.subject) == (Kind.BELOW_SAFETY, Subject("mug", "hz"))
    assert one.figures == {"free": 4, "safety": 5}
    acme.put_stock("mug", 5)
    watching.check(acme.id, "mug")
    assert standing(acme) == []


def test_a_warehouse_that_should_have_some_and_never_had_any_is_told_of(acme: Merchant) -> None:
    item(acme, safety={"gz": 2})
    acme.put_stock("mug", 9)

    watching.check(acme.id, "mug")

    assert [one.subject.warehouse for one in standing(acme)] == ["gz"]


def test_stock_that_was_promised_twice_is_oversold(acme: Merchant) -> None:
    acme.put_stock("mug", 1)
    apply(acme, "held", free=-3, held=3)

    watching.check(acme.id, "mug")

    (one,) = standing(acme)
    assert (one.kind, one.figures) == (Kind.OVERSOLD, {"on_hand": 1, "promised": 3})


def test_less_than_nothing_is_told_of(acme: Merchant) -> None:
    apply(acme, "issued", free=-2)

    watching.check(acme.id, "mug")

    assert kinds(acme) == [Kind.NEGATIVE, Kind.OVERSOLD]


@pytest.mark.parametrize(
    ("left", "kind"), [(90, None), (20, Kind.NEAR_EXPIRY), (5, Kind.NO_SALE), (-1, Kind.NO_SALE)]
)
def test_a_lot_near_its_end_is_told_of_while_it_has_units(
    acme: Merchant, left: int, kind: Kind | None
) -> None:
    item(acme, lots=True, shelf_life=365, near_expiry=30, no_sale=10)
    lot = Place("mug", "hz", "L1")
    made = Change(lot, "received", {"free": 3}, sets={"expires": day(left)})
    stock.apply(acme.id, [made], Cause("purchase", "p", clock.now()))

    watching.look(acme.id, "mug")

    assert kinds(acme) == ([kind] if kind else [])
    stock.apply(acme.id, [Change(lot, "scrapped", {"free": -3})], Cause("hand", "-", clock.now()))
    watching.look(acme.id, "mug")
    assert standing(acme) == []


def test_what_will_not_last_until_more_arrives_is_to_be_ordered(acme: Merchant) -> None:
    item(acme, lead_days=7)
    apply(acme, "received", 60, free=100)
    for ago in range(28, 0, -1):
        apply(acme, "shipped", ago, free=-3)
    watching.check(acme.id, "mug")
    assert standing(acme) == []  # nothing was counted yet

    watching.look(acme.id, "mug")

    (one,) = standing(acme)
    assert (one.kind, one.figures["point"], one.figures["free"]) == (Kind.REORDER, 21, 16)
    apply(acme, "ordered", coming=10)
    watching.check(acme.id, "mug")
    assert standing(acme) == []


def test_units_of_which_none_was_shipped_for_long_rest(acme: Merchant) -> None:
    apply(acme, "received", 120, free=5)
    watching.look(acme.id, "mug")
    assert kinds(acme) == [Kind.UNMOVED]

    apply(acme, "shipped", free=-1)
    watching.look(acme.id, "mug")

    assert standing(acme) == []


def test_the_merchant_says_after_how_long_stock_rests(acme: Merchant) -> None:
    apply(acme, "received", 20, free=5)
    watching.look(acme.id, "mug")
    assert standing(acme) == []

    acme.call("PUT", "/v1/alert-settings", {"unmoved_days": 20})
    watching.look(acme.id, "mug")

    assert kinds(acme) == [Kind.UNMOVED]


def test_demand_is_counted_once_however_often_it_is_read(acme: Merchant) -> None:
    apply(acme, "received", 40, free=50)
    for ago in (30, 3, 3, 1, 0):
        apply(acme, "shipped", ago, free=-2)

    first = demands.renew(acme.id, "mug", clock.now())
    again = demands.renew(acme.id, "mug", clock.now())

    assert first.days == {day(-3): 4, day(-1): 2, day(0): 2}
    assert (again.days, again.moved) == (first.days, first.moved)
    assert demands.of(acme.id, "mug").version == 1


def test_orders_that_find_no_stock_are_told_of_by_the_clock(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    acme.put_stock("mug", 1)
    acme.place()
    mail.pump()
    stream.tell("count")

    watching.check(acme.id, "mug")
    assert standing(acme) == []
    watching.look(acme.id, "mug")

    (one,) = standing(acme)
    assert (one.kind, one.subject) == (Kind.OVERSOLD, Subject("mug"))
    assert one.figures == {"on_hand": 1, "promised": 2}
    watching.check(acme.id, "mug")
    assert len(standing(acme)) == 1
    acme.put_stock("mug", 2)
    watching.look(acme.id, "mug")
    assert standing(acme) == []


def test_a_place_that_differs_from_its_ledger_drifts_until_it_is_mended(
    acme: Merchant, engine: Engine
) -> None:
    acme.put_stock("mug", 5)
    acme.put_stock("hat", 5)
    spoil.counter(engine, acme.id, Place("mug", "hz"), "free", 1)

    for _ in range(2):
        page = checking.page(acme.id, "", 10, 60)
        watching.drift(acme.id, page.places, page.differences)

    (one,) = standing(acme)
    assert (one.kind, one.subject.sku, one.figures["shows"]) == (Kind.DRIFT, "mug", 6)
    spoil.counter(engine, acme.id, Place("mug", "hz"), "free", -1)
    page = checking.page(acme.id, "", 10, 60)
    watching.drift(acme.id, page.places, page.differences)
    assert standing(acme) == []


def test_a_figure_that_a_shop_could_not_be_told_is_told_of(acme: Merchant) -> None:
    rule = {"on": True, "formula": "sellable - 5"}
    acme.call("PUT", "/v1/shops/tmall", {"name": "shop", "push": rule})
    acme.put_stock("mug", 4)
    acme.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})

    for _ in range(2):
        watching.pushes(acme.id)

    (one,) = standing(acme)
    assert (one.kind, one.subject) == (Kind.PUSH_REFUSED, Subject("mug", shop="tmall"))
    acme.put_stock("mug", 6)
    acme.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})
    watching.pushes(acme.id)
    assert standing(acme) == []
