"""/v1/stock-holds: units set aside for something else than an order"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from functions.api import documents
from shared.domain import stock_hold
from shared.domain.goods import MOST_UNITS
from shared.domain.picking import Want
from shared.domain.reader import Reader
from shared.domain.routing import MOST_COUNTERS
from shared.domain.stock import Change
from shared.domain.stock_hold import Kind, StockHold
from shared.runtime.http import Answer, Call, Routes
from shared.store import merchants, stock_holds, supplies

routes = Routes()


@routes.on("GET", "/v1/stock-holds", "stock:read")
def list_holds(call: Call) -> dict[str, Any]:
    filters = ("kind", "state", "sku", "shop")
    found, cursor = documents.page(call, stock_holds.folder, shown, *filters)
    return {"holds": found, "next": cursor}


@routes.on("GET", "/v1/stock-holds/{hold_id}", "stock:read")
def show_hold(call: Call, hold_id: str) -> dict[str, Any]:
    return shown(stock_holds.folder.get(call.tenant, hold_id))


@routes.on("PUT", "/v1/stock-holds/{hold_id}", "stock:write")
def set_hold(call: Call, hold_id: str) -> Answer:
    """Let it be of exactly these units: only the difference to before is moved."""
    fresh, wants = _read(call, hold_id)
    before = stock_holds.folder.find(call.tenant, fresh.id) or fresh
    terms = fresh.after(before)
    picked = supplies.pick(call.tenant, wants, terms.source, before.holding)
    after = terms.covering(picked.units)
    changes = stock_hold.changes(before, after, picked.levels, picked.endless)
    return _written(call, after, changes)


@routes.on("POST", "/v1/stock-holds/{hold_id}/release", "stock:write")
def release_hold(call: Call, hold_id: str) -> Answer:
    """Give the units back, once: who comes again finds it done."""
    body = call.reader()
    body.done()
    body.check()
    hold = stock_holds.folder.get(call.tenant, hold_id)
    if not hold.holding:
        return Answer(200, shown(hold))
    return _written(call, *stock_holds.released(call.tenant, hold))


def shown(hold: StockHold) -> dict[str, Any]:
    return {name: value for name, value in asdict(hold).items() if name != "version"}


def _written(call: Call, after: StockHold, changes: list[Change]) -> Answer:
    answer = Answer(200, shown(after))
    documents.write(call, stock_holds.folder, after, changes, answer)
    return answer


def _read(call: Call, hold_id: str) -> tuple[StockHold, list[Want]]:
    body = call.reader()
    wants = list(_wants(call.tenant, body))
    terms = StockHold(
        id=Reader({"id": hold_id}, faults=body.faults).id("id"),
        kind=body.one_of("kind", Kind, Kind.MANUAL),
        shop=body.id("shop", default=""),
        note=body.text("note", default=""),
        until=body.time("until", default=""),
        limit=body.whole("limit", default=0, least=1, most=MOST_UNITS),
        created_at=call.now,
        by=call.by,
    )
    _check(call, body, terms, sum(want.units for want in wants))
    body.done()
    body.check()
    return terms, wants


def _check(call: Call, body: Reader, terms: StockHold, units: int) -> None:
    if terms.kind is Kind.APPOINTED and not terms.shop and not body.faults_here("shop"):
        body.fault("shop", "missing")
    if terms.shop and merchants.shops.find(call.tenant, terms.shop) is None:
        body.fault("shop", "unknown-shop")
    if terms.until and terms.until <= call.now:
        body.fault("until", "not-in-the-future")
    if terms.limit and units > terms.limit:
        body.fault("limit", "out-of-range", least=units, most=MOST_UNITS)


def _wants(tenant: str, body: Reader) -> Iterator[Want]:
    known = {warehouse.id for warehouse in merchants.warehouses.list_(tenant)}
    for line in body.objects("lines", limit=MOST_COUNTERS):
        want = Want(
            line.id("sku"),
            line.id("warehouse"),
            line.id("lot", default=""),
            line.whole("units", least=1, most=MOST_UNITS),
        )
        if want.warehouse not in known and not line.faults_here("warehouse"):
            line.fault("warehouse", "unknown-warehouse")
        line.done()
        yield want
