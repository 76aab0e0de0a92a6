"""What a shop may still sell: both forms, kits, lots that run out, goods that are on their way."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import sellable
from shared.domain.item import Item, Part, Pick
from shared.domain.sellable import Figures, Form, Standing, Terms
from shared.domain.stock import Level

NOW = "2026-11-20T12:00:00.000+00:00"
PLAIN, SAFE = Terms(Form.PLAIN), Terms(Form.SAFE)
W1 = Standing("W1", on_hand=100, held=10, appointed=5, safety=20)
W2 = Standing("W2", on_hand=8, held=3, appointed=0, safety=10)
KIT = Item("set", "set", parts=(Part("A", 2), Part("B", 1)))
A, B = Figures(sellable=7), Figures(sellable=5)

units = st.integers(0, 1000)
warehouses = st.lists(
    st.builds(
        lambda free, held, appointed, safety: Standing(
            "w", on_hand=free + held + appointed, held=held, appointed=appointed, safety=safety
        ),
        units, units, units, units,
    ),
    max_size=4,
)  # fmt: skip


def lot(expires: str, free: int = 10, warehouse: str = "W1") -> Level:
    return Level("mug", warehouse, f"L{expires}", free=free, held=2, expires=expires)


@pytest.mark.parametrize(("terms", "left"), [(PLAIN, 78), (SAFE, 53)])
def test_the_two_forms_of_the_same_stock(terms: Terms, left: int) -> None:
    assert sellable.figures([W1, W2], terms, unrouted=12).sellable == left


def test_the_sum_is_written_out() -> None:
    assert (
        sellable.figures([W1, W2], SAFE, unrouted=12).steps
        == "W1 100-10-5-20=65, W2 8-3-0-10=-5→0, -12"
    )


def test_more_orders_than_stock_leave_none_and_not_less() -> None:
    assert sellable.figures([W1], PLAIN, unrouted=500).sellable == 0


def test_a_kit_of_all_parts_has_as_many_as_its_scarcest_part_makes() -> None:
    kit = sellable.of_kit(KIT, {"A": A, "B": B})

    assert (kit.sellable, kit.steps) == (3, "A 7÷2=3, B 5÷1=5")


def test_a_kit_of_any_one_part_has_what_all_of_them_make_less_its_own_orders() -> None:
    any_one = Item("any", "any", parts=(Part("A"), Part("B")), pick=Pick.ONE)

    assert sellable.of_kit(any_one, {"A": A, "B": B}).sellable == 12
    assert sellable.of_kit(any_one, {"A": A, "B": B}, unrouted=4).sellable == 8


def test_units_set_aside_for_the_shop_count_for_it_alone() -> None:
    levels = [Level("mug", "W1", free=10, appointed=5)]

    ours = sellable.standings(levels, None, {"W1"}, NOW, {"W1": 3})
    others = sellable.standings(levels, None, {"W1"}, NOW, {})

    assert sellable.available(ours, SAFE) == 13
    assert sellable.available(others, SAFE) == 10


def test_safety_stock_does_not_touch_what_is_set_aside_for_the_shop() -> None:
    item = Item("mug", "mug", safety={"*": 50})
    levels = [Level("mug", "W1", free=10, appointed=5)]

    some = sellable.standings(levels, item, {"W1"}, NOW, {"W1": 5})

    assert sellable.available(some, SAFE) == 5


def test_only_the_shops_own_warehouses_count() -> None:
    levels = [Level("mug", "W1", free=10), Level("mug", "W2", free=7)]

    some = sellable.standings(levels, None, {"W2"}, NOW, {})

    assert sellable.available(some, SAFE) == 7


@pytest.mark.parametrize(
    ("now", "left"),
    [("2026-11-20T15:59:59.999+00:00", 10), ("2026-11-20T16:00:00.000+00:00", 0)],
)
def test_a_lot_leaves_at_the_end_of_its_last_day_in_china(now: str, left: int) -> None:
    some = sellable.standings([lot("2026-11-20")], None, {"W1"}, now, {})

    assert sellable.available(some, PLAIN) == left


def test_a_lot_that_may_not_be_sold_is_taken_off_with_what_is_held_of_it() -> None:
    item = Item("mug", "mug", no_sale=30, safety={"W1": 1})
    levels = [lot("2026-12-01"), lot("2027-12-01")]

    (at,) = sellable.standings(levels, item, {"W1"}, NOW, {})

    assert (at.on_hand, at.held, at.expired, at.open_to(Form.SAFE)) == (12, 2, 12, 9)


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        (SAFE, 5),
        (replace(SAFE, inbound=True), 45),
        (replace(SAFE, inbound=True, presale=30), 25),
        (replace(SAFE, inbound=True, presale=8), 5),
    ],
    ids=["not", "all", "up to a limit", "the limit is used up"],
)
def test_goods_on_their_way_count_if_asked_for_and_up_to_the_limit(
    terms: Terms, left: int
) -> None:
    some = [Standing("W1", on_hand=5, coming=40, presold=10)]

    assert sellable.available(some, terms) == left


def test_shops_that_share_a_warehouse_share_the_orders_that_wait() -> None:
    serving = {"a": {"W1", "W2"}, "b": {"W2"}, "c": {"W3"}, "d": {"W1", "W3"}}

    assert sellable.sharing("a", serving) == {"a", "b", "d"}
    assert sellable.sharing("b", serving) == {"a", "b"}
    assert sellable.sharing("new", serving) == {"new"}


@given(warehouses, units)
def test_the_safe_form_never_promises_more_than_is_free(some: list[Standing], waits: int) -> None:
    found = sellable.figures(some, SAFE, waits)

    assert 0 <= found.sellable <= max(0, sum(max(0, at.free) for at in some) - waits)


@given(warehouses, units)
def test_without_safety_stock_and_debts_both_forms_agree(some: list[Standing], waits: int) -> None:
    bare = [replace(at, safety=0) for at in some]

    assert (
        sellable.figures(bare, SAFE, waits).sellable
        == sellable.figures(bare, PLAIN, waits).sellable
    )


@given(warehouses, units, units)
def test_an_order_that_waits_never_raises_the_figure(
    some: list[Standing], waits: int, more: int
) -> None:
    for terms in (SAFE, PLAIN):
        before = sellable.figures(some, terms, waits).sellable
        assert sellable.figures(some, terms, waits + more).sellable <= before


@given(units, units, st.integers(1, 9), st.integers(1, 9))
def test_a_kit_can_be_made_of_its_parts_and_not_once_more(a: int, b: int, n: int, m: int) -> None:
    kit = Item("set", "set", parts=(Part("A", n), Part("B", m)))

    made = sellable.of_kit(kit, {"A": Figures(sellable=a), "B": Figures(sellable=b)}).sellable

    assert made * n <= a
    assert made * m <= b
    assert (made + 1) * n > a or (made + 1) * m > b
