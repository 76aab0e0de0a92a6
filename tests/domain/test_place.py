"""How far places are, and which warehouse is the best placed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.place import CAPITALS, FAR, Warehouse, kilometres, nearest, short

provinces = st.sampled_from(sorted(CAPITALS))


@pytest.mark.parametrize(
    ("full", "name"),
    [
        ("浙江省", "浙江"),
        ("广西壮族自治区", "广西"),
        ("内蒙古自治区", "内蒙古"),
        ("上海市", "上海"),
        ("香港特别行政区", "香港"),
        ("黑龙江", "黑龙江"),
        ("加州", "加州"),
        ("", ""),
    ],
)
def test_a_province_is_known_by_its_short_name(full: str, name: str) -> None:
    assert short(full) == name


@pytest.mark.parametrize(
    ("one", "other", "about"),
    [
        ("北京", "上海", 1070),
        ("浙江省", "广东省", 1050),
        ("新疆", "黑龙江", 3050),
        ("天津", "北京", 110),
    ],
)
def test_distances_are_about_right(one: str, other: str, about: int) -> None:
    assert kilometres(one, other) == pytest.approx(about, rel=0.03)


@given(provinces, provinces, provinces)
def test_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert kilometres(a, a) == 0
    assert kilometres(a, b) == kilometres(b, a)
    assert kilometres(a, c) <= kilometres(a, b) + kilometres(b, c) + 2  # each is rounded


def test_an_unknown_place_is_far_from_everywhere() -> None:
    assert kilometres("加州", "北京") == FAR


def ids(warehouses: list[Warehouse], province: str = "浙江省", city: str = "杭州市") -> list[str]:
    return [w.id for w in nearest(warehouses, province, city)]


def test_the_same_city_goes_before_all() -> None:
    serving = Warehouse("served", "", "浙江", "宁波市", serves=("浙江",))

    assert ids([serving, Warehouse("here", "", "浙江", "杭州市")]) == ["here", "served"]


def test_a_province_that_a_warehouse_serves_goes_before_distance() -> None:
    near = Warehouse("near", "", "浙江", "宁波市")
    serving = Warehouse("serving", "", "广东", "广州市", serves=("浙江",))

    assert ids([near, serving]) == ["serving", "near"]


@pytest.mark.parametrize("serves", ["浙江", "浙江省"])
def test_it_is_served_by_either_name(serves: str) -> None:
    serving = Warehouse("serving", "", "广东", serves=(serves,))

    assert ids([Warehouse("near", "", "上海"), serving]) == ["serving", "near"]


def test_the_nearer_goes_first_then_priority_then_its_id() -> None:
    warehouses = [
        Warehouse("far", "", "广东"),
        Warehouse("b", "", "江苏"),
        Warehouse("a", "", "江苏"),
        Warehouse("first", "", "江苏", priority=1),
    ]

    assert ids(warehouses) == ["first", "a", "b", "far"]


def test_a_warehouse_that_is_switched_off_is_left_out() -> None:
    assert ids([Warehouse("off", "", "浙江", active=False)]) == []


def test_a_receiver_without_a_city_is_near_no_city() -> None:
    assert ids([Warehouse("b", "", "浙江"), Warehouse("a", "", "浙江")], city="") == ["a", "b"]


def test_a_city_is_the_same_with_and_without_its_suffix() -> None:
    assert ids([Warehouse("a", "", "浙江"), Warehouse("b", "", "浙江", "杭州")]) == ["b", "a"]
