"""How a merchant is told of alerts: one by one, or together once an hour or a day."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest
from typing import Any

from shared.domain.alert import Alert, Kind, digits, document
from shared.domain.tracking import Limits

UNMOVED = 90  # days without a shipment after which stock counts as unmoved, unless told otherwise
LEAD = 12  # hours before it must have left from which an order is looked at, unless told otherwise
PATIENCE = Limits()  # with parcels on their way, unless told otherwise
NEWEST = 10  # alerts that a digest shows


class Digest(StrEnum):
    NONE = "none"  # each alert is told at once
    HOURLY = "hourly"
    DAILY = "daily"


_CUT = {Digest.HOURLY: 13, Digest.DAILY: 10}
SECONDS = {Digest.HOURLY: 3600, Digest.DAILY: 86400}


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """What a merchant wants to be told, and how."""

    alert_digest: Digest = Digest.NONE
    muted: tuple[Kind, ...] = ()  # opened and listed, but told to nobody
    unmoved_days: int = UNMOVED
    promise_hours: int = LEAD
    quiet_hours: int = PATIENCE.quiet
    delivery_hours: int = PATIENCE.delivery

    @property
    def limits(self) -> Limits:
        """After how many hours something is wrong with a parcel."""
        return Limits(self.quiet_hours, self.delivery_hours)

    def tells(self, alert: Alert) -> bool:
        """Whether this alert is told by itself."""
        return self.alert_digest is Digest.NONE and alert.kind not in self.muted


@dataclass(frozen=True, slots=True)
class Summary:
    """The alerts that stand, the number of those that closed, since a time."""

    period: str
    since: str
    standing: tuple[Alert, ...]
    closed: int


def period(digest: Digest, now: str) -> str:
    """The hour or day (UTC) in which a digest is due, as `2026-11-22T14`."""
    return now[: _CUT[digest]]


def stamp(period: str) -> str:
    """The period as the time that a delivery's id begins with."""
    return digits(period).ljust(17, "0")


def event_id(summary: Summary) -> str:
    return f"alerts.{summary.period}"


def payload(summary: Summary, now: str) -> dict[str, Any]:
    """How many alerts stand and how many came, by kind; how many went; the newest."""
    fresh = (alert for alert in summary.standing if alert.opened_at >= summary.since)
    newest = nlargest(NEWEST, summary.standing, key=lambda alert: (alert.opened_at, alert.id))
    return {
        "type": "alert.digest",
        "timestamp": now,
        "data": {
            "event_id": event_id(summary),
            "since": summary.since,
            "standing": _by_kind(summary.standing),
            "opened": _by_kind(fresh),
            "closed": summary.closed,
            "newest": [document(alert) for alert in newest],
        },
    }


def _by_kind(alerts: Iterable[Alert]) -> dict[str, int]:
    return dict(sorted(Counter(alert.kind.value for alert in alerts).items()))
