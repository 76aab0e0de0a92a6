"""What becomes of a parcel on its way: one vocabulary of events, and what is wrong with it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What happened. In the order in which it mostly happens: it decides between equal times."""

    ACCEPTED = "accepted"  # the carrier knows of it, and has not got it
    CANCELLED = "cancelled"  # it will not be carried
    PICKED = "picked"  # the carrier has it
    TRANSIT = "transit"
    CUSTOMS = "customs"
    ARRIVED = "arrived"  # in the receiver's town, or on the way at a hub
    DELIVERING = "delivering"
    PROBLEM = "problem"  # it could not be handed over, or is kept back
    LOCKER = "locker"  # waits to be fetched: in a locker, at a station
    REFUSED = "refused"  # by the receiver
    RETURNING = "returning"
    LOST = "lost"
    SIGNED = "signed"
    SIGNED_BY_OTHER = "signed-by-other"  # by somebody else than the receiver
    RETURNED = "returned"  # the sender has it again


@dataclass(frozen=True, slots=True)
class Event:
    """`code`: the carrier's own; `text`: its words."""

    at: str
    kind: Kind
    place: str = ""
    text: str = field(default="", repr=False)  # may name people and their phones
    code: str = ""


@dataclass(frozen=True, slots=True)
class Track:
    """What follows from all events. Times are empty as long as it has not happened."""

    state: Kind | None = None
    since: str = ""  # when it came into this state
    picked_at: str = ""
    moved_at: str = ""  # the last event at all
    out_since: str = ""  # when it first went out for delivery, on the way that it is on
    events: tuple[Event, ...] = ()  # each once, the oldest first


class Trouble(StrEnum):
    """What somebody should look at."""

    NO_MOVEMENT = "no-movement"
    SLOW_DELIVERY = "slow-delivery"  # for too long out for delivery, or waiting to be fetched
    PROBLEM = "problem"
    RETURNED = "returned"  # refused, on its way back, or back
    LOST = "lost"
    SIGNED_BY_OTHER = "signed-by-other"


@dataclass(frozen=True, slots=True)
class Limits:
    """Hours after which it is too long."""

    quiet: int = 48
    delivery: int = 24


@dataclass(frozen=True, slots=True)
class Finding:
    what: Trouble
    since: str
    hours: int  # since then


DELIVERED = (Kind.SIGNED, Kind.SIGNED_BY_OTHER)
ENDED = (*DELIVERED, Kind.RETURNED, Kind.CANCELLED)
FINAL = (*ENDED, Kind.LOST)
_BACK = (Kind.RETURNED, Kind.LOST, Kind.CANCELLED)  # what a parcel on its way back may become
_AGAIN = (*DELIVERED, Kind.RETURNING, Kind.RETURNED, Kind.LOST)  # what may follow a signature
_RANKS = {kind: rank for rank, kind in enumerate(Kind)}
_TROUBLES = {
    Kind.PROBLEM: Trouble.PROBLEM,
    Kind.REFUSED: Trouble.RETURNED,
    Kind.RETURNING: Trouble.RETURNED,
    Kind.RETURNED: Trouble.RETURNED,
    Kind.LOST: Trouble.LOST,
    Kind.SIGNED_BY_OTHER: Trouble.SIGNED_BY_OTHER,
}


def fold(events: Iterable[Event]) -> Track:
    """The same whatever their order, and however often each was told."""
    track = Track(events=tuple(sorted(set(events), key=_order)))
    for event in track.events:
        track = _after(track, event)
    return track


def exceptions(
    events: Iterable[Event], now: str, limits: Limits, handed_over: str = ""
) -> list[Finding]:
    """What is wrong with a parcel. `handed_over`: since when something should be heard of it."""
    return wrong(fold(events), now, limits, handed_over)


def wrong(track: Track, now: str, limits: Limits, handed_over: str = "") -> list[Finding]:
    """The same of a parcel whose events were folded before."""
    found = [(_TROUBLES[track.state], track.since)] if track.state in _TROUBLES else []
    found += [
        (what, since)
        for what, since, most in _waits(track, limits, handed_over)
        if _hours(since, now) >= most
    ]
    return [Finding(what, since, int(_hours(since, now))) for what, since in found]


def late_at(track: Track, now: str, limits: Limits, handed_over: str = "") -> str:
    """When silence alone will next be something wrong; empty = never."""
    ends = (later(since, most) for _, since, most in _waits(track, limits, handed_over))
    return min((end for end in ends if end > now), default="")


def _waits(track: Track, limits: Limits, handed_over: str) -> Sequence[tuple[Trouble, str, int]]:
    """(What it would be, since when, the hours after which it is)."""
    if track.state in FINAL:
        return ()
    waits = (
        (Trouble.NO_MOVEMENT, max(track.moved_at, handed_over), limits.quiet),
        (Trouble.SLOW_DELIVERY, track.out_since, limits.delivery),
    )
    return [wait for wait in waits if wait[1]]


def _after(track: Track, event: Event) -> Track:
    state = _state(track.state, event.kind)
    back = state is Kind.RETURNING
    out = event.kind in (Kind.DELIVERING, Kind.LOCKER) and not back
    return replace(
        track,
        state=state,
        since=track.since if state is track.state else event.at,
        picked_at=track.picked_at or (event.at if event.kind is Kind.PICKED else ""),
        moved_at=event.at,
        out_since="" if back else track.out_since or (event.at if out else ""),
    )


def _state(before: Kind | None, kind: Kind) -> Kind:
    """On the way back everything is part of that, and what was signed stays so."""
    if before is Kind.RETURNING:
        return Kind.RETURNED if kind in DELIVERED else kind if kind in _BACK else before
    if before is Kind.RETURNED:
        return before
    if before in DELIVERED and kind not in _AGAIN:
        return before
    return kind


def _order(event: Event) -> tuple[str, int, str, str, str]:
    return event.at, _RANKS[event.kind], event.code, event.place, event.text


def later(moment: str, hours: float) -> str:
    """So many hours after it."""
    end = datetime.fromisoformat(moment) + timedelta(hours=hours)
    return end.isoformat(timespec="milliseconds")


def _hours(since: str, now: str) -> float:
    return (datetime.fromisoformat(now) - datetime.fromisoformat(since)).total_seconds() / 3600


_STATION = re.compile("驿站|代收点|代理点|自提|快递柜|智能柜|丰巢|便民|快递超市|菜鸟站")
_OTHER = re.compile("他人|代签|代收|门卫|保安|物业|前台|邻居|同事|家人|收发室")
_WORDS = (  # what carriers say of it where they give no code; the first that fits
    (Kind.LOST, "丢失|遗失"),
    (Kind.RETURNED, "退回.{0,4}签收|退件.{0,4}签收|退签|已退回寄件"),
    (Kind.REFUSED, "拒收|拒签"),
    (Kind.RETURNING, "退回|退件|返回寄件"),
    (Kind.CANCELLED, "取消|销单|终止揽收"),
    (Kind.ACCEPTED, "待揽|等待揽|已下单|接单|未揽"),
    (Kind.CUSTOMS, "清关|海关|报关"),
    (Kind.PROBLEM, "异常|滞留|问题件|派送不成功|派件失败|无法联系|超区|破损"),
    (Kind.DELIVERING, "派送中|派件中|派送途中|正在派|配送中|开始配送|准备签收"),
    (Kind.LOCKER, "请.{0,6}(凭|前往|到|及时|尽快).{0,16}(取件|领取|签收|自提|取走)"),
    (Kind.SIGNED, "签收|妥投|取出|已取件|领取"),
    (Kind.LOCKER, "待取|取件码|存入|放入|投柜|驿站|自提|快递柜|丰巢"),
    (Kind.DELIVERING, "派送|派件|配送|投递"),
    (Kind.PICKED, "揽收|揽件|收取|收件|收寄"),
    (Kind.ARRIVED, "到达|抵达"),
)
_READ = [(kind, re.compile(words)) for kind, words in _WORDS]


def read(text: str) -> Kind:
    """What a carrier's words mean, where that is all there is."""
    found = next((kind for kind, words in _READ if words.search(text)), Kind.TRANSIT)
    return finer(found, text)


def finer(kind: Kind, text: str) -> Kind:
    """What only the words tell: lost, not merely a problem; signed, but by whom?"""
    if kind is Kind.PROBLEM:
        worse = next(each for each in (*_READ[:4], (kind, None)) if _fits(each[1], text))
        return worse[0]
    if kind is Kind.SIGNED and _OTHER.search(_STATION.sub("", text)):
        return Kind.SIGNED_BY_OTHER
    return kind


def _fits(words: re.Pattern[str] | None, text: str) -> bool:
    return words is None or bool(words.search(text))
