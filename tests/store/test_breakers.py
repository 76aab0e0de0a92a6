"""Price breakers at rest: counted by many at once, exactly once each, and told of once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.breaker import Breaker, BreakerSettings, State
from shared.domain.errors import Conflict
from shared.domain.item import Item
from shared.domain.order import Order
from shared.runtime import clock
from shared.store import breakers
from tests.support import build
from tests.support.build import Merchant
from tests.support.edge import failing
from tests.support.engine import Engine

ITEMS = {"mug": Item("mug", "杯", price=1000)}
LIMITS = BreakerSettings(orders=20)


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    breakers.save_settings(acme.id, breakers.panel(acme.id), LIMITS)
    return acme


def cheap(acme: Merchant, number: int) -> Order:
    content = build.content(lines=[build.line(unit_price=100)])
    return build.order(tenant=acme.id, id=f"o{number:03d}", content=content)


def test_whoever_is_not_counted_finds_it_tripped(shop: Merchant) -> None:
    """No order slips between those that tripped it and those that it stops."""
    told: list[tuple[str, str]] = []
    now = clock.now()

    def review(number: int) -> tuple[str, bool]:
        order = cheap(shop, number)
        while True:  # as its queue would
            try:
                return order.id, bool(
                    breakers.see(order, ITEMS, now, lambda *what: told.append(what))
                )
            except Conflict:
                continue

    with ThreadPoolExecutor(8) as pool:
        answers = dict(pool.map(review, range(60)))

    breaker = breakers.get(shop.id, "mug")
    seen = {sale.order for sale in breaker.seen}
    assert (breaker.state, len(seen)) == (State.TRIPPED, LIMITS.orders)
    assert {order_id for order_id, stopped in answers.items() if not stopped} < seen
    assert told == [(shop.id, "mug")]
    assert breakers.panel(shop.id).tripped == ("mug",)


def test_two_skus_that_trip_at_once_are_both_listed(shop: Merchant) -> None:
    now = clock.now()

    def trip(sku: str) -> None:
        while True:
            try:
                before = Breaker(sku)
                breakers.save(shop.id, before, before.trip(now, limits=LIMITS))
            except Conflict:
                continue
            return

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(trip, ["a", "b", "c", "d"]))

    assert sorted(breakers.panel(shop.id).tripped) == ["a", "b", "c", "d"]
    assert sorted(sku for tenant, sku in breakers.due("9") if tenant == shop.id) == list("abcd")


def test_an_order_at_the_usual_price_reads_nothing_but_what_is_remembered(
    shop: Merchant, engine: Engine
) -> None:
    plain = build.order(tenant=shop.id, content=build.content(lines=[build.line(unit_price=900)]))
    breakers.save_settings(shop.id, breakers.panel(shop.id), LIMITS)

    with failing("PutItem", "InternalServerError") as refused:
        stopped = breakers.see(plain, ITEMS, clock.now(), lambda *_: None)

    assert (stopped, refused) == (frozenset(), [])
    assert breakers.find_breaker(shop.id, "mug") is None


def test_work_that_was_overtaken_by_a_newer_change_is_not_crossed_off(shop: Merchant) -> None:
    now = clock.now()
    tripped = breakers.save(shop.id, Breaker("mug"), Breaker("mug").trip(now, limits=LIMITS))
    old = breakers.task(shop.id, "mug")
    assert old is not None
    breakers.save(shop.id, tripped, tripped.resume(now, "key:1", "", tripped.orders))

    with pytest.raises(Conflict):
        breakers.done(old, tripped, clock.later(now, 2 * breakers.AGAIN))

    assert breakers.task(shop.id, "mug") is not None
