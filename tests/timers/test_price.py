"""The clock makes the prices by which routing weighs scarce units."""

import pytest

import app as product
from shared.domain.pricing import Price, PriceList
from shared.runtime import cache, clock
from shared.store import forecasting, prices
from tests.support import build, costs
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail

MANY = forecasting.FEWEST


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    return costs.routed(acme, a=500, b=900)


def tick() -> None:
    product.price_units(TICK, None)
    cache.forget()


def test_what_runs_out_has_a_price(shop: Merchant, mail: Mail) -> None:
    costs.past(shop, mail, MANY)
    shop.put_stock("mug", MANY + 2, "a")

    tick()

    assert set(prices.known(shop.id)) == {("mug", "a")}
    made = prices.of(shop.id)
    assert (made.orders, made.expected) == (MANY, MANY)


def test_it_is_kept_for_those_who_need_it(shop: Merchant, mail: Mail) -> None:
    shop.put_stock("mug", 9, "a")
    shop.put_stock("mug", 9, "b")
    made = PriceList(clock.now(), MANY, MANY, (Price("mug", "a", 600),))
    prices.save(shop.id, made)
    cache.forget()

    order = costs.wait(shop, mail, "1", build.line("mug", 1))

    assert [source["warehouse"] for source in shop.order(order)["sources"]] == ["b"]


def test_what_is_paid_for_scarcity_is_said_on_the_timeline(shop: Merchant, mail: Mail) -> None:
    shop.put_stock("mug", 9, "a")
    prices.save(shop.id, PriceList(clock.now(), MANY, MANY, (Price("mug", "a", 60),)))
    cache.forget()

    order = costs.wait(shop, mail, "1", build.line("mug", 1))

    entries = shop.call("GET", f"/v1/orders/{order}/timeline").body["entries"]
    (said,) = [each["zh"] for each in entries if each["code"] == "reserved-scarce"]
    assert "连同稀缺加价 0.60 共 5.60" in said


@pytest.mark.parametrize(("units", "expected"), [(9, "a"), (3, "b")])
def test_safety_stock_is_taken_as_the_last(
    shop: Merchant, mail: Mail, units: int, expected: str
) -> None:
    costs.routed(shop, a=500, b=700)
    shop.call("POST", "/v1/items", {"id": "mug", "name": "杯", "safety": {"a": 3}})
    shop.put_stock("mug", units, "a")
    shop.put_stock("mug", 1, "b")

    first = costs.wait(shop, mail, "1", build.line("mug", 1))
    second = costs.wait(shop, mail, "2", build.line("mug", 1))

    assert shop.order(first)["sources"][0]["warehouse"] == expected
    assert shop.order(second)["sources"][0]["warehouse"] == "a"


def test_old_prices_count_no_more(shop: Merchant) -> None:
    old = clock.later(clock.now(), -prices.HOURS * 3600 - 1)
    prices.save(shop.id, PriceList(old, MANY, MANY, (Price("mug", "a", 600),)))
    cache.forget()

    assert prices.known(shop.id) == {}
    assert shop.call("GET", "/v1/routing-prices").body["state"] == "stale"


def test_too_few_orders_teach_nothing(shop: Merchant, mail: Mail) -> None:
    costs.past(shop, mail, MANY - 1)

    tick()

    said = shop.call("GET", "/v1/routing-prices").body
    assert (said["state"], said["at"], said["prices"]) == ("none", None, [])


def test_who_knows_no_tariff_has_no_prices(acme: Merchant, mail: Mail) -> None:
    costs.routed(acme)
    costs.past(acme, mail, MANY)

    tick()

    assert acme.call("GET", "/v1/routing-prices").body["state"] == "off"


def test_prices_are_shown_in_pages_with_their_reason(shop: Merchant) -> None:
    found = tuple(Price(sku, "a", 5) for sku in ("cup", "hat", "mug"))
    prices.save(shop.id, PriceList(clock.now(), 40, 90, found))

    first = shop.call("GET", "/v1/routing-prices?limit=2").body
    rest = shop.call("GET", f"/v1/routing-prices?cursor={first['next'].replace('#', '%23')}").body
    one = shop.call("GET", "/v1/routing-prices?sku=hat&warehouse=a").body

    assert [each["sku"] for each in (*first["prices"], *rest["prices"])] == ["cup", "hat", "mug"]
    assert one["prices"] == [{"sku": "hat", "warehouse": "a", "fen": 5}]
    assert "40" in first["why"]["zh"]
    assert rest["next"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "cursor=mug"])
def test_what_cannot_be_asked_is_refused(shop: Merchant, query: str) -> None:
    assert shop.call("GET", f"/v1/routing-prices?{query}").status == 422
