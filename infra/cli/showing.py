"""How orders look on a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType

from infra.cli.moments import local
from infra.cli.output import Output, Row, yuan
from infra.cli.words import Words

LIST = ("id", "shop", "number", "status", "holds", "total", "placed_at")
HEAD = (*LIST, "paid_at", "received_at", "buyer", "receiver", "phone", "address", "notes", "tags")
TABLES = {
    "lines": ("sku", "shop_sku", "title", "quantity", "unit_price", "paid"),
    "parcels": ("no", "warehouse", "carrier", "tracking", "shipped_at"),
}
MONEY = {"total", "unit_price", "paid"}
TIMES = {"placed_at", "paid_at", "received_at", "shipped_at"}
PLACE = ("province", "city", "district", "town", "address")


def listed(out: Output, orders: list[Row]) -> RenderableType:
    return out.table([_readable(out.words, order) for order in orders], LIST)


def whole(out: Output, order: Row) -> RenderableType:
    """Everything a person wants to know of one order."""
    parts: list[RenderableType] = [
        out.fields(_readable(out.words, order) | dict(_told(order)), HEAD)
    ]
    for name, columns in TABLES.items():
        if rows := order.get(name):
            table = out.table([_readable(out.words, row) for row in rows], columns)
            parts += ["", f"[bold]{out.words(name)}[/bold]", table]
    return Group(*parts)


def _readable(words: Words, row: Row) -> Row:
    """Codes as words, fen as yuan, times in this machine's zone."""
    found = dict(row)
    for name in MONEY & row.keys():
        found[name] = yuan(row[name])
    for name in TIMES & row.keys():
        found[name] = local(row[name]) if row[name] else ""
    if "status" in row:
        found["status"] = words(f"status.{row['status']}")
    if "holds" in row:
        found["holds"] = [
            hold["reason"] if isinstance(hold, dict) else hold for hold in row["holds"]
        ]
    return found


def _told(order: Row) -> Iterator[tuple[str, str]]:
    """What lies deeper in the order's document."""
    yield "total", f"{yuan(order['amounts']['total'])} {order['currency']}"
    buyer, receiver = order.get("buyer") or {}, order.get("receiver") or {}
    yield "buyer", " ".join(filter(None, (buyer.get("id"), buyer.get("name"))))
    yield "receiver", receiver.get("name", "")
    yield "phone", receiver.get("phone", "")
    yield "address", " ".join(filter(None, (receiver.get(name) for name in PLACE)))
    yield "notes", " / ".join(filter(None, (order.get("notes") or {}).values()))
