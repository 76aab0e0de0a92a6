"""What an own shop's buyers and its people ask for: carts, payments, after-sales."""

from typing import Any

from shared.domain.order import id_for
from tests.faults.clients import Ask
from tests.faults.scheduler import Task
from tests.faults.world import World, message
from tests.support import build

CODE = "SPRING2345AB"
METHODS = {"wechat": "native", "alipay": "qr"}


def bought(number: str = "M-1") -> str:
    """The id of an order of the own shop."""
    return id_for("acme", "mall", number)


def carted(buyer: str = "u-1", units: int = 3, **more: Any) -> dict[str, Any]:
    """Mugs with the coupon: 30.00, less 3.00 by the promotion and 1.00 by the coupon."""
    return {
        "shop": "mall",
        "buyer": {"id": buyer},
        "lines": [{"sku": "mug", "quantity": units}],
        "receiver": build.document()["receiver"],
        "codes": [CODE],
        **more,
    }


def order_of(world: World, number: str = "M-1", **more: Any) -> Ask:
    """An order at the price of a quote of this moment."""
    return _at_price(world, number, carted(**more))


def joining(world: World, group: str, buyer: str) -> Ask:
    """A place in a group."""
    more = {"codes": [], "campaign": "two", "group": group}
    return _at_price(world, f"two-{buyer}", carted(buyer, 1, **more))


def _at_price(world: World, number: str, cart: dict[str, Any]) -> Ask:
    quoted = world.merchant.call("POST", "/v1/quotes", cart).body
    body = {**cart, "number": number}
    path = f"/v1/quotes/{quoted['id']}/order"
    return Ask("place", "POST", path, body, order_id=bought(number))


def buy(world: World, number: str = "M-1", **more: Any) -> None:
    reply = world.send(order_of(world, number, **more))
    assert reply.status == 202, reply.body


def paying_ask(world: World, provider: str = "wechat", order: str = "", key: str = "begin") -> Ask:
    order = order or bought()
    body, key = {"account": provider, "method": METHODS[provider]}, f"{key}-{provider}-{order}"
    return Ask("begin", "POST", f"/v1/orders/{order}/payments", body, key, order)


def begin(world: World, ask: Ask) -> None:
    """A payment that is begun."""
    reply = world.send(ask)
    assert reply.status == 201, reply.body


def of_order(verb: str, deed: str, body: Any = None, order: str = "") -> Ask:
    order = order or bought()
    return Ask(verb, "POST", f"/v1/orders/{order}/{deed}", body or {}, f"{verb}-{order}", order)


def after_sale(world: World, deed: str, body: Any = None, no: str = "01") -> Ask:
    return of_order(deed, f"after-sales/{no}/{deed}", body)


def settle_of(world: World, order: str = "") -> Task:
    return world.batch("settle", [message(order or bought())])
