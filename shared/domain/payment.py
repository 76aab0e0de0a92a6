"""A payment of an order: what its provider said, event by event, and the one sum over it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self


class Kind(StrEnum):
    """What an event is about."""

    AUTHORIZE = "authorize"  # promised, not taken
    ADJUST = "adjust"  # another figure is promised from now on
    CHARGE = "charge"  # taken from the buyer
    REFUND = "refund"  # given back
    REVERSE = "reverse"  # given back, and come back to us
    CHARGEBACK = "chargeback"  # taken from us by the buyer's bank
    CANCEL = "cancel"  # a promise that is given up


class State(StrEnum):
    """How that stands."""

    ASKED = "asked"  # under way, or its outcome unknown
    ABNORMAL = "abnormal"  # stuck at the provider: a person must see to it
    DONE = "done"
    FAILED = "failed"


class Standing(StrEnum):
    """How far a payment itself has come; what went back is in its totals."""

    OPEN = "open"  # the buyer may pay it
    AUTHORIZED = "authorized"
    PAID = "paid"
    CLOSED = "closed"  # it can no longer be paid, and was not


class Wait(StrEnum):
    """Why a payment waits for a person."""

    AMOUNT = "amount"  # the provider took another figure than we asked for
    ABNORMAL = "abnormal"  # a refund is stuck at the provider
    REFUSED = "refused"  # the provider will not give back what must go back
    LIMIT = "limit"  # too many refunds, or too late for one
    BY_HAND = "by-hand"  # it was paid past every provider, and goes back so
    SHORT = "short"  # the merchant's account there has too little money; tried again by itself
    ACCOUNT = "account"  # its keys, ids or rights are wrong; tried again by itself
    CHARGEBACK = "chargeback"


class Way(StrEnum):
    """How money comes past every provider."""

    BANK = "bank"  # a transfer to the merchant's account
    CASH = "cash"
    COD = "cod"  # collected on delivery, by the carrier's report


OFFLINE = "offline"
"""The provider of what was paid past every provider: by bank transfer, in cash, on delivery."""
SETTLED = (State.DONE, State.FAILED)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a payment, in fen; kind and reference name one undertaking.

    `at`: when it was so, by the provider; `seen`: when we wrote it down.
    """

    kind: Kind
    state: State
    fen: int
    ref: str  # our own number of it, or the provider's where we have none
    at: str
    seen: str = ""
    provider_no: str = ""
    cause: str = ""  # of a refund: "cancel", "edit", "late", or the number of an after-sale
    note: str = ""
    by: str = "system"


@dataclass(frozen=True, slots=True)
class Totals:
    """All in fen. `charged` is what we still have: without what went back, or is going."""

    authorised: int = 0
    authorise_pending: int = 0
    charged: int = 0
    charge_pending: int = 0
    refunded: int = 0
    refund_pending: int = 0
    charged_back: int = 0
    cancelled: int = 0
    cancel_pending: int = 0

    def __add__(self, other: Self) -> "Totals":
        names = self.__dataclass_fields__
        return Totals(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def captured(self) -> int:
        """What was ever taken from the buyer."""
        return self.charged + self.refunded + self.refund_pending + self.charged_back


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund as it stands now."""

    ref: str
    fen: int
    cause: str
    state: State
    asked_at: str
    at: str  # since when it stands so
    provider_no: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    order: str
    no: str  # "01", "02", in the order in which they were begun
    provider: str  # wechat, alipay, or OFFLINE
    account: str  # of the merchant, at the provider
    method: str
    instalment: int  # which of the order's instalments it pays, from 0
    fen: int
    created_at: str
    expires_at: str = ""
    events: tuple[Event, ...] = ()
    told: int = 0  # how many of its events the order knows of
    due: str = ""  # when the clock looks at it again
    tries: int = 0  # how often nothing new was learned since
    waits: Wait | None = None
    seen: tuple[str, ...] = ()  # numbers of it and its refunds that a person has seen to
    version: int = 0

    @property
    def number(self) -> str:
        """Our own number of it, that the provider knows it by."""
        return f"{self.order}-{self.no}"

    @property
    def totals(self) -> Totals:
        return fold(self.events)

    @property
    def standing(self) -> Standing:
        sums = self.totals
        if sums.captured:
            return Standing.PAID
        if sums.authorised:
            return Standing.AUTHORIZED
        charge = standing(self.events).get((Kind.CHARGE, self.number))
        failed = charge is not None and charge.state is State.FAILED
        return Standing.CLOSED if failed else Standing.OPEN

    @property
    def paid_at(self) -> str:
        done = [e for e in standing(self.events).values() if _is(e, Kind.CHARGE, State.DONE)]
        return min((event.at for event in done), default="")

    @property
    def provider_no(self) -> str:
        """The provider's own number of it, once it told us."""
        known = (e.provider_no for e in self.events if e.kind is Kind.CHARGE and e.provider_no)
        return next(known, "")

    @property
    def refunds(self) -> list[Refund]:
        """Every refund ever asked for, the first first."""
        now = standing(self.events)
        refs = dict.fromkeys(e.ref for e in _sorted(self.events) if e.kind is Kind.REFUND)
        return [_refund(now[Kind.REFUND, ref], self.events) for ref in refs]

    @property
    def next_refund(self) -> str:
        """The number of one more refund."""
        return f"{self.number}-{len(self.refunds) + 1:02}"

    def refund(self, ref: str) -> Refund | None:
        return next((one for one in self.refunds if one.ref == ref), None)

    def heard(self, event: Event) -> Self:
        """The same with one more event; what is known already, or older, adds nothing."""
        if any(_known(event, earlier) for earlier in self.events):
            return self
        return replace(self, events=(*self.events, event))


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant's account with a provider, as it lies on its shelf."""

    id: str
    provider: str
    name: str
    app_id: str
    merchant_id: str
    secrets: dict[str, str]  # each sealed with the merchant's key
    keys: dict[str, str]  # public: PEM keys and certificates by name
    endpoint: str = ""  # another address than the provider's own: its sandbox
    active: bool = True


def fold(events: Iterable[Event]) -> Totals:
    """The sums of a payment: the same for the same events in any order, however often."""
    now = list(standing(events).values())
    charges, backs = _done(now, Kind.CHARGE), _done(now, Kind.CHARGEBACK)
    pending = _under_way(now, Kind.REFUND)
    refunded = _done(now, Kind.REFUND) - _done(now, Kind.REVERSE)
    given_up, giving_up = _done(now, Kind.CANCEL), _under_way(now, Kind.CANCEL)
    charging = _under_way(now, Kind.CHARGE)
    return Totals(
        authorised=max(0, _promised(now) - charges - charging - given_up - giving_up),
        authorise_pending=_under_way(now, Kind.AUTHORIZE),
        charged=charges - backs - refunded - pending,
        charge_pending=charging,
        refunded=refunded,
        refund_pending=pending,
        charged_back=backs,
        cancelled=given_up,
        cancel_pending=giving_up,
    )


def standing(events: Iterable[Event]) -> dict[tuple[Kind, str], Event]:
    """How each undertaking stands: by its newest outcome, or else by what is known of its way."""
    now: dict[tuple[Kind, str], Event] = {}
    for event in _sorted(events):
        now[event.kind, event.ref] = event
    return now


def total(payments: Iterable[Payment]) -> Totals:
    """The sums of several payments together."""
    return sum((payment.totals for payment in payments), Totals())


def number_after(payments: Sequence[Payment]) -> str:
    """The number of an order's next payment."""
    return f"{len(payments) + 1:02}"


def split(number: str) -> tuple[str, str]:
    """Our number of a payment, or of a refund of it -> (order, number in the order)."""
    order, _, rest = number.partition("-")
    return order, rest.partition("-")[0]


def _sorted(events: Iterable[Event]) -> list[Event]:
    """Outcomes after what is only under way, then by time; nothing depends on who told first."""
    return sorted(events, key=lambda e: (e.state in SETTLED, e.at, e.state, e.fen, e.provider_no))


def _known(event: Event, earlier: Event) -> bool:
    same = (earlier.kind, earlier.ref, earlier.state) == (event.kind, event.ref, event.state)
    newer = (event.at, event.fen, event.provider_no)
    return same and (earlier.at, earlier.fen, earlier.provider_no) >= newer


def _is(event: Event, kind: Kind, *states: State) -> bool:
    return event.kind is kind and event.state in states


def _done(now: Iterable[Event], kind: Kind) -> int:
    return sum(event.fen for event in now if _is(event, kind, State.DONE))


def _under_way(now: Iterable[Event], kind: Kind) -> int:
    return sum(event.fen for event in now if _is(event, kind, State.ASKED, State.ABNORMAL))


def _promised(now: Sequence[Event]) -> int:
    """The newest adjustment stands for all that was promised before it."""
    adjusted = [event for event in now if _is(event, Kind.ADJUST, State.DONE)]
    newest = max(adjusted, key=lambda e: (e.at, e.ref, e.fen), default=None)
    since = newest.at if newest else ""
    later = [e.fen for e in now if _is(e, Kind.AUTHORIZE, State.DONE) and e.at > since]
    return sum(later) + (newest.fen if newest else 0)


def _refund(now: Event, events: Iterable[Event]) -> Refund:
    own = [event for event in events if event.kind is Kind.REFUND and event.ref == now.ref]
    cause = next((event.cause for event in own if event.cause), "")
    number = next((event.provider_no for event in own if event.provider_no), "")
    asked = min(event.at for event in own)
    return Refund(now.ref, now.fen, cause, now.state, asked, now.at, number, now.note)
