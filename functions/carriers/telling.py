"""What was told of parcels on their way: folded into each that goes under that number."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from functions.channels.access import cipher
from shared.domain import following
from shared.domain.claim import Claim
from shared.domain.errors import Conflict
from shared.domain.following import Following
from shared.domain.tracking import Event, Limits
from shared.gateways import queues
from shared.gateways.carriers.port import Told
from shared.runtime import clock
from shared.store import alerts, tracks, watching
from shared.store.pack import pack, unpack

ROUNDS = 5  # tries when somebody else wrote the same parcel
Change = Callable[[Following], Following]


def learn(tenant: str, told: Told) -> None:
    """Twice is once, in any order. Of a number that nobody follows there is nothing to learn."""
    learn_of(tenant, tracks.sharing(tenant, told.tracking), told)


def learn_of(tenant: str, some: Iterable[Following], told: Told) -> None:
    for one in some:
        written = revise(tenant, one, lambda it: _taught(tenant, it, told))
        if written.due and written.due <= clock.now():
            nudge(tenant, written)


def ask(tenant: str, some: Iterable[Following]) -> list[Following]:
    """Let the carriers be asked at once, each by its own order's step."""
    now = clock.now()
    hinted = [revise(tenant, one, lambda it: it.hinted(now)) for one in some]
    for one in hinted:
        nudge(tenant, one)
    return hinted


def nudge(tenant: str, one: Following) -> None:
    queues.later("track", {"tenant": tenant, "order_id": one.order})


def with_events(tenant: str, one: Following, told: Sequence[Event]) -> Following:
    known = events(tenant, one)
    track = following.together(known, told, one.shipped_at)
    if track.events == known:
        return one
    sealed = cipher(tenant).seal_bytes(pack(track.events), _context(one))
    return one.heard(track, sealed)


def events(tenant: str, one: Following) -> tuple[Event, ...]:
    """What a parcel's carrier told so far, the oldest first; raises Spoilt."""
    if not one.events:
        return ()
    return unpack(cipher(tenant).open_bytes(one.events, _context(one)), tuple[Event, ...])


def save(
    tenant: str, before: Following | None, after: Following, claim: Claim | None = None
) -> Following:
    """Write it as it stands now; alerts are opened and closed by it. Raises Conflict."""
    looked = after.looked(clock.now(), limits(tenant))
    if looked == before and not claim:
        return looked
    written = tracks.save(tenant, before, looked, claim)
    if moved := (before.groups if before else frozenset()) ^ written.groups:
        queues.deliver(watching.parcels(tenant, moved))
    return written


def limits(tenant: str) -> Limits:
    """After how many hours something is wrong; may be some seconds old."""
    return alerts.settings(tenant).limits


def revise(tenant: str, one: Following, change: Change) -> Following:
    """The same as somebody else may have written it meanwhile."""
    for _ in range(ROUNDS):
        with suppress(Conflict):
            return save(tenant, one, change(one))
        one = tracks.get(tenant, one.order, one.no)
    raise Conflict(order=one.order)


def _taught(tenant: str, one: Following, told: Told) -> Following:
    now = clock.now()
    heard = with_events(tenant, one, told.events)
    if told.events and heard.ask_at:
        heard = heard.asked(now, told=True)
    return heard.corrected(told.carrier, again=told.again, now=now)


def _context(one: Following) -> str:
    return f"{one.order}/track/{one.no}"
