"""Counts and adjustments: what they say is as of when they were taken, however they arrive."""

from dataclasses import dataclass
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import counting, feed
from shared.domain.feed import Feed, Kind, Line
from shared.domain.goods import Goods, Known
from shared.domain.stock import Change, Level, Place
from tests.support.shelf import Shelf

PLACE = Place("mug", "hz")
LINE = Goods("mug")


def minute(number: float) -> str:
    hours, minutes = divmod(int(number), 60)
    return f"2026-11-20T{12 + hours:02d}:{minutes:02d}:{int(number % 1 * 60):02d}.000+00:00"


@dataclass(frozen=True)
class Event:
    """Something that happens to a place at `taken`, and reaches us at `arrives`."""

    kind: str  # full, adjust, ship
    units: int
    taken: float
    arrives: float


def tell(shelf: Shelf, event: Event) -> None:
    if event.kind == "ship":
        sent = Change(PLACE, "shipped", {"free": -event.units})
        return shelf.apply(sent, minute(event.taken))
    arrived = minute(event.arrives)
    line = Line(LINE, event.units)
    told = Feed("f", "hz", Kind(event.kind), minute(event.taken), (line,), arrived, "", "")
    change = feed.change(told, line, shelf.seen(told.as_of), Known(None, shelf.level, kept=False))
    return shelf.apply(change, arrived)


def on_hand(events: list[Event], first: int = 0) -> int:
    shelf = Shelf(Level("mug", "hz", free=first))
    for event in sorted(events, key=lambda event: event.arrives):
        tell(shelf, event)
    return shelf.level.on_hand


def model(events: list[Event], first: int = 0) -> int:
    """The newest count, and whatever came and went after it."""
    counts = [event for event in events if event.kind == "full"]
    newest = max(counts, key=lambda event: event.taken, default=Event("full", first, -1, 0))
    since = [event for event in events if event.taken > newest.taken and event.kind != "full"]
    return newest.units + sum(-e.units if e.kind == "ship" else e.units for e in since)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_full_count_and_late_adjustments_give_99_in_any_order(order: tuple[int, ...]) -> None:
    told = [("full", 100, 3), ("adjust", -2, 2), ("adjust", -1, 4)]

    events = [Event(*one, 6 + place) for one, place in zip(told, order, strict=True)]

    assert on_hand(events, first=50) == 99


def deltas() -> st.SearchStrategy[tuple[str, int]]:
    return st.one_of(
        st.tuples(st.just("full"), st.integers(1000, 2000)),
        st.tuples(st.just("adjust"), st.integers(-20, 20)),
        st.tuples(st.just("ship"), st.integers(1, 20)),
    )


@given(st.data(), st.lists(deltas(), min_size=1, max_size=9))
def test_every_order_of_arrival_gives_what_the_newest_count_and_all_after_it_say(
    data: st.DataObject, told: list[tuple[str, int]]
) -> None:
    """Our own shipments happen as they arrive; what a warehouse tells may be any time late."""
    late = st.lists(st.integers(0, 100), min_size=len(told), max_size=len(told))
    delays, spread = data.draw(late), data.draw(st.sampled_from([0.05, 1.0, 7.0]))
    events = [
        Event(kind, units, (no + 1) * spread, (no + 1) * spread + (kind != "ship") * delay / 10)
        for no, ((kind, units), delay) in enumerate(zip(told, delays, strict=True))
    ]

    assert on_hand(events, first=1000) == model(events, first=1000)


@given(st.lists(deltas(), min_size=1, max_size=6))
def test_what_is_told_twice_counts_once_if_it_is_a_count(told: list[tuple[str, int]]) -> None:
    counts = [
        Event("full", units, no, no) for no, (kind, units) in enumerate(told) if kind == "full"
    ]

    assert on_hand([*counts, *counts], 7) == on_hand(counts, 7)


def test_a_count_may_leave_less_than_was_promised_but_no_less_than_nothing() -> None:
    shelf = Shelf(Level("mug", "hz", free=3, held=5))

    tell(shelf, Event("full", 2, 1, 2))
    promised = shelf.level
    tell(shelf, Event("ship", 2, 3, 3))
    tell(shelf, Event("full", 0, 2, 4))

    assert (promised.free, promised.held, promised.on_hand) == (-3, 5, 2)
    assert shelf.level.on_hand == 0


def test_only_the_lines_since_then_are_read() -> None:
    """A ledger of years is not walked for a count of today."""
    shelf = Shelf(Level("mug", "hz", free=100))
    for number in range(0, 60, 5):
        tell(shelf, Event("ship", 1, number, number))
    lines = iter(reversed(shelf.ledger))

    recent = counting.recent(lines, minute(52))

    assert counting.lay(counting.Seen(shelf.level, recent), minute(52)).sound == 88 + 1
    assert len(list(lines)) == 10


def test_goods_that_somebody_set_aside_still_lie_there() -> None:
    shelf = Shelf(Level("mug", "hz", free=10))
    shelf.apply(Change(PLACE, "held", {"free": -4, "held": 4}), minute(5))

    tell(shelf, Event("full", 9, 3, 7))

    assert (shelf.level.free, shelf.level.held) == (5, 4)


def test_damaged_units_are_counted_for_themselves() -> None:
    shelf = Shelf(Level("mug", "hz", free=10, damaged=2))
    shelf.apply(Change(PLACE, "damaged", {"free": -1, "damaged": 1}), minute(5))

    delta = counting.counted(shelf.seen(minute(3)), 8, minute(3), damaged=2)

    assert delta == {"free": 8 - 10, "damaged": 0}
