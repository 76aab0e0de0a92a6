"""/v1/items: what a merchant sells, and kits made of it"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from functions.api.item_taking import Taking, stocked
from shared.domain import item_reading
from shared.domain.errors import Exists, HasStock, NotFound, faulty
from shared.domain.item import Item
from shared.domain.reader import ID, Reader
from shared.runtime.http import LONGEST_ID, Answer, Call, Routes
from shared.store import merchants

routes = Routes()
MOST, USUAL = 500, 100
LOOKED_AT = 2000  # items that one call reads at most; a rare filter gives short pages
OWN = ("kits", "version")  # what only the store knows


@dataclass(frozen=True, slots=True)
class Wanted:
    category: str
    kit: str
    active: str
    prefix: str

    def fits(self, item: Item) -> bool:
        return (
            self.category in ("", item.category)
            and self.kit in ("", _flag(item.kit))
            and self.active in ("", _flag(item.active))
            and item.id.startswith(self.prefix)
        )


@routes.on("GET", "/v1/items", "items:read")
def list_items(call: Call) -> dict[str, Any]:
    """A page in the order of SKUs; all at once for one barcode, or for the kits with one part."""
    wanted, barcode, part = _wanted(call), call.query.get("barcode"), call.query.get("part")
    if barcode is None and part is None:
        found, cursor = _page(call, wanted)
        return {"items": [shown(item) for item in found], "next": cursor}
    given = (
        merchants.items.kits_of(call.tenant, part)
        if part is not None
        else merchants.items.with_barcode(call.tenant, barcode or "")
    )
    fits = [i for i in given if wanted.fits(i) and (barcode is None or i.barcode == barcode)]
    return {"items": [shown(item) for item in fits], "next": None}


@routes.on("POST", "/v1/items", "items:write")
def add_item(call: Call) -> Answer:
    item = read(call.reader())
    taking = Taking.of(call.tenant, [item])
    if item.id in taking.known:
        raise Exists(kind="item", id=item.id)
    return _write(call, taking, item, 201)


@routes.on("GET", "/v1/items/{sku}", "items:read")
def show_item(call: Call, sku: str) -> dict[str, Any]:
    return shown(merchants.items.get(call.tenant, sku))


@routes.on("PUT", "/v1/items/{sku}", "items:write")
def change_item(call: Call, sku: str) -> Answer:
    item = read(call.reader(), sku)
    taking = Taking.of(call.tenant, [item])
    if sku not in taking.known:
        raise NotFound(kind="item", id=sku)
    return _write(call, taking, item, 200)


@routes.on("DELETE", "/v1/items/{sku}", "items:write")
def remove_item(call: Call, sku: str) -> Answer:
    merchants.items.get(call.tenant, sku)
    if there := stocked(call.tenant, sku):
        raise HasStock(kind="item", id=sku, warehouses=there)
    answer = Answer(200, {"id": sku, "removed": True})
    merchants.items.remove(call.tenant, sku, call.claim(answer))
    return answer


def read(body: Reader, sku: str = "") -> Item:
    """An item that is well-formed by itself, or Invalid."""
    item = item_reading.read(body, sku)
    body.check()
    return item


def shown(item: Item) -> dict[str, Any]:
    return {name: value for name, value in asdict(item).items() if name not in OWN}


def _write(call: Call, taking: Taking, item: Item, status: int) -> Answer:
    taking.check(item)
    answer = Answer(status, shown(item))
    taking.write(item, call.claim(answer))
    return answer


def _page(call: Call, wanted: Wanted) -> tuple[list[Item], str | None]:
    limit, found, after = call.limit(USUAL, MOST), [], _after(call, wanted)
    for looked_at, item in enumerate(_walk(call.tenant, wanted, after, limit), 1):
        if wanted.fits(item):
            found.append(item)
        if len(found) == limit or looked_at == LOOKED_AT:
            return found, item.id
    return found, None


def _walk(tenant: str, wanted: Wanted, after: str, limit: int) -> Iterator[Item]:
    """Items from here on; a filter may pass over many, so that more are read at once."""
    filtered = wanted.category or wanted.kit or wanted.active
    while some := merchants.items.page(tenant, after, MOST if filtered else limit, wanted.prefix):
        yield from some
        after = some[-1].id


def _after(call: Call, wanted: Wanted) -> str:
    """The SKU behind which the page begins."""
    after = call.query.get("cursor", "")
    if after and not (
        ID.fullmatch(after) and len(after) <= LONGEST_ID and after.startswith(wanted.prefix)
    ):
        raise faulty("cursor", "bad-cursor")
    return after


def _wanted(call: Call) -> Wanted:
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor", "barcode", "part"))
    for name in ("kit", "active"):
        if query.value.get(name, "true") not in ("true", "false"):
            query.fault(name, "not-one-of", choices=["true", "false"])
    wanted = Wanted(
        category=query.text("category", default=""),
        kit=query.text("kit", default=""),
        active=query.text("active", default=""),
        prefix=query.text("q", default="", limit=64),
    )
    query.done()
    query.check()
    return wanted


def _flag(value: bool) -> str:
    return str(value).lower()
