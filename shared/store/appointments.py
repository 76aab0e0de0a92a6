"""Units set aside for one shop, a row for each hold, kept from the stream of the stock."""

from collections.abc import Iterable
from typing import Any

from shared.domain.stock_hold import Kind, StockHold
from shared.store import keys, stock_holds
from shared.store.pack import pack, unpack
from shared.store.table import InsightRow, connection

Appointed = dict[tuple[str, str], dict[str, int]]
"""(Shop, SKU) -> units set aside for that shop, by warehouse."""


def follow(tenant: str, hold_id: str) -> None:
    """Bring the row in line with the hold as it is now."""
    hold = stock_holds.folder.find(tenant, hold_id)
    if hold is None or hold.kind is not Kind.APPOINTED:
        return
    row = InsightRow(*keys.appointed(tenant, hold_id), body=pack(hold))
    if hold.holding:
        row.save()
    else:
        row.delete()


def touched(rows: Iterable[Any]) -> set[tuple[str, str]]:
    """(tenant, id) of the holds among these keys, as the stock table's stream has them."""
    found = (row["pk"]["S"].split("#") for row in rows if row["sk"]["S"] == "document")
    return {(at[0], at[2]) for at in found if at[1] == stock_holds.folder.kind}


def of(tenant: str) -> Appointed:
    """Everything that is set aside for shops of one merchant."""
    connection()
    pk, _ = keys.appointed(tenant)
    found: Appointed = {}
    for row in InsightRow.query(pk, consistent_read=True):
        hold = unpack(row.body, StockHold)
        for place, units in hold.holding.items():
            here = found.setdefault((hold.shop, place.sku), {})
            here[place.warehouse] = here.get(place.warehouse, 0) + units
    return found
