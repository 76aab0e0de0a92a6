"""What a shop is told to show: a small formula over named figures, rounded and bounded."""

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from shared.domain.errors import Fault
from shared.domain.reader import Reader
from shared.domain.sellable import NAMES, Form, Terms

LONGEST, DEEPEST = 200, 30  # characters of a formula; levels of its tree
MOST_UNITS = 10**9
SHOWN = 10**4
_NUMBER = r"\d{1,12}(?:\.\d{1,12})?(?![\w.])"  # digits are few, so no number can blow up
_TOKEN = re.compile(rf"\s+|{_NUMBER}|[A-Za-z_]+|//|\*(?!\*)|[<>=!]=|[-+/%(),<>]")
HALF = Fraction(1, 2)


class Rounding(StrEnum):
    DOWN = "down"
    UP = "up"
    NEAREST = "nearest"  # a half goes up


@dataclass(frozen=True, slots=True)
class PushRule:
    """How one shop is told its figures. `floor` and `ceiling` bound what the formula gives."""

    on: bool = False
    form: Form = Form.SAFE
    formula: str = "sellable"
    rounding: Rounding = Rounding.DOWN
    floor: int = 0
    ceiling: int | None = None
    inbound: bool = False  # units that are on their way may be sold before they are there
    presale: int | None = None  # but no more than so many of a SKU; None = all of them

    @property
    def terms(self) -> Terms:
        return Terms(self.form, self.inbound, self.presale)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Units to show, or why the formula's result is refused; `result` is what it gave, exactly."""

    units: int | None
    result: str = ""
    refused: str = ""  # "negative" | "division-by-zero" | "too-large" | a formula's fault


def nearest(value: Fraction | int) -> int:
    return math.floor(value + HALF)


_ROUNDED: dict[Rounding, Callable[[Fraction], int]] = {
    Rounding.DOWN: math.floor,
    Rounding.UP: math.ceil,
    Rounding.NEAREST: nearest,
}
_FUNCTIONS: dict[str, tuple[Callable[..., Any], int, int]] = {
    "min": (min, 2, 20),
    "max": (max, 2, 20),
    "floor": (math.floor, 1, 1),
    "ceil": (math.ceil, 1, 1),
    "round": (nearest, 1, 1),
}
"""Name -> what it does, and how many values it takes at least and at most."""
_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: Fraction(a) / b,  # of two whole numbers Python would make a float
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.USub: lambda a: -a,
    ast.UAdd: lambda a: a,
    ast.Not: lambda a: not a,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
_SHAPES = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Call, ast.Name)
_KNOWN = (*_SHAPES, ast.Load, ast.And, ast.Or, *_OPERATORS)


def faults(formula: str) -> list[Fault]:
    """What is wrong with a formula, before any figure is put into it."""
    tree = _tree(formula)
    return [tree] if isinstance(tree, Fault) else list(_faults(tree, formula))


def outcome(rule: PushRule, figures: Mapping[str, int]) -> Outcome:
    """Evaluate the rule's formula; a result that makes no sense is refused, never mended."""
    if wrong := faults(rule.formula):
        return Outcome(None, refused=wrong[0].code)
    try:
        result = _evaluate(rule.formula, figures)
    except ZeroDivisionError:
        return Outcome(None, refused="division-by-zero")
    if result < 0:
        return Outcome(None, shown(result), "negative")
    units = max(_ROUNDED[rule.rounding](result), rule.floor)
    units = units if rule.ceiling is None else min(units, rule.ceiling)
    if units > MOST_UNITS:
        return Outcome(None, shown(result), "too-large")
    return Outcome(units, shown(result))


def shown(value: Fraction) -> str:
    """A result to read: `52.4`; cut after four decimals, not rounded."""
    whole, rest = divmod(int(abs(value) * SHOWN), SHOWN)
    text = f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def read(body: Reader) -> PushRule:
    """A rule as it is written in a request; what is wrong is among the faults of `body`."""
    rule = PushRule(
        on=body.flag("on"),
        form=body.one_of("form", Form, Form.SAFE),
        formula=body.text("formula", default="sellable", limit=LONGEST),
        rounding=body.one_of("rounding", Rounding, Rounding.DOWN),
        floor=body.whole("floor", default=0, most=MOST_UNITS),
        ceiling=_units_if_given(body, "ceiling"),
        inbound=body.flag("inbound"),
        presale=_units_if_given(body, "presale"),
    )
    if not body.faults_here("formula"):
        for fault in faults(rule.formula):
            body.fault(fault.field, fault.code, **fault.args)
    if rule.ceiling is not None and rule.ceiling < rule.floor:
        body.fault("ceiling", "out-of-range", least=rule.floor, most=MOST_UNITS)
    body.done()
    return rule


def _units_if_given(body: Reader, name: str) -> int | None:
    body.seen.add(name)
    return body.whole(name, most=MOST_UNITS) if body.has(name) else None


def _tree(formula: str) -> ast.expr | Fault:
    if len(formula) > LONGEST:
        return Fault("formula", "too-long", {"limit": LONGEST})
    if rest := _unread(formula):
        return Fault("formula", "not-a-formula", {"rest": rest[:20]})
    try:
        return ast.parse(" ".join(formula.split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return Fault("formula", "not-a-formula", {"rest": formula[:20]})


def _unread(formula: str) -> str:
    """What is left from the first character on that can stand in no formula."""
    at = 0
    while at < len(formula) and (found := _TOKEN.match(formula, at)):
        at = found.end()
    return formula[at:]


def _faults(tree: ast.expr, formula: str) -> Iterator[Fault]:
    if _depth(tree) > DEEPEST or formula.count("(") > DEEPEST:
        yield Fault("formula", "too-deep", {"limit": DEEPEST})
        return
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if not _fits(node):
            yield Fault("formula", "not-a-formula", {"rest": _text(node, formula)})
            return
        if isinstance(node, ast.Name) and id(node) not in called and node.id not in NAMES:
            yield Fault("formula", "unknown-figure", {"figure": node.id, "choices": list(NAMES)})


def _fits(node: ast.AST) -> bool:
    """Whether it is arithmetic, a number, or one of our functions with the values it takes."""
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float)
    if not isinstance(node, ast.Call):
        return isinstance(node, _KNOWN)
    if not isinstance(node.func, ast.Name) or node.keywords or node.func.id not in _FUNCTIONS:
        return False
    _, least, most = _FUNCTIONS[node.func.id]
    return least <= len(node.args) <= most


def _text(node: ast.AST, formula: str) -> str:
    return (ast.get_source_segment(" ".join(formula.split()), node) or formula)[:20]


def _depth(tree: ast.AST) -> int:
    """How many levels a tree has; stops at the first that is one too many."""
    level, depth = [tree], 0
    while level and depth <= DEEPEST:
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        depth += 1
    return depth


def _evaluate(formula: str, figures: Mapping[str, int]) -> Fraction:
    """The formula's value, exactly: every number is a fraction, none a float."""
    from simpleeval import SimpleEval  # type: ignore[import-untyped]  # late: few functions need it

    text = " ".join(formula.split())
    functions = {name: function for name, (function, _, _) in _FUNCTIONS.items()}
    names = {name: Fraction(units) for name, units in figures.items()}
    reader = SimpleEval(operators=_OPERATORS, functions=functions, names=names)
    shapes = {kind: reader.nodes[kind] for kind in _SHAPES}
    exactly = lambda node: Fraction(ast.get_source_segment(text, node) or "0")  # noqa: E731
    reader.nodes = {**shapes, ast.Constant: exactly}
    return Fraction(reader.eval(text, ast.parse(text, mode="eval").body))
