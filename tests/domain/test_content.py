"""Personal fields: all of them are put through, masked, and hidden in differences."""

import dataclasses
from dataclasses import replace

import pytest

from shared.domain.content import PERSONAL, Content, differences, flat, masked, masks, personal
from tests.support import build

WHOLE = build.content(
    notes={"buyer": "放门口", "seller": "老客户"},
    invoice={"kind": "company", "title": "明光公司", "tax_id": "91330000", "email": "a@b.cn"},
)


def leaves(content: Content) -> dict[str, object]:
    return dict(flat(content))


def test_every_personal_field_is_put_through() -> None:
    changed = personal(WHOLE, lambda path, value: f"<{path}>")

    told = {name for name, value in leaves(changed).items() if str(value).startswith("<")}
    assert told == {f"{part}.{name}" for part, names in PERSONAL.items() for name in names}


def test_nothing_else_is_touched() -> None:
    before, after = leaves(WHOLE), leaves(masks(WHOLE))

    assert {name for name in before if before[name] != after[name]} == {
        f"{part}.{name}" for part, names in PERSONAL.items() for name in names
    }


def test_a_field_without_a_value_stays_empty() -> None:
    bare = build.content(buyer={}, receiver={"province": "浙江"})

    assert masks(bare) == bare


def test_every_name_in_the_list_is_a_field() -> None:
    for part, names in PERSONAL.items():
        whole = getattr(WHOLE, part)
        assert set(names) <= {field.name for field in dataclasses.fields(whole)}


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("receiver.phone", "13812345678", "138****5678"),
        ("receiver.phone", "+86 13812345678", "+86********5678"),
        ("receiver.phone", "110", "1**"),
        ("receiver.name", "王小明", "王**"),
        ("receiver.name", "王", "*"),
        ("receiver.address", "文三路 1 号 2 幢 301", "文********"),
    ],
)
def test_what_is_left_of_a_personal_value(path: str, value: str, shown: str) -> None:
    assert masked(path, value) == shown


def test_differences_name_the_field_and_both_values() -> None:
    new = build.content(total=1, lines=[build.line(quantity=3), build.line("hat")])

    told = differences(build.content(), new)

    assert told["lines[0].quantity"] == (2, 3)
    assert told["lines[1].sku"] == (None, "hat")
    assert told["amounts.total"] == (1800, 1)


def test_differences_never_show_a_personal_value() -> None:
    receiver = replace(WHOLE.receiver, phone="13812340000", address="文三路 9 号")

    told = differences(WHOLE, replace(WHOLE, receiver=receiver))

    assert told == {
        "receiver.phone": ("138****5678", "138****0000"),
        "receiver.address": ("文********", "文******"),
    }


def test_equal_contents_have_no_differences() -> None:
    assert differences(WHOLE, replace(WHOLE)) == {}
