"""After-sales, each beside its order, and how a merchant deals with them."""

from shared.domain.aftersale import AfterSale, Settings
from shared.domain.claim import Claim
from shared.store.beside import Beside
from shared.store.shelf import Shelf
from shared.store.table import Put


class AfterSales(Beside[AfterSale]):
    def put(self, tenant: str, one: AfterSale) -> Put:
        """The row, found by the clock and by people as the after-sale itself says."""
        return self.writes(tenant, one, due=one.due, waits=one.waits)


rows = AfterSales("aftersale", AfterSale)
get, find, of, put = rows.get, rows.find, rows.of, rows.put
writes, desk, page, due = rows.writes, rows.desk, rows.page, rows.due
shelf = Shelf("aftersale", Settings)


USUAL = Settings()


def settings(tenant: str) -> Settings:
    """As the merchant set them, remembered for a while; else the usual ones."""
    return shelf.known(tenant, USUAL.id) or USUAL


def save_settings(tenant: str, changed: Settings, claim: Claim | None, noted: Put) -> None:
    """Write the settings with what tells who changed them."""
    if shelf.find(tenant, USUAL.id) is None:
        shelf.add(tenant, changed, claim, noted)
    else:
        _, same = shelf.look(tenant, USUAL.id)
        shelf.change(tenant, changed, same, claim, noted)
