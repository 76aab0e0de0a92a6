"""The order's way, end to end, on the real database."""

from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail


def test_an_order_goes_all_the_way(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)

    reply = acme.place()
    mail.pump()

    assert reply.status == 202, reply.body
    order_id = reply.body["id"]
    assert acme.order(order_id)["status"] == "planned"
    assert acme.codes(order_id) == ["accepted", "approved", "reserved-nearest", "planned"]
    assert acme.stock("mug") == (3, 2)

    shipped = acme.call("POST", f"/v1/orders/{order_id}/ship", {})
    assert shipped.status == 200, shipped.body
    assert shipped.body["status"] == "shipped"
    assert acme.stock("mug") == (3, 0)


def test_sent_again_is_taken_once(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)

    first, second = acme.place(), acme.place()
    mail.pump()
    third = acme.place()
    mail.pump()

    assert [r.status for r in (first, second, third)] == [202, 200, 200]
    assert first.body == second.body == third.body
    assert acme.stock("mug") == (3, 2)


def test_too_little_stock_holds_nothing(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    acme.put_stock("hat", 1)

    reply = acme.place(lines=[build.line("mug"), build.line("hat")])
    mail.pump()

    assert acme.order(reply.body["id"])["status"] == "short"
    assert acme.stock("mug") == (5, 0)
    assert acme.stock("hat") == (1, 0)
