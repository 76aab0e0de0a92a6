"""Orders of own shops: placed at the price of a quote, once, and only while that is the price."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from functions.timers import expire
from shared.runtime import clock
from shared.store import orders, usages
from tests.support import build, deals
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail

FIRST = 100
GIFT = {
    "id": "bowls",
    "name": "满赠",
    "benefit": {"kind": "tiers", "tiers": [{"gifts": ["bowl"]}]},
}


@pytest.fixture
def mall(acme: Merchant) -> Merchant:
    deals.shop(acme)
    return acme


def limited(**limits: int) -> dict[str, Any]:
    return deals.less(limits=limits)


def used(mall: Merchant, counter: str) -> int:
    return usages.used(mall.id, counter)


def test_an_order_has_the_price_of_its_quote(mall: Merchant) -> None:
    deals.publish(mall, deals.less())
    cart = deals.cart()
    quote = deals.ask(mall, cart)

    placed = deals.order(mall, "N-1", cart, quote["id"])

    assert (placed.status, placed.body["total"], placed.body["quote"]) == (202, 2700, quote["id"])
    order = mall.order(placed.body["id"])
    assert order["amounts"]["total"] == quote["amounts"]["total"]
    assert order["lines"][0]["priced"]["offs"] == quote["lines"][0]["offs"]
    assert mall.stock("mug") == (97, 3)
    assert mall.codes(placed.body["id"]) == ["accepted", "priced"]


def test_a_new_version_that_changes_nothing_leaves_the_quote_as_it_is(mall: Merchant) -> None:
    deals.publish(mall, deals.less())
    cart = deals.cart()
    quote = deals.ask(mall, cart)
    deals.publish(mall, deals.less(), deals.less(900, 90_000) | {"id": "much"})

    assert deals.order(mall, "N-1", cart, quote["id"]).status == 202


def test_a_quote_that_is_no_longer_the_price_is_refused_with_the_new_one(mall: Merchant) -> None:
    deals.publish(mall, deals.less(300))
    cart = deals.cart()
    quote = deals.ask(mall, cart)
    deals.publish(mall, deals.less(200))

    stale = deals.order(mall, "N-1", cart, quote["id"])
    placed = deals.order(mall, "N-1", cart, stale.body["quote"]["id"])

    assert (stale.status, stale.body["code"]) == (409, "stale-quote")
    assert stale.body["quote"]["amounts"]["total"] == 2800
    assert (placed.status, placed.body["total"]) == (202, 2800)


def test_the_same_number_again_is_the_same_order(mall: Merchant, engine: Engine) -> None:
    deals.publish(mall, limited(total=1))
    cart = deals.cart()
    quote = deals.ask(mall, cart)["id"]
    first = deals.order(mall, "N-1", cart, quote)
    before = engine.owned(mall.id)

    again = deals.order(mall, "N-1", cart, quote)

    assert (first.status, again.status) == (202, 200)
    assert again.body == first.body
    assert engine.owned(mall.id) == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"notes": {"buyer": "快一点"}}, "notes.buyer"),
        ({"receiver": {**build.document()["receiver"], "phone": "13900000000"}}, "receiver.phone"),
        ({"manner": "cod"}, "payment.cod"),
    ],
)
def test_the_same_number_with_something_else_is_refused(
    mall: Merchant, change: dict[str, Any], field: str
) -> None:
    cart = deals.cart()
    quote = deals.ask(mall, cart)["id"]
    deals.order(mall, "N-1", cart, quote)

    other = deals.order(mall, "N-1", {**cart, **change}, quote)

    assert (other.status, other.body["code"], list(other.body["differences"])) == (
        409,
        "differs",
        [field],
    )


def test_another_cart_under_the_same_number_is_refused(mall: Merchant) -> None:
    deals.order(mall, "N-1", deals.cart(("mug", 1)))

    other = deals.order(mall, "N-1", deals.cart(("mug", 2)))

    assert (other.status, list(other.body["differences"])) == (409, ["deal.quote"])


def test_placing_twice_at_once_gives_one_order(mall: Merchant) -> None:
    deals.publish(mall, limited(total=9))
    cart = deals.cart()
    quote = deals.ask(mall, cart)["id"]

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda _: deals.crowd(mall, {"N-1": cart}, quote), range(4))
        replies = [reply["N-1"] for reply in found]

    assert sorted(replies) == ["200", "200", "200", "202"]
    assert used(mall, "less|total") == 1
    assert mall.stock("mug") == (97, 3)


def test_of_200_buyers_the_first_100_have_the_promotion(mall: Merchant) -> None:
    deals.publish(mall, limited(total=FIRST))
    mall.put_stock("mug", 1000)
    cart = deals.cart(("mug", 2))
    quote = deals.ask(mall, cart)["id"]

    told = deals.crowd(mall, {f"N-{n}": cart for n in range(2 * FIRST)}, quote)

    assert Counter(told.values()) == {"202": FIRST, "stale-quote": FIRST}
    assert used(mall, "less|total") == FIRST
    assert mall.stock("mug") == (1000 - 2 * FIRST, 2 * FIRST)
    fresh = deals.order(mall, "N-last", cart, quote).body["quote"]
    assert (fresh["amounts"]["total"], deals.why(fresh)) == (2000, ["used-up"])


def test_what_is_short_is_refused_line_by_line(mall: Merchant) -> None:
    reply = deals.order(mall, "N-1", deals.cart(("mug", 2), ("bowl", 101)))

    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.body["faults"]] == [("lines[1]", "short")]
    assert mall.stock("mug") == (100, 0)


def test_an_order_that_is_called_off_gives_everything_back(mall: Merchant) -> None:
    deals.publish(mall, limited(total=5, per_buyer=1, budget=1000))
    placed = deals.order(mall, "N-1", deals.cart()).body["id"]
    before = [used(mall, f"less|{name}") for name in ("total", "budget")]
    after_one = deals.ask(mall, deals.cart())

    mall.call("POST", f"/v1/orders/{placed}/cancel")

    assert before == [1, 300]
    assert deals.why(after_one) == ["used-up-by-you"]
    assert [used(mall, f"less|{name}") for name in ("total", "budget")] == [0, 0]
    assert mall.stock("mug") == (100, 0)
    assert deals.order(mall, "N-2", deals.cart()).body["total"] == 2700


def test_an_order_that_nobody_pays_is_closed_by_the_clock(
    mall: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals.publish(mall, limited(total=5))
    mall.call("PUT", "/v1/shops/mall", {"name": "m", "pay_within": 15})
    placed = deals.order(mall, "N-1", deals.cart()).body
    mail.pump()
    (hold,) = mall.order(placed["id"])["holds"]
    late = clock.later(clock.now(), 16 * 60)
    monkeypatch.setattr(clock, "now", lambda: late)

    expire.expire()

    assert (hold["reason"], hold["then"]) == ("unpaid", "cancel")
    assert hold["until"] == placed["payments"][0]["closes"]
    assert mall.order(placed["id"])["status"] == "cancelled"
    assert (used(mall, "less|total"), mall.stock("mug")) == (0, (100, 0))


def test_what_costs_nothing_is_paid(mall: Merchant, mail: Mail) -> None:
    deals.publish(mall, deals.less() | {"benefit": {"kind": "piece", "tiers": [{"price": 0}]}})

    placed = deals.order(mall, "N-1", deals.cart()).body
    mail.pump()

    assert (placed["total"], placed["payments"]) == (0, [])
    assert mall.order(placed["id"])["payment"]["state"] == "paid"
    assert [hold["reason"] for hold in mall.order(placed["id"])["holds"]] == ["price"]


def test_what_is_paid_on_delivery_is_not_waited_for(mall: Merchant, mail: Mail) -> None:
    placed = deals.order(mall, "N-1", deals.cart(), manner="cod").body
    mail.pump()

    assert placed["payments"] == []
    assert mall.order(placed["id"])["status"] == "planned"


def test_what_remains_of_an_order_keeps_its_shares(mall: Merchant) -> None:
    deals.publish(mall, deals.less(100, 5000))
    cart = deals.cart(("mug", 3), ("bowl", 1))
    placed = deals.order(mall, "N-1", cart).body["id"]
    before = mall.order(placed)["lines"]

    cut = mall.call("POST", f"/v1/orders/{placed}/cancel", {"lines": [{"line": 2, "quantity": 1}]})

    assert cut.status == 200, cut.body
    (left,) = mall.order(placed)["lines"]
    assert [line["paid"] for line in before] == [2946, 2504]
    assert (left["paid"], left["priced"]) == (2946, before[0]["priced"])
    assert mall.order(placed)["amounts"]["total"] == 2946


def test_gifts_are_lines_of_the_order_that_cost_nothing(mall: Merchant) -> None:
    deals.publish(mall, GIFT)

    placed = deals.order(mall, "N-1", deals.cart()).body["id"]

    lines = mall.order(placed)["lines"]
    assert [(li["sku"], li["gift"], li["paid"]) for li in lines] == [
        ("mug", False, 3000),
        ("bowl", True, 0),
    ]
    assert mall.stock("bowl") == (99, 1)


def test_a_gift_that_has_gone_is_no_longer_promised(mall: Merchant) -> None:
    deals.publish(mall, GIFT)
    mall.put_stock("bowl", 0)

    quote = deals.ask(mall, deals.cart())

    assert (quote["gifts"], deals.why(quote)) == ([], ["gift-short"])


def test_the_amounts_of_an_order_agree_with_each_other(mall: Merchant, mail: Mail) -> None:
    mall.call("PUT", "/v1/shops/mall", {"name": "m", "postage": {"zones": [{"first_fee": 800}]}})
    deals.publish(mall, deals.less(777, 5000), GIFT)
    placed = deals.order(mall, "N-1", deals.cart(("mug", 3), ("bowl", 1)), manner="cod").body

    mail.pump()

    order = orders.get(mall.id, placed["id"])
    assert (order.status.value, order.holds) == ("planned", ())
    assert order.content.amounts.total == 5550 - 777 + 800
