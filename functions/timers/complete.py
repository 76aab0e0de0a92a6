"""Every day, whether all that the platforms counted of the days before is with us."""

from collections.abc import Callable, Iterator
from functools import partial

from functions.channels import calls
from functions.channels import complete as counting
from functions.channels.calls import Connected
from shared.domain.complete import END, days
from shared.gateways.channels.port import Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime import batch, clock
from shared.runtime.observe import log
from shared.store import completes, links

COUNTING = 40.0  # seconds; the function has sixty, and the next hour goes on
RECENT = 20 * 3600  # seconds for which a count of a day holds
Act = Callable[[Connected], object]


def complete() -> None:
    """Every connected shop's last days, unless they were counted not long ago.

    And then what waits here since longer, a few orders at a time.
    """
    now, end = clock.now(), clock.ticks() + COUNTING
    for tenant, shop in links.everywhere():
        for act in _due(tenant, shop, now):
            if clock.ticks() >= end:
                return
            batch.attempt(partial(_do, act), tenant=tenant, shop=shop)


def _due(tenant: str, shop: str, now: str) -> Iterator[Act]:
    for day in days(now):
        known = completes.find_day(tenant, shop, day)
        if known is None or clock.seconds_between(known.at, now) >= RECENT:
            yield partial(counting.complete, day=day)
    newest = completes.find_day(tenant, shop, days(now)[0])
    if newest and newest.place != END:
        yield partial(counting.ask_again, one=newest)


def _do(act: Act, tenant: str, shop: str) -> None:
    stored = links.links.get(tenant, shop)
    if not stored.works:
        return
    try:
        act(calls.use(tenant, stored))
    except (Rejected, Unclear, Forged) as no:
        log.warning("count failed", extra={"shop": shop, "why": str(no)[:200]})
