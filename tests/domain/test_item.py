"""What an item may say of itself, and what it may say next to the others."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import item_reading
from shared.domain.errors import Fault
from shared.domain.item import WHOLE, Item, Part, Pick
from shared.domain.reader import Reader
from shared.domain.words import say

MUG = {"id": "mug", "name": "马克杯"}
KNOWN = {sku: Item(sku, sku) for sku in ("mug", "lid", "box")}


def read(document: Any, sku: str = "") -> tuple[Item, list[Fault]]:
    body = Reader(document)
    return item_reading.read(body, sku), body.faults


def faults(document: Any) -> dict[str, str]:
    return {fault.field: fault.code for fault in read(document)[1]}


def kit(*shares: int, **more: Any) -> dict[str, Any]:
    parts = [{"sku": f"p{no}", "share": share} for no, share in enumerate(shares)]
    return {"id": "set", "name": "套装", "parts": parts, **more}


def against(item: Item, before: Item | None = None, **known: Item) -> dict[str, str]:
    found = item_reading.against(item, before, {**KNOWN, **known})
    return {fault.field: fault.code for fault in found}


def test_an_item_needs_an_id_and_a_name_alone() -> None:
    assert read(MUG) == (Item("mug", "马克杯"), [])
    assert faults({}) == {"id": "missing", "name": "missing"}


def test_every_field_is_read() -> None:
    document = {
        **MUG,
        "barcode": "6901234567892",
        "category": "杯具",
        "unit": "只",
        "weight": 350,
        "volume": 900,
        "cost": 1200,
        "price": 2900,
        "floor_price": 1900,
        "tax_code": "1060201990000000000",
        "tax_rate": 1300,
        "lots": True,
        "shelf_life": 365,
        "no_receive": 120,
        "no_sale": 30,
        "near_expiry": 60,
        "safety": {"hz": 20, "*": 5},
        "lead_days": 7,
        "service": 98,
        "virtual": True,
        "group": "冷藏",
        "supplier": "乳业",
        "active": False,
    }

    item, found = read(document)

    assert found == []
    assert all(getattr(item, name) == value for name, value in document.items())
    assert (item.safety_at("hz"), item.safety_at("gz")) == (20, 5)


@pytest.mark.parametrize("name", ["no_receive", "no_sale", "near_expiry"])
def test_no_limit_of_age_is_longer_than_the_life(name: str) -> None:
    assert faults({**MUG, "shelf_life": 30, name: 31}) == {name: "out-of-range"}
    assert faults({**MUG, "shelf_life": 30, name: 30}) == {}
    assert faults({**MUG, name: 31}) == {}


@pytest.mark.parametrize(
    "code", ["106020199000000000", "10602019900000000000", "10602019900000000x0"]
)
def test_a_tax_code_has_nineteen_digits(code: str) -> None:
    assert faults({**MUG, "tax_code": code}) == {"tax_code": "not-a-tax-code"}


def test_all_faults_are_named_at_once() -> None:
    document = {
        "id": "a#b",
        "colour": "red",
        "weight": -1,
        "cost": "9",
        "safety": {"hz": -1, "a#b": 1},
        "parts": [{"sku": "lid", "quantity": 0, "colour": "red"}, "lid"],
    }

    assert (
        faults(document).items()
        >= {
            "id": "not-an-id",
            "name": "missing",
            "colour": "unknown-field",
            "weight": "out-of-range",
            "cost": "wrong-type",
            "safety.hz": "out-of-range",
            "safety.a#b": "not-an-id",
            "parts[0].quantity": "out-of-range",
            "parts[0].colour": "unknown-field",
            "parts[1]": "not-an-object",
        }.items()
    )


def test_shares_of_99_per_cent_fall_short_and_say_by_how_much() -> None:
    _, (fault,) = read(kit(6000, 3900))

    assert (fault.field, fault.code) == ("parts", "shares-short")
    said = say(f"fault.{fault.code}", "zh", fault.args)
    assert "不足100%" in said
    assert "99%" in said
    assert "差 1%" in said


def test_shares_of_101_per_cent_exceed_and_say_by_how_much() -> None:
    _, (fault,) = read(kit(6000, 4100))

    assert (fault.field, fault.code) == ("parts", "shares-over")
    said = say(f"fault.{fault.code}", "zh", fault.args)
    assert "已超100%" in said
    assert "101%" in said
    assert "多 1%" in said


@given(st.lists(st.integers(0, WHOLE), min_size=1, max_size=50))
def test_a_kit_is_taken_exactly_when_its_shares_add_up(shares: list[int]) -> None:
    assert (faults(kit(*shares)) == {}) is (sum(shares) == WHOLE)


def test_a_kit_of_any_one_part_shares_nothing() -> None:
    item, found = read(kit(0, 0, pick="one"))

    assert (item.pick, found) == (Pick.ONE, [])
    assert faults(kit(5000, 5000, pick="one")) == {"parts": "no-shares"}


def test_a_faulty_share_is_told_once() -> None:
    assert faults(kit(10_001, 0)) == {"parts[0].share": "out-of-range"}


def test_a_kit_has_fifty_parts_at_most() -> None:
    assert faults(kit(*[200] * 50)) == {}
    assert faults(kit(*[200] * 51)) == {"parts": "too-many"}


def test_a_kit_has_each_part_once_and_not_itself() -> None:
    parts = [{"sku": sku, "share": 2500} for sku in ("lid", "mug", "lid", "set")]

    assert faults(kit(parts=parts)) == {"parts[2].sku": "twice", "parts[3].sku": "part-of-itself"}


def test_a_kit_has_no_lots_and_no_safety_of_its_own() -> None:
    found = faults(kit(WHOLE, lots=True, safety={"hz": 1}))

    assert found == {"lots": "not-for-kits", "safety": "not-for-kits"}


def test_parts_must_be_there_active_and_no_kits() -> None:
    item = Item("set", "套装", parts=tuple(map(Part, ("mug", "none", "old", "pair"))))
    old, pair = Item("old", "旧", active=False), Item("pair", "对", parts=(Part("mug"),))

    assert against(item, old=old, pair=pair) == {
        "parts[1].sku": "unknown-item",
        "parts[2].sku": "inactive-item",
        "parts[3].sku": "nested-kit",
    }


def test_a_part_of_a_kit_is_neither_switched_off_nor_made_a_kit() -> None:
    before = Item("mug", "杯", kits=("set", "pair"))

    off = list(item_reading.against(replace(before, active=False), before, KNOWN))
    as_kit = against(replace(before, parts=(Part("lid"),)), before)

    assert off == [Fault("active", "part-of-kits", {"kits": ["set", "pair"]})]
    assert as_kit == {"parts": "part-of-kits"}
    assert "set" in say("fault.part-of-kits", "zh", off[0].args)


def test_an_item_is_a_part_of_so_many_kits_at_most() -> None:
    kits = tuple(f"set{no}" for no in range(item_reading.MOST_KITS))
    full = Item("mug", "杯", kits=kits)

    one_more = against(Item("set", "套装", parts=(Part("mug"),)), mug=full)
    there_already = against(Item("set0", "套装", parts=(Part("mug"),)), mug=full)

    assert one_more == {"parts[0].sku": "in-too-many-kits"}
    assert there_already == {}


@pytest.mark.parametrize(
    ("share", "said"), [(0, "0"), (10_000, "100"), (9_950, "99.5"), (1, "0.01")]
)
def test_a_share_is_told_in_per_cent(share: int, said: str) -> None:
    assert item_reading.percent(share) == said
