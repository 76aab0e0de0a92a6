"""What an order's history tells the outside: one event for each entry, each with a lasting id."""

from dataclasses import dataclass
from typing import Any

from shared.domain import words
from shared.domain.order import Entry, Order

NAMES = (
    "accepted", "updated", "amended", "approved", "held", "expired", "released", "reserved",
    "gathered", "given-back", "short", "planned", "part-shipped", "shipped", "signed", "completed",
    "cancelled", "closed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    order: Order
    entry: Entry

    @property
    def id(self) -> str:
        return f"{self.order.id}.{self.entry.seq}"

    @property
    def name(self) -> str:
        return self.entry.code.removesuffix("-nearest")

    @property
    def day(self) -> str:
        return self.entry.at[:10]


def news(order: Order) -> list[Event]:
    """The events of the write that made this version of the order."""
    return [Event(order, entry) for entry in order.timeline if entry.v == order.version]


def payload(event: Event) -> dict[str, Any]:
    """What a webhook says: which order, what, why. Nothing of a person."""
    order, entry = event.order, event.entry
    code = f"event.{entry.code}"
    return {
        "type": f"order.{event.name}",
        "timestamp": entry.at,
        "data": {
            "event_id": event.id,
            "order_id": order.id,
            "shop": order.shop,
            "number": order.number,
            "status": entry.status.value,
            "seq": entry.seq,
            "reason": {
                language: words.say(code, language, entry.args) for language in words.LANGUAGES
            },
        },
    }


def counts(event: Event) -> dict[str, int]:
    """What the event adds to the counters of its day."""
    added = {event.name: 1}
    if event.name == "held":
        added |= {f"held:{hold['reason']}": 1 for hold in event.entry.args["holds"]}
    if event.name == "accepted":
        added["amount"] = event.order.content.amounts.total
        added["units"] = sum(line.quantity for line in event.order.content.lines)
    return added
