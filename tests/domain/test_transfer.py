"""Goods between two warehouses: whatever is done, every unit is in one place."""

from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.domain.errors import Refused, WrongState
from shared.domain.stock import Change, Place
from shared.domain.transfer import Answer, Got, Line, Lot, State, Transfer
from tests.support.counters import Counters

MUG = Lot("mug", "")


def transfer(units: int = 10, expires: str = "") -> Transfer:
    return Transfer("t", "hz", "gz", (Line("mug", "", units, expires),))


def sent(units: int = 10, of: int = 10) -> Transfer:
    after, _ = transfer(of).send({MUG: units})
    return after


def test_a_transfer_begins_by_holding_its_goods() -> None:
    assert transfer().opened() == [Change(Place("mug", "hz"), "held", {"free": -10, "held": 10})]
    assert transfer().state is State.OPEN


def test_what_is_sent_is_on_its_way_and_the_rest_stays_held() -> None:
    after, changes = transfer().send({MUG: 4})

    assert changes == [
        Change(Place("mug", "hz"), "sent", {"held": -4}),
        Change(Place("mug", "gz"), "expected", {"coming": 4}),
    ]
    assert (after.state, after.waiting, after.on_way) == (State.SENT, {MUG: 6}, {MUG: Got(4)})


def test_the_rest_may_be_given_back_with_what_is_sent() -> None:
    after, changes = transfer().send({MUG: 4}, drop=True)

    assert changes[0] == Change(Place("mug", "hz"), "sent", {"held": -10, "free": 6})
    assert (after.waiting, after.lines[0].dropped) == ({}, 6)


def test_a_lots_last_day_goes_with_it() -> None:
    _, changes = transfer(expires="2027-01-01").send({MUG: 4})

    assert [change.sets for change in changes] == [{}, {"expires": "2027-01-01"}]


def test_it_arrives_in_parts_sound_and_damaged() -> None:
    counters = Counters()
    counters.put("mug", "gz", coming=10)

    first, changes = sent().receive({MUG: Got(6, 1)}, counters.levels)
    counters.apply(changes)
    last, changes = first.receive({MUG: Got(3)}, counters.levels)
    counters.apply(changes)

    level = counters.at("mug", "gz")
    assert (level.free, level.damaged, level.coming) == (9, 1, 0)
    assert (first.state, last.state) == (State.PART_RECEIVED, State.DONE)


def test_what_never_arrived_is_lost_with_a_reason() -> None:
    after, changes = sent(4).close("truck", {})

    assert [(change.what, change.delta) for change in changes] == [
        ("released", {"held": -6, "free": 6}),
        ("lost", {"coming": -4}),
    ]
    assert (after.state, after.reason, after.lines[0].lost) == (State.DONE, "truck", 4)


def test_before_anything_was_sent_all_of_it_can_be_given_back() -> None:
    after, changes = transfer().cancel()

    assert after.state is State.CANCELLED
    assert changes == [Change(Place("mug", "hz"), "released", {"held": -10, "free": 10})]


def test_every_act_done_twice_is_done_once() -> None:
    cancelled, _ = transfer().cancel()
    done, _ = sent().close("truck", {})

    assert cancelled.cancel() == (cancelled, [])
    assert done.close("again", {}) == (done, [])
    assert done.send(done.waiting) == (done, [])
    assert done.receive(done.on_way, {}) == (done, [])


def test_acts_that_come_too_early_or_too_late_are_refused() -> None:
    cancelled, _ = transfer().cancel()

    for act in (
        sent().cancel,
        lambda: transfer().close("-", {}),
        lambda: cancelled.send({MUG: 1}),
        lambda: cancelled.receive({MUG: Got(1)}, {}),
        lambda: cancelled.close("-", {}),
    ):
        with pytest.raises(WrongState):
            act()


LOTS = [Lot("mug", ""), Lot("tea", "A"), Lot("tea", "B")]
PARTS = st.dictionaries(st.sampled_from(LOTS), st.integers(1, 9), min_size=1)


class Road(RuleBasedStateMachine):
    """One transfer after the other, whose acts come in any order; some of it is presold."""

    def __init__(self) -> None:
        super().__init__()
        self.counters, self.presold = Counters(), 0
        for lot in LOTS:
            self.counters.put(lot.sku, "hz", lot.lot, free=30)
        self.transfer: Transfer | None = None
        self.gone = 0

    def attempt(self, answer: Answer) -> None:
        after, changes = answer
        self.counters.apply(changes)
        self.transfer = after

    @rule(units=PARTS)
    def begin(self, units: dict[Lot, int]) -> None:
        if self.transfer is None or self.transfer.state in (State.DONE, State.CANCELLED):
            lines = tuple(Line(*lot, n) for lot, n in units.items())
            begun = Transfer("t", "hz", "gz", lines)
            with suppress(Refused):
                self.attempt((begun, begun.opened()))

    @rule(units=PARTS, drop=st.booleans())
    def send(self, units: dict[Lot, int], drop: bool) -> None:
        if one := self.transfer:
            some = {lot: min(units.get(lot, 0), n) for lot, n in one.waiting.items()}
            with suppress(WrongState):
                self.attempt(one.send(some, drop=drop and any(some.values())))

    @rule(units=PARTS, damaged=st.integers(0, 2))
    def receive(self, units: dict[Lot, int], damaged: int) -> None:
        if one := self.transfer:
            got = {}
            for lot, way in one.on_way.items():
                good = min(units.get(lot, 0), way.good)
                got[lot] = Got(good, min(damaged, way.good - good))
            with suppress(WrongState):
                self.attempt(one.receive(got, self.counters.levels))

    @rule()
    def close(self) -> None:
        if one := self.transfer:
            with suppress(WrongState):
                before = sum(line.lost for line in one.lines)
                self.attempt(one.close("truck", self.counters.levels))
                self.gone += sum(line.lost for line in self.transfer.lines) - before

    @rule()
    def cancel(self) -> None:
        if one := self.transfer:
            with suppress(WrongState):
                self.attempt(one.cancel())

    @rule(units=st.integers(1, 5))
    def presell(self, units: int) -> None:
        place = Place("mug", "gz")
        with suppress(Refused):
            self.counters.apply([Change(place, "presold", {"coming": -units, "presold": units})])
            self.presold += units

    @invariant()
    def no_unit_appears_or_is_lost(self) -> None:
        assert sum(self.counters.total().values()) + self.gone == 90

    @invariant()
    def no_promise_is_forgotten(self) -> None:
        level = self.counters.at("mug", "gz")
        assert level.presold + level.held == self.presold

    @invariant()
    def what_is_held_and_on_its_way_is_what_the_transfer_says(self) -> None:
        lines = self.transfer.lines if self.transfer else ()
        for lot in LOTS:
            line = next((line for line in lines if line.key == lot), Line(*lot, 0))
            assert self.counters.at(lot.sku, "hz", lot.lot).held == line.waiting
            assert self.counters.at(lot.sku, "gz", lot.lot).inbound == line.on_way


TestRoad = Road.TestCase
TestRoad.settings = settings(max_examples=60, stateful_step_count=30)
