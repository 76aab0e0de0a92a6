"""The page of promotions against the code: fields, kinds, lanes, reasons, and every example."""

import json
import re
from dataclasses import fields
from typing import Any

import pytest

from shared.domain import postage, words
from shared.domain.content import Lane
from shared.domain.errors import Invalid
from shared.domain.promotions import reading
from shared.domain.promotions.promotion import Benefit, Goods, Kind, Limits, Promotion, Scope, Tier
from shared.domain.reader import Reader
from tests.docs import pages
from tests.support import carts
from tests.support.carts import cart, line, off

PAGE = "docs/promotions.md"
Json = dict[str, Any]


def named(heading: str, at: int = 0, column: int = 0) -> list[str]:
    """The fields that the rows of a table are about."""
    return [name for row in pages.table(PAGE, heading, at) for name in pages.codes(row[column])]


def test_the_fields_of_a_promotion_are_those_of_the_code() -> None:
    own = {*Promotion._fields} - {"platform"} | {"bearer"}
    scope = {*Goods._fields, *Scope._fields} - {"goods"}

    assert {code for row in pages.table(PAGE, "promotion") for code in pages.codes(row[0])} == own
    assert set(named("Scope")) == scope
    assert named("Limits") == list(Limits._fields)


def test_each_kind_takes_the_fields_that_are_told() -> None:
    rows = pages.table(PAGE, "Benefits")

    assert [pages.code(row[0]) for row in rows] == [kind.value for kind in Kind]
    for kind, zh, _, steps, more in rows:
        assert words.CATALOGUE[f"applied.{pages.code(kind)}"][0].startswith(zh)
        assert asked(pages.code(kind)) == (pages.codes(steps), pages.codes(more))


def asked(kind: str) -> tuple[list[str], list[str]]:
    """What a kind takes in a tier and in a benefit, in the order of the page."""
    rows = {pages.code(row[0]): row for row in pages.table(PAGE, "Benefits")}
    own = [name for name in Benefit._fields if name not in ("kind", "tiers")]
    steps = list(Tier._fields)
    unknown = refused(kind, own, steps)
    order = pages.codes(rows[kind][3]), pages.codes(rows[kind][4])
    left = [name for name in steps if f"tiers[0].{name}" not in unknown]
    more = [name for name in own if name not in unknown]
    return sorted(left, key=_place(order[0])), sorted(more, key=_place(order[1]))


def _place(order: list[str]) -> Any:
    return lambda name: order.index(name) if name in order else len(order)


def refused(kind: str, own: list[str], steps: list[str]) -> set[str]:
    tier: Json = {name: 1 for name in steps} | {"gifts": ["pen"]}
    document = carts.promotion(benefit={"kind": kind, "tiers": [tier], **dict.fromkeys(own, 1)})
    with pytest.raises(Invalid) as found:
        carts.book(document)
    unknown = [fault.field for fault in found.value.faults if fault.code == "unknown-field"]
    return {field.removeprefix("promotions[0].benefit.") for field in unknown}


def test_every_field_of_a_benefit_is_explained() -> None:
    told = set(named("Benefits", 1))
    own = {*Benefit._fields, *Tier._fields}

    assert told == own - {"kind", "tiers", "amount", "pieces"}


def test_the_lanes_are_those_of_the_code_in_their_order() -> None:
    rows = pages.table(PAGE, "Lanes")

    assert [pages.code(row[0]) for row in rows] == [lane.value for lane in Lane]


def test_the_reasons_are_those_of_the_code_in_its_words() -> None:
    told = {pages.code(code): zh for code, zh in pages.table(PAGE, "Reasons")}

    assert told == {
        code.removeprefix("passed."): zh
        for code, (zh, _) in words.CATALOGUE.items()
        if code.startswith("passed.") and code not in OF_COUPONS
    }


OF_COUPONS = {code for code in words.CATALOGUE if code.startswith("passed.coupon-")}
"""Of codes that were issued by themselves: in the table of the coupons."""


def test_the_fields_of_postage_are_those_of_the_code() -> None:
    assert named("Postage") == [field.name for field in fields(postage.Zone)]


def test_every_json_example_reads() -> None:
    for block in pages.blocks(pages.ROOT / PAGE, "json"):
        document = Reader(json.loads(block))
        if document.has("promotions"):
            assert reading.promotions(document)
        elif document.has("zones"):
            assert postage.read(document).zones
        assert document.faults == []


@pytest.mark.parametrize("row", pages.table(PAGE, "Examples"), ids=lambda row: row[0])
def test_every_example_comes_out_as_told(row: list[str]) -> None:
    _, benefit, goods, result = row
    document = carts.promotion(benefit=json.loads(pages.code(benefit)))

    found = carts.quote(cart(*bought(goods)), document)

    said = [words.say(f"applied.{one.code}", "zh", one.args) for one in found.applied]
    said += [words.say(f"passed.{one.code}", "zh", one.args) for one in found.passed]
    (only,) = said
    assert only.partition("：")[2].replace("¥", "") == result or only == result


@pytest.mark.parametrize("row", pages.table(PAGE, "Shares"), ids=lambda row: row[0] + row[1])
def test_every_example_of_shares_comes_out_as_told(row: list[str]) -> None:
    goods, less, shares = row

    found = carts.quote(cart(*bought(goods)), off(fen(less.removeprefix("减 "))))

    assert [words.money(each) for each in carts.less(found)] == shares.split()


def bought(text: str) -> list[Any]:
    """`10.00 x 3`, `50.00（最低 45.00） 20.00`: one line for each price."""
    found = re.findall(r"([\d.]+)(?: x (\d+))?(?:（最低 ([\d.]+)）)?", text)
    return [
        line(f"s{at}", fen(price), int(count or 1), floor=fen(floor or "0"))
        for at, (price, count, floor) in enumerate(found)
    ]


def fen(yuan: str) -> int:
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int((part or "0").ljust(2, "0"))
