"""What an order's history tells the outside: one event for each entry, each with a lasting id."""

from dataclasses import dataclass
from typing import Any

from shared.domain import stages, words
from shared.domain.order import Entry, Order

NAMES = (
    "accepted", "priced", "updated", "amended", "approved", "held", "expired", "released",
    "reserved",
    "alerted", "tagged", "gifted", "not-gifted", "gift-withdrawn",
    "gathered", "given-back", "short", "planned", "part-shipped", "shipped", "signed", "completed",
    "cancelled", "part-cancelled", "edited", "overruled", "resent", "resend-of", "closed",
    "merged", "merge-moved", "unmet", "unmerged", "merge-released",
    "balance-due", "merge-check", "weighed", "opened", "replanned",
    "paid", "part-paid", "paid-otherwise", "payment-closed", "charged-back",
    "refund-asked", "refunded", "refund-stuck", "refund-failed", "refund-limited",
    "after-sale-opened", "after-sale-changed", "after-sale-agreed", "after-sale-ended",
    "after-sale-late", "after-sale-timed", "after-sale-overtaken",
    "intercept-asked", "intercepted", "not-intercepted", "goods-back", "exchange-of",
)  # fmt: skip
SHADES = ("-nearest", "-cheapest", "-scarce", "-chosen")
"""Of one event, which are told in other words."""


def name_of(code: str) -> str:
    return next((code.removesuffix(shade) for shade in SHADES if code.endswith(shade)), code)


@dataclass(frozen=True, slots=True)
class Event:
    order: Order
    entry: Entry

    @property
    def id(self) -> str:
        return f"{self.order.id}.{self.entry.seq}"

    @property
    def name(self) -> str:
        return name_of(self.entry.code)

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
        added["units"] = sum(line.quantity for line in event.order.lines)
    return added | stages.counts(event.order, event.entry)
