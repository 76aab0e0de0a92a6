"""After-sales of an order that is called off wholly: they end with it."""

import pytest

from shared.store import aftersales
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.told import Stream


def follow(mail: Mail, stream: Stream) -> None:
    stream.tell("publish")
    stream.records.clear()
    mail.pump()


@pytest.mark.parametrize("intercepting", [False, True])
def test_a_request_for_goods_that_were_called_off_ends_by_itself(
    acme: Merchant, mail: Mail, stream: Stream, *, intercepting: bool
) -> None:
    acme.put_stock("mug", 9)
    order = str(acme.place(lines=[build.line()]).body["id"])
    mail.pump()
    path = f"/v1/orders/{order}/after-sales"
    acme.call("POST", path, {"kind": "refund"})
    if intercepting:
        assert acme.call("POST", f"{path}/01/agree").body["state"] == "intercepting"
    assert acme.call("POST", f"/v1/orders/{order}/cancel", {"reason": "没货了"}).status == 200
    for _ in range(2):
        follow(mail, stream)

    one = aftersales.get(acme.id, order, "01")
    assert (one.state.value, one.said[-1].code) == ("refunding", "overtaken")
    assert acme.codes(order).count("after-sale-overtaken") == 1
    waiting = acme.call("GET", "/v1/after-sales?waiting=true").body["after_sales"]
    assert "01" not in [each["no"] for each in waiting]
    told = acme.call("POST", f"{path}/01/refunded")  # by the platform, as always
    assert told.body["state"] == "refunded"
