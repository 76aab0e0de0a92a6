"""Work out anew what each shop shows of a SKU, and let it be told where that has changed."""

from collections.abc import Iterable
from contextlib import suppress

from shared.domain.errors import Conflict
from shared.gateways import queues
from shared.runtime import clock
from shared.store import selling

ROUNDS = 5  # whoever was faster may have seen older counters: look again


def refresh(tenant: str, sku: str) -> None:
    for _ in range(ROUNDS):
        with suppress(Conflict):
            return _refreshed(tenant, sku)
    raise Conflict(sku=sku)


def all_of(changed: Iterable[tuple[str, str]]) -> None:
    """`changed`: (tenant, SKU)."""
    for tenant, sku in sorted(changed):
        refresh(tenant, sku)


def _refreshed(tenant: str, sku: str) -> None:
    for figure in selling.renew(tenant, sku, clock.now()):
        queues.later("push", {"tenant": tenant, "shop": figure.shop, "sku": figure.sku})
