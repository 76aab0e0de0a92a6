"""/v1/shops and /v1/warehouses"""

from dataclasses import asdict
from typing import Any, TypeVar

from shared.domain.merchant import Shop
from shared.domain.place import Warehouse
from shared.domain.reader import ID, SHORT, Reader
from shared.runtime.http import Answer, Call, Routes
from shared.store import merchants

routes = Routes(__name__)
T = TypeVar("T", Shop, Warehouse)


@routes.on("GET", "/v1/shops", "settings:read")
def list_shops(call: Call) -> dict[str, Any]:
    return {"shops": [asdict(shop) for shop in merchants.shops.list_(call.tenant)]}


@routes.on("POST", "/v1/shops", "settings:write")
def add_shop(call: Call) -> Answer:
    shop = _shop(call, call.reader())
    answer = Answer(201, asdict(shop))
    merchants.shops.add(call.tenant, shop, call.claim(answer))
    return answer


@routes.on("GET", "/v1/shops/{shop_id}", "settings:read")
def show_shop(call: Call, shop_id: str) -> dict[str, Any]:
    return asdict(merchants.shops.get(call.tenant, shop_id))


@routes.on("PUT", "/v1/shops/{shop_id}", "settings:write")
def change_shop(call: Call, shop_id: str) -> Answer:
    shop = _shop(call, call.reader(), shop_id)
    answer = Answer(200, asdict(shop))
    merchants.shops.replace(call.tenant, shop, call.claim(answer))
    return answer


@routes.on("GET", "/v1/warehouses", "settings:read")
def list_warehouses(call: Call) -> dict[str, Any]:
    return {"warehouses": [asdict(w) for w in merchants.warehouses.list_(call.tenant)]}


@routes.on("POST", "/v1/warehouses", "settings:write")
def add_warehouse(call: Call) -> Answer:
    warehouse = _warehouse(call.reader())
    answer = Answer(201, asdict(warehouse))
    merchants.warehouses.add(call.tenant, warehouse, call.claim(answer))
    return answer


@routes.on("GET", "/v1/warehouses/{warehouse_id}", "settings:read")
def show_warehouse(call: Call, warehouse_id: str) -> dict[str, Any]:
    return asdict(merchants.warehouses.get(call.tenant, warehouse_id))


@routes.on("PUT", "/v1/warehouses/{warehouse_id}", "settings:write")
def change_warehouse(call: Call, warehouse_id: str) -> Answer:
    warehouse = _warehouse(call.reader(), warehouse_id)
    answer = Answer(200, asdict(warehouse))
    merchants.warehouses.replace(call.tenant, warehouse, call.claim(answer))
    return answer


def _shop(call: Call, body: Reader, shop_id: str = "") -> Shop:
    shop = Shop(
        id=shop_id or body.id("id"),
        name=body.text("name"),
        channel=body.id("channel", default="own"),
        currency=body.text("currency", default="CNY", limit=3),
        warehouses=body.texts("warehouses"),
        skus=body.mapping("skus", limit=5000),
        hold_notes=body.flag("hold_notes", default=True),
        active=body.flag("active", default=True),
    )
    if not all(ID.fullmatch(sku) and len(sku) <= SHORT for sku in shop.skus.values()):
        body.fault("skus", "not-an-id")
    known = {w.id for w in merchants.warehouses.list_(call.tenant)} if shop.warehouses else set()
    for at, warehouse in enumerate(shop.warehouses):
        if warehouse not in known:
            body.fault(f"warehouses[{at}]", "unknown-warehouse")
    return _checked(body, shop)


def _warehouse(body: Reader, warehouse_id: str = "") -> Warehouse:
    return _checked(
        body,
        Warehouse(
            id=warehouse_id or body.id("id"),
            name=body.text("name"),
            province=body.text("province", default=""),
            city=body.text("city", default=""),
            serves=body.texts("serves", limit=100),
            priority=body.whole("priority", default=100, most=9999),
            carrier=body.id("carrier", default="manual"),
            active=body.flag("active", default=True),
        ),
    )


def _checked(body: Reader, thing: T) -> T:
    body.seen.add("id")
    body.done()
    body.check()
    return thing
