"""Units set aside: one document for each hold."""

from shared.domain import stock_hold
from shared.domain.stock import Change
from shared.domain.stock_hold import Kind, StockHold
from shared.store import supplies
from shared.store.documents import Folder

folder = Folder("hold", StockHold)


def released(tenant: str, hold: StockHold) -> tuple[StockHold, list[Change]]:
    """The hold without its units, and what giving them back means for the counters."""
    after, skus = hold.released(), {place.sku for place in hold.holding}
    levels = supplies.levels(tenant, skus) if hold.kind is Kind.PRESALE else {}
    return after, stock_hold.changes(hold, after, levels)
