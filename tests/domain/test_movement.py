"""Movements: no unit comes from nowhere, and none is lost on the way."""

from hypothesis import given
from hypothesis import strategies as st

from shared.domain import movement
from shared.domain.goods import Goods, Known
from shared.domain.movement import NATURE, Line, Movement, Type
from shared.domain.stock import Level
from tests.support.build import NOON

UNITS = st.integers(0, 50)


def moved(kind: Type, units: int, damaged: int = 0) -> tuple[Movement, Line]:
    line = Line(Goods("mug"), units, damaged if NATURE[kind].damaged else 0)
    return Movement("M-1", kind, "hz", (line,), NOON, "key:x", "-"), line


@given(
    st.sampled_from(list(Type)), st.tuples(UNITS, UNITS), st.tuples(UNITS, UNITS), st.booleans()
)
def test_what_is_not_found_lacking_leaves_no_counter_below_nought(
    kind: Type, there: tuple[int, int], told: tuple[int, int], negative: bool
) -> None:
    level = Level("mug", "hz", free=there[0], damaged=there[1])
    paper, line = moved(kind, *told)
    known = Known(None, level, kept=False)

    lacking = movement.lacking(paper, {level.place: known}, negative=negative)
    change = movement.change(paper, line, known, negative)

    after = movement.after(paper, line, level)
    assert bool(lacking) == (after["damaged"] < 0 or (after["free"] < 0 and not negative))
    assert not change.beyond or change.delta.get("damaged", 0) >= 0


@given(st.sampled_from([Type.DAMAGE, Type.RESTORE]), UNITS)
def test_a_change_of_condition_keeps_every_unit(kind: Type, units: int) -> None:
    paper, line = moved(kind, units)

    assert sum(movement.delta(paper.type, line).values()) == 0


def test_every_type_has_its_nature() -> None:
    assert set(NATURE) == set(Type)
