"""Which warehouse serves which line: compared with trying everything."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import routing
from shared.domain.order import Order
from shared.domain.place import Warehouse
from shared.domain.routing import MOST_PARCELS, Free
from tests.support import build

Stock = dict[str, dict[str, int]]


def order_for(*wants: tuple[str, int]) -> Order:
    return build.order(content=build.content(lines=[build.line(s, n) for s, n in wants]))


def ranked(*names: str) -> list[Warehouse]:
    return [Warehouse(name, name) for name in names]


def cover(order: Order, names: str, free: Free) -> tuple[str, ...] | None:
    found = routing.nearest_cover(order, ranked(*names.split()), free)
    return found.warehouses if found else None


@pytest.mark.parametrize(
    ("wants", "free", "expected"),
    [
        # the nearest has it all
        ([("mug", 2)], {"mug": {"a": 2, "b": 9}}, ("a",)),
        # a farther one has it all: one parcel goes before nearness
        ([("mug", 2), ("hat", 1)], {"mug": {"a": 9, "c": 2}, "hat": {"b": 9, "c": 1}}, ("c",)),
        # no single one: the nearest of the smallest sets
        ([("mug", 2), ("hat", 1)], {"mug": {"a": 2, "c": 2}, "hat": {"b": 1}}, ("a", "b")),
        ([("mug", 2), ("hat", 1)], {"mug": {"b": 2, "c": 2}, "hat": {"c": 0, "a": 1}}, ("a", "b")),
        # one SKU from several
        ([("mug", 5)], {"mug": {"a": 2, "b": 2, "c": 2}}, ("a", "b", "c")),
        ([("mug", 5)], {"mug": {"a": 2, "b": 2, "c": 3}}, ("a", "c")),
        # the same SKU on two lines counts together
        ([("mug", 2), ("mug", 2)], {"mug": {"a": 3, "b": 4}}, ("b",)),
        ([("mug", 2), ("mug", 2)], {"mug": {"a": 3, "b": 1}}, ("a", "b")),
        # not enough anywhere
        ([("mug", 5)], {"mug": {"a": 2, "b": 2}}, None),
        ([("mug", 1)], {}, None),
        ([("mug", 1)], {"mug": {"elsewhere": 9}}, None),
        # an order for nothing that is counted needs a positive figure
        ([("mug", 1)], {"mug": {"a": -3, "b": 1}}, ("b",)),
    ],
)
def test_which_warehouses_serve(
    wants: list[tuple[str, int]], free: Stock, expected: tuple[str, ...] | None
) -> None:
    assert cover(order_for(*wants), "a b c", free) == expected


def test_nearer_ones_that_lacked_something_are_told() -> None:
    found = routing.nearest_cover(
        order_for(("mug", 2)), ranked("a", "b", "c"), {"mug": {"a": 1, "c": 2}}
    )

    assert found is not None
    assert (found.warehouses, found.passed_over) == (("c",), ("a", "b"))


def test_each_unit_of_each_line_has_its_source() -> None:
    order = order_for(("mug", 2), ("mug", 2))

    found = routing.nearest_cover(order, ranked("a", "b"), {"mug": {"a": 3, "b": 1}})

    assert found is not None
    assert [(s.line, s.warehouse, s.quantity) for s in found.sources] == [
        (1, "a", 2),
        (2, "a", 1),
        (2, "b", 1),
    ]


def test_what_is_missing_is_counted_over_all_warehouses() -> None:
    needs = order_for(("mug", 5), ("hat", 1)).needs

    lacking = routing.missing(
        needs, ["a", "b"], {"mug": {"a": 1, "b": 2, "c": 9}, "hat": {"a": 1}}
    )

    assert lacking == {"mug": 2}


def test_there_is_one_parcel_for_each_warehouse() -> None:
    sources = (build.source("mug", 1, "b", 1), build.source("mug", 1, "a", 1),
               build.source("hat", 1, "b", 2))  # fmt: skip

    parcels = routing.parcels(build.order(sources=sources), {"a": "simulated"})

    assert [(p.no, p.warehouse, p.carrier) for p in parcels] == [
        (1, "b", "manual"),
        (2, "a", "simulated"),
    ]
    assert [len(p.sources) for p in parcels] == [2, 1]


def test_many_warehouses_are_still_searched_in_no_time() -> None:
    names = [f"w{n:02d}" for n in range(40)]
    free = {f"s{n}": {f"w{39 - n:02d}": 5} for n in range(9)}

    found = routing.nearest_cover(order_for(*((sku, 5) for sku in free)), ranked(*names), free)

    assert found is not None
    assert len(found.warehouses) == MOST_PARCELS


def test_more_parcels_than_the_limit_are_never_planned() -> None:
    free = {f"s{n}": {f"w{n}": 1} for n in range(MOST_PARCELS + 1)}

    wants = ((sku, 1) for sku in free)

    assert cover(order_for(*wants), " ".join(f"w{n}" for n in range(12)), free) is None


@pytest.mark.parametrize(("skus", "fits"), [(45, True), (46, False)])
def test_no_more_counters_are_touched_than_one_write_can_change(skus: int, fits: bool) -> None:
    free = {f"s{n}": {"a": 1, "b": 1} for n in range(skus)}
    order = order_for(*((sku, 2) for sku in free))

    assert (cover(order, "a b", free) is not None) is fits


skus, places = st.sampled_from(["s1", "s2", "s3"]), ["a", "b", "c", "d", "e"]
stocks = st.dictionaries(
    skus, st.dictionaries(st.sampled_from(places), st.integers(0, 6), max_size=5), max_size=3
)
wishes = st.lists(st.tuples(skus, st.integers(1, 6)), min_size=1, max_size=4)


@settings(max_examples=150)
@given(wants=wishes, free=stocks)
def test_no_smaller_and_no_nearer_set_would_have_done(
    wants: list[tuple[str, int]], free: Stock
) -> None:
    order = order_for(*wants)

    found = cover(order, "a b c d e", free)

    sets = (s for size in range(1, 6) for s in combinations(places, size))
    assert found == next((s for s in sets if enough(order, s, free)), None)


@settings(max_examples=150)
@given(wants=wishes, free=stocks)
def test_every_unit_comes_from_where_there_is_one(
    wants: list[tuple[str, int]], free: Stock
) -> None:
    order = order_for(*wants)

    found = routing.nearest_cover(order, ranked(*places), free)

    if found is None:
        return
    taken: Counter[tuple[str, str]] = Counter()
    per_line: Counter[int] = Counter()
    for source in found.sources:
        taken[source.sku, source.warehouse] += source.quantity
        per_line[source.line] += source.quantity
    assert all(n <= free[sku][name] for (sku, name), n in taken.items())
    assert per_line == {line.no: line.quantity for line in order.content.lines}
    assert {s.warehouse for s in found.sources} == set(found.warehouses)


@settings(max_examples=60)
@given(free=st.dictionaries(skus, st.dictionaries(
    st.sampled_from([f"w{n:02d}" for n in range(20)]), st.integers(1, 2), max_size=20),
    max_size=3), wants=wishes)  # fmt: skip
def test_with_many_warehouses_what_is_chosen_is_still_enough(
    free: Stock, wants: list[tuple[str, int]]
) -> None:
    order, names = order_for(*wants), [f"w{n:02d}" for n in range(20)]

    found = routing.nearest_cover(order, ranked(*names), free)

    if found is not None:
        assert enough(order, found.warehouses, free)
        assert len(found.warehouses) <= MOST_PARCELS


def enough(order: Order, names: tuple[str, ...], free: Stock) -> bool:
    return all(
        sum(max(0, free.get(sku, {}).get(name, 0)) for name in names) >= n
        for sku, n in order.needs.items()
    )
