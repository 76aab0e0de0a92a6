"""Some of an order is sent once more, for nothing; and orders that people make by hand."""

from typing import Any

import pytest

from shared.domain.order import id_for
from shared.store import orders
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail

PHONE = "13812345678"


def shipped(acme: Merchant, mail: Mail, **change: Any) -> str:
    acme.put_stock("mug", 9)
    acme.put_stock("hat", 9)
    lines = [build.line(), build.line("hat", 1)]
    order_id = str(acme.place(**{"lines": lines, **change}).body["id"])
    mail.pump()
    assert acme.call("POST", f"/v1/orders/{order_id}/ship").status == 200
    return order_id


def resend(acme: Merchant, order_id: str, *lines: tuple[int, int], key: str = "") -> Reply:
    body = {"lines": [{"line": no, "quantity": n} for no, n in lines], "reason": "破损"}
    return acme.call("POST", f"/v1/orders/{order_id}/resend", body, Idempotency_Key=key)


def entry(acme: Merchant, order_id: str, code: str) -> dict[str, Any]:
    entries = acme.call("GET", f"/v1/orders/{order_id}/timeline").body["entries"]
    return next(dict(each) for each in entries if each["code"] == code)


def test_it_is_an_order_of_its_own_for_nothing(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)

    again = resend(acme, order_id, (2, 1))

    assert (again.status, again.body["number"]) == (201, "TB-1-R1")
    mail.pump()
    new = acme.order(again.body["id"])
    assert (new["status"], new["type"], new["amounts"]["total"]) == ("planned", "resend", 0)
    assert [(one["sku"], one["quantity"], one["paid"]) for one in new["lines"]] == [("hat", 1, 0)]
    assert new["holds"] == []


def test_both_orders_name_each_other(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)

    again = resend(acme, order_id, (1, 1)).body

    assert entry(acme, order_id, "resent")["args"] == {
        "order": again["id"],
        "number": "TB-1-R1",
        "reason": "破损",
    }
    assert entry(acme, again["id"], "resend-of")["args"]["order"] == order_id
    assert acme.order(again["id"])["extra"] == {"resend_of": order_id}


def test_its_receiver_is_sealed_for_it_alone(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)

    again = resend(acme, order_id, (1, 1)).body["id"]

    was, new = orders.get(acme.id, order_id), orders.get(acme.id, again)
    assert new.content.receiver.phone != was.content.receiver.phone
    assert PHONE not in repr(new)
    shown = acme.call("GET", f"/v1/orders/{again}?purpose=test").body
    assert shown["receiver"]["phone"] == PHONE


def test_the_same_call_twice_is_one_order(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)

    first = resend(acme, order_id, (1, 1), key="r1")
    again = resend(acme, order_id, (1, 1), key="r1")
    other = resend(acme, order_id, (1, 1), key="r2")

    assert first.body == again.body
    assert other.body["number"] == "TB-1-R2"
    assert acme.codes(order_id).count("resent") == 2


def test_what_was_sent_again_can_be_sent_again(acme: Merchant, mail: Mail) -> None:
    order_id = str(resend(acme, shipped(acme, mail), (1, 1)).body["id"])
    mail.pump()
    acme.call("POST", f"/v1/orders/{order_id}/ship")

    assert resend(acme, order_id, (1, 1)).body["number"] == "TB-1-R1-R1"


def test_what_has_not_left_is_not_sent_again(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 9)
    order_id = str(acme.place().body["id"])
    mail.pump()

    refused = resend(acme, order_id, (1, 1))

    assert (refused.status, refused.body["code"]) == (409, "not-allowed")
    assert orders.find_order(acme.id, id_for(acme.id, "tmall", "TB-1-R1")) is None


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"reason": "x"}, [("lines", "missing")]),
        ({"reason": "x", "lines": []}, [("lines", "empty")]),
        ({"lines": [{"line": 1, "quantity": 1}]}, [("reason", "missing")]),
        (
            {"reason": "x", "lines": [{"line": 9, "quantity": 1}]},
            [("lines[0].line", "not-in-document")],
        ),
        (
            {"reason": "x", "lines": [{"line": 1, "quantity": 3}]},
            [("lines[0].quantity", "out-of-range")],
        ),
        (
            {"reason": "x", "lines": [{"line": 1, "quantity": 1}] * 2},
            [("lines[1].line", "twice")],
        ),
    ],
)
def test_every_fault_is_told(
    acme: Merchant, mail: Mail, body: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    order_id = shipped(acme, mail)

    refused = acme.call("POST", f"/v1/orders/{order_id}/resend", body)

    assert [(fault["field"], fault["code"]) for fault in refused.body["faults"]] == faults


@pytest.mark.parametrize("kind", ["gift", "exchange", "resend"])
def test_an_order_made_by_hand_with_a_masked_receiver_is_held(
    acme: Merchant, mail: Mail, kind: str
) -> None:
    acme.put_stock("mug", 9)
    masked = {**build.document()["receiver"], "name": "王**", "phone": "138****5678"}
    lines = [build.line(unit_price=0)]
    order_id = str(acme.place(type=kind, lines=lines, receiver=masked).body["id"])
    mail.pump()

    held = acme.order(order_id)

    assert (held["status"], [hold["reason"] for hold in held["holds"]]) == ("held", ["masked"])


@pytest.mark.parametrize("kind", ["gift", "exchange"])
def test_an_order_made_by_hand_for_nothing_goes_its_way(
    acme: Merchant, mail: Mail, kind: str
) -> None:
    acme.put_stock("mug", 9)
    order_id = str(acme.place(type=kind, lines=[build.line(unit_price=0)]).body["id"])
    mail.pump()

    assert acme.order(order_id)["status"] == "planned"
