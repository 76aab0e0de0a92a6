"""Follow the parcels of an order that left: have them told of, ask for them, see them arrive."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from functions.carriers import calls, telling
from functions.carriers.calls import Using
from functions.channels.access import cipher
from shared.domain import following
from shared.domain.following import Following
from shared.domain.order import Order, Parcel, Status
from shared.domain.tracking import Event
from shared.domain.waybill import Account
from shared.gateways.carriers import port, registry
from shared.gateways.carriers.port import Caps, Push, Told
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from shared.store import orders, tracks, waybills

AGAIN = (Why.LATER, Why.LIMITED, Why.CLOCK)
DIGITS = 4  # of a phone, by which carriers know their receiver


def track(tenant: str, order_id: str) -> None:
    """Every parcel that is due; those that nobody follows so far are begun."""
    order = orders.get(tenant, order_id)
    known = followed(order)
    now = clock.now()
    looked = [
        _turn(order, one) if one.due and one.due <= now and not one.concludes else one
        for one in known
    ]
    _conclude(order, looked)


def followed(order: Order) -> list[Following]:
    """All of its parcels that are followed, from now on if not before."""
    known = tracks.of(order.tenant, order.id)
    there = {one.no for one in known}
    strange = [each for each in following.left(order) if following.no_of(each) not in there]
    return [*known, *(_begun(order, strange) if strange else [])]


def chosen(tenant: str, carrier: str) -> Account | None:
    """With which account a carrier's parcels are followed: his own before a gateway's."""
    able = [
        one
        for one in waybills.accounts.all_known(tenant)
        if one.tracks and one.works and _able(one, carrier)
    ]
    return min(able, key=lambda one: (len(registry.of(one.kind).carriers), one.id), default=None)


def _able(account: Account, carrier: str) -> bool:
    by = registry.of(account.kind)
    return carrier in by.carriers and (by.caps.query or _tells(by.caps))


def _tells(caps: Caps) -> bool:
    """Whether a carrier can be asked to tell by himself, so that we believe it."""
    return caps.subscribe and caps.push is Push.SIGNED


def _begun(order: Order, parcels: Iterable[Parcel]) -> list[Following]:
    """Those that an account can follow, with what is known already of the same box."""
    found = ((parcel, chosen(order.tenant, parcel.carrier)) for parcel in parcels)
    return [_first(order, parcel, account) for parcel, account in found if account]


def _first(order: Order, parcel: Parcel, account: Account) -> Following:
    tenant = order.tenant
    one = following.first(order, parcel, account.id, clock.now())
    told = [event for each in _others(tenant, one) for event in telling.events(tenant, each)]
    return telling.save(tenant, None, telling.with_events(tenant, one, told))


def _turn(order: Order, one: Following) -> Following:
    """One look at a parcel. Of those that share a box, one alone asks for all."""
    tenant, now = order.tenant, clock.now()
    if one.ended or not _asks(one, now):
        return telling.save(tenant, one, one)
    others = _others(tenant, one)
    if any((each.order, each.no) < (one.order, one.no) for each in others if not each.ended):
        return telling.save(tenant, one, replace(one, ask_at="", subscribe_at=""))
    account = chosen(tenant, one.carrier)
    if account is None:
        after = one.failed(now, "account", again=False)
        return telling.save(tenant, one, replace(after, subscribe_at=""))
    to = calls.use(tenant, account)
    parcel = port.Parcel(one.carrier, one.tracking, _phone(order))
    mine = _subscribed(to, replace(one, account=account.id), parcel)
    after, told = _asked(to, mine, parcel)
    telling.learn_of(tenant, others, Told(one.tracking, told))
    return telling.save(tenant, one, telling.with_events(tenant, after, told))


def _asks(one: Following, now: str) -> bool:
    return any(moment and moment <= now for moment in (one.subscribe_at, one.ask_at))


def _others(tenant: str, one: Following) -> list[Following]:
    """The parcels of other orders in the same box."""
    same = tracks.sharing(tenant, one.tracking)
    return [each for each in same if (each.order, each.no) != (one.order, one.no)]


def _subscribed(to: Using, one: Following, parcel: port.Parcel) -> Following:
    """Told of by the carrier himself from now on, if he does that."""
    now, back = clock.now(), calls.push_url(to.tenant, to.stored)
    if not one.subscribe_at or one.subscribe_at > now:
        return one
    done = replace(one, subscribe_at="")
    if not back or not to.by.caps.subscribe:
        return done
    try:
        to.do(lambda wire, account: to.by.subscribe(wire, account, parcel, back))
    except (Rejected, Unclear, Forged) as no:
        if not (isinstance(no, Rejected) and no.why is Why.DONE):
            failed = _failed(one, no)
            return replace(failed, subscribe_at=failed.ask_at, ask_at=one.ask_at)
    return done.asked(now, told=True) if _tells(to.by.caps) and one.ask_at > now else done


def _asked(to: Using, one: Following, parcel: port.Parcel) -> tuple[Following, tuple[Event, ...]]:
    """What the carrier says of it now, if it is time to ask, and when he is asked again."""
    now = clock.now()
    if not one.ask_at or one.ask_at > now:
        return one, ()
    if not to.by.caps.query:
        return replace(one, ask_at=""), ()
    told: tuple[Event, ...] = ()
    try:
        told = to.do(lambda wire, account: to.by.track(wire, account, parcel))
    except (Rejected, Unclear, Forged) as no:
        if not (isinstance(no, Rejected) and no.why is Why.ABSENT):  # he may not have it so far
            return _failed(one, no), ()
    tells = _tells(to.by.caps) and not one.subscribe_at
    return one.asked(now, told=tells and bool(calls.push_url(to.tenant, to.stored))), told


def _failed(one: Following, no: Exception) -> Following:
    if isinstance(no, Rejected):
        note = f"{no.code} {no.text}".strip()[:200]
        return one.failed(clock.now(), no.why.value, note, again=no.why in AGAIN)
    return one.failed(clock.now(), "unclear", str(no)[:200], again=True)


def _phone(order: Order) -> str:
    """The last digits of the receiver's."""
    sealed = order.content.receiver.phone
    if not sealed:
        return ""
    opened = cipher(order.tenant).open(sealed, f"{order.id}/receiver.phone")
    return "".join(each for each in opened if each.isdigit())[-DIGITS:]


def _conclude(order: Order, all_: Sequence[Following]) -> None:
    """The order is signed when all of it is there; then nothing more is asked."""
    done = [one for one in all_ if one.concludes]
    if done and following.arrived(order, all_):
        orders.save(order.to(Status.SIGNED, "signed", clock.now(), "carrier"))
    for one in done:
        telling.save(order.tenant, one, one.over(clock.now()))
