"""Orders that wait to meet others are looked at together: does another division cost less?"""

from shared.domain.errors import Refused
from shared.domain.order import Status
from shared.domain.replanning import Step
from shared.gateways import queues
from shared.runtime import batch, clock
from shared.store import forecasting, pools
from shared.store.pools import Pool

SECONDS = 40.0  # the function has sixty


def replan() -> None:
    """Merchant by merchant, those first whose orders wait no longer, as long as there is time."""
    end = clock.ticks() + SECONDS
    for tenant, ids in pools.meeting(clock.now()).items():
        if clock.ticks() >= end:
            return
        if forecasting.routes(tenant):
            batch.attempt(_Visit(ids, end), tenant=tenant)


class _Visit:
    def __init__(self, ids: list[str], end: float) -> None:
        self.ids, self.end = ids, end

    def __call__(self, tenant: str) -> None:
        pool = pools.of(tenant, self.ids)
        for step in pools.steps(pool) if pool else ():
            if clock.ticks() >= self.end or not _moved(pool, step):
                return


def _moved(pool: Pool, step: Step) -> bool:
    """Whether it was done; if somebody was faster, the rest is looked at anew in the next run."""
    try:
        moved = pools.move(pool, step, clock.now())
    except Refused:
        return False
    pool.update({order.id: order for order in moved})
    for order in moved:
        if order.status is Status.SHORT:  # what it needs is held for it: it goes on at once
            queues.nudge(order)
    return bool(moved)
