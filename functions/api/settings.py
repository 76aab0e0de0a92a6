"""/v1/shops and /v1/warehouses"""

from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any, TypeVar

from functions.steps import revive
from shared.domain import carrier_reading, postage, push
from shared.domain.audit import Audit
from shared.domain.content import Lane
from shared.domain.hold import Reason
from shared.domain.merchant import MOST_SKUS, Merging, Shop
from shared.domain.place import Strategy, Warehouse, WarehouseKind
from shared.domain.postage import Postage
from shared.domain.reader import ID, SHORT, Reader
from shared.runtime.http import Answer, Call, Routes
from shared.store import audits, merchants
from shared.store.shelf import Shelf
from shared.store.table import Put

routes = Routes()
T = TypeVar("T", Shop, Warehouse)
MOST_PARCELS = 10_000_000  # a day
MOST_SPLITS = 9
MOST_MINUTES, MOST_HOURS = 7 * 1440, 90 * 24  # an order waits for others, or takes to ship
MOST_TOGETHER = 40  # orders in one box
BUILT_IN = ("manual", "simulated")  # carriers that need no tariff


class Step(StrEnum):
    """Who looks at every order of a shop, one after the other."""

    SERVICE = "service"
    FINANCE = "finance"


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
    if shop.skus:  # what waited for its mapping may have it now
        revive.revive(call.tenant, Reason.UNMAPPED, shop_id)
    return answer


@routes.on("GET", "/v1/warehouses", "settings:read")
def list_warehouses(call: Call) -> dict[str, Any]:
    return {"warehouses": [asdict(w) for w in merchants.warehouses.list_(call.tenant)]}


@routes.on("POST", "/v1/warehouses", "settings:write")
def add_warehouse(call: Call) -> Answer:
    warehouse = _warehouse(call, call.reader())
    answer = Answer(201, asdict(warehouse))
    noted = _noted(call, replace(warehouse, negative=False), warehouse)
    merchants.warehouses.add(call.tenant, warehouse, call.claim(answer), *noted)
    return answer


@routes.on("GET", "/v1/warehouses/{warehouse_id}", "settings:read")
def show_warehouse(call: Call, warehouse_id: str) -> dict[str, Any]:
    return asdict(merchants.warehouses.get(call.tenant, warehouse_id))


@routes.on("PUT", "/v1/warehouses/{warehouse_id}", "settings:write")
def change_warehouse(call: Call, warehouse_id: str) -> Answer:
    warehouse = _warehouse(call, call.reader(), warehouse_id)
    before, same = merchants.warehouses.look(call.tenant, warehouse_id)
    answer = Answer(200, asdict(warehouse))
    noted = _noted(call, before, warehouse)
    merchants.warehouses.change(call.tenant, warehouse, same, call.claim(answer), *noted)
    return answer


def _shop(call: Call, body: Reader, shop_id: str = "") -> Shop:
    shop = Shop(
        id=shop_id or body.id("id"),
        name=body.text("name"),
        channel=body.id("channel", default="own"),
        currency=body.text("currency", default="CNY", limit=3),
        warehouses=body.texts("warehouses"),
        skus=body.mapping("skus", limit=MOST_SKUS),
        hold_notes=body.flag("hold_notes", default=True),
        sourcing=body.one_of("sourcing", Strategy, Strategy.CHEAPEST),
        push=push.read(body.object("push", required=False)),
        mode=body.text("mode", default="", limit=SHORT),
        merge=_merging(body.object("merge", required=False)),
        steps=body.several_of("steps", Step),
        promise=body.whole("promise", default=0, most=MOST_HOURS),
        warehouse_codes=body.mapping("warehouse_codes", limit=1000),
        carriers=body.texts("carriers"),
        most_splits=body.whole("most_splits", default=MOST_SPLITS, least=1, most=MOST_SPLITS),
        least_split=body.whole("least_split", default=0),
        deposits=body.flag("deposits"),
        pay_within=body.whole("pay_within", default=30, most=MOST_MINUTES),
        postage=_postage(body.object("postage", required=False)),
        by_priority=body.several_of("by_priority", Lane),
        agree_up_to=body.whole("agree_up_to", default=0),
        active=body.flag("active", default=True),
    )
    if not all(ID.fullmatch(sku) and len(sku) <= SHORT for sku in shop.skus.values()):
        body.fault("skus", "not-an-id")
    named = {f"warehouses[{at}]": one for at, one in enumerate(shop.warehouses)}
    named |= {f"warehouse_codes.{code}": one for code, one in shop.warehouse_codes.items()}
    _check_known(body, named, merchants.warehouses, call.tenant)
    _check_carriers(body, shop.carriers, BUILT_IN, call.tenant)
    return _checked(body, shop)


def _warehouse(call: Call, body: Reader, warehouse_id: str = "") -> Warehouse:
    warehouse = Warehouse(
        id=warehouse_id or body.id("id"),
        name=body.text("name"),
        kind=body.one_of("kind", WarehouseKind, WarehouseKind.OWN),
        province=body.text("province", default=""),
        city=body.text("city", default=""),
        address=body.text("address", default="", limit=300),
        serves=body.texts("serves", limit=100),
        priority=body.whole("priority", default=100, most=9999),
        carrier=body.id("carrier", default="manual"),
        capacity=body.whole("capacity", default=0, most=MOST_PARCELS),
        shops=body.texts("shops", limit=1000),
        tariff=carrier_reading.tariff(body.object("tariff", required=False)),
        group=body.text("group", default="", limit=SHORT),
        carriers=body.texts("carriers"),
        negative=body.flag("negative"),
        active=body.flag("active", default=True),
    )
    named = {f"shops[{at}]": one for at, one in enumerate(warehouse.shops)}
    _check_known(body, named, merchants.shops, call.tenant)
    _check_carriers(body, warehouse.carriers, (*BUILT_IN, warehouse.carrier), call.tenant)
    return _checked(body, warehouse)


def _merging(merge: Reader) -> Merging:
    merging = Merging(
        on=merge.flag("on"),
        buffer=merge.whole("buffer", default=30, most=MOST_MINUTES),
        limit=merge.whole("limit", default=5, least=2, most=MOST_TOGETHER),
        presale=merge.flag("presale"),
        split=merge.flag("split"),
    )
    merge.done()
    return merging


def _postage(given: Reader) -> Postage:
    found = postage.read(given)
    given.done()
    return found


def _check_carriers(
    body: Reader, names: tuple[str, ...], also: tuple[str, ...], tenant: str
) -> None:
    named = {f"carriers[{at}]": one for at, one in enumerate(names) if one not in also}
    _check_known(body, named, merchants.carriers, tenant)


def _check_known(body: Reader, named: dict[str, str], shelf: Shelf[Any], tenant: str) -> None:
    """`named`: field -> the id that stands there."""
    known = {one.id for one in shelf.list_(tenant)} if named else set()
    for field, one in named.items():
        if one not in known:
            body.fault(field, f"unknown-{shelf.kind}")


def _noted(call: Call, before: Warehouse, after: Warehouse) -> list[Put]:
    """Whoever lets stock fall below nought, or forbids it, is written down with the change."""
    if before.negative == after.negative:
        return []
    was, now = {"negative": before.negative}, {"negative": after.negative}
    audit = Audit(call.now, call.by, "warehouse", after.id, was, now)
    return [audits.writes(call.tenant, audit)]


def _checked(body: Reader, thing: T) -> T:
    body.seen.add("id")
    body.done()
    body.check()
    return thing
