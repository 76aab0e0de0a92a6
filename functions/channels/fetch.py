"""Look up one order, or one refund, that somebody hinted at."""

from collections.abc import Callable

from functions.channels import calls, refunds, take
from functions.channels.calls import Connected
from shared.domain.errors import NotFound
from shared.domain.platform import Found
from shared.gateways.channels.port import RefundRef, Rejected
from shared.gateways.talk import Forged, Unclear
from shared.runtime.observe import log


def fetch(tenant: str, shop: str, number: str, refund: str = "") -> None:
    """A hint says only that something changed; the platform says what.

    `number` is the order's; of a `refund` it may not be known.
    """
    if refund:
        ref = RefundRef(refund, 0, number)
        _followed(tenant, shop, lambda to: refunds.take_in(to, refunds.look_up(to, ref)))
    else:
        _followed(tenant, shop, lambda to: take.fetched(to, _order(to, number)))


def _order(to: Connected, number: str) -> Found:
    return to.do(lambda wire, link: to.by.order(wire, link, number))


def _followed(tenant: str, shop: str, look: Callable[[Connected], bool]) -> None:
    try:
        to = calls.connected(tenant, shop)
    except NotFound:  # the shop was disconnected meanwhile
        return
    if not to.stored.works:
        return
    try:
        look(to)
    except (Rejected, Unclear, Forged) as no:  # what changed is found by the next pull as well
        log.info("hint not followed", extra={"shop": shop, "why": str(no)[:200]})
