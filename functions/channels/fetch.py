"""Look up one order that somebody hinted at."""

from functions.channels import calls, take
from shared.domain.errors import NotFound
from shared.gateways.channels.port import Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime.observe import log


def fetch(tenant: str, shop: str, number: str) -> None:
    """A hint says only that something changed; the platform says what."""
    try:
        to = calls.connected(tenant, shop)
    except NotFound:  # the shop was disconnected meanwhile
        return
    if not to.stored.works:
        return
    try:
        found = to.do(lambda wire, link: to.by.order(wire, link, number))
    except (Rejected, Unclear, Forged) as no:  # what changed is found by the next pull as well
        log.info("hint not followed", extra={"shop": shop, "why": str(no)[:200]})
        return
    take.fetched(to, found)
