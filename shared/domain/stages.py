"""How long orders spend in each stage of their way: it follows from their history alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from shared.domain import histogram
from shared.domain.histogram import Durations
from shared.domain.hold import NATURE, Reason
from shared.domain.order import Entry, Order, Status

MARK = "stage#"
"""What the keys of stages begin with, among the counters of a day; no id has a `#`."""


class Stage(StrEnum):
    REVIEW = "review"  # until it may go on by itself
    STOCK = "stock"  # until stock is held for every line
    BUFFER = "buffer"  # until it lies in parcels: it may wait for others to go with it
    WAREHOUSE = "warehouse"  # until all parcels are weighed; until they left where nobody weighs
    HANDOVER = "handover"  # from the scales until the last parcel left
    DELIVERY = "delivery"  # until the receiver has it
    TOTAL = "total"  # from received until shipped, with whatever held it


HELD = "held-"
"""A hold is a stage of its own, for each who must act: `held-service`."""
WAY = (Stage.REVIEW, Stage.STOCK, Stage.BUFFER, Stage.WAREHOUSE, Stage.HANDOVER)
"""What follows what, until the order has left."""
OWNERS = tuple(dict.fromkeys(nature.owner for nature in NATURE.values()))
NAMES = (*WAY[:1], *(HELD + owner for owner in OWNERS), *WAY[1:], Stage.DELIVERY, Stage.TOTAL)

STAGE: dict[Status, Stage] = {
    Status.RECEIVED: Stage.REVIEW,
    Status.APPROVED: Stage.STOCK,
    Status.SHORT: Stage.STOCK,
    Status.RESERVED: Stage.BUFFER,
    Status.PLANNED: Stage.WAREHOUSE,
    Status.SHIPPING: Stage.WAREHOUSE,
    Status.SHIPPED: Stage.DELIVERY,
}


class Key(NamedTuple):
    """What durations are counted by."""

    stage: str
    shop: str
    warehouse: str


def durations(order: Order, history: Sequence[Entry], now: str = "") -> dict[str, int]:
    """Milliseconds in each stage, to the last entry of `history` or until `now`.

    A hold of several reasons counts for the owner of the first. What comes after signing is no
    stage.
    """
    spent: Counter[str] = Counter()
    owner, weighed = "", _weighed(order)
    for entry, until in _spans(history, now):
        owner = _owner(entry, owner)
        stage = HELD + owner if entry.status is Status.HELD else STAGE.get(entry.status)
        if stage:
            spent.update(_parts(stage, entry.at, until, weighed))
    return dict(spent)


def counts(order: Order, entry: Entry) -> dict[str, int]:
    """What an entry adds to the counters of its day: the stages that ended with it."""
    if entry.code not in ("shipped", "signed"):
        return {}
    history = [one for one in order.timeline if one.seq <= entry.seq]
    spent = durations(order, history)
    delivery = spent.pop(Stage.DELIVERY, None)
    if entry.code == "signed":
        ended: dict[str, int] = {} if delivery is None else {Stage.DELIVERY: delivery}
    else:
        ended = {**spent, str(Stage.TOTAL): sum(spent.values())}
    place = f"{order.shop}#{warehouse(order)}"
    added = {}
    for stage, milliseconds in ended.items():
        added[f"{MARK}{stage}#{place}#{histogram.bucket(milliseconds)}"] = 1
        added[f"{MARK}{stage}#{place}#ms"] = milliseconds
    return added


def warehouse(order: Order) -> str:
    """The warehouse for which an order waits: of several the one whose parcel leaves last."""
    parcels = sorted(order.parcels, key=lambda parcel: (parcel.shipped_at or "9", parcel.no))
    places = [parcel.warehouse for parcel in parcels] or [s.warehouse for s in order.sources]
    return places[-1] if places else ""


def counted(counters: Iterable[Mapping[str, int]]) -> dict[Key, Durations]:
    """The counters of several days, read."""
    sums: Counter[str] = Counter()
    for each in counters:
        sums.update({name: n for name, n in each.items() if name.startswith(MARK)})
    buckets: dict[Key, Counter[int]] = defaultdict(Counter)
    lasted: Counter[Key] = Counter()
    for name, number in sums.items():
        _, stage, shop, place, bucket = name.split("#")
        key = Key(stage, shop, place)
        if bucket == "ms":
            lasted[key] += number
        else:
            buckets[key][int(bucket)] += number
    return {key: Durations(some, lasted[key]) for key, some in buckets.items()}


def without_shops(counters: Mapping[str, int]) -> dict[str, int]:
    """The same counters for all shops together: what stays of a day for forecasts."""
    sums: Counter[str] = Counter()
    for name, number in counters.items():
        mark, stage, _, place, bucket = name.split("#")
        sums[f"{mark}#{stage}##{place}#{bucket}"] += number
    return dict(sums)


def together(some: Iterable[Durations]) -> Durations:
    buckets: Counter[int] = Counter()
    milliseconds = 0
    for each in some:
        buckets.update(each.buckets)
        milliseconds += each.milliseconds
    return Durations(buckets, milliseconds)


def _spans(history: Sequence[Entry], now: str) -> Iterator[tuple[Entry, str]]:
    """Each entry with the time until which it was the newest."""
    yield from ((entry, after.at) for entry, after in pairwise(history))
    if now and history:
        yield history[-1], now


def _owner(entry: Entry, owner: str) -> str:
    """Who must act on a hold: the owner of the first reason that was raised."""
    if entry.status is not Status.HELD:
        return ""
    if entry.code == "held":
        return owner or NATURE[Reason(entry.args["holds"][0]["reason"])].owner
    if entry.code == "updated":  # what a person stopped stays stopped, all else is gone
        return NATURE[Reason.MANUAL].owner
    return owner or NATURE[Reason.MANUAL].owner


def _parts(stage: str, begun: str, ended: str, weighed: str) -> dict[str, int]:
    """The time in the warehouse is divided by the scales."""
    if stage != Stage.WAREHOUSE or not weighed or weighed >= ended:
        return {stage: between(begun, ended)}
    if weighed <= begun:
        return {Stage.HANDOVER: between(begun, ended)}
    parts = {Stage.WAREHOUSE: between(begun, weighed), Stage.HANDOVER: between(weighed, ended)}
    return {str(part): spent for part, spent in parts.items()}


def _weighed(order: Order) -> str:
    """When the last parcel was weighed; empty while one is not."""
    times = [parcel.weighed_at for parcel in order.parcels]
    return max(times) if times and all(times) else ""


def between(earlier: str, later: str) -> int:
    span = datetime.fromisoformat(later) - datetime.fromisoformat(earlier)
    return max(0, round(span.total_seconds() * 1000))  # the clocks of two machines may differ
