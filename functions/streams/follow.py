"""What follows from a change of stock: the shops' figures, alerts, and orders that wait for it."""

from collections.abc import Iterable
from typing import Any

from functions.steps import refresh, wake
from shared.gateways import queues
from shared.store import appointments, changed, watching
from shared.store.changed import Changed


def follow(rows: Iterable[Any]) -> None:
    """`rows`: the keys of what was written. A SKU that was written often is looked at once."""
    written = list(rows)
    for tenant, hold_id in sorted(appointments.touched(written)):
        appointments.follow(tenant, hold_id)
    for change in changed.read(written):
        _follow(change)


def _follow(change: Changed) -> None:
    refresh.refresh(change.tenant, change.sku)
    if watching.concerns(change.tenant, change.sku, low=change.low):
        queues.deliver(watching.check(change.tenant, change.sku))
    if change.raised or change.arrived:
        wake.look(change.tenant, change.sku, ahead=change.arrived)
