"""The steps of an order's way: each may be told twice, and each has its reasons to stop."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.steps import plan, reserve, review, ship
from shared.domain.order import Status
from shared.store import orders
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail

Step = Callable[[str, str], None]
RECEIVER = build.document()["receiver"]


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    """A merchant with five mugs and a carrier that we play ourselves."""
    acme.put_stock("mug", 5)
    acme.call("PUT", "/v1/warehouses/hz", {"name": "杭州仓", "carrier": "simulated",
                                           "province": "浙江", "city": "杭州市"})  # fmt: skip
    return acme


WAY: list[tuple[Step, str, str]] = [
    (review.review, "received", "approved"),
    (reserve.reserve, "approved", "planned"),
    (ship.ship, "planned", "shipped"),
]


def until(merchant: Merchant, order_id: str, status: str) -> None:
    for step, before, _ in WAY:
        if before == status:
            return
        step(merchant.id, order_id)


@pytest.mark.parametrize(("step", "before", "after"), WAY, ids=[f"to {w[2]}" for w in WAY])
def test_twice_is_once(
    shop: Merchant, engine: Engine, step: Step, before: str, after: str
) -> None:
    order_id = shop.place().body["id"]
    until(shop, order_id, before)
    assert shop.order(order_id)["status"] == before

    step(shop.id, order_id)
    once = engine.owned(shop.id)
    step(shop.id, order_id)

    assert shop.order(order_id)["status"] == after
    assert engine.owned(shop.id) == once


@pytest.mark.parametrize(("step", "before", "after"), WAY, ids=[f"to {w[2]}" for w in WAY])
def test_a_step_leaves_an_order_alone_that_is_not_its_own(
    shop: Merchant, engine: Engine, step: Step, before: str, after: str
) -> None:
    order_id = shop.place().body["id"]
    shop.call("POST", f"/v1/orders/{order_id}/hold")
    held = engine.owned(shop.id)

    step(shop.id, order_id)

    assert engine.owned(shop.id) == held


def test_messages_lost_doubled_and_turned_round_lead_to_the_same_end(
    shop: Merchant, mail: Mail
) -> None:
    order_id = shop.place().body["id"]
    body = mail.waiting["review"][0]

    for queue in ("ship", "plan", "reserve", "review", "review", "reserve"):
        assert mail.deliver(queue, [body, body]) == set()
    mail.pump()

    assert shop.order(order_id)["status"] == "shipped"
    assert shop.codes(order_id) == [
        *("accepted", "approved", "reserved-nearest", "planned", "shipped")
    ]
    assert shop.stock("mug") == (3, 0)


def test_a_batch_hands_back_only_what_failed(shop: Merchant, mail: Mail) -> None:
    order_id = shop.place().body["id"]
    [good] = mail.waiting["review"]
    gone = good.replace(order_id, "0" * 24)

    failed = mail.deliver("review", ["{", good, gone])

    assert failed == {0}  # one that can never be done is not brought back
    assert shop.order(order_id)["status"] == "approved"


def test_the_simulated_carrier_gives_each_parcel_its_number(shop: Merchant, mail: Mail) -> None:
    order_id = shop.place().body["id"]
    mail.pump()

    [parcel] = shop.order(order_id)["parcels"]
    assert parcel["carrier"] == "simulated"
    assert parcel["tracking"] == f"SIM{order_id[:12]}01".upper()
    assert parcel["shipped_at"]


def test_an_order_waits_for_a_person_when_one_of_its_parcels_does(
    shop: Merchant, mail: Mail
) -> None:
    shop.put_stock("hat", 1, "gz")

    order_id = shop.place(lines=[build.line("mug"), build.line("hat", 1)]).body["id"]
    mail.pump()

    order = shop.order(order_id)
    assert (order["status"], len(order["parcels"])) == ("planned", 2)


def held(merchant: Merchant, mail: Mail, **change: Any) -> tuple[str, list[str]]:
    order_id = merchant.place(**change).body["id"]
    mail.pump()
    order = merchant.order(order_id)
    return order_id, [hold["reason"] for hold in order["holds"]]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "13812345678"), ("phone", "+86 138-1234-5678"), ("buyer", "buyer-1")],
    ids=["phone", "phone-as-written", "buyer"],
)
def test_who_is_on_the_blacklist_is_held(
    shop: Merchant, mail: Mail, kind: str, value: str
) -> None:
    shop.call("POST", "/v1/blacklist", {"kind": kind, "value": value})

    order_id, reasons = held(shop, mail)

    hold = shop.order(order_id)["holds"][0]
    assert reasons == ["blacklist"]
    assert (hold["args"], hold["severity"]) == ({"matched": [kind]}, "block")
    assert value not in str(hold)


def test_somebody_else_is_not(shop: Merchant, mail: Mail) -> None:
    shop.call("POST", "/v1/blacklist", {"kind": "phone", "value": "13800000000"})
    shop.call("POST", "/v1/blacklist", {"kind": "buyer", "value": "13812345678"})

    assert held(shop, mail)[1] == []


def test_another_merchants_blacklist_is_its_own(
    shop: Merchant, other: Merchant, mail: Mail
) -> None:
    other.call("POST", "/v1/blacklist", {"value": "13812345678"})

    assert held(shop, mail)[1] == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total": 1}, "amounts"),
        ({"receiver": {**RECEIVER, "phone": ""}}, "address"),
        ({"notes": {"buyer": "请周末送"}}, "buyer-note"),
    ],
)
def test_what_a_person_set_aside_is_not_raised_again(
    shop: Merchant, mail: Mail, change: dict[str, Any], reason: str
) -> None:
    order_id, reasons = held(shop, mail, **change)
    assert reasons == [reason]

    shop.call("POST", f"/v1/orders/{order_id}/release", {"note": "已核对"})
    mail.pump()

    assert shop.order(order_id)["status"] == "shipped"


@pytest.mark.parametrize("state", ["unpaid", "part"])
def test_an_order_that_is_not_paid_waits_until_the_channel_says_it_is(
    shop: Merchant, mail: Mail, state: str
) -> None:
    order_id, reasons = held(shop, mail, version=1, payment={"state": state})
    assert reasons == ["unpaid"]

    shop.call("POST", f"/v1/orders/{order_id}/release")
    mail.pump()
    assert shop.order(order_id)["status"] == "held"  # no one may set that aside

    shop.place(version=2, payment={"state": "paid"})
    mail.pump()
    assert shop.order(order_id)["status"] == "shipped"


def test_cash_on_delivery_goes_on_unpaid(shop: Merchant, mail: Mail) -> None:
    order_id, reasons = held(shop, mail, payment={"state": "unpaid", "cod": True})

    assert reasons == []
    assert shop.order(order_id)["status"] == "shipped"


def test_an_item_that_is_not_mapped_waits_for_its_mapping(shop: Merchant, mail: Mail) -> None:
    line = {"shop_sku": "A-1", "quantity": 1, "unit_price": 900}
    order_id, reasons = held(shop, mail, lines=[line])
    assert reasons == ["sku-unmapped"]
    assert shop.order(order_id)["holds"][0]["args"] == {"skus": ["A-1"]}

    shop.call("POST", f"/v1/orders/{order_id}/release")
    mail.pump()
    assert shop.order(order_id)["status"] == "held"

    shop.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "skus": {"A-1": "mug"}})
    shop.call("POST", f"/v1/orders/{order_id}/release")
    mail.pump()
    assert shop.order(order_id)["status"] == "shipped"
    assert shop.stock("mug") == (4, 0)


def test_a_shop_that_does_not_read_notes_ships_orders_with_notes(
    shop: Merchant, mail: Mail
) -> None:
    shop.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "hold_notes": False})

    assert held(shop, mail, notes={"buyer": "请周末送"})[1] == []


def test_an_order_that_was_short_says_so_once_and_goes_on_when_stock_comes(
    shop: Merchant, mail: Mail
) -> None:
    order_id = shop.place(lines=[build.line(quantity=6)]).body["id"]
    mail.pump()
    for _ in range(3):
        reserve.reserve(shop.id, order_id)

    entry = shop.call("GET", f"/v1/orders/{order_id}/timeline").body["entries"][-1]
    assert (entry["code"], entry["args"]) == ("short", {"missing": {"mug": 1}})
    assert shop.codes(order_id).count("short") == 1

    shop.call("PUT", "/v1/stock/mug/hz", {"on_hand": 6})
    mail.pump()
    assert shop.order(order_id)["status"] == "shipped"


def test_two_orders_for_the_last_mugs_are_not_both_served(shop: Merchant, mail: Mail) -> None:
    ids = [
        shop.place(number=f"TB-{n}", lines=[build.line(quantity=3)]).body["id"] for n in range(2)
    ]
    mail.pump()

    assert sorted(shop.order(order_id)["status"] for order_id in ids) == ["shipped", "short"]
    assert shop.stock("mug") == (2, 0)


def test_an_order_cancelled_while_it_was_on_its_way_through_stays_cancelled(
    shop: Merchant, mail: Mail
) -> None:
    order_id = shop.place().body["id"]
    review.review(shop.id, order_id)
    shop.call("POST", f"/v1/orders/{order_id}/cancel")

    mail.pump()

    assert shop.order(order_id)["status"] == "cancelled"
    assert shop.stock("mug") == (5, 0)


def test_a_batch_reads_its_orders_at_once_and_serves_each_as_it_is(
    shop: Merchant, mail: Mail
) -> None:
    ids = [shop.place(number=f"B-{at}").body["id"] for at in range(3)]
    bodies = mail.waiting["review"]

    failed = mail.deliver("review", [*bodies, *bodies])

    assert not failed
    assert [shop.codes(order_id) for order_id in ids] == [["accepted", "approved"]] * 3


def test_what_is_reserved_but_not_divided_yet_is_planned_once(
    shop: Merchant, engine: Engine
) -> None:
    order_id = shop.place().body["id"]
    until(shop, order_id, "planned")
    undone = replace(orders.get(shop.id, order_id), status=Status.RESERVED, parcels=())
    orders.save(undone.noted("reserved-nearest", build.NOON))

    plan.plan(shop.id, order_id)
    once = engine.owned(shop.id)
    plan.plan(shop.id, order_id)

    assert [parcel["no"] for parcel in shop.order(order_id)["parcels"]] == [1]
    assert engine.owned(shop.id) == once
