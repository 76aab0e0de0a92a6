"""What goes into which parcel: one table for each kind of cut, and what must always hold."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import split
from shared.domain.hold import Hold, Reason
from shared.domain.item import Item, Part, Pick
from shared.domain.merchant import Shop
from shared.domain.order import Order, Source
from shared.domain.place import Warehouse
from shared.domain.split import Cut, CutKind, Group
from tests.support import build

HZ, GZ = Warehouse("hz", "杭州仓"), Warehouse("gz", "广州仓")


def order(*lines: dict[str, Any], **more: Any) -> Order:
    return build.order(content=build.content(lines=list(lines), **more))


def items(**traits: dict[str, Any]) -> dict[str, Item]:
    return {sku: Item(sku, sku, **given) for sku, given in traits.items()}


def sources(one: Order, warehouse: str = "hz") -> tuple[Source, ...]:
    """Each line as it stands, from one warehouse."""
    return tuple(Source(line.no, line.sku, warehouse, line.quantity) for line in one.lines)


def loads(groups: Sequence[Group]) -> list[str]:
    """Parcels as a person writes them: `mug*2 hat*1`."""
    return [" ".join(f"{s.sku}*{s.quantity}" for s in group) for group in groups]


def divided(
    one: Order, known: Mapping[str, Item], *cuts: Cut, of: Sequence[Source] = ()
) -> list[str]:
    return loads(split.divide(one, of or sources(one), known, cuts))


def cut(by: str, limit: int = 0) -> Cut:
    return Cut(CutKind(by), limit)


def test_without_a_cut_there_is_a_parcel_for_each_warehouse() -> None:
    one = order(build.line("mug", 2), build.line("hat", 1))
    at = [build.source("mug", 1, "gz"), build.source("mug", 1, "hz"),
          build.source("hat", 1, "gz", 2)]  # fmt: skip

    assert divided(one, {}, of=at) == ["mug*1 hat*1", "mug*1"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("mug", 2), ("hat", 1)], ["mug*2", "hat*1"]),
        ([("mug", 2), ("hat", 1), ("mug", 1)], ["mug*2 mug*1", "hat*1"]),
        ([("mug", 2)], ["mug*2"]),
    ],
)
def test_each_sku_goes_by_itself(lines: list[tuple[str, int]], expected: list[str]) -> None:
    one = order(*(build.line(*line) for line in lines))

    assert divided(one, {}, cut("item")) == expected


WEIGHTS = items(a={"weight": 100}, b={"weight": 200}, c={"weight": 60}, d={"weight": 40}, none={})


@pytest.mark.parametrize(
    ("lines", "limit", "expected"),
    [
        ([("a", 4)], 150, ["a*1"] * 4),
        # a single piece beyond the limit is no error
        ([("b", 2)], 150, ["b*1", "b*1"]),
        ([("a", 4)], 200, ["a*2", "a*2"]),
        ([("a", 5)], 200, ["a*2", "a*2", "a*1"]),
        # the largest first, each where it first fits
        ([("d", 1), ("a", 1), ("c", 1)], 100, ["d*1 c*1", "a*1"]),
        # a line stays together where it fits
        ([("c", 2), ("a", 1)], 150, ["c*2", "a*1"]),
        ([("a", 2), ("d", 2)], 200, ["a*2", "d*2"]),
        # what weighs nothing goes along
        ([("a", 1), ("none", 9)], 100, ["a*1 none*9"]),
        ([("a", 1), ("c", 1)], 1000, ["a*1 c*1"]),
    ],
)
def test_parcels_weigh_no_more_than_the_limit(
    lines: list[tuple[str, int]], limit: int, expected: list[str]
) -> None:
    one = order(*(build.line(*line) for line in lines))

    assert divided(one, WEIGHTS, cut("weight", limit)) == expected


def test_goods_without_an_item_weigh_what_the_channel_says() -> None:
    one = order(build.line("mug", 3, weight=900))

    assert divided(one, {}, cut("weight", 600)) == ["mug*2", "mug*1"]
    assert split.grams(one, sources(one), {}) == 900


@pytest.mark.parametrize(
    ("lines", "limit", "expected"),
    [
        ([("box", 3)], 2000, ["box*2", "box*1"]),
        ([("box", 1), ("pin", 5)], 1005, ["box*1 pin*5"]),
        ([("box", 1), ("pin", 5)], 1000, ["box*1", "pin*5"]),
    ],
)
def test_parcels_are_no_larger_than_the_limit(
    lines: list[tuple[str, int]], limit: int, expected: list[str]
) -> None:
    known = items(box={"volume": 1000}, pin={"volume": 1})
    one = order(*(build.line(*line) for line in lines))

    assert divided(one, known, cut("volume", limit)) == expected


KINDS = items(
    milk={"category": "food", "group": "cold", "supplier": "dairy"},
    ham={"category": "food", "group": "cold"},
    mug={"category": "kitchen"},
    code={"virtual": True},
)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("category", ["milk*1 ham*1", "mug*1", "code*1"]),
        ("group", ["milk*1 ham*1", "mug*1 code*1"]),
        ("supplier", ["milk*1", "ham*1 mug*1 code*1"]),
        ("virtual", ["milk*1 ham*1 mug*1", "code*1"]),
    ],
)
def test_goods_of_one_kind_go_together(by: str, expected: list[str]) -> None:
    one = order(*(build.line(sku, 1) for sku in ("milk", "ham", "mug", "code")))

    assert divided(one, KINDS, cut(by)) == expected


@pytest.mark.parametrize(
    ("by", "name", "values", "expected"),
    [
        ("sub-order", "sub", ("1", "2", "1"), ["a*1 c*1", "b*1"]),
        ("sub-order", "sub", ("", "", ""), ["a*1 b*1 c*1"]),
        ("ship-date", "ship_on", ("2026-12-01", "", "2026-12-01"), ["a*1 c*1", "b*1"]),
    ],
)
def test_lines_of_one_part_or_day_go_together(
    by: str, name: str, values: tuple[str, ...], expected: list[str]
) -> None:
    given: list[dict[str, Any]] = [{name: value} for value in values]
    lines = [build.line(sku, 1, **more) for sku, more in zip("abc", given, strict=True)]

    assert divided(order(*lines), {}, cut(by)) == expected


def test_cuts_nest_two_deep_and_no_deeper() -> None:
    known = items(a={"category": "x", "weight": 60}, b={"category": "y", "weight": 60})
    one = order(build.line("a", 2), build.line("b", 1), build.line("a", 1))
    cuts = [cut("category"), cut("weight", 120)]

    assert divided(one, known, *cuts) == ["a*2", "b*1", "a*1"]
    assert divided(one, known, *cuts, cut("item")) == ["a*2", "b*1", "a*1"]


@pytest.mark.parametrize(
    "more", [{"payment": {"cod": True}}, {"pickup": "store-1"}, {"sealed": True}]
)
def test_what_must_stay_whole_is_never_cut(more: dict[str, Any]) -> None:
    one = order(build.line("mug", 2), build.line("hat", 1), **more)

    groups = split.divide(one, sources(one), {}, [cut("item")])

    assert loads(groups) == ["mug*2 hat*1"]
    assert list(split.holds(one, groups, 9)) == []
    apart = [sources(one)[:1], sources(one, "gz")[1:]]
    assert [h.args for h in split.holds(one, apart, 9)] == [{"parcels": 2, "most": 1}]


def test_many_goods_of_an_order_that_stays_whole_may_take_several_loads() -> None:
    one = order(build.line("mug", 2), build.line("hat", 1), payment={"cod": True})

    assert list(split.holds(one, [sources(one)[:1], sources(one)[1:]], 9)) == []


def test_more_parcels_than_allowed_are_a_hold() -> None:
    one = order(*(build.line(f"s{no}", 1) for no in range(10)))
    groups = split.divide(one, sources(one), {}, [cut("item")])

    assert list(split.holds(one, groups, 10)) == []
    assert list(split.holds(one, groups, 9)) == [
        Hold(Reason.SPLIT_LIMIT, {"parcels": 10, "most": 9})
    ]


# gifts


def gift(sku: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    return build.line(sku, quantity, 0, gift=True, **more)


@pytest.mark.parametrize(
    ("lines", "cuts", "expected"),
    [
        ([("mug", 1), ("!pen", 1)], [cut("item")], ["mug*1 pen*1"]),
        # where there are several, in the lightest
        ([("a", 1), ("c", 1), ("!pen", 1)], [cut("item")], ["a*1", "c*1 pen*1"]),
        # gifts fill what is left, but are never a reason for another parcel
        ([("!d", 1), ("a", 1), ("c", 1)], [cut("weight", 100)], ["d*1 c*1", "a*1"]),
        ([("a", 1), ("!c", 1)], [cut("weight", 100)], ["a*1 c*1"]),
        # what is sent goes with what is sent
        ([("code", 1), ("b", 1), ("!pen", 1)], [cut("virtual")], ["code*1", "b*1 pen*1"]),
        ([("code", 1), ("!pen", 1)], [cut("virtual")], ["code*1 pen*1"]),
    ],
)
def test_gifts_ride_with_goods(
    lines: list[tuple[str, int]], cuts: list[Cut], expected: list[str]
) -> None:
    known = {**WEIGHTS, **KINDS, **items(pen={"weight": 10})}
    written = [gift(sku[1:], n) if sku.startswith("!") else build.line(sku, n) for sku, n in lines]

    assert divided(order(*written), known, *cuts) == expected


def test_a_parcel_of_gifts_alone_is_a_hold() -> None:
    one = order(build.line("mug", 1), gift("pen"))
    at = [build.source("mug", 1, "hz", 1), build.source("pen", 1, "gz", 2)]

    groups = split.divide(one, at, {}, [cut("item")])

    assert list(split.holds(one, groups, 9)) == [Hold(Reason.ONLY_GIFTS, {"lines": [2]})]


@pytest.mark.parametrize(("kind", "held"), [("gift", 0), ("resend", 0), ("normal", 1)])
def test_some_orders_may_be_nothing_but_gifts(kind: str, held: int) -> None:
    one = order(gift("pen"), gift("cap"), type=kind)

    groups = split.divide(one, sources(one), {}, [cut("item")])

    assert len(list(split.holds(one, groups, 9))) == held


# kits


def kit(sku: str, *parts: tuple[str, int], pick: Pick = Pick.ALL, **traits: Any) -> Item:
    return Item(sku, sku, parts=tuple(Part(*part) for part in parts), pick=pick, **traits)


def test_the_parts_of_a_piece_stay_together() -> None:
    known = {"set": kit("set", ("a", 2), ("b", 1)), **WEIGHTS}
    one = order(build.line("set", 3))
    at = [Source(1, "a", "hz", 5), Source(1, "a", "hz", 1, "L2"), Source(1, "b", "hz", 3)]

    assert divided(one, known, cut("weight", 800), of=at) == ["a*4 b*2", "a*1 a*1 b*1"]
    assert divided(one, known, cut("weight", 100), of=at) == ["a*2 b*1", "a*2 b*1", "a*1 a*1 b*1"]
    assert divided(one, known, cut("item"), of=at) == ["a*5 a*1 b*3"]


def test_a_kit_of_one_of_several_is_cut_as_what_was_picked() -> None:
    known = {"any": kit("any", ("a", 2), ("b", 1), pick=Pick.ONE), **WEIGHTS}
    one = order(build.line("any", 3))
    at = [Source(1, "a", "hz", 4), Source(1, "b", "hz", 1)]

    assert divided(one, known, cut("weight", 200), of=at) == ["a*2", "a*2", "b*1"]


def test_units_that_no_longer_make_whole_pieces_stay_together() -> None:
    known = {"set": kit("set", ("a", 3), ("b", 1)), **WEIGHTS}
    one = order(build.line("set", 2))
    at = [Source(1, "a", "hz", 4), Source(1, "b", "hz", 2)]

    assert divided(one, known, cut("weight", 300), of=at) == ["a*4 b*2"]


def test_a_kit_has_its_own_traits_before_those_of_its_parts() -> None:
    known = {"set": kit("set", ("milk", 1), ("mug", 1), category="gifts"), **KINDS}
    one = order(build.line("set", 1), build.line("milk", 1))
    at = [Source(1, "milk", "hz", 1), Source(1, "mug", "hz", 1), Source(2, "milk", "hz", 1)]

    assert divided(one, known, cut("category"), of=at) == ["milk*1 mug*1", "milk*1"]


# where lines must come from


def shop(**codes: str) -> Shop:
    return Shop("tmall", "天猫店", warehouse_codes=codes)


def test_a_line_is_bound_to_the_warehouse_that_the_platform_appointed() -> None:
    one = order(build.line("a", 1, warehouse="W1"), build.line("b", 1))

    assert split.bound(one, {}, [HZ, GZ], shop(W1="gz")) == {1: frozenset({"gz"})}


@pytest.mark.parametrize(
    ("codes", "there"), [({}, [HZ, GZ]), ({"W1": "sh"}, [HZ, GZ]), ({"W1": "gz"}, [HZ])]
)
def test_an_appointed_warehouse_that_is_none_of_ours_is_a_hold(
    codes: dict[str, str], there: list[Warehouse]
) -> None:
    one = order(build.line("a", 1, warehouse="W1"), build.line("b", 1))

    found = split.bound(one, {}, there, shop(**codes))

    assert found == Hold(Reason.NO_WAREHOUSE, {"codes": ["W1"], "lines": [1]})


def test_goods_come_from_where_they_can_be_stored() -> None:
    cold = Warehouse("bj", "北京冷库", group="cold")
    known = {**KINDS, "set": kit("set", ("milk", 1), ("ham", 1))}
    one = order(build.line("milk", 1), build.line("mug", 1), build.line("set", 1))

    found = split.bound(one, known, [HZ, cold], None)

    assert found == {1: frozenset({"bj"}), 3: frozenset({"bj"})}
    nowhere = split.bound(one, known, [HZ], None)
    assert nowhere == Hold(Reason.NO_WAREHOUSE, {"codes": ["cold"], "lines": [1, 3]})


def test_a_kit_whose_parts_are_stored_apart_has_no_warehouse() -> None:
    known = items(milk={"group": "cold"}, acid={"group": "danger"})
    known["set"] = kit("set", ("milk", 1), ("acid", 1))
    cold, danger = Warehouse("c", "", group="cold"), Warehouse("d", "", group="danger")

    found = split.bound(order(build.line("set", 1)), known, [cold, danger], None)

    assert isinstance(found, Hold)


def test_what_is_fetched_in_a_store_comes_from_that_store() -> None:
    one = order(build.line("mug", 1), pickup="S1")

    assert split.bound(one, {}, [HZ, GZ], shop(S1="gz")) == {1: frozenset({"gz"})}
    assert split.bound(one, {}, [HZ, GZ], shop()) == {}


def test_a_warehouse_chosen_for_the_order_binds_what_the_platform_left_free() -> None:
    content = build.content(lines=[build.line("a", 1, warehouse="W1"), build.line("b", 1)])
    one = build.order(content=content, warehouse="hz")

    found = split.bound(one, {}, [HZ, GZ], shop(W1="gz"))

    assert found == {1: frozenset({"gz"}), 2: frozenset({"hz"})}
    assert isinstance(split.bound(one, {}, [GZ], shop(W1="gz")), Hold)


# what must always hold

SKUS = ("a", "b", "c", "d", "none", "set")
SETS = {**WEIGHTS, "set": kit("set", ("a", 1), ("c", 2))}
CUTS = st.one_of(
    st.builds(Cut, st.just(CutKind.WEIGHT), st.integers(1, 500)),
    st.builds(Cut, st.sampled_from([CutKind.ITEM, CutKind.CATEGORY, CutKind.SUB_ORDER])),
)


@st.composite
def given_orders(draw: st.DrawFn) -> tuple[Order, list[Source]]:
    lines = draw(
        st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 6)), min_size=1, max_size=5)
    )
    gifts = draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    one = order(
        *(
            build.line(sku, n, gift=free, sub=str(n % 2))
            for (sku, n), free in zip(lines, gifts, strict=True)
        )
    )
    found = []
    for line in one.lines:
        here = draw(st.integers(0, line.quantity))
        parts = SETS[line.sku].parts or (Part(line.sku),) if line.sku in SETS else ()
        for warehouse, pieces in (("hz", here), ("gz", line.quantity - here)):
            found += [
                Source(line.no, part.sku, warehouse, pieces * part.quantity)
                for part in parts
                if pieces
            ]
    return one, found


@given(given_orders(), st.lists(CUTS, max_size=2))
@settings(max_examples=300, deadline=None)
def test_every_unit_is_in_exactly_one_parcel_of_its_warehouse(
    given_: tuple[Order, list[Source]], cuts: list[Cut]
) -> None:
    one, at = given_

    groups = split.divide(one, at, SETS, cuts)

    assert all(groups)
    assert all(len({source.warehouse for source in group}) == 1 for group in groups)
    assert _units(source for group in groups for source in group) == _units(at)


@given(given_orders(), st.lists(CUTS, max_size=2))
@settings(max_examples=300, deadline=None)
def test_parcels_keep_the_order_of_the_lines(
    given_: tuple[Order, list[Source]], cuts: list[Cut]
) -> None:
    one, at = given_
    places = {(source.line, source.place): no for no, source in enumerate(at)}

    for group in split.divide(one, at, SETS, cuts):
        ranks = [places[source.line, source.place] for source in group]
        assert ranks == sorted(set(ranks))


@given(given_orders(), st.integers(1, 500))
@settings(max_examples=300, deadline=None)
def test_what_is_sold_keeps_the_limit_unless_it_is_a_single_piece(
    given_: tuple[Order, list[Source]], limit: int
) -> None:
    one, at = given_
    gifts = {line.no for line in one.lines if line.gift}

    for group in split.divide(one, at, SETS, [Cut(CutKind.WEIGHT, limit)]):
        sold = [source for source in group if source.line not in gifts]
        pieces = Counter[int]()
        for source in sold:
            pieces[source.line] += source.quantity
        alone = len(pieces) == 1 and _one_piece(one, sold)
        weighs = [source for source in sold if SETS[source.sku].weight]
        assert split.grams(one, sold, SETS) <= limit or alone or _one_piece(one, weighs)


@given(given_orders(), st.lists(CUTS, max_size=2))
@settings(max_examples=300, deadline=None)
def test_gifts_never_go_alone_where_something_sold_goes_from_the_same_place(
    given_: tuple[Order, list[Source]], cuts: list[Cut]
) -> None:
    one, at = given_
    gifts = {line.no for line in one.lines if line.gift}
    sells = {source.warehouse for source in at if source.line not in gifts}

    for group in split.divide(one, at, SETS, cuts):
        if group[0].warehouse in sells:
            assert any(source.line not in gifts for source in group)


@given(given_orders(), st.lists(CUTS, max_size=2))
@settings(max_examples=300, deadline=None)
def test_whole_sets_stay_whole(given_: tuple[Order, list[Source]], cuts: list[Cut]) -> None:
    one, at = given_
    sets = {line.no for line in one.lines if line.sku == "set"}

    for group in split.divide(one, at, SETS, cuts):
        for no in sets:
            units = Counter[str]()
            for source in group:
                if source.line == no:
                    units[source.sku] += source.quantity
            assert units["c"] == 2 * units["a"]


def _one_piece(one: Order, some: list[Source]) -> bool:
    """Whether these are the parts of one piece of one line."""
    lines = {source.line for source in some}
    if len(lines) != 1:
        return not lines
    sku = next(line.sku for line in one.lines if line.no in lines)
    parts = {part.sku: part.quantity for part in SETS[sku].parts} or {sku: 1}
    return all(source.quantity <= parts[source.sku] for source in some)


def _units(some: Any) -> Counter[tuple[int, Any]]:
    units: Counter[tuple[int, Any]] = Counter()
    for source in some:
        units[source.line, source.place] += source.quantity
    return units
