"""The payments of orders, each beside its order."""

from shared.domain.claim import Claim
from shared.domain.payment import Payment
from shared.store import claims
from shared.store.beside import Beside
from shared.store.table import Put


class Payments(Beside[Payment]):
    def put(self, tenant: str, payment: Payment) -> Put:
        """The row, found by the clock and by people as the payment itself says."""
        waits = payment.waits is not None
        return self.writes(tenant, payment, due=payment.due, waits=waits)

    def save(
        self, tenant: str, payment: Payment, claim: Claim | None = None, *beside: Put
    ) -> None:
        """Write it alone, unless somebody else did since it was read: Conflict."""
        claims.write(self.put(tenant, payment), claim, *beside)


rows = Payments("payment", Payment)
get, find, of, put, save = rows.get, rows.find, rows.of, rows.put, rows.save
desk, page, due = rows.desk, rows.page, rows.due
