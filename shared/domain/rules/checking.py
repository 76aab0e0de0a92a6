"""What is wrong with rules beyond how they are written: contradictions, unknown names, shadows."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from shared.domain.errors import Fault
from shared.domain.rules.condition import (
    All,
    Between,
    Condition,
    During,
    Either,
    Having,
    Is,
    Not,
    OneOf,
    Saying,
    Window,
    Within,
    walk,
)
from shared.domain.rules.rule import EVERY, Give, Route, Rule, Send

LAST = "9"  # behind every time
_UNKNOWN = {
    "shop": Fault("", "unknown-shop"),
    "warehouse": Fault("", "unknown-warehouse"),
    "carrier": Fault("", "unknown-carrier"),
    "sku": Fault("", "unknown-item"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the merchant has. `skus`: None where no items are kept, so any SKU may be meant."""

    shops: Collection[str] = ()
    warehouses: Collection[str] = ()
    carriers: Collection[str] = ()
    skus: Collection[str] | None = None


def faults(rules: Sequence[Rule], known: Known) -> Iterator[Fault]:
    """What must be mended before the rules can be used."""
    for at, rule in enumerate(rules):
        yield from contradictions(rule.when, f"rules[{at}].when")
        for field_, kind, name in _names(rule, f"rules[{at}]"):
            there: Collection[str] | None = getattr(known, f"{kind}s")
            if there is not None and name not in there:
                yield replace(_UNKNOWN[kind], field=field_)


def warnings(rules: Sequence[Rule], now: str) -> Iterator[Fault]:
    """Rules that will never be used: hidden behind another, or over."""
    places = {rule.id: at for at, rule in enumerate(rules)}
    ordered = sorted((r for r in rules if r.active), key=lambda rule: (-rule.weight, rule.id))
    for at, rule in enumerate(ordered):
        field_ = f"rules[{places[rule.id]}]"
        if rule.until and rule.until <= now:
            yield Fault(field_, "over", {"until": rule.until})
        elif by := next((one.id for one in ordered[:at] if shadows(one, rule)), ""):
            yield Fault(field_, "shadowed", {"by": by})


def skus(rules: Sequence[Rule]) -> set[str]:
    """Every SKU that the rules name."""
    return {name for rule in rules for _, kind, name in _names(rule, "") if kind == "sku"}


def _names(rule: Rule, path: str) -> Iterator[tuple[str, str, str]]:
    """(Place, kind, name) of everything of the merchant's that a rule names."""
    for place, leaf in walk(rule.when, f"{path}.when"):
        kind = _MEANT.get(leaf.fact)
        for name in ("in", "any", "all", "none", "only") if kind else ():
            values = getattr(leaf, "values" if name == "in" else name, ())
            yield from ((f"{place}.{name}[{at}]", kind or "", v) for at, v in enumerate(values))
    yield from _followed(rule, f"{path}.then")


_MEANT = {"shop": "shop", "skus": "sku", "warehouse": "warehouse"}
"""Facts whose values are names of the merchant's own things."""


def _followed(rule: Rule, path: str) -> Iterator[tuple[str, str, str]]:
    match rule.then:
        case Route(warehouses):
            yield from ((f"{path}.warehouses[{n}]", "warehouse", w) for n, w in _each(warehouses))
        case Send(carrier):
            yield f"{path}.carrier", "carrier", carrier
        case Give(sku):
            yield f"{path}.sku", "sku", sku
            yield from ((f"{path}.instead[{n}]", "sku", s) for n, s in _each(rule.then.instead))
            yield from ((f"{path}.of[{n}]", "sku", s) for n, s in _each(rule.then.of))


_each = enumerate[str]


# --- logic: each answer is sure where it is yes -------------------------------


def contradictions(condition: Condition, path: str) -> Iterator[Fault]:
    """Parts of one `all` of which no order can meet both."""
    together = list(_together(condition, path))
    for (first, one), (second, other) in combinations(together, 2):
        if clash(one, other):
            yield Fault(second, "contradicts", {"other": first})
    for place, part in together:
        for at, inner in enumerate(part.parts if isinstance(part, Either) else ()):
            yield from contradictions(inner, f"{place}.any[{at}]")


def _together(condition: Condition, path: str) -> Iterator[tuple[str, Condition]]:
    """What must hold together; an `all` within an `all` is the same as its parts."""
    if not isinstance(condition, All):
        yield path, condition
        return
    for at, part in enumerate(condition.parts):
        yield from _together(part, f"{path}.all[{at}]")


def clash(one: Condition, other: Condition) -> bool:
    """Whether no order can meet both."""
    if isinstance(other, Not):
        return implies(one, other.part)
    if isinstance(one, Not):
        return implies(other, one.part)
    return _compare(_CLASHES, one, other)


def implies(narrow: Condition, wide: Condition) -> bool:
    """Whether every order that meets `narrow` meets `wide`."""
    if narrow == wide:
        return True
    if isinstance(narrow, Either):
        return all(implies(part, wide) for part in narrow.parts)
    if isinstance(wide, All):
        return all(implies(narrow, part) for part in wide.parts)
    return _implies_part(narrow, wide)


def _implies_part(narrow: Condition, wide: Condition) -> bool:
    if isinstance(narrow, All) and any(implies(part, wide) for part in narrow.parts):
        return True
    if isinstance(wide, Either):
        return any(implies(narrow, part) for part in wide.parts)
    if isinstance(wide, Not):
        inner = narrow.part if isinstance(narrow, Not) else None
        return implies(wide.part, inner) if inner else clash(narrow, wide.part)
    return _compare(_IMPLIES, narrow, wide)


def _compare(table: Mapping[type, Callable[[Any, Any], bool]], one: Any, other: Any) -> bool:
    same = type(one) is type(other) and getattr(one, "fact", 0) == getattr(other, "fact", 1)
    return same and type(one) in table and table[type(one)](one, other)


def _most(one: Between) -> int:
    return 10**18 if one.below is None else one.below


def _least(one: Between) -> int:
    return -1 if one.at_least is None else one.at_least


def _inside(narrow: Having | Saying, wide: Having | Saying) -> bool:
    """Each list that `wide` asks for follows from one of `narrow`."""
    some, every = set(narrow.any), set(narrow.all)
    return (
        (not wide.any or (bool(some) and some <= set(wide.any)) or bool(every & set(wide.any)))
        and set(wide.all) <= every
        and set(wide.none) <= set(narrow.none)
        and _only_inside(narrow, wide)
    )


def _only_inside(narrow: Having | Saying, wide: Having | Saying) -> bool:
    mine, its = set(getattr(wide, "only", ())), set(getattr(narrow, "only", ()))
    return not mine or (bool(its) and its <= mine)


def _never_both(one: Having | Saying, other: Having | Saying) -> bool:
    return _forbidden(one, other) or _forbidden(other, one)


def _forbidden(one: Having | Saying, other: Having | Saying) -> bool:
    """What one asks for is what the other forbids."""
    none, some = set(other.none), set(one.any)
    return bool(none & set(one.all)) or (bool(some) and some <= none)


def _end(window: Window) -> str:
    return window.last or LAST


def _within(narrow: Within, wide: Within) -> bool:
    heads = ({path[:size] for size in range(1, len(path) + 1)} for path in narrow.paths)
    return all(not wide.paths.isdisjoint(some) for some in heads)


def _nowhere(one: Within, other: Within) -> bool:
    pairs = ((a, b) for a in one.paths for b in other.paths)
    return not any(a[: len(b)] == b or b[: len(a)] == a for a, b in pairs)


def covers(window: Window, excepted: tuple[Window, ...], other: Window) -> bool:
    """Whether all of `other` lies in `window`, and in nothing that is excepted from it."""
    inside = window.first <= other.first and _end(other) <= _end(window)
    return inside and not any(_overlap(each, other) for each in excepted)


def _overlap(one: Window, other: Window) -> bool:
    return one.first < _end(other) and other.first < _end(one)


_IMPLIES: dict[type, Callable[[Any, Any], bool]] = {
    Between: lambda a, b: _least(a) >= _least(b) and _most(a) <= _most(b),
    OneOf: lambda a, b: set(a.values) <= set(b.values),
    Having: _inside,
    Saying: _inside,
    Within: _within,
    During: lambda a, b: covers(b.window, b.excepted, a.window),
}
_CLASHES: dict[type, Callable[[Any, Any], bool]] = {
    Between: lambda a, b: max(_least(a), _least(b)) >= min(_most(a), _most(b)),
    OneOf: lambda a, b: set(a.values).isdisjoint(b.values),
    Is: lambda a, b: a.so is not b.so,
    Having: _never_both,
    Saying: _never_both,
    Within: _nowhere,
    During: lambda a, b: not _overlap(a.window, b.window),
}


def shadows(front: Rule, behind: Rule) -> bool:
    """Whether `front`, which is asked first, always leaves nothing to ask of `behind`."""
    if front.kind is not behind.kind or front.kind in EVERY:
        return False
    when, its = Window(front.since, front.until), Window(behind.since, behind.until)
    return covers(when, front.excepted, its) and implies(behind.when, front.when)
