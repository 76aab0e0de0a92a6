"""/v1/hot-sales: SKUs whose units lie in several buckets, so that many can buy at once"""

from dataclasses import asdict, replace
from typing import Any

from functions.api import documents
from functions.api.stock import has_one_counter
from functions.steps import heat, wake
from shared.domain import buckets
from shared.domain.errors import WrongState
from shared.domain.hot_sale import HotSale, SaleState, id_of
from shared.domain.reader import Reader
from shared.domain.stock import Level, Place
from shared.runtime.http import Answer, Call, Routes
from shared.store import hot_sales, merchants, stock

routes = Routes()
MOST_A_SECOND = 1_000_000


@routes.on("GET", "/v1/hot-sales", "stock:read")
def list_sales(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, hot_sales.folder, _shown, "state", "warehouse")
    return {"hot_sales": found, "next": cursor}


@routes.on("GET", "/v1/hot-sales/{sku}/{warehouse_id}", "stock:read")
def show_sale(call: Call, sku: str, warehouse_id: str) -> dict[str, Any]:
    """The sale, and how its units lie now."""
    sale = hot_sales.folder.get(call.tenant, id_of(Place(sku, warehouse_id)))
    return {**_shown(sale), **_figures(call.tenant, sale.root)}


@routes.on("PUT", "/v1/hot-sales/{sku}/{warehouse_id}", "stock:write")
def plan_sale(call: Call, sku: str, warehouse_id: str) -> Answer:
    """Make a SKU hot, now or from `start` on; a sale that has not begun is planned anew."""
    merchants.warehouses.get(call.tenant, warehouse_id)
    planned = _read(call, Place(sku, warehouse_id))
    before = hot_sales.folder.find(call.tenant, planned.id)
    if before and before.state is SaleState.ON:
        raise WrongState(kind="hot-sale", id=before.id, stage=before.state.value)
    sale = replace(planned, version=before.version if before else 0)
    answer = Answer(200, _shown(replace(sale, state=sale.wants_to_be(call.now))))
    hot_sales.save(call.tenant, sale, call.now, call.claim(answer))
    if sale.start <= call.now:
        heat.heat(call.tenant, sale.id)
    return answer


@routes.on("DELETE", "/v1/hot-sales/{sku}/{warehouse_id}", "stock:write")
def end_sale(call: Call, sku: str, warehouse_id: str) -> Answer:
    """Bring everything back to one counter; what stops on the way is finished by the clock."""
    sale = hot_sales.folder.get(call.tenant, id_of(Place(sku, warehouse_id)))
    ended = replace(sale, until=min(call.now, sale.until or call.now))
    answer = Answer(200, _shown(replace(ended, state=SaleState.OVER)))
    hot_sales.save(call.tenant, ended, call.now, call.claim(answer))
    heat.heat(call.tenant, sale.id)
    wake.wake(call.tenant, [sku])
    return answer


def _read(call: Call, place: Place) -> HotSale:
    body = call.reader()
    level = stock.find_level(call.tenant, place) or Level(*place)
    number = body.whole("buckets", default=0, least=2, most=buckets.MOST)
    peak = body.whole("peak", default=0, least=1, most=MOST_A_SECOND)
    if bool(number) == bool(peak) and not body.faults_here("buckets", "peak"):
        body.fault("buckets", "either-or", other="peak")
    sale = HotSale(
        id=id_of(place),
        sku=Reader({"sku": place.sku}, faults=body.faults).id("sku"),
        warehouse=place.warehouse,
        buckets=number or max(2, buckets.wanted(peak, max(0, level.free))),
        start=body.time("start", default=call.now),
        until=body.time("until", default=""),
        created_at=call.now,
        by=call.by,
    )
    _check(call, body, sale)
    return sale


def _check(call: Call, body: Reader, sale: HotSale) -> None:
    if sale.until and sale.until <= max(call.now, sale.start):
        body.fault("until", "not-after-the-start")
    has_one_counter(call.tenant, sale.sku, body)
    body.done()
    body.check()


def _figures(tenant: str, root: Place) -> dict[str, Any]:
    level = stock.find_level(tenant, root) or Level(*root)
    there = stock.in_buckets(tenant, level)
    return {
        "heat": level.hot.heat.value if level.hot else None,
        "on_the_counter": {"free": level.free, "held": level.held},
        "in_buckets": {
            "free": sum(bucket.free for bucket in there),
            "held": sum(bucket.held for bucket in there),
            "filled": sum(bucket.free > 0 for bucket in there),
        },
    }


def _shown(sale: HotSale) -> dict[str, Any]:
    return {name: value for name, value in asdict(sale).items() if name != "version"}
