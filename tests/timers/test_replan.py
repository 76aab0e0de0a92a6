"""The clock looks at orders that wait together, and lets them change places where that pays."""

import pytest

import app as product
from shared.runtime import clock
from shared.store import orders, pools, stock
from tests.support import build, costs
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    return costs.routed(acme, a=900, b=500)


def tick(mail: Mail) -> None:
    product.replan_orders(TICK, None)
    mail.pump()


def held_in(merchant: Merchant, order_id: str) -> list[str]:
    return [source.warehouse for source in orders.get(merchant.id, order_id).sources]


def moved(merchant: Merchant, order_id: str) -> list[dict[str, object]]:
    entries = orders.get(merchant.id, order_id).timeline
    return [dict(entry.args) for entry in entries if entry.code == "replanned"]


def test_an_order_that_waits_moves_to_where_it_costs_less(shop: Merchant, mail: Mail) -> None:
    shop.put_stock("mug", 1, "a")
    one = costs.wait(shop, mail, "1", build.line("mug", 1))
    shop.put_stock("mug", 1, "b")

    tick(mail)

    assert held_in(shop, one) == ["b"]
    assert moved(shop, one) == [{"warehouses": ["b"], "was": 900, "cost": 500}]
    assert (shop.stock("mug", "a"), shop.stock("mug", "b")) == ((1, 0), (0, 1))
    assert orders.get(shop.id, one).meeting


def test_twice_is_once(shop: Merchant, mail: Mail) -> None:
    shop.put_stock("mug", 1, "a")
    one = costs.wait(shop, mail, "1", build.line("mug", 1))
    shop.put_stock("mug", 1, "b")

    tick(mail)
    tick(mail)

    assert len(moved(shop, one)) == 1


def test_an_order_gives_way_to_one_that_is_short(shop: Merchant, mail: Mail) -> None:
    holder, short = costs.in_the_way(shop, mail)
    assert shop.order(short)["status"] == "short"

    tick(mail)

    assert (held_in(shop, holder), held_in(shop, short)) == (["a"], ["b"])
    assert (shop.stock("cup", "a"), shop.stock("cup", "b")) == ((0, 1), (0, 1))
    assert shop.order(short)["status"] == "reserved"
    assert "replanned" in shop.codes(short)


def test_somebody_who_was_faster_leaves_everything_as_it_is(
    shop: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put_stock("mug", 1, "a")
    one = costs.wait(shop, mail, "1", build.line("mug", 1))
    shop.put_stock("mug", 1, "b")
    pool = pools.of(shop.id, [one])
    (step,) = pools.steps(pool)
    stock.write(pool[one], pool[one].noted("amended", clock.now()))
    monkeypatch.setattr(pools, "of", lambda *_: pool)

    tick(mail)

    assert (held_in(shop, one), step.ids) == (["a"], (one,))
    assert (shop.stock("mug", "a"), shop.stock("mug", "b")) == ((0, 1), (1, 0))


def test_a_merchant_without_tariffs_costs_nothing(acme: Merchant, mail: Mail) -> None:
    costs.routed(acme)
    acme.put_stock("mug", 1, "gz")
    one = costs.wait(acme, mail, "1", build.line("mug", 1))
    acme.put_stock("mug", 1, "hz")

    tick(mail)

    assert held_in(acme, one) == ["gz"]
