"""/v1/stock/verify, /v1/stock/{sku}/explain and /v1/stock/{sku}/ledger"""

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from heapq import nlargest
from typing import Any
from urllib.parse import quote

from functions.api import views
from shared.domain import ledger, words
from shared.domain.errors import NotFound, faulty
from shared.domain.ledger import Difference, Holder
from shared.domain.order import Order
from shared.domain.reader import Reader
from shared.domain.stock import Place, Posting
from shared.runtime.http import Call, Routes
from shared.store import checking, explaining, merchants, orders, stock
from shared.store.explaining import Standing, Wanted
from shared.store.families import Line

routes = Routes()
MOST, USUAL = 500, 100
SECONDS = 10.0  # that one call checks for; the gateway waits 29
SHOWN = 20  # newest lines
HOLDERS = 200  # of one place that are named
Orders = dict[str, Order]


@routes.on("POST", "/v1/stock/verify", "stock:read")
def verify_stock(call: Call) -> dict[str, Any]:
    """Compare a page of counters with their ledgers."""
    limit, sku = call.limit(USUAL, MOST), call.query.get("sku", "")
    after = call.query.get("cursor", "")
    place = after.removesuffix(checking.ON)
    if after and (place.count("#") != 2 or not place.startswith(f"{sku}#" if sku else "")):  # noqa: PLR2004
        raise faulty("cursor", "bad-cursor")
    checked = checking.page(call.tenant, after, limit, SECONDS, sku)
    return {
        "checked": len(checked.places),
        "differences": [_difference(one) for one in checked.differences],
        "next": checked.after or None,
    }


@routes.on("GET", "/v1/stock/{sku}/explain", "stock:read")
def explain_stock(call: Call, sku: str) -> dict[str, Any]:
    """Where a SKU's units are, who holds them, and what happened last."""
    found = explaining.explain(call.tenant, sku, call.query.get("warehouse", ""), SHOWN)
    if not found:
        raise NotFound(kind="stock", id=sku)
    lines = [line for one in found for line in one.newest]
    newest = nlargest(SHOWN, lines, key=lambda one: (one[1].at, one[0], one[1].seq))
    named = [replace(one, holders=one.holders[:HOLDERS]) for one in found]
    known = _orders(call.tenant, [h for one in named for h in one.holders], newest)
    item = merchants.items_of(call.tenant, [sku]).get(sku)
    return {
        "sku": sku,
        "name": item.name if item else "",
        **{name: sum(getattr(one.level, name) for one in found) for name in views.FIGURES},
        "places": [_standing(one, known) for one in named],
        "kits": [kit.id for kit in merchants.kits_with(call.tenant, sku)],
        "ledger": [_line(place, line, known) for place, line in newest],
        "links": _links(call.tenant, sku),
    }


@routes.on("GET", "/v1/stock/{sku}/ledger", "stock:read")
def list_ledger(call: Call, sku: str) -> dict[str, Any]:
    """The lines of a SKU's ledger, the newest first."""
    limit, wanted = call.limit(USUAL, MOST), _wanted(call, sku)
    at = _positions(call.query.get("cursor", ""), sku)
    if not stock.levels(call.tenant, sku):
        raise NotFound(kind="stock", id=sku)
    lines, read = explaining.page(call.tenant, wanted, at, limit)
    known = _orders(call.tenant, (), lines)
    return {
        "ledger": [_line(place, line, known) for place, line in lines],
        "next": _cursor(read) or None,
    }


def _wanted(call: Call, sku: str) -> Wanted:
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor"))
    wanted = Wanted(
        sku=sku,
        warehouse=query.text("warehouse", default=""),
        lot=query.text("lot", default=""),
        cause=query.text("cause", default=""),
        id=query.text("id", default=""),
        first=query.time("from", default=""),
        last=query.time("to", default=""),
    )
    query.done()
    query.check()
    return wanted


def _difference(one: Difference) -> dict[str, Any]:
    about = {**one.place._asdict(), "flaw": one.flaw.value, "counter": one.counter}
    figures = {"shows": one.shows, "should": one.should}
    return {**about, **figures, **views.both(f"flaw.{one.flaw}", {**about, **figures})}


def _standing(one: Standing, known: Orders) -> dict[str, Any]:
    """A place and the holders that are named; `others`: units of whoever is not."""
    named = sum(holder.units for holder in one.holders)
    promised = sum(ledger.promised(one.level, name) for name in ledger.HOLDING)
    return {
        **views.level(one.level),
        "holders": [_holder(holder, known) for holder in one.holders],
        "others": max(0, promised - named),
    }


def _holder(one: Holder, known: Orders) -> dict[str, Any]:
    return {**asdict(one), **_order(one.cause, one.id, known)}


def _line(place: Place, line: Posting, known: Orders) -> dict[str, Any]:
    about = _order(line.cause, line.id, known)
    name = about["order"]["number"] if about else ""
    return {
        "warehouse": place.warehouse,
        "lot": place.lot,
        **asdict(line),
        **{language: ledger.told(line, language, name) for language in words.LANGUAGES},
        **about,
    }


def _orders(tenant: str, holders: Iterable[Holder], lines: Iterable[Line]) -> Orders:
    """The orders behind these."""
    ids = {one.id for one in holders if one.cause == "order"}
    ids |= {line.id for _, line in lines if line.cause == "order"}
    return orders.get_many(tenant, sorted(ids))


def _order(cause: str, row_id: str, known: Orders) -> dict[str, Any]:
    one = known.get(row_id) if cause == "order" else None
    if one is None:
        return {}
    about = {"number": one.number, "shop": one.shop, "status": one.status.value}
    return {"order": {**about, "links": views.links(one)}}


def _links(tenant: str, sku: str) -> dict[str, Any]:
    """Where each shop's figure of this SKU is explained, and the whole ledger."""
    path = quote(sku, safe="")
    shops = merchants.shops.all_known(tenant)
    return {
        "ledger": f"/v1/stock/{path}/ledger",
        "sellable": {one.id: f"/v1/shops/{quote(one.id)}/sellable?sku={path}" for one in shops},
    }


def _cursor(read: dict[Place, int]) -> str:
    """How far each place was read."""
    named = {"#".join(place[1:]): seq for place, seq in read.items()}
    return base64.urlsafe_b64encode(json.dumps(named).encode()).decode() if named else ""


def _positions(cursor: str, sku: str) -> dict[Place, int]:
    if not cursor:
        return {}
    try:
        named = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        found = {Place(sku, *text.split("#")): int(seq) for text, seq in named.items()}
    except (ValueError, TypeError, AttributeError):
        found = {}
    if not found or min(found.values()) < 1:
        raise faulty("cursor", "bad-cursor")
    return found
