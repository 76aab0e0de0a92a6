"""Push rules: exact formulas over named figures, and nothing else."""

import subprocess
import sys
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import push
from shared.domain.push import PushRule, Rounding
from shared.domain.reader import Reader
from shared.domain.sellable import NAMES

FIGURES = {**dict.fromkeys(NAMES, 0), "sellable": 53, "on_hand": 108, "free": 90}
HOSTILE = [
    "().__class__.__bases__[0].__subclasses__()",
    "sellable.__class__",
    "sellable.real",
    "__import__('os').system('true')",
    "open('/etc/passwd')",
    "eval('1')",
    "exec",
    "print(sellable)",
    "getattr(sellable, 'x')",
    "9**9**9",
    "sellable ** sellable",
    "pow(9, 9)",
    "1 << 99",
    "'a' * 999999999",
    '"text"',
    'f"{sellable}"',
    "b'x'",
    "[x for x in [1, 2]]",
    "[1] * 10",
    "{1: 2}",
    "(1, 2)",
    "lambda: 1",
    "(lambda: 1)()",
    "x := 1",
    "x = 1",
    "1; 2",
    "import os",
    "sellable[0]",
    "sellable is None",
    "sellable in (1, 2)",
    "None",
    "True",
    "...",
    "1e999999999",
    "1e9",
    "0xffffffffffff",
    "1_000",
    "1j",
    "9999999999999",
    "0.1234567890123",
    "~sellable",
    "sellable @ 2",
    "sellable | 2",
    "await sellable",
    "yield",
    "min()",
    "min(1)",
    "floor(1, 2)",
    "round(1.5, 1)",
    "min(*sellable)",
    "min(a=1, b=2)",
    "max(min, max)",
    "max",
    "secret",
    "sellable sellable",
    "sellable +",
    "(sellable",
    "",
    "   ",
    "#",
    "sellable # half of it",
    "可售",
    "ｓellable",
    "sellable\x00",
    "1if 1 else 2",
    "-" * 150 + "1",
    "(" * 99 + "1" + ")" * 99,
    "1" + "+1" * 99,
    "sellable " + "+ 1" * 100,
    "not " * 40 + "1",
]


@pytest.mark.parametrize("formula", HOSTILE)
def test_a_formula_that_is_none_is_refused_with_a_reason(formula: str) -> None:
    (fault, *_) = push.faults(formula)

    assert fault.field == "formula"
    assert fault.code in {"not-a-formula", "unknown-figure", "too-deep", "too-long"}
    assert push.outcome(PushRule(formula=formula), FIGURES).units is None


@pytest.mark.parametrize("formula", [text for text in HOSTILE if text.strip()])
def test_a_request_with_such_a_formula_has_faults_and_raises_nothing(formula: str) -> None:
    body = Reader({"formula": formula}, "push")

    push.read(body)

    assert {fault.field for fault in body.faults} == {"push.formula"}


@pytest.mark.parametrize(
    ("formula", "units"),
    [
        ("sellable", 53),
        ("sellable * 0.8 + 10", 52),
        ("0.29 * 100", 29),
        ("(0.1 + 0.2) * 10", 3),
        ("sellable // 2", 26),
        ("sellable % 10", 3),
        ("7 // 2 * 1.5", 4),
        ("1 / 3 * 3", 1),
        ("max(0, sellable - 60)", 0),
        ("min(sellable, 20, on_hand)", 20),
        ("floor(2.5) + ceil(2.5) + round(2.5)", 8),
        ("sellable if free > 50 and not held else 0", 53),
        ("0 if free < 50 or held else on_hand", 108),
        ("10 if 50 <= sellable < 60 else 0", 10),
        ("+sellable - -1", 54),
        ("sellable\n+ 1", 54),
    ],
)
def test_what_a_formula_gives(formula: str, units: int) -> None:
    assert push.outcome(PushRule(formula=formula), FIGURES).units == units


@pytest.mark.parametrize(
    ("rounding", "units"), [(Rounding.DOWN, 52), (Rounding.UP, 53), (Rounding.NEAREST, 53)]
)
def test_how_a_part_of_a_unit_is_rounded(rounding: Rounding, units: int) -> None:
    rule = PushRule(formula="52.5", rounding=rounding)

    assert push.outcome(rule, FIGURES).units == units


@pytest.mark.parametrize(
    ("formula", "refused", "result"),
    [
        ("sellable - 54", "negative", "-1"),
        ("0 - 0.001", "negative", "-0.001"),
        ("sellable / held", "division-by-zero", ""),
        ("sellable // 0", "division-by-zero", ""),
        ("sellable % 0.0", "division-by-zero", ""),
        ("999999999999 * 999999999999", "too-large", "999999999998000000000001"),
    ],
)
def test_a_result_that_makes_no_sense_is_refused(formula: str, refused: str, result: str) -> None:
    found = push.outcome(PushRule(formula=formula, floor=5), FIGURES)

    assert (found.units, found.refused, found.result) == (None, refused, result)


def test_the_result_keeps_between_floor_and_ceiling() -> None:
    assert push.outcome(PushRule(formula="0", floor=3), FIGURES).units == 3
    assert push.outcome(PushRule(ceiling=20), FIGURES).units == 20
    assert push.outcome(PushRule(ceiling=0), FIGURES).units == 0


def test_a_result_is_shown_cut_and_not_rounded() -> None:
    assert push.outcome(PushRule(formula="53 - 0.00001"), FIGURES).result == "52.9999"


def test_a_rule_that_is_not_given_is_off() -> None:
    body = Reader({})

    assert push.read(body) == PushRule()
    assert body.faults == []
    assert not PushRule().on


def test_a_ceiling_below_the_floor_is_a_fault() -> None:
    body = Reader({"floor": 5, "ceiling": 4})

    push.read(body)

    assert [(fault.field, fault.code) for fault in body.faults] == [("ceiling", "out-of-range")]


cents = st.integers(0, 10**6)


@given(cents, cents, st.integers(0, 10**6))
def test_decimals_are_exact(a: int, b: int, sellable: int) -> None:
    formula = f"sellable * {a // 100}.{a % 100:02d} + {b // 100}.{b % 100:02d}"

    found = push.outcome(PushRule(formula=formula), {**FIGURES, "sellable": sellable})

    exact = floor(sellable * Fraction(a, 100) + Fraction(b, 100))
    assert found.units == (exact if exact <= push.MOST_UNITS else None)


@given(
    st.text(st.sampled_from("selab +-*/%().0123456789<>=,ifornmx_['\"\\^&|~@{}:\n"), max_size=60)
)
def test_whatever_is_written_gives_a_figure_or_a_reason(formula: str) -> None:
    found = push.outcome(PushRule(formula=formula), FIGURES)

    assert (found.units is None) == bool(found.refused)
    assert found.units is None or 0 <= found.units <= push.MOST_UNITS


def test_the_product_starts_without_the_library_of_formulas() -> None:
    code = "import app, sys; sys.exit('simpleeval' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
