"""What somebody must look at: opened once, seen by somebody, closed by itself when it is cured."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple, Self

from shared.domain import words

EVENTS = ("alert.opened", "alert.closed", "alert.digest")


class Kind(StrEnum):
    BELOW_SAFETY = "below-safety"  # less is free in a warehouse than its safety stock
    REORDER = "reorder"  # what is there and coming will not last until more can arrive
    NEAR_EXPIRY = "near-expiry"  # a lot comes near its last day
    NO_SALE = "no-sale"  # a lot is too near its last day, or past it, to be sold
    DRIFT = "drift"  # counters and ledger differ
    OVERSOLD = "oversold"  # more was promised than there is
    UNMOVED = "unmoved"  # units lie there, and for long none was shipped
    PUSH_REFUSED = "push-refused"  # a shop could not be told what it may sell
    NEGATIVE = "negative"  # a counter is below nought
    PROMISE_LATE = "promise-late"  # orders should have left by now
    PROMISE_RISK = "promise-risk"  # at the usual pace they will leave too late
    PRICE_BREAKER = "price-breaker"  # a SKU sells at a price that must be a mistake
    SHOP_UNREAD = "shop-unread"  # for long nothing was read of a shop's platform
    # parcels on their way, by what is wrong with them: see tracking.Trouble
    PARCEL_NO_MOVEMENT = "parcel-no-movement"
    PARCEL_SLOW_DELIVERY = "parcel-slow-delivery"
    PARCEL_PROBLEM = "parcel-problem"
    PARCEL_RETURNED = "parcel-returned"
    PARCEL_LOST = "parcel-lost"
    PARCEL_SIGNED_BY_OTHER = "parcel-signed-by-other"


class Severity(StrEnum):
    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


SEVERITY: dict[Kind, Severity] = {
    Kind.BELOW_SAFETY: Severity.WARNING,
    Kind.REORDER: Severity.WARNING,
    Kind.NEAR_EXPIRY: Severity.NOTICE,
    Kind.NO_SALE: Severity.WARNING,
    Kind.DRIFT: Severity.CRITICAL,
    Kind.OVERSOLD: Severity.CRITICAL,
    Kind.UNMOVED: Severity.NOTICE,
    Kind.PUSH_REFUSED: Severity.WARNING,
    Kind.NEGATIVE: Severity.CRITICAL,
    Kind.PROMISE_LATE: Severity.WARNING,
    Kind.PROMISE_RISK: Severity.NOTICE,
    Kind.PRICE_BREAKER: Severity.CRITICAL,
    Kind.SHOP_UNREAD: Severity.CRITICAL,
    Kind.PARCEL_NO_MOVEMENT: Severity.WARNING,
    Kind.PARCEL_SLOW_DELIVERY: Severity.WARNING,
    Kind.PARCEL_PROBLEM: Severity.WARNING,
    Kind.PARCEL_RETURNED: Severity.WARNING,
    Kind.PARCEL_LOST: Severity.CRITICAL,
    Kind.PARCEL_SIGNED_BY_OTHER: Severity.NOTICE,
}
PARCELS = frozenset(kind for kind in Kind if kind.startswith("parcel-"))
"""Kinds that count parcels: their figures grow with what is found."""


class State(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"  # somebody has seen it
    CLOSED = "closed"  # cured


class Subject(NamedTuple):
    """What an alert is about."""

    sku: str
    warehouse: str = ""
    lot: str = ""
    shop: str = ""
    carrier: str = ""
    day: str = ""


PLACED = 4  # parts of a subject that every alert's id is made of


class Finding(NamedTuple):
    """Something that is wrong now."""

    kind: Kind
    subject: Subject
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Alert:
    id: str
    kind: Kind
    subject: Subject
    figures: dict[str, Any]  # as they were when it was opened
    opened_at: str
    state: State = State.OPEN
    acknowledged_at: str = ""
    acknowledged_by: str = ""
    closed_at: str = ""
    version: int = 0

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.kind]

    @property
    def standing(self) -> bool:
        return self.state is not State.CLOSED

    @property
    def event(self) -> str:
        """The event that brought it to where it is."""
        return "alert.opened" if self.standing else "alert.closed"

    @property
    def event_id(self) -> str:
        """Unlike that of any other opening or closing of the same alert."""
        return f"{self.id}.{digits(self.opened_at)}.{self.event.removeprefix('alert.')}"

    def acknowledged(self, now: str, by: str) -> Self:
        """Seen by somebody; who saw it first stays written there."""
        if self.state is not State.OPEN:
            return self
        return replace(self, state=State.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)

    def grown(self, figures: dict[str, Any]) -> Self:
        """The same with other figures, of which nobody is told."""
        return replace(self, figures=figures)

    def closed(self, now: str) -> Self:
        return replace(self, state=State.CLOSED, closed_at=now)


@dataclass(frozen=True, slots=True)
class Scope:
    """What was looked at: nothing outside of it can be known to be cured."""

    kinds: frozenset[Kind]
    sku: str = ""  # empty = any
    subjects: frozenset[Subject] | None = None  # None = any
    spared: frozenset[tuple[Kind, Subject]] = frozenset()  # what was not looked at all the same

    def covers(self, alert: Alert) -> bool:
        return (
            alert.kind in self.kinds
            and self.sku in ("", alert.subject.sku)
            and (self.subjects is None or alert.subject in self.subjects)
            and (alert.kind, alert.subject) not in self.spared
        )

    @property
    def ids(self) -> frozenset[str] | None:
        """The alerts that there can be in it, where it says so; None = any."""
        if self.subjects is None:
            return None
        return frozenset(id_of(kind, subject) for kind in self.kinds for subject in self.subjects)


def mark(sku: str) -> str:
    """What the ids of all alerts of one SKU begin with."""
    return blake2b(sku.encode(), digest_size=8).hexdigest()


def id_of(kind: Kind, subject: Subject) -> str:
    """One kind, one subject, one alert."""
    named = [part for part in subject[PLACED:] if part]  # without them it is what it always was
    rest = "\n".join((kind, *subject[:PLACED], *named)).encode()
    return mark(subject.sku) + blake2b(rest, digest_size=8).hexdigest()


def id_for(finding: Finding) -> str:
    return id_of(finding.kind, finding.subject)


def settled(
    known: Iterable[Alert], found: Iterable[Finding], scope: Scope, now: str
) -> list[Alert]:
    """The alerts to open and to close, so that they say what was found.

    `known` also holds those about the same that were closed before: their rows are used again.
    """
    rows = {alert.id: alert for alert in known}
    wrong = {id_for(one): one for one in found}
    there = {alert_id for alert_id, alert in rows.items() if alert.standing}
    fresh = [
        Alert(alert_id, *one, opened_at=now, version=_version(rows.get(alert_id)))
        for alert_id, one in wrong.items()
        if alert_id not in there
    ]
    cured = [rows[alert_id] for alert_id in sorted(there - wrong.keys())]
    return [*fresh, *(alert.closed(now) for alert in cured if scope.covers(alert))]


def grown(known: Iterable[Alert], found: Iterable[Finding]) -> list[Alert]:
    """The alerts that stand and count more parcels, or fewer, than before."""
    figures = {id_for(one): one.figures for one in found if one.kind in PARCELS}
    return [
        alert.grown(figures[alert.id])
        for alert in known
        if alert.standing and alert.figures != figures.get(alert.id, alert.figures)
    ]


def told(alert: Alert, language: str) -> str:
    """The alert in one sentence."""
    subject = alert.subject
    place = " ".join(part for part in subject[1:] if part)
    args = {"sku": subject.sku, "place": place, **alert.figures}
    return words.say(f"alert.{alert.kind}", language, args)


def document(alert: Alert) -> dict[str, Any]:
    """The alert as it is shown and told."""
    return {
        "id": alert.id,
        "kind": alert.kind.value,
        "severity": alert.severity.value,
        "state": alert.state.value,
        **alert.subject._asdict(),
        "figures": alert.figures,
        "opened_at": alert.opened_at,
        "acknowledged_at": alert.acknowledged_at,
        "acknowledged_by": alert.acknowledged_by,
        "closed_at": alert.closed_at,
        "reason": {language: told(alert, language) for language in words.LANGUAGES},
    }


def payload(alert: Alert) -> dict[str, Any]:
    """What a webhook is told."""
    return {
        "type": alert.event,
        "timestamp": alert.closed_at or alert.opened_at,
        "data": {"event_id": alert.event_id, **document(alert)},
    }


def digits(moment: str) -> str:
    """2026-11-22T11:31:32.572+00:00 -> 20261122113132572"""
    return "".join(letter for letter in moment[:23] if letter.isdigit())


def _version(before: Alert | None) -> int:
    return before.version if before else 0
