"""Ask platforms which orders go to one receiver, where only they can tell."""

from collections import defaultdict
from collections.abc import Sequence

from functions.channels import calls
from shared.domain.merchant import Shop
from shared.gateways import receivers
from shared.gateways.channels import registry
from shared.gateways.channels.port import Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime.observe import log
from shared.store import links


def register() -> None:
    """Let whoever plans parcels ask."""
    for name in registry.names():
        receivers.ways.setdefault(name, same)


def same(tenant: str, shop: Shop, pairs: Sequence[tuple[str, str]]) -> Sequence[str]:
    """Where the platform does not tell, orders stay apart: two parcels are no harm."""
    stored = links.links.find(tenant, shop.id)
    if stored is None or not stored.works or stored.rests:
        return [number for number, _ in pairs]
    to = calls.use(tenant, stored)
    try:
        marks = to.by.same_receivers(to.line, to.link, pairs)
    except (Rejected, Unclear, Forged) as no:
        log.info("receivers not told", extra={"shop": shop.id, "why": str(no)[:200]})
        return [number for number, _ in pairs]
    groups: dict[str, list[str]] = defaultdict(list)
    for (number, _), mark in zip(pairs, marks, strict=True):
        groups[mark].append(number)
    return [",".join(numbers) for numbers in groups.values()]
