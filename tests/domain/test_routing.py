"""Which warehouse serves which line: compared with trying everything."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import planning, routing
from shared.domain.item import Item, Part, Pick
from shared.domain.order import Status
from shared.domain.place import Strategy, Warehouse
from shared.domain.planning import Desk
from shared.domain.routing import MOST_PARCELS, Free, Want
from tests.support import build

Stock = dict[str, dict[str, int]]


def needs(*pairs: tuple[str, int], items: dict[str, Item] | None = None) -> list[Want]:
    lines = build.content(lines=[build.line(sku, units) for sku, units in pairs]).lines
    return routing.wants(lines, items or {})


def ranked(*names: str) -> list[Warehouse]:
    return [Warehouse(name, name) for name in names]


def cover(wants: list[Want], names: str, free: Free) -> tuple[str, ...] | None:
    found = routing.cover(wants, ranked(*names.split()), free)
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
    assert cover(needs(*wants), "a b c", free) == expected


def test_nearer_ones_that_lacked_something_are_told() -> None:
    found = routing.cover(needs(("mug", 2)), ranked("a", "b", "c"), {"mug": {"a": 1, "c": 2}})

    assert found is not None
    assert (found.warehouses, found.passed_over) == (("c",), ("a", "b"))


def test_each_unit_of_each_line_has_its_source() -> None:
    wants = needs(("mug", 2), ("mug", 2))

    found = routing.cover(wants, ranked("a", "b"), {"mug": {"a": 3, "b": 1}})

    assert found is not None
    assert [(s.line, s.warehouse, s.quantity) for s in found.sources] == [
        (1, "a", 2),
        (2, "a", 1),
        (2, "b", 1),
    ]


def test_what_is_missing_is_counted_over_all_warehouses() -> None:
    wants = needs(("mug", 5), ("hat", 1))

    lacking = routing.missing(
        wants, ["a", "b"], {"mug": {"a": 1, "b": 2, "c": 9}, "hat": {"a": 1}}
    )

    assert lacking == {"mug": 2}


def test_there_is_one_parcel_for_each_warehouse() -> None:
    sources = (build.source("mug", 1, "b", 1), build.source("mug", 1, "a", 1),
               build.source("hat", 1, "b", 2))  # fmt: skip

    lines = [build.line("mug", 2), build.line("hat", 1)]
    order = build.order(
        content=build.content(lines=lines), sources=sources, status=Status.RESERVED
    )
    robots = (Warehouse("a", "a", carrier="simulated"),)

    planned = planning.planned(order, Desk(build.NOON, warehouses=robots))

    assert planned.status is Status.PLANNED
    assert [(p.no, p.warehouse, p.carrier) for p in planned.parcels] == [
        (1, "b", "manual"),
        (2, "a", "simulated"),
    ]
    assert [len(p.sources) for p in planned.parcels] == [2, 1]


def test_many_warehouses_are_still_searched_in_no_time() -> None:
    names = [f"w{n:02d}" for n in range(40)]
    free = {f"s{n}": {f"w{39 - n:02d}": 5} for n in range(9)}

    found = routing.cover(needs(*((sku, 5) for sku in free)), ranked(*names), free)

    assert found is not None
    assert len(found.warehouses) == MOST_PARCELS


def test_more_parcels_than_the_limit_are_never_planned() -> None:
    free = {f"s{n}": {f"w{n}": 1} for n in range(MOST_PARCELS + 1)}

    wants = needs(*((sku, 1) for sku in free))

    assert cover(wants, " ".join(f"w{n}" for n in range(12)), free) is None


def test_goods_of_many_places_are_loaded_in_portions() -> None:
    sources = [build.source(f"s{n}", 1, "a", n + 1) for n in range(200)]
    sources.append(build.source("s0", 5, "a", 201))

    portions = routing.loaded(sources)

    assert [len({s.place for s in portion}) for portion in portions] == [90, 90, 20]
    assert sorted(s.line for portion in portions for s in portion) == list(range(1, 202))


A, B = ("A", 2), ("B", 1)


def kit(*parts: tuple[str, int], pick: Pick = Pick.ALL) -> dict[str, Item]:
    return {"set": Item("set", "set", parts=tuple(Part(*part) for part in parts), pick=pick)}


@pytest.mark.parametrize(
    ("quantity", "free", "expected"),
    [
        (3, {"A": {"a": 7}, "B": {"a": 5}}, [("A", "a", 6), ("B", "a", 3)]),
        (4, {"A": {"a": 7}, "B": {"a": 5}}, None),
        # a set is picked in one place: parts that lie apart make none
        (1, {"A": {"a": 2}, "B": {"b": 1}}, None),
        # only whole sets of each place
        (2, {"A": {"a": 3, "b": 2}, "B": {"a": 9, "b": 9}},
         [("A", "a", 2), ("B", "a", 1), ("A", "b", 2), ("B", "b", 1)]),
    ],
)  # fmt: skip
def test_a_kit_is_picked_in_whole_sets(
    quantity: int, free: Stock, expected: list[tuple[str, str, int]] | None
) -> None:
    found = routing.cover(needs(("set", quantity), items=kit(A, B)), ranked("a", "b"), free)

    assert (found and [(s.sku, s.warehouse, s.quantity) for s in found.sources]) == expected


def test_any_part_will_do_where_one_is_to_be_picked() -> None:
    items = kit(("A", 1), ("B", 1), pick=Pick.ONE)

    found = routing.cover(
        needs(("set", 12), items=items), ranked("a"), {"A": {"a": 7}, "B": {"a": 5}}
    )

    assert found is not None
    assert [(s.sku, s.quantity) for s in found.sources] == [("A", 7), ("B", 5)]


def test_who_has_no_choice_is_served_before_who_has() -> None:
    wants = needs(("set", 2), ("A", 1), items=kit(("A", 1), ("B", 1), pick=Pick.ONE))

    found = routing.cover(wants, ranked("a"), {"A": {"a": 1}, "B": {"a": 2}})

    assert found is not None
    assert [(s.line, s.sku, s.quantity) for s in found.sources] == [(1, "B", 2), (2, "A", 1)]


@pytest.mark.parametrize(
    ("strategy", "free", "expected"),
    [
        (Strategy.NEAREST, {"a": 4, "b": 3}, [("a", 4), ("b", 1)]),
        (Strategy.MOST_STOCK, {"a": 4, "b": 3}, [("a", 4), ("b", 1)]),
        (Strategy.MOST_STOCK, {"a": 3, "b": 4}, [("b", 4), ("a", 1)]),
        (Strategy.IN_ORDER, {"a": 3, "b": 9}, [("a", 3), ("b", 2)]),
        (Strategy.NEAREST, {"a": 3, "b": 9}, [("b", 5)]),
        (Strategy.MOST_STOCK, {"a": 2, "b": 2}, None),
    ],
)
def test_a_shop_may_choose_how_its_warehouses_are_emptied(
    strategy: Strategy, free: dict[str, int], expected: list[tuple[str, int]] | None
) -> None:
    found = routing.cover(needs(("mug", 5)), ranked("a", "b"), {"mug": free}, strategy)

    assert (found and [(s.warehouse, s.quantity) for s in found.sources]) == expected


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
    found = cover(needs(*wants), "a b c d e", free)

    sets = (s for size in range(1, 6) for s in combinations(places, size))
    assert found == next((s for s in sets if enough(wants, s, free)), None)


@settings(max_examples=150)
@given(wants=wishes, free=stocks)
def test_every_unit_comes_from_where_there_is_one(
    wants: list[tuple[str, int]], free: Stock
) -> None:
    found = routing.cover(needs(*wants), ranked(*places), free)

    if found is None:
        return
    taken: Counter[tuple[str, str]] = Counter()
    per_line: Counter[int] = Counter()
    for source in found.sources:
        taken[source.sku, source.warehouse] += source.quantity
        per_line[source.line] += source.quantity
    assert all(n <= free[sku][name] for (sku, name), n in taken.items())
    assert per_line == {no: units for no, (_, units) in enumerate(wants, 1)}
    assert {s.warehouse for s in found.sources} == set(found.warehouses)


@settings(max_examples=60)
@given(free=st.dictionaries(skus, st.dictionaries(
    st.sampled_from([f"w{n:02d}" for n in range(20)]), st.integers(1, 2), max_size=20),
    max_size=3), wants=wishes)  # fmt: skip
def test_with_many_warehouses_what_is_chosen_is_still_enough(
    free: Stock, wants: list[tuple[str, int]]
) -> None:
    names = [f"w{n:02d}" for n in range(20)]

    found = routing.cover(needs(*wants), ranked(*names), free)

    if found is not None:
        assert enough(wants, found.warehouses, free)
        assert len(found.warehouses) <= MOST_PARCELS


def enough(wants: list[tuple[str, int]], names: tuple[str, ...], free: Stock) -> bool:
    wanted: Counter[str] = Counter()
    for sku, units in wants:
        wanted[sku] += units
    return all(
        sum(max(0, free.get(sku, {}).get(name, 0)) for name in names) >= n
        for sku, n in wanted.items()
    )
