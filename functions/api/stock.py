"""/v1/stock"""

from typing import Any

from functions.api import views
from shared.domain.errors import NotFound, faulty
from shared.domain.order import Status
from shared.domain.reader import Reader
from shared.gateways import queues
from shared.runtime.http import Answer, Call, Routes
from shared.store import merchants, orders, stock

routes = Routes(__name__)
MOST, USUAL = 500, 100


@routes.on("GET", "/v1/stock", "stock:read")
def list_stock(call: Call) -> dict[str, Any]:
    limit = call.limit(USUAL, MOST)
    levels = stock.page(call.tenant, _after(call), limit, call.query.get("sku", ""))
    last = levels[-1] if len(levels) == limit else None
    warehouse = call.query.get("warehouse", "")
    shown = [views.level(one) for one in levels if warehouse in ("", one.warehouse)]
    return {"stock": shown, "next": f"{last.sku}#{last.warehouse}" if last else None}


@routes.on("GET", "/v1/stock/{sku}", "stock:read")
def show_stock(call: Call, sku: str) -> dict[str, Any]:
    levels = stock.levels(call.tenant, sku)
    if not levels:
        raise NotFound(kind="stock", id=sku)
    totals = {
        name: sum(getattr(one, name) for one in levels) for name in ("on_hand", "held", "free")
    }
    return {"sku": sku, **totals, "warehouses": [views.level(one) for one in levels]}


@routes.on("PUT", "/v1/stock/{sku}/{warehouse_id}", "stock:write")
def set_stock(call: Call, sku: str, warehouse_id: str) -> Answer:
    body = call.reader()
    on_hand = body.whole("on_hand", most=10**9)
    body.done()
    sku = Reader({"sku": sku}, faults=body.faults).id("sku")
    body.check()
    merchants.warehouses.get(call.tenant, warehouse_id)
    before = stock.find_level(call.tenant, sku, warehouse_id)
    held = before.held if before else 0
    level = stock.Level(sku, warehouse_id, on_hand - held, held)
    answer = Answer(200, views.level(level))
    stock.set_level(call.tenant, before, level, call.claim(answer))
    if level.free > (before.free if before else 0):
        _wake(call.tenant, sku)
    return answer


def _after(call: Call) -> str:
    """The place (SKU#warehouse) behind which the page begins; a list of one SKU stays there."""
    place, sku = call.query.get("cursor", ""), call.query.get("sku", "")
    if place and (place.count("#") != 1 or not place.startswith(f"{sku}#" if sku else "")):
        raise faulty("cursor", "bad-cursor")
    return place


def _wake(tenant: str, sku: str) -> None:
    """Nudge the orders that wait for this SKU, the oldest first; the sweep would, but later."""
    waiting = [
        order
        for order in orders.open_of(tenant)
        if order.status is Status.SHORT and sku in order.needs
    ]
    for order in sorted(waiting, key=lambda order: order.received_at):
        queues.nudge(order)
