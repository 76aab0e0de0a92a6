"""The axes of an order as they are shown, and as the channel moves them."""

from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail

DEPOSIT = {"amount": 300, "state": "captured"}
BALANCE = {"amount": 1500}


def test_axes_are_shown_with_the_order_and_in_the_list(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    order_id = acme.place(payment={"state": "unpaid", "cod": True}).body["id"]
    mail.pump()

    axes = {"payment": "awaiting", "shipment": "planned", "refund": "none"}
    assert acme.order(order_id)["axes"] == axes
    assert acme.call("GET", "/v1/orders").body["orders"][0]["axes"] == axes


def test_each_axis_moves_by_itself(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    acme.put_stock("hat", 5, "gz")
    lines = [build.line("mug"), build.line("hat", 1)]
    order_id = acme.place(lines=lines, version=1).body["id"]
    mail.pump()

    acme.call("POST", f"/v1/orders/{order_id}/ship", {"parcels": [{"parcel": 1}]})
    part = acme.order(order_id)["axes"]
    back = {"amount": 2700, "captured": 2700, "refunded": 900}
    acme.place(lines=lines, version=2, payments=[back])

    assert (part["payment"], part["shipment"]) == ("captured", "part-shipped")
    assert acme.order(order_id)["axes"] == {
        "payment": "partially-refunded",
        "shipment": "part-shipped",
        "refund": "part",
    }


def test_a_deposit_holds_the_order_until_the_balance_is_paid(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)

    order_id = acme.place(version=1, payments=[DEPOSIT, BALANCE]).body["id"]
    mail.pump()
    order = acme.order(order_id)
    assert [hold["reason"] for hold in order["holds"]] == ["unpaid"]
    assert order["axes"]["payment"] == "partially-captured"

    acme.place(version=2, payments=[DEPOSIT, {**BALANCE, "state": "captured"}])
    mail.pump()
    assert acme.order(order_id)["status"] == "planned"
    assert acme.order(order_id)["axes"]["payment"] == "captured"


def test_a_payment_that_changes_nothing_but_itself_does_not_stop_the_order(
    acme: Merchant, mail: Mail
) -> None:
    acme.put_stock("mug", 5)
    order_id = acme.place(version=1, payments=[{"amount": 1800, "captured": 1800}]).body["id"]
    mail.pump()

    acme.place(version=2, payments=[{"amount": 1800, "captured": 1800, "refunded": 100}])

    assert acme.order(order_id)["status"] == "planned"
    assert acme.codes(order_id)[-1] == "amended"
    assert acme.order(order_id)["axes"]["refund"] == "part"
