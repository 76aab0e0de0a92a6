"""/v1/stock"""

from typing import Any

from functions.api import views
from functions.steps import wake
from shared.domain.errors import NotFound, faulty
from shared.domain.reader import Reader
from shared.domain.stock import Cause, Level, Place
from shared.domain.stock_hold import without
from shared.runtime.http import Answer, Call, Routes
from shared.store import merchants, stock, stock_holds

routes = Routes()
MOST, USUAL = 500, 100


@routes.on("GET", "/v1/stock", "stock:read")
def list_stock(call: Call) -> dict[str, Any]:
    limit = call.limit(USUAL, MOST)
    levels = stock.page(call.tenant, _after(call), limit, call.query.get("sku", ""))
    last = levels[-1] if len(levels) == limit else None
    warehouse = call.query.get("warehouse", "")
    wanted = (one for one in levels if warehouse in ("", one.warehouse))
    shown = [views.level(stock.whole(call.tenant, one)) for one in wanted]
    return {"stock": shown, "next": "#".join(last.place) if last else None}


@routes.on("GET", "/v1/stock/{sku}", "stock:read")
def show_stock(call: Call, sku: str) -> dict[str, Any]:
    levels = [stock.whole(call.tenant, one) for one in stock.counters(call.tenant, sku)]
    if hold_id := call.query.get("without_hold", ""):
        levels = without(levels, stock_holds.folder.get(call.tenant, hold_id))
    if not levels:
        raise NotFound(kind="stock", id=sku)
    totals = {name: sum(getattr(one, name) for one in levels) for name in views.FIGURES}
    return {"sku": sku, **totals, "warehouses": [views.level(one) for one in levels]}


@routes.on("PUT", "/v1/stock/{sku}/{warehouse_id}", "stock:write")
def set_stock(call: Call, sku: str, warehouse_id: str) -> Answer:
    body = call.reader()
    on_hand = body.whole("on_hand", most=10**9)
    body.done()
    sku = Reader({"sku": sku}, faults=body.faults).id("sku")
    has_one_counter(call.tenant, sku, body)
    body.check()
    merchants.warehouses.get(call.tenant, warehouse_id)
    place, cause = Place(sku, warehouse_id), Cause("hand", "-", call.now, call.by)
    before = stock.find_level(call.tenant, place) or Level(*place)
    answer = Answer(200, views.level(stock.at(before, on_hand)))
    stock.set_on_hand(call.tenant, before, on_hand, cause, call.claim(answer))
    if on_hand > before.on_hand:
        wake.wake(call.tenant, [sku])
    return answer


def has_one_counter(tenant: str, sku: str, body: Reader) -> None:
    """A kit has no stock of its own, and one kept by lot has a counter for each lot."""
    item = merchants.items_of(tenant, [sku]).get(sku)
    if item and item.kit:
        body.fault("sku", "is-a-kit")
    if item and item.lots:
        body.fault("sku", "by-lot")


def _after(call: Call) -> str:
    """The place (SKU#warehouse) behind which the page begins; a list of one SKU stays there."""
    place, sku = call.query.get("cursor", ""), call.query.get("sku", "")
    parts = place.split("#")
    if place and (len(parts) != len(Place._fields) or sku not in ("", parts[0])):
        raise faulty("cursor", "bad-cursor")
    return place
