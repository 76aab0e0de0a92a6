"""Read what changed in a shop since it was last read: its orders, and its refunds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from functions.channels import calls, refunds, take
from functions.channels.calls import RESTING, Connected
from shared.domain.errors import Conflict
from shared.domain.order import Order, id_for
from shared.domain.platform import Found
from shared.domain.pulling import Pulling, Span
from shared.gateways import queues
from shared.gateways.channels.line import OURS
from shared.gateways.channels.port import By, Page, Ref, Rejected, Why, Window
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from shared.runtime.observe import log
from shared.store import links, orders, rates
from shared.store.documents import Folder
from shared.store.links import ORDERS, REFUNDS

AT_ONCE = 8  # orders that are looked up side by side
PATIENCE = 40.0  # seconds after which what is left of a window waits for the next message


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the things that are read of a shop. `folder`: where it is kept how far."""

    folder: Folder[Pulling]
    page: Callable[[Connected, Window, str], Page[Any]]
    taken: Callable[[Connected, Page[Any]], int]


def pull(tenant: str, shop: str, what: str = ORDERS) -> None:
    """One window, or as much of it as there is time for. Twice at once is once."""
    of = READINGS[what]
    one = of.folder.find(tenant, shop)
    if one is None or one.due > clock.now():
        return
    try:
        one = links.save(tenant, one.claimed(clock.now()), folder=of.folder)
    except Conflict:  # another reader has it
        return
    to = calls.connected(tenant, shop)
    if to.stored.works:
        to.probes = what == ORDERS
        one = links.save(tenant, _read(to, of, one), folder=of.folder)
        if to.probes:
            to.rest(one.rests)
        if one.due <= clock.now():
            queues.later("pull", {"tenant": tenant, "shop": shop, "what": what})


def _read(to: Connected, of: Reading, one: Pulling) -> Pulling:
    """How far it came; a failure costs nothing but time."""
    try:
        to.renew_early()
        return _window(to, of, one)
    except Rejected as no:
        return _refused(to, of, no)
    except (Unclear, Forged) as unclear:
        return _failed(to, of, "unclear", str(unclear))


def _refused(to: Connected, of: Reading, no: Rejected) -> Pulling:
    known = of.folder.get(to.tenant, to.shop)
    if no.why is Why.MANY:
        return known.narrowed(Span(to.by.caps.window, to.by.caps.lag), to.line.now)
    if no.code in (OURS, RESTING):
        return known.put_off(no.why.value, no.wait, clock.now())
    return _failed(to, of, no.why.value, f"{no.code} {no.text}".strip(), no.wait)


def _failed(to: Connected, of: Reading, why: str, note: str, wait: float = 0.0) -> Pulling:
    log.warning("pull failed", extra={"shop": to.shop, "why": why})
    known = of.folder.get(to.tenant, to.shop)  # pages read before it failed stay read
    return known.failed(why, note, wait, clock.now())


def _window(to: Connected, what: Reading, one: Pulling) -> Pulling:
    of = Span(to.by.caps.window, to.by.caps.lag)
    span = one.span(of, to.line.now)
    if span is None:
        return one.done(one.watermark, 0, of, clock.now())
    window = Window(*span, By.MODIFIED)
    end = clock.ticks() + PATIENCE
    while True:
        page = what.page(to, window, one.cursor)
        fresh = what.taken(to, page)
        if not page.cursor:
            left = rates.left(to.line.name)
            return one.done(window.end, fresh, of, clock.now(), left)
        turned = one.turned(window.end, page.cursor, fresh, clock.now())
        if clock.ticks() > end:
            return turned
        one = links.save(to.tenant, turned.claimed(clock.now()), folder=what.folder)


def page_of(to: Connected, window: Window, cursor: str) -> Page[Ref]:
    return to.do(lambda wire, link: to.by.pull(wire, link, window, cursor))


def taken(to: Connected, page: Page[Ref]) -> int:
    """How many of a page were new or changed."""
    ids = {ref.number: id_for(to.tenant, to.shop, ref.number) for ref in page.items}
    there = orders.get_many(to.tenant, list(ids.values()))
    fresh = [ref for ref in page.items if _fresh(ref, there.get(ids[ref.number]))]
    with ThreadPoolExecutor(AT_ONCE) as readers:
        found = readers.map(lambda ref: _looked_up(to, ref), fresh)
        return sum(
            take.take(to, one, there.get(ids[ref.number]))
            if isinstance(one, Found)
            else take.unread(to, ref.number, one)
            for ref, one in zip(fresh, found, strict=True)
        )


def _fresh(ref: Ref, there: Order | None) -> bool:
    """Lists may tell more than once how an order stood; what is whole in them is taken by take."""
    if there is None or there.content.version < ref.version:
        return True
    return ref.found is not None and there.content.version == ref.version


def _looked_up(to: Connected, ref: Ref) -> Found | Rejected:
    """An order that the platform lists and then does not show must not stop those after it."""
    if ref.found:
        return ref.found
    try:
        return to.do(lambda wire, link: to.by.order(wire, link, ref.number))
    except Rejected as no:
        if no.why in take.ALONE:
            return no
        raise


READINGS = {
    ORDERS: Reading(links.pullings, page_of, taken),
    REFUNDS: Reading(links.refundings, refunds.page_of, refunds.taken),
}
