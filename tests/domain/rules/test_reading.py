"""What is wrong with rules: every fault, at the place where it stands."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.hold import NATURE, Reason
from shared.domain.reader import Reader
from shared.domain.rules import reading
from shared.domain.rules.facts import FACTS
from shared.domain.rules.rule import Kind
from tests.support.rulebook import faults, leaf, rule


def found(*documents: Any) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in faults(*documents)]


def test_a_fault_names_the_place_where_it_stands() -> None:
    fine = rule("r0")
    wrong = rule("r1", when={"all": [leaf("cod", is_=True), leaf("colour", in_=["red"])]})

    (fault,) = faults(fine, fine | {"id": "r2"}, fine | {"id": "r3"}, wrong)

    assert (fault.field, fault.code) == ("rules[3].when.all[1].fact", "unknown-fact")
    assert fault.args == {"fact": "colour"}


@pytest.mark.parametrize(
    ("when", "place", "code"),
    [
        (leaf("colour", is_=True), "fact", "unknown-fact"),
        ({"is": True}, "fact", "missing"),
        (leaf("total", any=["a"]), "any", "wrong-operator"),
        (leaf("skus", at_least=3), "at_least", "wrong-operator"),
        (leaf("shop", is_=True), "is", "wrong-operator"),
        (leaf("cod", given=True), "given", "wrong-operator"),
        (leaf("total"), "", "no-operator"),
        (leaf("total", at_least="much"), "at_least", "wrong-type"),
        (leaf("total", at_least=1.5), "at_least", "wrong-type"),
        (leaf("total", at_least=-1), "at_least", "out-of-range"),
        (leaf("total", at_least=200, below=200), "below", "empty-range"),
        (leaf("total", at_least=200, below=100), "below", "empty-range"),
        (leaf("total", at_least=200, in_=[1]), "in", "either-or"),
        (leaf("hour", in_=["ten"]), "in", "wrong-type"),
        (leaf("hour", in_=[]), "in", "empty"),
        (leaf("cod", is_="yes"), "is", "wrong-type"),
        (leaf("type", in_=["normal", "odd"]), "in[1]", "not-one-of"),
        (leaf("shop", in_=[]), "in", "empty"),
        (leaf("shop", in_=[7]), "in", "not-short-texts"),
        (leaf("skus", any=["a"], none=["a"]), "none", "contradicts"),
        (leaf("buyer_note", any=["a"], given=True), "given", "stands-alone"),
        (leaf("area", in_=["浙江//西湖"]), "in[0]", "not-an-area"),
        (leaf("placed_at", from_="tomorrow"), "from", "not-a-time"),
        (
            leaf("placed_at", from_="2026-11-12T00:00:00Z", to="2026-11-11T00:00:00Z"),
            "to",
            "not-after",
        ),
        (leaf("placed_at", to="2026-11-12T00:00:00Z", except_=[{}]), "except[0].from", "missing"),
        (leaf("grams", below=5), "fact", "not-for-this-kind"),
        ({"all": []}, "all", "empty"),
        ({"any": {}}, "any", "wrong-type"),
        ({"not": []}, "not", "wrong-type"),
        ({"all": [leaf("cod", is_=True)], "any": []}, "any", "unknown-field"),
        (leaf("cod", is_=True, colour=1), "colour", "unknown-field"),
        ({"all": [7]}, "all[0]", "not-an-object"),
    ],
)
def test_what_is_wrong_with_a_condition_is_named(when: Any, place: str, code: str) -> None:
    where = f"rules[0].when.{place}".removesuffix(".")

    assert (where, code) in found(rule(when=when))


@pytest.mark.parametrize(
    ("kind", "then", "place", "code"),
    [
        ("review", None, "", "missing"),
        ("review", 7, "", "wrong-type"),
        ("review", {}, ".result", "missing"),
        ("review", {"result": "maybe"}, ".result", "not-one-of"),
        ("review", {"note": "x"}, ".result", "missing"),
        ("hold", {"reason": "mood"}, ".reason", "not-one-of"),
        ("hold", {"reason": "unpaid"}, ".reason", "not-one-of"),  # only paying ends it
        ("hold", {"hours": -1}, ".hours", "out-of-range"),
        ("hold", {"then": "burn"}, ".then", "not-one-of"),
        ("merge", {"note": "x"}, ".merge", "missing"),
        ("split", {"cuts": []}, ".cuts", "empty"),
        ("split", {"cuts": [{"by": "colour"}]}, ".cuts[0].by", "not-one-of"),
        ("split", {"cuts": [{"by": "weight"}]}, ".cuts[0].limit", "missing"),
        ("split", {"cuts": [{"by": "item"}] * 3}, ".cuts", "too-many"),
        ("routing", {"warehouses": []}, ".warehouses", "missing"),
        ("routing", {"strategy": "luck"}, ".strategy", "not-one-of"),
        ("carrier", {"carrier": ""}, ".carrier", "missing"),
        ("gift", {"quantity": 1}, ".sku", "missing"),
        ("gift", {"sku": "pen", "quantity": 0}, ".quantity", "out-of-range"),
        ("gift", {"sku": "pen", "instead": ["cup", "pen"]}, ".instead[1]", "twice"),
        ("gift", {"sku": "pen", "limit": {"each": "day"}}, ".limit.orders", "missing"),
        ("gift", {"sku": "p", "limit": {"orders": 9, "each": "h"}}, ".limit.each", "not-one-of"),
        ("tags", {"tags": []}, ".tags", "empty"),
        ("tags", {"tags": ["a"], "colour": 1}, ".colour", "unknown-field"),
    ],
)
def test_what_is_wrong_with_what_follows_is_named(
    kind: str, then: Any, place: str, code: str
) -> None:
    assert (f"rules[0].then{place}", code) in found(rule(kind=kind, then=then))


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"id": ""}, "id", "missing"),
        ({"id": "a#b"}, "id", "not-an-id"),
        ({"name": ""}, "name", "missing"),
        ({"kind": "sing"}, "kind", "not-one-of"),
        ({"kind": None}, "kind", "missing"),
        ({"weight": -1}, "weight", "out-of-range"),
        ({"active": "no"}, "active", "wrong-type"),
        ({"since": "now"}, "since", "not-a-time"),
        ({"since": "2026-11-12T00:00:00Z", "until": "2026-11-12T00:00:00Z"}, "until", "not-after"),
        ({"colour": 1}, "colour", "unknown-field"),
    ],
)
def test_what_is_wrong_with_a_rule_is_named(change: dict[str, Any], place: str, code: str) -> None:
    assert (f"rules[0].{place}", code) in found(rule() | change)


def test_all_faults_are_told_at_once() -> None:
    wrong = rule("", when={"all": [leaf("x"), leaf("total", any=[])]}, then={"result": "?"})

    assert len(faults(wrong, rule("b", colour=1))) >= 5


def test_the_same_id_twice_is_a_fault() -> None:
    assert found(rule("a"), rule("b"), rule("a")) == [("rules[2].id", "twice")]


def test_nesting_and_size_have_their_limits() -> None:
    deep: dict[str, Any] = leaf("cod", is_=True)
    for _ in range(reading.DEEPEST):
        deep = {"not": deep}
    wide = {"any": [{"any": [leaf("cod", is_=True)] * 30}, {"any": [leaf("cod", is_=True)] * 30}]}
    full = {"any": [leaf("cod", is_=True)] * reading.MOST_PARTS}
    many = [rule(f"r{n}", when=full) for n in range(41)]

    assert found(rule(when=deep)) == [("rules[0].when" + ".not" * reading.DEEPEST, "too-deep")]
    assert found(rule(when=wide)) == [("rules[0].when", "too-many")]
    assert found(*many) == [("rules", "too-many-conditions")]
    assert ("rules", "too-many") in found(*[rule(f"r{n}") for n in range(301)])


@pytest.mark.parametrize("body", [None, 7, "x", [], {}, {"rules": {}}, {"rules": None}])
def test_what_has_no_rules_is_refused(body: Any) -> None:
    reader = Reader(body)

    reading.rules(reader)

    assert reader.faults


def test_no_rules_at_all_are_fine_where_that_is_said() -> None:
    assert found() == []


def test_a_rule_may_stop_an_order_only_for_what_a_person_can_set_aside() -> None:
    assert Reason.RULE in reading.RAISED
    assert all(NATURE[reason].waivable for reason in reading.RAISED)


# --- whatever is sent -----------------------------------------------------------

NAMES = st.sampled_from(
    [
        *("rules", "id", "name", "kind", "weight", "active", "when", "then", "since", "until"),
        *("except", "all", "any", "not", "none", "only", "fact", "in", "is", "given", "at_least"),
        *("below", "from", "to", "cuts", "by", "limit", "sku", "result", "merge", "tags", "hours"),
    ]
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**15),
    st.floats(),
    st.sampled_from([*FACTS, *Kind, "hold", "weight", "2026-11-11T00:00:00Z", "", "\x00", "#"]),
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=5)
    ),
    max_leaves=20,
)
RULES = st.fixed_dictionaries(
    {"id": st.just("a"), "name": st.just("n"), "kind": st.sampled_from(Kind)},
    optional={"when": ANYTHING, "then": ANYTHING, "weight": PLAIN, "except": ANYTHING},
)


@given(st.one_of(ANYTHING, st.fixed_dictionaries({"rules": st.lists(RULES, max_size=2)})))
def test_whatever_is_sent_is_read_or_has_its_faults(sent: Any) -> None:
    reader = Reader(sent)

    read = reading.rules(reader)

    for one in read if not reader.faults else ():
        back = Reader({"rules": [json.loads(json.dumps(one.document()))]})
        assert reading.rules(back) == (one,)
        assert back.faults == []
