"""Orders that must leave soon: found, looked at again, and told of when they are late."""

from shared.gateways import queues
from shared.runtime import clock
from shared.store import paces, promises, rounds

SECONDS = 45.0  # the function has sixty
WALK, LOOK = "walk", "look#"


def promise() -> None:
    """Go round all merchants, on where the time was over before."""
    rounds.go_on("promise", visit, SECONDS)


def visit(tenant: str, after: str, _seconds: float) -> str:
    """Walk over the orders whose time comes near, then look at all that have not left."""
    now = clock.now()
    if not after:
        paces.renew(tenant, now)
    if not after.startswith(LOOK):
        if promises.walk(tenant, now):
            return WALK
        after = LOOK
    if stopped := promises.look(tenant, after.removeprefix(LOOK), now):
        return f"{LOOK}{stopped}"
    queues.deliver(promises.settle(tenant))
    return ""
