"""Rules against each other and against what the merchant has."""

from typing import Any

import pytest
from hypothesis import assume, given

from shared.domain.rules import checking, facts
from shared.domain.rules.checking import Known
from shared.domain.rules.condition import All
from tests.domain.rules.test_condition import CONDITIONS, ORDERS, read
from tests.support.rulebook import condition, leaf, rule, rules

NOW = "2026-11-20T12:00:00.000+00:00"
ALL = Known(["tmall"], ["hz", "gz"], ["sf"], ["mug", "pen"])


def wrong(*documents: dict[str, Any], known: Known = ALL) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in checking.faults(rules(*documents), known)]


def warned(*documents: dict[str, Any]) -> list[tuple[str, str, Any]]:
    warnings = checking.warnings(rules(*documents), NOW)
    return [(fault.field, fault.code, fault.args.get("by")) for fault in warnings]


def route(*warehouses: str) -> dict[str, Any]:
    return rule(kind="routing", then={"warehouses": list(warehouses)})


def gift(sku: str, **more: Any) -> dict[str, Any]:
    return rule(kind="gift", then={"sku": sku, **more})


# --- what the merchant does not have ---------------------------------------------


@pytest.mark.parametrize(
    ("document", "place", "code"),
    [
        (rule(when=leaf("shop", in_=["tmall", "jd"])), "when.in[1]", "unknown-shop"),
        (rule(when={"not": leaf("skus", none=["cup"])}), "when.not.none[0]", "unknown-item"),
        (route("hz", "x"), "then.warehouses[1]", "unknown-warehouse"),
        (rule(kind="carrier", then={"carrier": "yto"}), "then.carrier", "unknown-carrier"),
        (rule(kind="merge", when=leaf("shop", in_=["x"])), "when.in[0]", "unknown-shop"),
        (gift("cup"), "then.sku", "unknown-item"),
        (gift("pen", instead=["cup"]), "then.instead[0]", "unknown-item"),
    ],
)
def test_what_the_merchant_does_not_have_is_named(
    document: dict[str, Any], place: str, code: str
) -> None:
    assert wrong(document) == [(f"rules[0].{place}", code)]


def test_what_the_merchant_has_is_fine() -> None:
    assert (
        wrong(
            rule("a", when=leaf("shop", in_=["tmall"])),
            rule("b", "routing", then={"warehouses": ["hz", "gz"]}),
            rule("c", "carrier"),
            rule("d", "gift", when=leaf("skus", any=["mug"])),
        )
        == []
    )


def test_any_sku_may_be_meant_where_no_items_are_kept() -> None:
    assert wrong(rule(kind="gift", then={"sku": "cup"}), known=Known(skus=None)) == []


# --- what cannot be -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (leaf("total", at_least=200), leaf("total", below=200)),
        (leaf("total", at_least=10, below=20), leaf("total", at_least=20, below=30)),
        (leaf("shop", in_=["a", "b"]), leaf("shop", in_=["c"])),
        (leaf("cod", is_=True), leaf("cod", is_=False)),
        (leaf("cod", is_=True), {"not": leaf("cod", is_=True)}),
        (leaf("shop", in_=["a"]), {"not": leaf("shop", in_=["a", "b"])}),
        (leaf("skus", all=["a"]), leaf("skus", none=["a", "b"])),
        (leaf("skus", any=["a", "b"]), leaf("skus", none=["a", "b"])),
        (leaf("area", in_=["浙江/杭州"]), leaf("area", in_=["江苏", "浙江/宁波"])),
        (
            leaf("placed_at", to="2026-11-11T00:00:00Z"),
            leaf("placed_at", from_="2026-11-11T00:00:00Z"),
        ),
    ],
)
def test_parts_that_no_order_can_meet_together_are_named(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    asked = {"all": [one, {"all": [leaf("pieces", below=9), other]}]}

    (fault,) = checking.contradictions(condition(asked), "when")

    assert (fault.field, fault.args["other"]) == ("when.all[1].all[1]", "when.all[0]")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (leaf("total", at_least=100), leaf("total", below=101)),
        (leaf("skus", any=["a", "b"]), leaf("skus", none=["b"])),
        (leaf("area", in_=["浙江"]), leaf("area", in_=["浙江/杭州"])),
        (leaf("total", at_least=100), leaf("goods_total", below=50)),
        (leaf("cod", is_=True), {"not": leaf("paid", is_=True)}),
    ],
)
def test_parts_that_some_order_can_meet_are_fine(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert not list(checking.contradictions(condition({"all": [one, other]}), "when"))
    assert not list(checking.contradictions(condition({"any": [one, {"not": one}]}), "when"))


# --- shadows --------------------------------------------------------------------------

DEAR = leaf("total", at_least=10_000)
DEARER = leaf("total", at_least=20_000)
HERE = leaf("area", in_=["浙江"])


@pytest.mark.parametrize(
    ("front", "behind"),
    [
        ({}, {"when": DEAR}),
        ({"when": DEAR}, {"when": DEAR}),
        ({"when": DEAR}, {"when": DEARER}),
        ({"when": DEAR}, {"when": {"all": [HERE, DEAR]}}),
        ({"when": {"all": [DEAR, HERE]}}, {"when": {"all": [HERE, DEARER]}}),
        ({"when": {"any": [DEAR, HERE]}}, {"when": HERE}),
        ({"when": {"any": [DEAR, HERE]}}, {"when": {"any": [HERE, DEARER]}}),
        ({"when": HERE}, {"when": leaf("area", in_=["浙江/杭州", "浙江/宁波"])}),
        ({"when": leaf("shop", in_=["a", "b"])}, {"when": leaf("shop", in_=["a"])}),
        ({"when": leaf("skus", any=["a", "b"])}, {"when": leaf("skus", all=["a", "c"])}),
        ({"when": {"not": DEARER}}, {"when": {"not": DEAR}}),
        ({"when": {"not": DEAR}}, {"when": leaf("total", below=500)}),
        ({"since": "2026-01-01T00:00:00Z"}, {"since": "2026-02-01T00:00:00Z"}),
    ],
)
def test_a_rule_that_never_gets_its_turn_is_warned_of(
    front: dict[str, Any], behind: dict[str, Any]
) -> None:
    assert warned(rule("b", weight=5, **front), rule("c", **behind)) == [
        ("rules[1]", "shadowed", "b")
    ]


@pytest.mark.parametrize(
    ("front", "behind"),
    [
        ({"when": DEARER}, {"when": DEAR}),
        ({"when": {"all": [DEAR, HERE]}}, {"when": DEAR}),
        ({"active": False}, {}),
        ({"until": "2099-01-01T00:00:00Z"}, {}),
        ({"except": [{"from": "2026-11-11T00:00:00Z", "to": "2026-11-12T00:00:00Z"}]}, {}),
        ({"kind": "merge", "then": {"merge": True}}, {}),
        ({"when": leaf("skus", any=["a"])}, {"when": leaf("skus", any=["a", "b"])}),
        ({"when": leaf("buyer_note", any=["急"])}, {"when": leaf("seller_note", any=["急"])}),
    ],
)
def test_a_rule_that_may_get_its_turn_is_not(
    front: dict[str, Any], behind: dict[str, Any]
) -> None:
    assert warned(rule("b", weight=5) | front, rule("c", **behind)) == []


def test_of_rules_that_all_count_none_hides_another() -> None:
    assert warned(rule("b", "gift", weight=5), rule("c", "gift")) == []


def test_a_rule_that_is_over_is_warned_of() -> None:
    assert warned(rule("b", until="2026-11-20T12:00:00Z")) == [("rules[0]", "over", None)]


@given(CONDITIONS, CONDITIONS, ORDERS)
def test_what_follows_from_a_condition_holds_wherever_it_does(
    narrow: dict[str, Any], wide: dict[str, Any], order: facts.Facts
) -> None:
    one, other = read(narrow), read(wide)
    assume(one.holds(order))

    assert not checking.implies(one, other) or other.holds(order)
    assert not checking.clash(one, other) or not other.holds(order)


@given(CONDITIONS, ORDERS)
def test_a_condition_that_an_order_meets_does_not_contradict_itself(
    document: dict[str, Any], order: facts.Facts
) -> None:
    there = read({"all": [document]})
    assume(isinstance(there, All) and there.holds(order))

    direct = [f for f in checking.contradictions(there, "when") if ".any" not in f.field]

    assert direct == []
