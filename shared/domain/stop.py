"""What stops an order, since when, and until when somebody should have seen to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.hold import NATURE, Hold, Reason
from shared.domain.order import Entry, Order, Status


@dataclass(frozen=True, slots=True)
class Stop:
    hold: Hold
    since: str
    deadline: str = ""  # empty: there is nothing for a person to do

    def overdue(self, now: str) -> bool:
        return bool(self.deadline) and self.deadline < now


def stops(order: Order) -> list[Stop]:
    """Its holds; what an order that is short of stock lacks is one as well."""
    if order.status is Status.SHORT:
        entry = next((each for each in reversed(order.timeline) if each.code == "short"), None)
        lacking = Hold(Reason.SHORT, dict(entry.args) if entry else {})
        return [_stop(lacking, entry.at if entry else order.since)]
    return [_stop(hold, _since(order, hold.reason)) for hold in order.holds]


def _stop(hold: Hold, since: str) -> Stop:
    hours = NATURE[hold.reason].hours
    late = datetime.fromisoformat(since) + timedelta(hours=hours)
    return Stop(hold, since, late.isoformat(timespec="milliseconds") if hours else "")


def _since(order: Order, reason: Reason) -> str:
    """When it was stopped for this reason; a very long history may not know any more."""
    entries = (each for each in reversed(order.timeline) if _names(each, reason))
    found = next(entries, None)
    return found.at if found else order.since


def _names(entry: Entry, reason: Reason) -> bool:
    holds = entry.args.get("holds", ()) if entry.code == "held" else ()
    return any(hold["reason"] == reason for hold in holds)
