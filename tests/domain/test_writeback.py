"""What each platform is told of an order that goes in several parcels."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain import writeback
from shared.domain.content import Line
from shared.domain.order import Order, Parcel, Source
from shared.domain.writeback import TAKES, Numbers
from tests.support import build

SUBS = ("11", "11", "12")  # of three lines


def order(*parcels: Parcel, subs: tuple[str, ...] = SUBS, **more: Any) -> Order:
    lines = [build.line(f"s{no}", 2, sub=sub) for no, sub in enumerate(subs, 1)]
    return build.order(content=build.content(lines=lines), parcels=parcels, **more)


def parcel(no: int, *lines: int, shipped_at: str = "") -> Parcel:
    sources = tuple(Source(line, f"s{line}", "hz", 1) for line in lines)
    return Parcel(no, "hz", "sf", sources, f"SF{no}" if shipped_at else "", shipped_at)


def told(one: Order, channel: str) -> list[tuple[int, tuple[int, ...], str]]:
    return [(w.parcel, w.lines, w.told.value) for w in writeback.writeback(one, channel)]


@pytest.mark.parametrize(
    ("channel", "numbers"),
    [
        ("taobao", Numbers.PER_SUB), ("tmall", Numbers.PER_SUB), ("1688", Numbers.PER_SUB),
        ("youzan", Numbers.PER_SUB), ("jd", Numbers.ONE), ("pdd", Numbers.ONE),
        ("woocommerce", Numbers.ONE), ("douyin", Numbers.MANY), ("kuaishou", Numbers.MANY),
        ("wechat-shop", Numbers.MANY), ("shopify", Numbers.MANY), ("own", Numbers.MANY),
    ],
)  # fmt: skip
def test_each_platform_takes_so_many_numbers(channel: str, numbers: Numbers) -> None:
    assert writeback.takes(channel) is numbers
    assert writeback.takes(channel.upper()) is numbers


def test_every_platform_has_a_case_above() -> None:
    cases = test_each_platform_takes_so_many_numbers.pytestmark[0].args[1]  # type: ignore[attr-defined]

    assert {channel for channel, _ in cases} == set(TAKES)


def test_a_platform_that_we_do_not_know_is_told_everything() -> None:
    assert writeback.takes("elsewhere") is Numbers.MANY


@pytest.mark.parametrize("channel", ["jd", "tmall", "own"])
def test_one_parcel_is_simply_told(channel: str) -> None:
    assert told(order(parcel(1, 1, 2, 3)), channel) == [(1, (1, 2, 3), "number")]


def test_where_one_number_is_taken_it_stands_for_the_whole_order() -> None:
    apart = order(parcel(1, 1), parcel(2, 2, 3))

    assert told(apart, "jd") == [(1, (1, 2, 3), "number"), (2, (2, 3), "note")]


def test_the_parcel_that_left_first_is_told_and_stays_told() -> None:
    left = order(parcel(1, 1, shipped_at="2026-11-21"), parcel(2, 2, 3, shipped_at="2026-11-20"))

    assert told(left, "jd") == [(1, (1,), "note"), (2, (1, 2, 3), "number")]
    assert [word.tracking for word in writeback.writeback(left, "jd")] == ["SF1", "SF2"]


def test_each_part_of_the_platform_has_a_number_of_its_own() -> None:
    assert told(order(parcel(1, 1, 2), parcel(2, 3)), "tmall") == [
        (1, (1, 2), "number"),
        (2, (3,), "number"),
    ]


def test_a_part_in_two_parcels_has_the_number_of_the_first() -> None:
    assert told(order(parcel(1, 1), parcel(2, 2, 3)), "tmall") == [
        (1, (1, 2), "number"),
        (2, (3,), "number"),
        (2, (2,), "note"),
    ]


def test_lines_without_a_part_are_parts_by_themselves() -> None:
    apart = order(parcel(1, 1, 2), parcel(2, 2), subs=("", "", ""))

    assert told(apart, "tmall") == [(1, (1, 2), "number"), (2, (2,), "note")]


def test_where_many_are_taken_each_parcel_is_told_for_what_is_in_it() -> None:
    assert told(order(parcel(1, 1, 2), parcel(2, 2, 3)), "douyin") == [
        (1, (1, 2), "number"),
        (2, (2, 3), "number"),
    ]


@pytest.mark.parametrize("channel", ["jd", "tmall", "own"])
def test_gifts_of_ours_are_not_told(channel: str) -> None:
    gift = Line(501, "pen", 1, 0, 0, 0, 0, gift=True)
    apart = order(parcel(1, 1, 2, 3, 501), parcel(2, 501), gifts=(gift,))

    assert told(apart, channel) == [(1, (1, 2, 3), "number")]


def test_before_there_are_parcels_there_is_nothing_to_tell() -> None:
    assert told(replace(order(), parcels=()), "jd") == []
