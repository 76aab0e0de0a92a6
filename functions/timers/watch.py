"""What time does to stock: lots end, units rest or run out. And the digests of alerts."""

from functions.steps import refresh
from shared.gateways import queues
from shared.runtime import batch, clock
from shared.store import rounds, stock, watching

TELLING, LOOKING = 10.0, 35.0  # seconds; the function has sixty
PAGE = 100  # places


def watch() -> None:
    """Look at every SKU of all merchants, going on where the time was over before."""
    rounds.go_on("tell", _tell, TELLING)
    rounds.go_on("watch", _watch, LOOKING)


def _tell(tenant: str, _after: str, _seconds: float) -> str:
    """What is said of a merchant's shops and whole stock, once in a run."""
    queues.deliver(watching.pushes(tenant))
    queues.deliver(watching.shops(tenant))
    queues.deliver(watching.parcels(tenant))
    queues.deliver(watching.sum_up(tenant))
    return ""


def _watch(tenant: str, after: str, seconds: float) -> str:
    """A page of places; where it stopped."""
    end = clock.ticks() + seconds
    places = stock.places(tenant, after, PAGE)
    for count, place in enumerate(places, 1):
        if count == 1 or place.sku != places[count - 2].sku:
            batch.attempt(_look, tenant=tenant, sku=place.sku)
        if clock.ticks() >= end and count < len(places):
            return "#".join(place)
    return "#".join(places[-1]) if len(places) == PAGE else ""


def _look(tenant: str, sku: str) -> None:
    """Alerts, and what the shops show: a lot that ended was sellable until then."""
    queues.deliver(watching.look(tenant, sku))
    refresh.refresh(tenant, sku)
