"""What a person does to an order: cancel, hold, release, ship, sign, complete."""

from typing import Any

import pytest

from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


@pytest.fixture
def order(acme: Merchant, mail: Mail) -> str:
    """A planned order in two parcels: mugs from Hangzhou, a hat from Guangzhou."""
    acme.put_stock("mug", 5)
    acme.put_stock("hat", 5, "gz")
    order_id = str(acme.place(lines=[build.line("mug", 2), build.line("hat", 1)]).body["id"])
    mail.pump()
    assert len(acme.order(order_id)["parcels"]) == 2
    return order_id


def act(merchant: Merchant, order_id: str, verb: str, body: Any = None) -> Reply:
    return merchant.call("POST", f"/v1/orders/{order_id}/{verb}", body)


def stocks(merchant: Merchant) -> list[tuple[int, int]]:
    return [merchant.stock("mug"), merchant.stock("hat", "gz")]


def test_a_cancelled_order_gives_its_stock_back_once(acme: Merchant, order: str) -> None:
    first = act(acme, order, "cancel", {"reason": "买家不要了"})
    again = act(acme, order, "cancel")

    assert (first.status, again.status) == (200, 200)
    assert stocks(acme) == [(5, 0), (5, 0)]
    assert acme.codes(order).count("cancelled") == 1


def test_who_did_it_and_why_stands_in_the_history(acme: Merchant, order: str) -> None:
    act(acme, order, "cancel", {"reason": "买家不要了"})

    entry = acme.call("GET", f"/v1/orders/{order}/timeline").body["entries"][-1]
    assert entry["by"] == "key:" + acme.token.split("_")[1]
    assert entry["zh"] == "已取消：买家不要了，库存已退回"
    assert (entry["code"], entry["status"]) == ("cancelled", "cancelled")


def test_a_held_order_keeps_its_stock_and_goes_on_where_it_was(acme: Merchant, order: str) -> None:
    held = act(acme, order, "hold", {"note": "等客户回电"})
    stopped = act(acme, order, "ship")
    free = act(acme, order, "release", {"note": "已确认"})

    assert (held.body["status"], free.body["status"]) == ("held", "planned")
    assert held.body["holds"][0]["zh"] == "人工挂起 等客户回电"
    assert (stopped.status, stopped.body["code"]) == (409, "not-allowed")
    assert stocks(acme) == [(3, 2), (4, 1)]


def test_one_parcel_is_shipped_and_then_the_other(acme: Merchant, order: str) -> None:
    label = {"parcel": 1, "carrier": "sf", "tracking": "SF1"}

    part = act(acme, order, "ship", {"parcels": [label]})
    between = stocks(acme)
    whole = act(acme, order, "ship")

    assert part.body["status"] == "shipping"
    assert part.body["parcels"][0]["tracking"] == "SF1"
    assert between == [(3, 0), (4, 1)]
    assert whole.body["status"] == "shipped"
    assert stocks(acme) == [(3, 0), (4, 0)]


@pytest.mark.parametrize("verb", ["cancel", "hold", "release"])
def test_what_is_on_its_way_is_not_called_back(acme: Merchant, order: str, verb: str) -> None:
    act(acme, order, "ship", {"parcels": [{"parcel": 1}]})

    reply = act(acme, order, verb)

    assert (reply.status, reply.body["code"]) == (409, "not-allowed")
    assert stocks(acme) == [(3, 0), (4, 1)]


def test_a_shipped_order_is_signed_for_and_completed(acme: Merchant, order: str) -> None:
    act(acme, order, "ship")

    statuses = [act(acme, order, verb).body["status"] for verb in ("sign", "sign", "complete")]

    assert statuses == ["signed", "signed", "completed"]
    assert acme.codes(order)[-3:] == ["shipped", "signed", "completed"]


@pytest.mark.parametrize("verb", ["sign", "complete", "release"])
def test_nothing_is_done_before_its_time(acme: Merchant, order: str, verb: str) -> None:
    reply = act(acme, order, verb)

    assert (reply.status, reply.body["code"]) == (409, "not-allowed")


@pytest.mark.parametrize("body", [None, {}, {"parcels": [{"parcel": 1}, {"parcel": 2}]}])
def test_shipping_twice_ships_once(acme: Merchant, order: str, body: Any) -> None:
    first, again = act(acme, order, "ship", body), act(acme, order, "ship", body)

    assert first.body["status"] == "shipped"
    assert again.status in (404, 409)
    assert stocks(acme) == [(3, 0), (4, 0)]


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("cancel", {"reason": "x" * 201}, "reason"),
        ("cancel", {"why": "x"}, "why"),
        ("hold", {"note": 5}, "note"),
        ("hold", {"until": "2020-01-01T00:00:00Z"}, "until"),
        ("hold", {"until": "soon"}, "until"),
        ("hold", {"then": "explode"}, "then"),
        ("release", {"note": "x" * 201}, "note"),
        ("ship", {"parcels": []}, "parcels"),
        ("ship", {"parcels": [{"parcel": 0}]}, "parcels[0].parcel"),
        ("ship", {"parcels": [{"parcel": 1, "tracking": "a#b"}]}, "parcels[0].tracking"),
        ("ship", {"parcels": [{"parcel": 1}, {"parcel": 1}]}, "parcels[1].parcel"),
        ("ship", {"parcels": [{"no": 1}]}, "parcels[0].parcel"),
        ("sign", {"by": "me"}, "by"),
    ],
)
def test_a_faulty_request_moves_nothing(
    acme: Merchant, order: str, verb: str, body: dict[str, Any], field: str
) -> None:
    before = acme.order(order)

    reply = act(acme, order, verb, body)

    assert reply.status == 422
    assert field in [fault["field"] for fault in reply.body["faults"]]
    assert acme.order(order) == before


def test_a_parcel_that_is_not_there_is_not_found(acme: Merchant, order: str) -> None:
    reply = act(acme, order, "ship", {"parcels": [{"parcel": 9}]})

    assert (reply.status, reply.body["detail"]) == (404, "找不到包裹 9")


def test_a_body_that_is_no_object_is_refused(acme: Merchant, order: str) -> None:
    reply = act(acme, order, "hold", [])

    assert (reply.status, reply.body["faults"][0]["code"]) == (422, "not-an-object")


def test_what_is_refused_says_why_in_the_callers_language(acme: Merchant, order: str) -> None:
    reply = acme.call("POST", f"/v1/orders/{order}/sign", accept_language="en")

    assert reply.body["detail"] == "The order is planned and cannot become signed"
