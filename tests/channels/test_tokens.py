"""Receivers behind tokens, which some platforms withdraw once an order has left."""

import json

from shared.domain.order import id_for
from shared.domain.platform import State
from shared.runtime import clock
from shared.store import orders
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant
from tests.support.mail import Mail

SEEN = {"province": "浙江省", "city": "杭州市", "name": "王**"}
SEALED = {**SEEN, "token": {"kind": "pdd", "value": "~sealed~"}}


def test_a_token_that_is_not_shown_any_more_stays_as_it_is_known(
    shop: Merchant, mail: Mail, bazaar: Bazaar
) -> None:
    shop.put_stock("mug", 5)
    order_id = id_for(shop.id, "mall", "T-1")
    hint = json.dumps({"tenant": shop.id, "shop": "mall", "number": "T-1"})
    bazaar.put("T-1", clock.later(clock.now(), -600), receiver=SEALED)
    mail.deliver("fetch", [hint])
    mail.pump()
    shop.call("POST", f"/v1/orders/{order_id}/ship", {})
    bazaar.put("T-1", clock.later(clock.now(), -60), State.SHIPPED, receiver=SEEN)

    mail.deliver("fetch", [hint])

    order = orders.get(shop.id, order_id)
    assert (order.content.state.value, order.content.receiver.token) == ("shipped", "~sealed~")
    assert shop.call("GET", "/v1/strays").body["strays"] == []
