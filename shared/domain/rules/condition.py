"""Conditions: a small tree that says yes or no to the facts of an order, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from shared.domain.rules.facts import FACTS, Facts, Sort, path_of, plain

SHOWN = 10  # values of a fact that an explanation names
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; of no parts: always."""

    parts: tuple["Condition", ...] = ()

    def holds(self, facts: Facts) -> bool:
        for part in self.parts:  # noqa: SIM110 - a generator takes twice as long
            if not part.holds(facts):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Either:
    """Some part holds."""

    parts: tuple["Condition", ...]

    def holds(self, facts: Facts) -> bool:
        return any(part.holds(facts) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"

    def holds(self, facts: Facts) -> bool:
        return not self.part.holds(facts)


@dataclass(frozen=True, slots=True)
class Between:
    """A number in a half-open range: 200 is not in [100, 200)."""

    fact: str
    at_least: int | None = None
    below: int | None = None

    def holds(self, facts: Facts) -> bool:
        value = facts.get(self.fact)
        if self.at_least is not None and value < self.at_least:
            return False
        return self.below is None or value < self.below


@dataclass(frozen=True, slots=True)
class OneOf:
    """A text or a number that is one of these."""

    fact: str
    values: tuple[str | int, ...]

    def holds(self, facts: Facts) -> bool:
        return facts.get(self.fact) in self.values


@dataclass(frozen=True, slots=True)
class Is:
    """A flag that stands so; of a text or several: whether there is any (`given`)."""

    fact: str
    so: bool

    def holds(self, facts: Facts) -> bool:
        return bool(facts.get(self.fact)) is self.so


@dataclass(frozen=True, slots=True)
class Having:
    """Texts of which some are these, all of these are there, none is, or all are of these."""

    fact: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    sets: tuple[frozenset[str], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        lists = (self.any, self.all, self.none, self.only)  # of SKUs they may be long
        object.__setattr__(self, "sets", tuple(map(frozenset, lists)))

    def holds(self, facts: Facts) -> bool:
        values, (some, every, none, only) = facts.get(self.fact), self.sets
        return (
            (not some or not some.isdisjoint(values))
            and every.issubset(values)
            and none.isdisjoint(values)
            and (not only or (bool(values) and only.issuperset(values)))
        )


@dataclass(frozen=True, slots=True)
class Saying:
    """A note in which some of these keywords are found, all of them, or none."""

    fact: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    plain: tuple[tuple[str, ...], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        lists = (self.any, self.all, self.none)
        object.__setattr__(self, "plain", tuple(tuple(map(plain, words)) for words in lists))

    def holds(self, facts: Facts) -> bool:
        note, (some, every, none) = facts.get(self.fact), self.plain
        return (
            (not some or any(word in note for word in some))
            and all(word in note for word in every)
            and not any(word in note for word in none)
        )

    def found(self, facts: Facts) -> list[str]:
        """The rule's own words that are in the note: all that an explanation says of it."""
        note, words = facts.get(self.fact), (*self.any, *self.all, *self.none)
        return [word for word in words if plain(word) in note]


@dataclass(frozen=True, slots=True)
class Within:
    """An area that lies in one of these: `浙江`, `浙江/杭州`, `浙江/杭州/西湖`."""

    fact: str
    areas: tuple[str, ...]
    paths: frozenset[tuple[str, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        paths = (path_of(area.split("/")) for area in self.areas)
        object.__setattr__(self, "paths", frozenset(paths))

    def holds(self, facts: Facts) -> bool:
        return not self.paths.isdisjoint(facts.heads(self.fact))


@dataclass(frozen=True, slots=True)
class Window:
    """From one time to before another; an empty end is open."""

    first: str = ""
    last: str = ""

    def has(self, moment: str) -> bool:
        return self.first <= moment and (not self.last or moment < self.last)


@dataclass(frozen=True, slots=True)
class During:
    """A time within a window, but in none of those that are excepted."""

    fact: str
    window: Window
    excepted: tuple[Window, ...] = ()

    def holds(self, facts: Facts) -> bool:
        moment = facts.get(self.fact)
        return self.window.has(moment) and not any(each.has(moment) for each in self.excepted)


ALWAYS = All()
Leaf = Between | OneOf | Is | Having | Saying | Within | During
Condition = All | Either | Not | Leaf


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing that was looked at: the fact, what it was, and whether that was asked for."""

    fact: str
    value: Any
    held: bool


def explain(condition: Condition, facts: Facts) -> list[Looked]:
    """The facts that decided whether `condition` holds."""
    match condition:
        case All(parts):
            return _decisive(parts, facts, False)
        case Either(parts):
            return _decisive(parts, facts, True)
        case Not(part):
            return explain(part, facts)
        case leaf:
            return [Looked(leaf.fact, _seen(leaf, facts), leaf.holds(facts))]


def _decisive(parts: tuple[Condition, ...], facts: Facts, decides: bool) -> list[Looked]:
    """The first part that decides it alone, or else all of them together."""
    alone = [part for part in parts if part.holds(facts) is decides][:1]
    return [looked for part in alone or parts for looked in explain(part, facts)]


def _seen(leaf: Leaf, facts: Facts) -> Any:
    """What the fact was, to be kept and shown: of a note only the rule's own words."""
    if isinstance(leaf, Saying):
        return leaf.found(facts)
    value = facts.get(leaf.fact)
    if isinstance(leaf, Is):
        return bool(value)
    if isinstance(leaf, Within):
        return "/".join(value[:3])
    return list(value[:SHOWN]) if isinstance(value, tuple) else value


def walk(condition: Condition, path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every leaf with the path at which it stands in the document."""
    match condition:
        case All(parts) | Either(parts):
            name = "all" if isinstance(condition, All) else "any"
            for at, part in enumerate(parts):
                yield from walk(part, f"{path}.{name}[{at}]")
        case Not(part):
            yield from walk(part, f"{path}.not")
        case leaf:
            yield path, leaf


def written(condition: Condition) -> Json:
    """The document that reads as this condition."""
    match condition:
        case All(()):
            return {}
        case All(parts):
            return {"all": [written(part) for part in parts]}
        case Either(parts):
            return {"any": [written(part) for part in parts]}
        case Not(part):
            return {"not": written(part)}
        case leaf:
            return {"fact": leaf.fact, **_asked(leaf)}


def _asked(leaf: Leaf) -> Json:
    match leaf:
        case OneOf(_, values):
            return {"in": list(values)}
        case Is(fact, so):
            return {"is" if FACTS[fact].sort is Sort.FLAG else "given": so}
        case Within(_, areas):
            return {"in": list(areas)}
        case During(_, window, excepted):
            more = {"except": [span(each) for each in excepted]} if excepted else {}
            return {**span(window), **more}
        case Between(_, at_least, below):
            return {k: v for k, v in (("at_least", at_least), ("below", below)) if v is not None}
    names = [name for name in ("any", "all", "none", "only") if getattr(leaf, name, ())]
    return {name: list(getattr(leaf, name)) for name in names}


def span(window: Window) -> Json:
    return {k: v for k, v in (("from", window.first), ("to", window.last)) if v}
