"""/v1/shops/{shop_id}/skus: a shop's own SKU codes, and the items that they stand for"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from functions.api.item_batches import dry
from functions.steps import revive
from shared.domain.errors import Invalid
from shared.domain.hold import Reason
from shared.domain.merchant import MOST_SKUS
from shared.domain.reader import SHORT, Reader
from shared.runtime import problems
from shared.runtime.http import Answer, Call, Routes
from shared.store import merchants

routes = Routes()
MOST, USUAL = 500, 100


@dataclass(frozen=True, slots=True)
class Entry:
    shop_sku: str
    sku: str  # empty = the shop's code shall stand for nothing
    body: Reader


@routes.on("GET", "/v1/shops/{shop_id}/skus", "items:read")
def list_mappings(call: Call, shop_id: str) -> dict[str, Any]:
    """A page in the order of the shop's codes; `sku` leaves those of one item."""
    limit, after = call.limit(USUAL, MOST), call.query.get("cursor", "")
    sku, skus = call.query.get("sku", ""), merchants.shops.get(call.tenant, shop_id).skus
    codes = sorted(code for code in skus if code > after and sku in ("", skus[code]))
    cursor = codes[limit - 1] if len(codes) > limit else None
    return {"skus": [{"shop_sku": c, "sku": skus[c]} for c in codes[:limit]], "next": cursor}


@routes.on("POST", "/v1/shops/{shop_id}/skus/batch", "items:write")
def write_mappings(call: Call, shop_id: str) -> Answer:
    """Set those that name an item, remove the others; all good ones in one write."""
    body = call.reader()
    documents = body.items("skus", limit=MOST)
    body.done()
    body.check()
    dry_run = dry(call)
    shop, same = merchants.shops.look(call.tenant, shop_id)
    skus = dict(shop.skus)
    results = [_settle(call, at, entry, skus) for at, entry in enumerate(_read(call, documents))]
    counts = Counter(str(result["outcome"]) for result in results)
    answer = Answer(200, {"results": results, "counts": dict(counts)})
    if not dry_run and skus != shop.skus:
        merchants.shops.change(call.tenant, replace(shop, skus=skus), same, call.claim(answer))
        revive.revive(call.tenant, Reason.UNMAPPED, shop_id)
    return answer


def _read(call: Call, documents: list[Any]) -> list[Entry]:
    entries: list[Entry] = []
    for document in documents:
        body = Reader(document)
        entry = Entry(body.text("shop_sku", limit=SHORT), body.id("sku", default=""), body)
        if entry.shop_sku and entry.shop_sku in {one.shop_sku for one in entries}:
            body.fault("shop_sku", "twice")
        body.done()
        entries.append(entry)
    _check_items(call.tenant, entries)
    return entries


def _check_items(tenant: str, entries: list[Entry]) -> None:
    """A merchant who keeps no items may map to any SKU."""
    if not merchants.items.any(tenant):
        return
    known = merchants.items.fresh(tenant, {entry.sku for entry in entries if entry.sku})
    for entry in entries:
        if entry.sku and entry.sku not in known and not entry.body.faults_here("sku"):
            entry.body.fault("sku", "unknown-item")


def _settle(call: Call, at: int, entry: Entry, skus: dict[str, str]) -> dict[str, Any]:
    """Do what the entry says to `skus`, unless it has a fault."""
    before = skus.get(entry.shop_sku)
    if entry.sku and before is None and len(skus) >= MOST_SKUS:
        entry.body.fault("shop_sku", "too-many", limit=MOST_SKUS)
    result = {"index": at, "shop_sku": entry.shop_sku}
    if entry.body.faults:
        problem = problems.refused(Invalid(faults=tuple(entry.body.faults)), call.language)
        return {**result, "outcome": "refused", "problem": problem}
    if entry.sku:
        skus[entry.shop_sku] = entry.sku
    else:
        skus.pop(entry.shop_sku, None)
    return {**result, "outcome": _outcome(before, entry.sku)}


def _outcome(before: str | None, sku: str) -> str:
    if (before or "") == sku:
        return "unchanged"
    if not sku:
        return "removed"
    return "created" if before is None else "changed"
