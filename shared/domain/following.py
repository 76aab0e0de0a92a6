"""A parcel that is followed: what its carrier told, when he is asked again, what is wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Self

from shared.domain import report, tracking
from shared.domain.content import masked
from shared.domain.lots import day
from shared.domain.order import Order, Parcel, Status
from shared.domain.tracking import DELIVERED, ENDED, FINAL, Event, Kind, Limits, Track, Trouble

DAYS = 60  # for which a parcel is followed, at most
SHOWN = 14 * 24  # hours for which something wrong with a parcel that ended is shown
BEFORE = 15 * 24  # hours: what was told long before it left is another parcel's of that number
MOST, LONGEST = 300, 300  # events of a parcel, characters of one: the newest are kept
AGAIN = 0.5  # hours after which a carrier that gave up is asked to begin anew
SAFETY = 24  # hours after which one that tells by himself is asked all the same
SLOW = 12  # hours after which one that says no is asked again
WRONG, USUAL = 4, 6  # hours between two questions
EVERY = {Kind.ACCEPTED: 4, Kind.DELIVERING: 1, Kind.LOST: 24}
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)", re.ASCII
)


class Group(NamedTuple):
    """Parcels with which the same went wrong on one day: one alert tells of them all."""

    trouble: Trouble
    carrier: str
    warehouse: str
    day: str  # in China


@dataclass(frozen=True, slots=True)
class Wrong:
    what: Trouble
    since: str
    day: str  # in China, on which it was found


@dataclass(frozen=True, slots=True)
class Following:
    """One parcel of one order."""

    order: str
    no: str  # of the parcel, in two digits
    tracking: str
    carrier: str  # our code; the carrier may say that it is another's
    warehouse: str
    shipped_at: str
    created_at: str
    account: str = ""  # with which it is followed
    track: Track = field(default_factory=Track)  # without its events
    events: bytes = b""  # sealed: they may name people and their phones
    wrong: tuple[Wrong, ...] = ()
    subscribe_at: str = ""  # when the carrier is asked to tell by himself; empty = he does, or no
    ask_at: str = ""  # when he is asked; empty = never
    tries: int = 0  # that failed in a row
    why: str = ""  # the last one failed: expired, limited, unclear, account, ...
    note: str = ""  # the carrier's own words
    stuck: bool = False  # a person must see to it
    ended: str = ""  # nothing more is asked
    closed: bool = False  # a person has seen to it: nothing is wrong any more
    due: str = ""
    version: int = 0

    @property
    def groups(self) -> frozenset[Group]:
        return frozenset(
            Group(each.what, self.carrier, self.warehouse, each.day) for each in self.wrong
        )

    @property
    def waits(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.wrong) or (self.stuck and not self.ended)

    @property
    def concludes(self) -> bool:
        """Whether it came to its end, and what follows from that is still to be done."""
        return not self.ended and self.track.state in ENDED

    @property
    def delivered(self) -> bool:
        return self.track.state in DELIVERED

    def heard(self, track: Track, sealed: bytes) -> Self:
        """With all events that are known; one that ended may be on its way again."""
        again = self.ended and not self.closed and track.state not in FINAL
        return replace(
            self,
            track=replace(track, events=()),
            events=sealed,
            ended="" if again else self.ended,
            ask_at=track.moved_at if again else self.ask_at,
        )

    def asked(self, now: str, *, told: bool) -> Self:
        """The carrier answered. `told`: he also tells by himself."""
        fresh = replace(self, tries=0, why="", note="", stuck=False)
        return replace(fresh, ask_at=tracking.later(now, SAFETY if told else self._every))

    def failed(self, now: str, why: str, note: str = "", *, again: bool) -> Self:
        """He did not. `again`: by itself it may go well soon; else a person must look."""
        tries = self.tries + 1
        stuck = not again or tries >= report.TRIES
        wait = SLOW if stuck else report.wait(tries) / 3600
        told = replace(self, tries=tries, why=why, note=note, stuck=stuck)
        return replace(told, ask_at=tracking.later(now, wait))

    def hinted(self, now: str) -> Self:
        """Something is known of it, or a person wants to know: it is asked for at once."""
        return self if self.ended else replace(self, ask_at=now)

    def corrected(self, carrier: str, *, again: bool, now: str) -> Self:
        """`carrier`: whose it really is; `again`: he gave up and must be asked to tell anew."""
        one = replace(self, carrier=carrier or self.carrier)
        return replace(one, subscribe_at=tracking.later(now, AGAIN)) if again else one

    def over(self, now: str, *, closed: bool = False) -> Self:
        return replace(self, ended=now, closed=closed, ask_at="", subscribe_at="")

    def looked(self, now: str, limits: Limits) -> Self:
        """As it stands now: what is wrong with it, and when the clock must look again."""
        if not self.ended and now >= tracking.later(self.created_at, DAYS * 24):
            return self.over(now, closed=True).looked(now, limits)
        wrong = self._wrong(now, limits)
        return replace(self, wrong=wrong, due=self._due(now, limits, wrong))

    def _wrong(self, now: str, limits: Limits) -> tuple[Wrong, ...]:
        """A carrier that was never heard of it says nothing by being silent."""
        if self.closed or (self.stuck and not self.track.moved_at):
            return ()
        days = {each.what: each.day for each in self.wrong}
        return tuple(
            Wrong(each.what, each.since, days.get(each.what) or day(now))
            for each in tracking.wrong(self.track, now, limits, self.shipped_at)
            if each.hours < SHOWN or self.track.state not in FINAL
        )

    def _due(self, now: str, limits: Limits, wrong: tuple[Wrong, ...]) -> str:
        if self.ended:
            return max((tracking.later(each.since, SHOWN) for each in wrong), default="")
        if self.concludes:
            return now
        late = tracking.late_at(self.track, now, limits, self.shipped_at)
        end = tracking.later(self.created_at, DAYS * 24)
        return min(moment for moment in (self.subscribe_at, self.ask_at, late, end) if moment)

    @property
    def _every(self) -> int:
        usual = WRONG if self.wrong else USUAL
        return EVERY.get(self.track.state, usual) if self.track.state else WRONG


def no_of(parcel: Parcel) -> str:
    return f"{parcel.no:02d}"


def first(order: Order, parcel: Parcel, account: str, now: str) -> Following:
    """It has only just left: there is nothing to ask for some hours."""
    return Following(
        order=order.id,
        no=no_of(parcel),
        tracking=parcel.tracking,
        carrier=parcel.carrier,
        warehouse=parcel.warehouse,
        shipped_at=parcel.shipped_at,
        created_at=now,
        account=account,
        subscribe_at=now,
        ask_at=tracking.later(now, WRONG),
    )


def left(order: Order) -> list[Parcel]:
    """Its parcels that are on their way under a number."""
    return [parcel for parcel in order.parcels if parcel.shipped_at and parcel.tracking]


def arrived(order: Order, followed: Iterable[Following]) -> bool:
    """Whether the receiver has all of an order that has not been signed so far."""
    there = {one.no for one in followed if one.delivered}
    return order.status is Status.SHIPPED and {no_of(each) for each in order.parcels} <= there


def together(known: Iterable[Event], told: Iterable[Event], shipped_at: str) -> Track:
    """All that was told so far: the same in any order, and however often each was told.

    A carrier may tell what is the newest with a code, and later without.
    """
    first = tracking.later(shipped_at, -BEFORE)
    events = (replace(each, text=each.text[:LONGEST]) for each in (*known, *told))
    some = sorted((each for each in events if each.at >= first), key=lambda e: (e.code, e.kind))
    once = {(each.at, each.place, each.text): each for each in some}
    return tracking.fold(tracking.fold(once.values()).events[-MOST:])


def covered(text: str) -> str:
    """A carrier's words with the phones in them masked."""
    return _PHONE.sub(lambda found: masked("phone", found[0]), text)
