"""What the buyer pays for freight: by area, by pieces or grams, and from when on it is free."""

from typing import Any

import pytest

from shared.domain import postage
from shared.domain.errors import Invalid
from shared.domain.postage import Postage, Zone
from shared.domain.reader import Reader

HERE = ("浙江省", "杭州市", "西湖区")
STEPS = Zone(first=1, first_fee=113, step=1, step_fee=211)


@pytest.mark.parametrize(
    ("zone", "pieces", "fee"),
    [
        (STEPS, 0, 0),
        (STEPS, 1, 113),
        (STEPS, 2, 324),
        (STEPS, 10, 2012),
        (Zone(first=1, first_fee=113, step=1, step_fee=211, most=5), 10, 957),
        (Zone(first=3, first_fee=800, step=2, step_fee=100), 3, 800),
        (Zone(first=3, first_fee=800, step=2, step_fee=100), 4, 900),
        (Zone(first=3, first_fee=800, step=2, step_fee=100), 6, 1000),
    ],
)
def test_the_first_pieces_cost_so_much_and_each_further_step_that_is_begun(
    zone: Zone, pieces: int, fee: int
) -> None:
    assert Postage((zone,)).fee(HERE, pieces, 0, 0) == fee


@pytest.mark.parametrize(
    ("free", "pieces", "amount", "fee"),
    [
        ((12, 0), 12, 0, 0),
        ((12, 0), 11, 10**6, 800),
        ((0, 220000), 1, 220000, 0),
        ((0, 220000), 1, 219999, 800),
        ((12, 220000), 12, 220000, 0),
        ((12, 220000), 12, 219999, 800),
        ((12, 220000), 11, 220000, 800),
        ((0, 0), 100, 10**9, 800),
    ],
)
def test_thresholds_of_free_freight_are_inclusive_and_both_count_if_both_are_set(
    free: tuple[int, int], pieces: int, amount: int, fee: int
) -> None:
    zone = Zone(first=1000, first_fee=800, free_pieces=free[0], free_amount=free[1])

    assert Postage((zone,)).fee(HERE, pieces, 0, amount) == fee


def test_grams_count_where_it_goes_by_weight() -> None:
    zone = Zone(first=1000, first_fee=800, step=500, step_fee=200)

    assert Postage((zone,), by_weight=True).fee(HERE, 9, 1501, 0) == 1200


@pytest.mark.parametrize(
    ("area", "fee"),
    [
        (("浙江省", "杭州市"), 1),
        (("浙江", "宁波"), 2),
        (("广东省", "深圳市"), 3),
        (("上海市", "上海市", "浦东新区"), 4),
        (("北京市", ""), 3),
        ((), 3),
    ],
)
def test_the_finest_area_counts_however_it_is_written(area: tuple[str, ...], fee: int) -> None:
    zones = (
        Zone(("浙江省",), first_fee=2),
        Zone(("浙江/杭州市", "江苏"), first_fee=1),
        Zone((), first_fee=3),
        Zone(("上海",), first_fee=4),
    )

    assert Postage(zones).fee(area, 1, 0, 0) == fee


def test_nothing_is_sent_where_no_zone_is() -> None:
    assert Postage((Zone(("浙江",)),)).fee(("西藏", "拉萨"), 1, 0, 0) is None
    assert Postage().fee(("西藏", "拉萨"), 1, 0, 0) == 0


def test_freight_is_shared_by_what_it_was_counted_by() -> None:
    assert Postage().shared(3000, [2, 10], [0, 0]) == [500, 2500]
    assert Postage(by_weight=True).shared(3000, [2, 10], [4000, 2000]) == [2000, 1000]
    assert Postage(by_weight=True).shared(3000, [2, 10], [0, 0]) == [500, 2500]
    assert Postage().shared(0, [], []) == []


def read(document: dict[str, Any]) -> Postage:
    reader = Reader(document)
    found = postage.read(reader)
    reader.done()
    reader.check()
    return found


def test_it_reads_as_it_was_written() -> None:
    zones = (Zone(("浙江/杭州",), 2, 3, 4, 5, 6, 7, 8), Zone())

    assert read(postage.written(Postage(zones, by_weight=True))) == Postage(zones, by_weight=True)


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        ({"zones": [{}]}, "zones[0].first_fee", "missing"),
        ({"zones": [{"first_fee": -1}]}, "zones[0].first_fee", "out-of-range"),
        ({"zones": [{"first_fee": 1, "step": 0}]}, "zones[0].step", "out-of-range"),
        ({"zones": [{"first_fee": 1, "areas": ["浙江//"]}]}, "zones[0].areas[0]", "not-an-area"),
        ({"zones": [{"first_fee": 1}, {"first_fee": 2}]}, "zones[1].areas", "twice"),
        (
            {"zones": [{"first_fee": n, "areas": [a]} for n, a in enumerate(("浙江", "浙江省"))]},
            "zones[1].areas",
            "twice",
        ),
        ({"zones": [{"first_fee": 1, "fee": 2}]}, "zones[0].fee", "unknown-field"),
    ],
)
def test_a_faulty_one_is_refused_with_its_place(
    document: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read(document)

    assert (field, code) in [(fault.field, fault.code) for fault in refused.value.faults]
