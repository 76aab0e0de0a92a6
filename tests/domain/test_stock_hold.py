"""Units set aside: only the difference moves, and nothing appears or is lost."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.domain import arrival, picking, stock_hold
from shared.domain.errors import Invalid, Short, WrongState
from shared.domain.item import Item
from shared.domain.picking import Supply, Want
from shared.domain.stock import Change, Level, Place
from shared.domain.stock_hold import Kind, State, StockHold
from tests.support.build import NOON
from tests.support.counters import Counters

HZ = Place("mug", "hz")


def hold(units: int = 0, kind: Kind = Kind.MANUAL, place: Place = HZ) -> StockHold:
    made = StockHold("h", kind)
    return made.covering({place: units}) if units else made


def step(before: StockHold, after: StockHold, *levels: Level) -> list[Change]:
    return stock_hold.changes(before, after, {level.place: level for level in levels})


@pytest.mark.parametrize(
    ("kind", "what", "delta"),
    [
        (Kind.MANUAL, "held", {"free": -3, "held": 3}),
        (Kind.EXCHANGE, "held", {"free": -3, "held": 3}),
        (Kind.TRANSFER, "held", {"free": -3, "held": 3}),
        (Kind.COUNT, "held", {"free": -3, "held": 3}),
        (Kind.APPOINTED, "appointed", {"free": -3, "appointed": 3}),
        (Kind.PRESALE, "presold", {"coming": -3, "presold": 3}),
    ],
)
def test_each_kind_has_its_counters(kind: Kind, what: str, delta: dict[str, int]) -> None:
    assert step(hold(kind=kind), hold(3, kind)) == [Change(HZ, what, delta)]


def test_only_the_difference_moves() -> None:
    raised, lowered, same = (step(hold(5), hold(units)) for units in (7, 2, 5))

    assert raised == [Change(HZ, "held", {"free": -2, "held": 2})]
    assert lowered == [Change(HZ, "released", {"held": -3, "free": 3})]
    assert same == []


def test_a_hold_gives_back_what_it_no_longer_names() -> None:
    gz = Place("mug", "gz")

    changes = step(hold(5), hold(2, place=gz))

    assert changes == [
        Change(gz, "held", {"free": -2, "held": 2}),
        Change(HZ, "released", {"held": -5, "free": 5}),
    ]


def test_what_was_released_holds_nothing() -> None:
    released = hold(5).released()

    assert step(released, released) == []
    assert released.lines == hold(5).lines
    with pytest.raises(WrongState):
        hold(5).after(released)


def test_a_hold_stays_what_it_is_for() -> None:
    with pytest.raises(Invalid):
        hold(5, Kind.COUNT).after(hold(5))


def test_more_places_than_one_write_takes_are_refused() -> None:
    units = {Place("mug", f"w{n}"): 1 for n in range(91)}
    full = StockHold("h", Kind.MANUAL).covering(dict(list(units.items())[:90]))

    with pytest.raises(Invalid):
        StockHold("h", Kind.MANUAL).covering(units)
    with pytest.raises(Invalid):
        full.covering({HZ: 1})


def test_presold_units_that_arrived_become_free_when_they_are_given_back() -> None:
    level = Level("mug", "hz", presold=2, held=3)

    changes = step(hold(5, Kind.PRESALE), hold(5, Kind.PRESALE).released(), level)

    delta = {"presold": -2, "coming": 2, "held": -3, "free": 3}
    assert changes == [Change(HZ, "released", delta)]


def test_only_where_stock_is_endless_may_it_fall_below_nought() -> None:
    (here,) = stock_hold.changes(hold(), hold(5), {}, endless={"hz"})
    (presold,) = stock_hold.changes(
        hold(kind=Kind.PRESALE), hold(5, Kind.PRESALE), {}, endless={"hz"}
    )

    assert (here.beyond, presold.beyond) == (True, False)


def test_availability_leaves_the_holds_own_units_aside() -> None:
    levels = [Level("mug", "hz", free=20, held=80), Level("mug", "gz", free=1, held=1)]

    shown = stock_hold.without(levels, hold(80))

    assert shown == [Level("mug", "hz", free=100, held=0), levels[1]]


MUG = Item("mug", "mug", lots=True, no_sale=10)
LOTS = [
    Level("mug", "hz", "old", free=5, expires="2026-11-25"),  # ends too soon to be promised
    Level("mug", "hz", "late", free=5, expires="2027-06-01"),
    Level("mug", "hz", "soon", free=5, expires="2027-01-01"),
    Level("mug", "gz", "soon", free=5, expires="2027-01-01"),
]


def picked(*wants: Want, own: dict[Place, int] | None = None) -> dict[str, int]:
    supply = Supply(LOTS, {"mug": MUG}, "free", NOON)
    return {place.lot: units for place, units in picking.picked(wants, own or {}, supply).items()}


def want(units: int, lot: str = "") -> Want:
    return Want("mug", "hz", lot, units)


def test_lots_go_first_expired_first_out() -> None:
    assert picked(want(3)) == {"soon": 3}
    assert picked(want(7)) == {"soon": 5, "late": 2}


def test_a_lot_that_is_named_is_taken_whatever_its_day() -> None:
    assert picked(want(3, "old")) == {"old": 3}


def test_what_is_named_on_one_line_is_not_chosen_for_another() -> None:
    assert picked(want(2), want(4, "soon")) == {"soon": 5, "late": 1}


def test_the_same_goods_on_two_lines_count_together() -> None:
    assert picked(want(4), want(4)) == {"soon": 5, "late": 3}


def test_units_that_are_held_already_stay_where_they_are() -> None:
    own = {Place("mug", "hz", "late"): 4}

    assert picked(want(4), own=own) == {"late": 4}
    assert picked(want(6), own=own) == {"late": 4, "soon": 2}
    assert picked(want(3), own=own) == {"late": 3}


def test_units_that_are_nowhere_are_asked_of_a_lot_that_then_is_short() -> None:
    assert sum(picked(want(11)).values()) == 11


def test_goods_without_lots_are_taken_as_they_lie() -> None:
    supply = Supply([Level("hat", "hz", free=5)], {}, "free", NOON)

    assert picking.picked([Want("hat", "hz", "", 9)], {}, supply) == {Place("hat", "hz"): 9}
    assert supply.lacks({Place("hat", "hz"): 6}, ()) == [Place("hat", "hz")]
    assert supply.lacks({Place("hat", "hz"): 6}, {"hz"}) == []


IDS, KINDS, WAREHOUSES = (st.sampled_from(each) for each in ("abc", list(Kind), ["hz", "gz"]))
AMOUNTS = st.dictionaries(
    st.sampled_from([Place("mug", "hz"), Place("hat", "hz"), Place("mug", "gz")]),
    st.integers(1, 12),
    min_size=1,
)


class Holds(RuleBasedStateMachine):
    """Goods that lie and come, and some holds of every kind that change as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.counters, self.holds = Counters(), dict[str, StockHold]()
        for place in (Place("mug", "hz"), Place("hat", "hz"), Place("mug", "gz")):
            self.counters.put(*place, free=20, coming=20)

    def become(self, before: StockHold, after: StockHold) -> None:
        changes = stock_hold.changes(before, after, self.counters.levels)
        with suppress(Short):  # all of it, or nothing
            self.counters.apply(changes)
            self.holds[after.id] = after

    @rule(name=IDS, kind=KINDS, units=AMOUNTS)
    def set(self, name: str, kind: Kind, units: dict[Place, int]) -> None:
        before = self.holds.get(name, StockHold(name, kind))
        with suppress(WrongState):
            self.become(before, replace(before).after(before).covering(units))

    @rule(name=IDS)
    def release(self, name: str) -> None:
        if name in self.holds:
            self.become(self.holds[name], self.holds[name].released())

    @rule(name=IDS)
    def forget(self, name: str) -> None:
        if name in self.holds and self.holds[name].state is State.RELEASED:
            del self.holds[name]

    @rule(
        warehouse=st.sampled_from(["hz", "gz"]), good=st.integers(0, 9), damaged=st.integers(0, 3)
    )
    def arrive(self, warehouse: str, good: int, damaged: int) -> None:
        level = self.counters.at("mug", warehouse)
        if good + damaged <= level.inbound:
            self.counters.apply([arrival.arrived(level, good, damaged)])

    @invariant()
    def no_unit_appears_or_is_lost(self) -> None:
        assert sum(self.counters.total().values()) == 3 * 40

    @invariant()
    def every_unit_that_is_held_has_its_hold(self) -> None:
        for place, level in self.counters.levels.items():
            of = {
                kind: sum(h.holding.get(place, 0) for h in self.holds.values() if h.kind is kind)
                for kind in Kind
            }
            assert level.appointed == of.pop(Kind.APPOINTED)
            assert level.presold + level.held == sum(of.values())
            assert min(level.free, level.held, level.appointed, level.presold) >= 0


TestHolds = Holds.TestCase
TestHolds.settings = settings(max_examples=60, stateful_step_count=30)
