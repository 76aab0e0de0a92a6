"""Conditions: what each operator means, how they are joined, and what they say of themselves."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reader import Reader
from shared.domain.rules import facts, reading
from shared.domain.rules.condition import (
    All,
    Condition,
    Either,
    Looked,
    Not,
    explain,
    walk,
    written,
)
from shared.domain.rules.facts import FACTS, Sort
from tests.support import build
from tests.support.rulebook import condition, holds, known, leaf

TOTALS = st.integers(0, 500)


def paying(total: int) -> facts.Facts:
    return known(lines=[build.line(unit_price=total, quantity=1)])


@pytest.mark.parametrize(("total", "held"), [(99, False), (100, True), (199, True), (200, False)])
def test_an_amount_is_in_a_range_from_its_first_to_before_its_last(total: int, held: bool) -> None:
    assert holds(leaf("total", at_least=100, below=200), paying(total)) is held


@given(TOTALS, st.integers(1, 498))
def test_ranges_that_meet_part_all_amounts_between_them(total: int, cut: int) -> None:
    ranges = [leaf("total", below=cut), leaf("total", at_least=cut, below=499)]
    ranges.append(leaf("total", at_least=499))

    assert [holds(each, paying(total)) for each in ranges].count(True) == 1


def test_a_number_may_be_one_of_several() -> None:
    given = known(placed_at="2026-11-20T02:30:00+00:00")  # a Friday, half past ten in China

    assert holds(leaf("weekday", in_=[5, 6]), given)
    assert holds(leaf("hour", in_=[10]), given)
    assert not holds(leaf("hour", in_=[2]), given)


def test_a_text_is_one_of_those_listed() -> None:
    assert holds(leaf("shop", in_=["jd", "tmall"]), known())
    assert not holds(leaf("shop", in_=["jd"]), known())
    assert not holds(leaf("live", given=True), known())
    assert holds(leaf("live", given=True), known(live="room-7"))


def test_a_province_may_be_written_in_full() -> None:
    assert holds(leaf("province", in_=["江苏省", "浙江省"]), known())
    assert holds(leaf("province", in_=["浙江"]), known())


def test_a_flag_stands_as_it_is_asked() -> None:
    cod = known(payment={"cod": True})

    assert holds(leaf("cod", is_=True), cod)
    assert holds(leaf("cod", is_=False), known())


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ({"any": ["hat", "pen"]}, True),
        ({"any": ["pen"]}, False),
        ({"all": ["hat", "mug"]}, True),
        ({"all": ["hat", "pen"]}, False),
        ({"none": ["pen"]}, True),
        ({"none": ["hat", "pen"]}, False),
        ({"only": ["hat", "mug", "pen"]}, True),
        ({"only": ["hat"]}, False),
        ({"any": ["hat"], "none": ["mug"]}, False),
    ],
)
def test_goods_are_among_those_listed_or_not(asked: dict[str, Any], held: bool) -> None:
    goods = known(lines=[build.line("mug"), build.line("hat")])

    assert holds(leaf("skus", **asked), goods) is held


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ({"any": ["急", "加急"]}, True),
        ({"any": ["顺丰"]}, False),
        ({"all": ["急", "vip"]}, True),  # wide letters and large ones are the same
        ({"all": ["急", "顺丰"]}, False),
        ({"none": ["顺丰"]}, True),
        ({"none": ["急"]}, False),
    ],
)
def test_a_note_is_searched_for_keywords(asked: dict[str, Any], held: bool) -> None:
    noted = known(notes={"buyer": "很急，ＶＩＰ客户"})

    assert holds(leaf("buyer_note", **asked), noted) is held


@pytest.mark.parametrize(
    ("areas", "held"),
    [
        (["浙江"], True),
        (["浙江省"], True),
        (["浙江/杭州"], True),
        (["浙江省/杭州市/西湖区"], True),
        (["浙江/杭州/上城"], False),
        (["浙江/宁波", "江苏"], False),
        (["浙"], False),
    ],
)
def test_an_area_may_stop_early(areas: list[str], held: bool) -> None:
    assert holds(leaf("area", in_=areas), known()) is held


@pytest.mark.parametrize(
    ("area", "receiver"),
    [
        ("北京/朝阳", ("北京市", "北京市", "朝阳区")),
        ("北京/北京/朝阳", ("北京", "市辖区", "朝阳区")),
        ("上海/浦东新区", ("上海市", "", "浦东新区")),
        ("贵州/黔东南/凯里", ("贵州省", "黔东南苗族侗族自治州", "凯里市")),
        ("湖北/恩施", ("湖北省", "恩施土家族苗族自治州", "利川市")),
        ("广西/桂林/恭城", ("广西壮族自治区", "桂林市", "恭城瑶族自治县")),
        ("内蒙古/兴安", ("内蒙古自治区", "兴安盟", "突泉县")),
    ],
)
def test_areas_are_known_by_their_short_and_their_full_names(
    area: str, receiver: tuple[str, str, str]
) -> None:
    names = dict(zip(("province", "city", "district"), receiver, strict=True))

    assert holds(leaf("area", in_=[area]), known(receiver=names))


@pytest.mark.parametrize(
    ("placed_at", "held"),
    [
        ("2026-11-10T23:59:59+08:00", False),
        ("2026-11-11T00:00:00+08:00", True),
        ("2026-11-11T12:00:00+08:00", False),  # excepted
        ("2026-11-11T13:00:00+08:00", True),
        ("2026-11-12T00:00:00+08:00", False),
    ],
)
def test_a_time_is_within_its_window_but_not_in_what_is_excepted(
    placed_at: str, held: bool
) -> None:
    window = leaf(
        "placed_at",
        from_="2026-11-11T00:00:00+08:00",
        to="2026-11-12T00:00:00+08:00",
        except_=[{"from": "2026-11-11T12:00:00+08:00", "to": "2026-11-11T13:00:00+08:00"}],
    )

    assert holds(window, known(placed_at=placed_at)) is held


def test_no_condition_at_all_always_holds() -> None:
    assert condition({"all": [leaf("cod", is_=False)]}).holds(known())
    assert All().holds(known())


# --- any condition there can be ------------------------------------------------

WORDS = st.lists(st.sampled_from(["mug", "hat", "pen", "急"]), min_size=1, max_size=3, unique=True)


@st.composite
def ranges(draw: Any) -> dict[str, Any]:
    least, more = draw(st.integers(0, 300)), draw(st.integers(1, 300))
    asked = draw(st.sampled_from([("at_least",), ("below",), ("at_least", "below")]))
    whole = {"at_least": least, "below": least + more}
    return leaf("total", **{name: whole[name] for name in asked})


LEAVES = st.one_of(
    ranges(),
    st.builds(lambda so: leaf("cod", is_=so), st.booleans()),
    st.builds(lambda so: leaf("seller_note", given=so), st.booleans()),
    st.builds(lambda words: leaf("skus", any=words), WORDS),
    st.builds(lambda words: leaf("skus", none=words), WORDS),
    st.builds(lambda words: leaf("skus", only=words), WORDS),
    st.builds(lambda words: leaf("buyer_note", all=words), WORDS),
    st.builds(
        lambda areas: leaf("area", in_=areas),
        st.lists(st.sampled_from(["浙江", "浙江/杭州", "江苏/南京"]), min_size=1, unique=True),
    ),
    st.builds(
        lambda day: leaf("placed_at", from_=f"2026-11-{day}T00:00:00Z"), st.integers(10, 30)
    ),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=8,
)
ORDERS = st.builds(
    lambda total, cod, skus, note: known(
        lines=[build.line(sku, 1, total) for sku in skus],
        payment={"cod": cod},
        notes={"buyer": note},
        placed_at="2026-11-20T00:00:00Z",
    ),
    TOTALS,
    st.booleans(),
    WORDS,
    st.sampled_from(["", "急", "mug pen"]),
)


def read(document: dict[str, Any]) -> Condition:
    """Of any depth: a condition that is joined to others has more levels than it had."""
    return reading.condition(Reader(document), None, depth=-20)


@given(CONDITIONS, ORDERS)
def test_not_not_is_the_same(document: dict[str, Any], order: facts.Facts) -> None:
    once, twice = read(document), read({"not": {"not": document}})

    assert once.holds(order) == twice.holds(order)
    assert read({"not": document}).holds(order) != once.holds(order)


@given(CONDITIONS, CONDITIONS, ORDERS)
def test_not_any_is_all_not(
    one: dict[str, Any], other: dict[str, Any], order: facts.Facts
) -> None:
    neither = read({"not": {"any": [one, other]}})
    both_not = read({"all": [{"not": one}, {"not": other}]})

    assert neither.holds(order) == both_not.holds(order)


@given(CONDITIONS)
def test_a_condition_reads_back_from_its_own_document(document: dict[str, Any]) -> None:
    there = read(document)

    back = json.loads(json.dumps(written(there)))

    assert read(back) == there


@given(CONDITIONS, ORDERS)
def test_what_decided_would_decide_again(document: dict[str, Any], order: facts.Facts) -> None:
    """The facts that an explanation names are enough: with them alone the answer is the same."""
    there = read(document)

    looked = {each.fact for each in explain(there, order)}

    assert looked <= {leaf.fact for _, leaf in walk(there)}
    assert looked
    assert decided(there, order, looked) == there.holds(order)


def decided(there: Condition, order: facts.Facts, looked: set[str]) -> bool | None:
    """The answer where other facts are not known: None for what cannot be said."""
    match there:
        case Not(part):
            inner = decided(part, order, looked)
            return None if inner is None else not inner
        case All(parts) | Either(parts):
            decisive = isinstance(there, Either)
            answers = [decided(part, order, looked) for part in parts]
            if decisive in answers:
                return decisive
            return None if None in answers else not decisive
        case one:
            return one.holds(order) if one.fact in looked else None


# --- why -------------------------------------------------------------------------


def test_the_part_that_failed_explains_why_all_did_not_hold() -> None:
    asked = {
        "all": [leaf("cod", is_=False), leaf("total", at_least=5000), leaf("pieces", below=9)]
    }

    assert explain(condition(asked), known()) == [Looked("total", 1800, False)]


def test_the_part_that_held_explains_why_any_did() -> None:
    asked = {"any": [leaf("cod", is_=True), leaf("area", in_=["浙江"])]}

    assert explain(condition(asked), known()) == [Looked("area", "浙江/杭州/西湖", True)]


def test_of_a_note_only_the_rules_own_words_are_told() -> None:
    noted = known(notes={"buyer": "请加急，电话 13812345678"})

    (looked,) = explain(condition(leaf("buyer_note", any=["加急", "顺丰"])), noted)

    assert looked == Looked("buyer_note", ["加急"], True)


def test_long_lists_are_cut_short_in_an_explanation() -> None:
    many = known(lines=[build.line(f"sku-{n}") for n in range(40)])

    (looked,) = explain(condition(leaf("skus", any=["sku-39"])), many)

    assert looked.held
    assert len(looked.value) == 10


def test_paths_of_leaves_are_those_of_the_document() -> None:
    asked = {"all": [leaf("cod", is_=True), {"any": [{"not": leaf("live", given=True)}]}]}

    found = [path for path, _ in walk(condition(asked), "when")]

    assert found == ["when.all[0]", "when.all[1].any[0].not"]


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_has_a_value_of_its_type(name: str) -> None:
    types: dict[Sort, type] = {
        Sort.NUMBER: int,
        Sort.FLAG: bool,
        Sort.TEXTS: tuple,
        Sort.AREA: tuple,
    }

    value = known().get(name)

    assert isinstance(value, types.get(FACTS[name].sort, str))
