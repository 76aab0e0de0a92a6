"""Purchases: whatever comes, in whatever deliveries, the counters and the paper agree."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.domain import purchase
from shared.domain.goods import Goods, Known
from shared.domain.item import Item
from shared.domain.purchase import Arrived, Line, Purchase, State
from shared.domain.stock import Change, Level, Place
from tests.support.build import NOON
from tests.support.shelf import Shelf

MILK = Item("milk", "牛奶", lots=True)
Shelves = dict[Place, Shelf]


def deliveries() -> st.SearchStrategy[list[tuple[str, str, int, int]]]:
    goods = st.sampled_from([("mug", ""), ("milk", "A"), ("milk", "B")])
    few = st.integers(0, 6)
    return st.lists(st.tuples(goods, few, few).map(lambda t: (*t[0], t[1], t[2])), max_size=9)


def shelf(shelves: Shelves, place: Place) -> Shelf:
    return shelves.setdefault(place, Shelf(Level(*place)))


def apply(shelves: Shelves, changes: list[Change]) -> None:
    assert len({change.place for change in changes}) == len(changes)
    for change in changes:
        level = shelf(shelves, change.place).level
        falls = {n: getattr(level, n) + u for n, u in change.delta.items() if u < 0}
        assert change.beyond or all(units >= 0 for units in falls.values())
        shelf(shelves, change.place).apply(change, NOON)


def known(shelves: Shelves, *some: Goods) -> dict[Place, Known]:
    places = {place for one in some for place in (one.at("hz"), Place(one.sku, "hz"))}
    items = {"milk": MILK}
    return {at: Known(items.get(at.sku), shelf(shelves, at).level, kept=False) for at in places}


def bought(mugs: int, milks: int) -> Purchase:
    lines = (Line("mug", mugs), Line("milk", milks))
    return Purchase("P-1", "s", "hz", lines, NOON, "key:x", "-")


def sums(shelves: Shelves, sku: str) -> dict[str, int]:
    there = [one.level for place, one in shelves.items() if place.sku == sku]
    names = ("free", "held", "damaged", "coming", "presold")
    return {name: sum(getattr(level, name) for level in there) for name in names}


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 9), deliveries())
def test_the_counters_are_what_the_paper_says(
    mugs: int, milks: int, sold: int, told: list[tuple[str, str, int, int]]
) -> None:
    """Also where some of what was on its way had been sold already, and more comes than bought."""
    shelves: Shelves = {}
    paper = bought(mugs, milks)
    apply(shelves, purchase.ordering(paper))
    promised = min(sold, mugs)
    ahead = Change(Place("mug", "hz"), "presold", {"coming": -promised, "presold": promised})
    apply(shelves, [ahead])

    for sku, lot, good, damaged in told:
        line = Arrived(Goods(sku, lot, "2099-12-31" if lot else ""), good, damaged)
        changes = purchase.receiving(paper, [line], known(shelves, line.goods))
        apply(shelves, changes)
        paper = purchase.received(paper, [line])

    for bought_ in paper.lines:
        there = sums(shelves, bought_.sku)
        assert there["coming"] + there["presold"] == bought_.rest
        assert there["free"] + there["held"] == bought_.received
        assert there["damaged"] == bought_.damaged
    assert sums(shelves, "mug")["presold"] + sums(shelves, "mug")["held"] == promised
    assert (paper.state is State.DONE) == all(not one.rest for one in paper.lines) or not told


@given(st.integers(1, 20), st.integers(0, 9), st.integers(0, 20))
def test_once_it_is_closed_nothing_of_it_is_on_its_way(mugs: int, sold: int, came: int) -> None:
    shelves: Shelves = {}
    paper = bought(mugs, 1)
    apply(shelves, purchase.ordering(paper))
    promised = min(sold, mugs)
    ahead = Change(Place("mug", "hz"), "presold", {"coming": -promised, "presold": promised})
    apply(shelves, [ahead])
    line = Arrived(Goods("mug"), min(came, mugs), 0)
    apply(shelves, purchase.receiving(paper, [line], known(shelves, line.goods)))
    paper = purchase.received(paper, [line])

    apply(shelves, purchase.closing(paper, {at: one.level for at, one in shelves.items()}))

    there = sums(shelves, "mug")
    assert there["coming"] + there["presold"] == 0
    assert sums(shelves, "milk")["coming"] == 0


def test_what_comes_in_two_lots_is_taken_from_what_was_awaited_in_one_change() -> None:
    shelves: Shelves = {}
    paper = bought(1, 9)
    apply(shelves, purchase.ordering(paper))
    lines = [Arrived(Goods("milk", lot, "2099-12-31"), 4, 0) for lot in "AB"]

    changes = purchase.receiving(paper, lines, known(shelves, *(line.goods for line in lines)))

    awaited = [change for change in changes if not change.place.lot]
    assert [change.delta for change in awaited] == [{"coming": -8}]
    assert purchase.received(replace(paper, version=1), lines).state is State.PART_RECEIVED
