"""Compare the counters of all merchants with their ledgers, part by part, and raise alerts."""

from shared.gateways import queues
from shared.store import checking, rounds, watching

SECONDS = 45.0  # the function has sixty
PAGE = 100  # places


def verify() -> None:
    """Go on where the time was over before; whoever was not looked at longest comes first."""
    rounds.go_on("verify", _verify, SECONDS)


def _verify(tenant: str, after: str, seconds: float) -> str:
    checked = checking.page(tenant, after, PAGE, seconds)
    queues.deliver(watching.drift(tenant, checked.places, checked.differences))
    return checked.after
