"""Every day, whether all that the platforms counted of the days before is with us."""

from functions.channels import calls
from functions.channels.complete import complete as counted
from shared.domain.complete import days
from shared.gateways.channels.port import Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime import batch, clock
from shared.runtime.observe import log
from shared.store import completes, links

COUNTING = 40.0  # seconds; the function has sixty, and the next hour goes on
RECENT = 20 * 3600  # seconds for which a count of a day holds


def complete() -> None:
    """Every connected shop's last days, unless they were counted not long ago."""
    now, end = clock.now(), clock.ticks() + COUNTING
    for tenant, shop in links.everywhere():
        for day in days(now):
            if clock.ticks() >= end:
                return
            if not _counted_lately(tenant, shop, day, now):
                batch.attempt(_count, tenant=tenant, shop=shop, day=day)


def _counted_lately(tenant: str, shop: str, day: str, now: str) -> bool:
    known = completes.find_day(tenant, shop, day)
    return known is not None and clock.seconds_between(known.at, now) < RECENT


def _count(tenant: str, shop: str, day: str) -> None:
    stored = links.links.get(tenant, shop)
    if not stored.works:
        return
    try:
        counted(calls.use(tenant, stored), day)
    except (Rejected, Unclear, Forged) as no:
        log.warning("count failed", extra={"shop": shop, "why": str(no)[:200]})
