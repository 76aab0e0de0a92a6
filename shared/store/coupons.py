"""Coupons at rest. Whether one is used its counter says, which is written with the order."""

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.claim import Claim
from shared.domain.coupon import Coupon, State
from shared.domain.errors import Conflict, WrongState
from shared.runtime import clock
from shared.store import claims, keys, usages
from shared.store.documents import Folder
from shared.store.table import Cancelled, StockRow, find_many, transact


class Coupons(Folder[Coupon]):
    """The folder of coupons, which shows what has become of each."""

    def __init__(self) -> None:
        super().__init__("coupon", Coupon)

    def find(self, tenant: str, row_id: str) -> Coupon | None:
        found = super().find(tenant, row_id)
        return seen(tenant, [found])[0] if found else None

    def page(
        self, tenant: str, after: str, limit: int, *, newest_first: bool = True
    ) -> tuple[list[Coupon], str]:
        found, last = super().page(tenant, after, limit, newest_first=newest_first)
        return seen(tenant, found), last

    def among(self, tenant: str, codes: Sequence[str]) -> dict[str, Coupon]:
        """Those of these codes that were issued, by code, whatever has become of them."""
        wanted = [keys.document(tenant, self.kind, code) for code in codes]
        found = map(self._from, find_many(StockRow, wanted))
        return {coupon.id: coupon for coupon in found}


folder = Coupons()


def seen(tenant: str, some: Sequence[Coupon]) -> list[Coupon]:
    """The same with their states as of now."""
    used, now = usages.used_of(tenant, [one.use.counter for one in some]), clock.now()
    return [replace(one, state=one.seen(used.get(one.use.counter, 0), now)) for one in some]


def issue(tenant: str, some: Sequence[Coupon], claim: Claim | None = None) -> None:
    """Write new coupons, all or none; raise Conflict if one of the codes is there already."""
    try:
        transact(puts=[*(folder.writes(tenant, one) for one in some), *claims.writes(claim)])
    except Cancelled as cancelled:
        raise Conflict from cancelled


def void(tenant: str, one: Coupon, claim: Claim | None = None) -> None:
    """Take a coupon back: it is used up by that, unless an order was faster (WrongState)."""
    puts = [folder.writes(tenant, replace(one, state=State.OPEN)), *claims.writes(claim)]
    try:
        transact(puts=puts, updates=[usages.counted(tenant, one.use)])
    except Cancelled as cancelled:
        if any(cancelled.puts):
            raise Conflict from cancelled
        raise WrongState(kind="coupon", id=one.id, stage=State.USED.value) from cancelled
