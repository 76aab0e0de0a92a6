"""Selling ahead: deposit and balance, limits, goods set aside on their way, served in order."""

from typing import Any

import pytest

import app as product
from functions.steps import reserve
from shared.domain import promise
from shared.domain.content import Part
from shared.domain.order import Status
from shared.domain.stock import Place
from shared.runtime import clock
from shared.store import orders, stock
from tests.support import sales
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail
from tests.support.told import Stream


def at(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    moment = sales.ahead(hours)
    monkeypatch.setattr(clock, "now", lambda: moment)


def tick(mail: Mail) -> None:
    product.expire_holds(TICK, None)
    mail.pump()


def full(**change: Any) -> dict[str, Any]:
    """Mugs that are paid at once and come later."""
    goods = [{"sku": "mug", "price": 900, "limit": 3}]
    return sales.presale(goods=goods, presale={"ship_by": sales.ahead(96), **change})


def on_way(acme: Merchant, units: int) -> str:
    """A purchase of so many mugs."""
    lines = [{"sku": "mug", "ordered": units}]
    made = acme.call("POST", "/v1/purchases", {"supplier": "s", "warehouse": "hz", "lines": lines})
    return str(made.body["id"])


def arrive(acme: Merchant, purchase: str, units: int) -> None:
    lines = [{"sku": "mug", "good": units}]
    come = acme.call("POST", f"/v1/purchases/{purchase}/receive", {"lines": lines})
    assert come.status == 200, come.body


def counters(acme: Merchant) -> dict[str, int]:
    level = stock.find_level(acme.id, Place("mug", "hz"))
    assert level
    names = ("free", "held", "coming", "presold")
    return {name: units for name in names if (units := getattr(level, name))}


def follow(mail: Mail, told: dict[str, Stream]) -> None:
    """What the tables tell, until nothing waits any more."""
    for _ in range(2):
        mail.pump()
        told["orders"].tell("count")
        told["stock"].tell("follow")
        for stream in told.values():
            stream.records.clear()
    mail.pump()


@pytest.fixture
def told(stream: Stream) -> dict[str, Stream]:
    return {"orders": stream, "stock": Stream(stream.engine, "stock")}


def test_a_deposit_counts_for_more_than_it_was(acme: Merchant, mail: Mail) -> None:
    sales.stocked(acme)
    sales.begin(acme, sales.presale())

    order = orders.get(acme.id, sales.bought(acme, "early", "amy", 2))

    assert [(one.part.value, one.amount) for one in order.content.payments] == [
        ("deposit", 200),
        ("balance", 1400),
    ]
    assert (order.content.amounts.goods_total, order.content.amounts.total) == (1800, 1600)
    assert order.content.lines[0].priced
    assert order.content.lines[0].priced.offs[0].promotion == "early@1"
    assert order.content.ship_by


@pytest.mark.parametrize(("unpaid", "kept"), [("keep", 100), ("return", 0)])
def test_a_balance_is_asked_for_once_and_not_for_ever(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch, unpaid: str, kept: int
) -> None:
    sales.stocked(acme)
    campaign = sales.presale()
    campaign["presale"] |= {"unpaid": unpaid, "remind": 4}
    sales.begin(acme, campaign)
    order_id = sales.bought(acme, "early", "amy")
    mail.pump()
    sales.pay(acme, order_id, Part.DEPOSIT)
    mail.pump()
    (hold,) = orders.get(acme.id, order_id).holds
    assert (hold.reason.value, hold.args["collect"]) == ("balance", 700)
    assert acme.call("GET", "/v1/campaigns/early").body["figures"] == {
        "orders": 1,
        "sold": {"mug": 1},
        "deposits": 100,
        "due": 700,
    }

    for hours in (40, 45, 46):
        at(monkeypatch, hours)
        tick(mail)
        monkeypatch.undo()
    assert acme.codes(order_id).count("balance-due") == 1
    at(monkeypatch, 48.1)
    tick(mail)

    order = orders.get(acme.id, order_id)
    assert order.timeline[-1].args["reason"] == "balance-unpaid"
    assert order.content.deal
    assert order.content.deal.keep == kept
    figures = acme.call("GET", "/v1/campaigns/early").body["figures"]
    assert (figures["orders"], figures["sold"], figures["due"]) == (0, {"mug": 0}, 0)


def test_whoever_calls_it_off_otherwise_gives_the_deposit_back(acme: Merchant, mail: Mail) -> None:
    sales.stocked(acme)
    campaign = sales.presale()
    campaign["presale"]["unpaid"] = "keep"
    sales.begin(acme, campaign)
    order_id = sales.bought(acme, "early", "amy")
    mail.pump()
    sales.pay(acme, order_id, Part.DEPOSIT)
    mail.pump()

    acme.call("POST", f"/v1/orders/{order_id}/cancel", {"reason": "不做了"})

    deal = orders.get(acme.id, order_id).content.deal
    assert deal
    assert deal.keep == 0


def test_who_pays_the_balance_goes_on(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.stocked(acme, 5)
    times = {"balance_opens": sales.ahead(24), "balance_closes": sales.ahead(48), "days": 3}
    sales.begin(acme, sales.presale(presale={"mode": "deposit", **times}))
    order_id = sales.bought(acme, "early", "amy")
    mail.pump()
    sales.pay(acme, order_id, Part.DEPOSIT)
    mail.pump()

    at(monkeypatch, 30)
    paid = sales.pay(acme, order_id, Part.BALANCE)
    mail.pump()

    order = orders.get(acme.id, order_id)
    assert order.status is Status.PLANNED
    assert acme.call("GET", "/v1/campaigns/early").body["figures"]["due"] == 0
    assert promise.ship_by(order, None).at == clock.later(paid.content.paid_at, 3 * 24 * 3600)


def test_an_unpaid_deposit_gives_its_place_back(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.stocked(acme)
    sales.begin(acme, sales.presale(pay_minutes=10))
    order_id = sales.bought(acme, "early", "amy", 5)
    mail.pump()

    at(monkeypatch, 0.2)
    tick(mail)

    assert acme.order(order_id)["status"] == "cancelled"
    assert sales.buy(acme, "early", "bob", 5).status == 202


@pytest.mark.parametrize(
    ("had", "wanted", "code"),
    [(2, 3, ""), (2, 4, "campaign-sold-out"), (0, 6, "campaign-sold-out")],
)
def test_no_more_is_sold_than_the_limit(acme: Merchant, had: int, wanted: int, code: str) -> None:
    sales.stocked(acme)
    sales.begin(acme, sales.presale())
    if had:
        sales.bought(acme, "early", "amy", had)

    reply = sales.buy(acme, "early", "bob", wanted)

    assert [each["code"] for each in reply.body.get("faults", ())] == ([code] if code else [])


def test_without_a_limit_any_number_is_sold(acme: Merchant) -> None:
    sales.stocked(acme)
    sales.begin(acme, full() | {"goods": [{"sku": "mug", "price": 900}]})

    assert sales.buy(acme, "early", "amy", 10_000).status == 202


def test_a_buyer_gets_no_more_than_allowed(acme: Merchant) -> None:
    sales.stocked(acme)
    sales.begin(acme, sales.presale(per_buyer=2))
    sales.bought(acme, "early", "amy", 2)

    assert sales.buy(acme, "early", "bob", 3).body["faults"][0]["code"] == "buyer-limit"
    assert sales.buy(acme, "early", "bob", 2).status == 202


def test_what_is_on_its_way_is_set_aside(acme: Merchant) -> None:
    sales.stocked(acme)
    on_way(acme, 5)
    more = full(warehouse="hz") | {"goods": [{"sku": "mug", "price": 900, "limit": 6}]}

    refused = acme.call("POST", "/v1/campaigns", more)
    sales.begin(acme, full(warehouse="hz"))

    assert [(f["field"], f["code"]) for f in refused.body["faults"]] == [
        ("goods[0].limit", "beyond-inbound")
    ]
    assert counters(acme) == {"coming": 2, "presold": 3}


def test_who_bought_first_is_served_first_and_spot_orders_wait(
    acme: Merchant, mail: Mail, told: dict[str, Stream]
) -> None:
    sales.stocked(acme)
    purchase = on_way(acme, 3)
    sales.begin(acme, full(warehouse="hz"))
    older = sales.bought(acme, "early", "amy", 2)
    newer = sales.bought(acme, "early", "bob", 1)
    spot = acme.place(lines=[{"sku": "mug", "quantity": 1, "unit_price": 900}]).body["id"]
    mail.pump()
    for each in (newer, older):
        sales.pay(acme, each)
    follow(mail, told)
    ids = (older, newer, spot)
    assert [acme.order(each)["status"] for each in ids] == ["short"] * 3

    arrive(acme, purchase, 1)
    follow(mail, told)
    assert [acme.order(each)["status"] for each in ids] == ["short"] * 3
    arrive(acme, purchase, 1)
    follow(mail, told)
    assert [acme.order(each)["status"] for each in ids] == ["planned", "short", "short"]
    arrive(acme, purchase, 1)
    follow(mail, told)

    assert [acme.order(each)["status"] for each in ids] == ["planned", "planned", "short"]
    assert counters(acme) == {"held": 3}
    assert acme.call("GET", "/v1/stock-holds/presale-early").body["lines"] == []


def test_what_nobody_bought_is_given_back_at_the_end(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.stocked(acme)
    on_way(acme, 3)
    sales.begin(acme, full(warehouse="hz"))
    order_id = sales.bought(acme, "early", "amy", 1)
    sales.pay(acme, order_id)

    at(monkeypatch, 24.1)
    tick(mail)
    assert counters(acme) == {"coming": 2, "presold": 1}
    acme.call("POST", f"/v1/orders/{order_id}/cancel", {"reason": "x"})
    monkeypatch.undo()
    at(monkeypatch, 49)
    tick(mail)

    assert counters(acme) == {"coming": 3}


def test_stopping_a_campaign_gives_back_what_nobody_bought(acme: Merchant) -> None:
    sales.stocked(acme)
    on_way(acme, 3)
    sales.begin(acme, full(warehouse="hz"))
    sales.bought(acme, "early", "amy", 1)

    for _ in range(2):
        assert acme.call("POST", "/v1/campaigns/early/stop", {}).body["state"] == "stopped"

    assert counters(acme) == {"coming": 2, "presold": 1}
    assert sales.buy(acme, "early", "bob").body["faults"][0]["code"] == "campaign-closed"


def test_what_a_person_released_stays_released(acme: Merchant) -> None:
    sales.stocked(acme)
    on_way(acme, 3)
    sales.begin(acme, full(warehouse="hz"))
    acme.call("POST", "/v1/stock-holds/presale-early/release", {})

    stopped = acme.call("POST", "/v1/campaigns/early/stop", {})

    assert stopped.status == 200
    assert counters(acme) == {"coming": 3}


def test_units_that_were_promised_come_first_and_no_spot_order_gets_them(
    acme: Merchant, mail: Mail, told: dict[str, Stream]
) -> None:
    sales.stocked(acme)
    purchase = on_way(acme, 5)
    spot = acme.place(lines=[{"sku": "mug", "quantity": 2, "unit_price": 900}]).body["id"]
    sales.begin(acme, full(warehouse="hz"))
    early = sales.bought(acme, "early", "amy", 2)
    mail.pump()
    sales.pay(acme, early)
    follow(mail, told)

    arrive(acme, purchase, 2)
    reserve.reserve(acme.id, spot)  # it asks before anybody else is told
    assert counters(acme) == {"coming": 2, "presold": 1, "held": 2}
    follow(mail, told)

    assert [acme.order(each)["status"] for each in (early, spot)] == ["planned", "short"]


def test_a_partial_delivery_goes_to_the_oldest_though_others_ask_before(
    acme: Merchant, mail: Mail, told: dict[str, Stream]
) -> None:
    sales.stocked(acme)
    purchase = on_way(acme, 6)
    sales.begin(acme, full(warehouse="hz"))
    older, newer = (sales.bought(acme, "early", name, 1) for name in ("amy", "bob"))
    spot = acme.place(lines=[{"sku": "mug", "quantity": 1, "unit_price": 900}]).body["id"]
    mail.pump()
    for each in (newer, older):
        sales.pay(acme, each)
    follow(mail, told)

    arrive(acme, purchase, 1)
    for racing in (spot, newer, spot, older):  # in the moment before the stream tells anybody
        reserve.reserve(acme.id, racing)
    follow(mail, told)

    ids = (older, newer, spot)
    assert [acme.order(each)["status"] for each in ids] == ["planned", "short", "short"]
    assert counters(acme) == {"coming": 3, "presold": 2, "held": 1}


def test_pieces_that_are_called_off_may_be_sold_again(acme: Merchant) -> None:
    sales.stocked(acme)
    sales.begin(acme, sales.presale(per_buyer=4))
    order_id = sales.bought(acme, "early", "amy", 4)

    for _ in range(2):  # the second finds no such pieces any more
        cut = {"lines": [{"line": 1, "quantity": 3}]}
        acme.call("POST", f"/v1/orders/{order_id}/cancel", cut)

    assert acme.call("GET", "/v1/campaigns/early").body["figures"]["sold"] == {"mug": 1}
    assert sales.buy(acme, "early", "bob", 4).status == 202
    assert sales.buy(acme, "early", "cay", 1).body["faults"][0]["code"] == "campaign-sold-out"
    acme.call("POST", f"/v1/orders/{order_id}/cancel", {"reason": "x"})
    assert acme.call("GET", "/v1/campaigns/early").body["figures"]["sold"] == {"mug": 4}
