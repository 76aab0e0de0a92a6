"""Campaigns, and orders that are placed on their terms and paid."""

from dataclasses import replace
from typing import Any

from shared.domain import axes
from shared.domain.content import InstalmentState, Part, PaymentState
from shared.domain.hold import Reason
from shared.domain.order import Order
from shared.gateways import queues
from shared.runtime import clock
from shared.store import orders, stock
from tests.support.build import Merchant, Reply, document

HOUR = 3600
UNPAID = {Reason.UNPAID, Reason.BALANCE}


def ahead(hours: float) -> str:
    return clock.later(clock.now(), HOUR * hours)


def grouping(**change: Any) -> dict[str, Any]:
    """Mugs for two buyers at 7 yuan."""
    return {
        "id": "two",
        "kind": "group",
        "name": "两人团",
        "goods": [{"sku": "mug", "price": 700}],
        "closes": ahead(48),
        "grouping": {"size": 2, "hours": 24},
        **change,
    }


def presale(**change: Any) -> dict[str, Any]:
    """Mugs at 9 yuan: 1 now, which counts as 2, and the rest two days later."""
    times = {"balance_opens": ahead(24), "balance_closes": ahead(48), "ship_by": ahead(96)}
    return {
        "id": "early",
        "kind": "presale",
        "name": "预售",
        "goods": [{"sku": "mug", "price": 900, "deposit": 100, "counts": 200, "limit": 5}],
        "closes": ahead(23),
        "presale": {"mode": "deposit", **times},
        **change,
    }


def stocked(acme: Merchant, units: int = 0, sku: str = "mug") -> None:
    """An item, and so many of it."""
    acme.call("POST", "/v1/items", {"id": sku, "name": "杯子", "price": 1000})
    if units:
        acme.put_stock(sku, units)


def begin(acme: Merchant, campaign: dict[str, Any]) -> str:
    made = acme.call("POST", "/v1/campaigns", campaign)
    assert made.status == 201, made.body
    return str(made.body["id"])


def buy(acme: Merchant, campaign: str, buyer: str, quantity: int = 1, **more: str) -> Reply:
    """Ask what it costs, and order it at that price; `more`: the group, another shop."""
    sold = acme.call("GET", f"/v1/campaigns/{campaign}").body["goods"]
    cart = {
        "shop": "tmall",
        "buyer": {"id": buyer},
        "receiver": document()["receiver"],
        "lines": [{"sku": sold[0]["sku"], "quantity": quantity}],
        "campaign": campaign,
        **more,
    }
    quoted = acme.call("POST", "/v1/quotes", cart)
    if quoted.status != 200:
        return quoted
    wanted = {**cart, "number": f"{campaign}-{buyer}"}
    return acme.call("POST", f"/v1/quotes/{quoted.body['id']}/order", wanted)


def bought(acme: Merchant, campaign: str, buyer: str, quantity: int = 1, **more: str) -> str:
    """The same where it must succeed: the order's id."""
    reply = buy(acme, campaign, buyer, quantity, **more)
    assert reply.status == 202, reply.body
    return str(reply.body["id"])


def pay(acme: Merchant, order_id: str, part: Part = Part.WHOLE) -> Order:
    """The money of one part has come, and is booked as the settling step does."""
    before = orders.get(acme.id, order_id)
    payments = tuple(
        replace(each, captured=each.amount, state=InstalmentState.CAPTURED)
        if each.part is part
        else each
        for each in before.content.payments
    )
    state = axes.state(payments)
    payment = replace(before.content.payment, state=state)
    paid_at = clock.now() if state is PaymentState.PAID else ""
    content = replace(before.content, payments=payments, payment=payment, paid_at=paid_at)
    after = replace(before, content=content).noted("amended", clock.now())
    held = [hold.reason for hold in before.holds if hold.reason in UNPAID]
    after = after.lifted(held, clock.now()) if held else after
    written = stock.write(before, after)
    queues.nudge(written)
    queues.flush()
    return written
