"""A rule: when it counts, what it asks, what follows from it; and the book of all of them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from shared.domain.hold import Reason
from shared.domain.hold import Then as Afterwards
from shared.domain.place import Strategy
from shared.domain.rules.condition import (
    ALWAYS,
    Condition,
    Json,
    Looked,
    Saying,
    Window,
    explain,
    span,
    walk,
    written,
)
from shared.domain.rules.facts import Facts
from shared.domain.split import Cut


class Kind(StrEnum):
    """What a rule decides. Of some kinds the first that holds counts, of others every one."""

    REVIEW = "review"  # first: whether an order goes on by itself
    HOLD = "hold"  # every: reasons to stop it
    MERGE = "merge"  # first: whether it may go with others
    SPLIT = "split"  # first: how its goods are divided into parcels
    ROUTING = "routing"  # first: which warehouses, chosen how
    CARRIER = "carrier"  # first: who takes the parcel
    GIFT = "gift"  # every: what is given along
    TAGS = "tags"  # every: marks of ours


EVERY = frozenset({Kind.HOLD, Kind.GIFT, Kind.TAGS})


class Result(StrEnum):
    ALLOW = "allow"  # goes on, whatever rules of less weight say
    ALERT = "alert"  # goes on, and somebody is told
    HOLD = "hold"  # stops
    SERVICE = "service"  # stops for customer service
    FINANCE = "finance"  # stops for finance


class Each(StrEnum):
    DAY = "day"  # in China
    TOTAL = "total"  # as long as the rule is there


@dataclass(frozen=True, slots=True)
class Decide:
    result: Result
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """`hours`: after which the clock does `then`; 0 = until somebody acts."""

    reason: Reason = Reason.RULE
    note: str = ""
    hours: int = 0
    then: Afterwards = Afterwards.RELEASE


@dataclass(frozen=True, slots=True)
class Join:
    merge: bool


@dataclass(frozen=True, slots=True)
class Divide:
    cuts: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """None of `warehouses`: those that the shop may use; no strategy: that of the shop."""

    warehouses: tuple[str, ...] = ()
    strategy: Strategy | None = None


@dataclass(frozen=True, slots=True)
class Send:
    carrier: str


@dataclass(frozen=True, slots=True)
class Limit:
    """So many orders get it, counted each day or over all."""

    orders: int
    each: Each = Each.TOTAL


@dataclass(frozen=True, slots=True)
class Give:
    """`quantity` units, once (`per` 0) or for every `per` pieces, `most` times (0 = any number).

    `of`: the SKUs whose pieces count (none: all);
    `instead`: other SKUs to give when the first has run out, in this order.
    """

    sku: str
    quantity: int = 1
    per: int = 0
    most: int = 0
    limit: Limit | None = None
    instead: tuple[str, ...] = ()
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    tags: tuple[str, ...]


Then = Decide | Stop | Join | Divide | Route | Send | Give | Mark


@dataclass(frozen=True, slots=True)
class Rule:
    """In force from `since` to before `until`, but not in the windows of `excepted`."""

    id: str
    name: str
    kind: Kind
    then: Then
    when: Condition = ALWAYS
    weight: int = 0  # the greater is asked first
    active: bool = True
    since: str = ""
    until: str = ""
    excepted: tuple[Window, ...] = ()

    def mark(self, book: "Book") -> str:
        """What the history says of it: which rule, as of which version of the book."""
        return f"{self.id}@{book.version}"

    def in_force(self, now: str) -> bool:
        if not self.active or now < self.since or (self.until and now >= self.until):
            return False
        return not any(window.has(now) for window in self.excepted)

    def document(self) -> Json:
        """The document that reads as this rule."""
        plain = {name: getattr(self, name) for name in ("id", "name", "kind", "weight", "active")}
        spans = {"since": self.since, "until": self.until}
        return {
            **plain,
            "when": written(self.when),
            "then": {name: v for name, v in asdict(self.then).items() if v not in (None, "", ())},
            **{name: value for name, value in spans.items() if value},
            **({"except": [span(window) for window in self.excepted]} if self.excepted else {}),
        }


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that was asked, and whether it held; why is found out only for who wants to know."""

    rule: str  # its mark
    held: bool
    when: Condition
    facts: Facts

    @property
    def looked(self) -> list[Looked]:
        return explain(self.when, self.facts)

    def told(self) -> Json:
        """As the history keeps it."""
        return {
            "rule": self.rule,
            "held": self.held,
            "looked": [
                {"fact": each.fact, "value": each.value, "held": each.held} for each in self.looked
            ],
        }


@dataclass(frozen=True, slots=True)
class Book:
    """A merchant's rules as of one version; 0 is the empty book of who has none."""

    version: int = 0
    rules: tuple[Rule, ...] = ()
    by_kind: Mapping[Kind, tuple[Rule, ...]] = field(init=False, compare=False, repr=False)
    facts: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        ordered = sorted(self.rules, key=lambda rule: (-rule.weight, rule.id))
        active = [rule for rule in ordered if rule.active]
        kinds = {kind: tuple(rule for rule in active if rule.kind is kind) for kind in Kind}
        object.__setattr__(self, "rules", tuple(ordered))
        object.__setattr__(self, "by_kind", kinds)
        object.__setattr__(self, "facts", frozenset(n for rule in active for n in _read(rule)))

    def first(self, kind: Kind, facts: Facts, now: str) -> Rule | None:
        """The first that is in force and holds."""
        for rule in self.by_kind[kind]:
            if rule.in_force(now) and rule.when.holds(facts):
                return rule
        return None

    def every(self, kind: Kind, facts: Facts, now: str) -> list[Rule]:
        rules = self.by_kind[kind]
        return [rule for rule in rules if rule.in_force(now) and rule.when.holds(facts)]

    def asks(self, *names: str) -> bool:
        """Whether a rule looks at one of these facts; at a note, whether one looks inside it."""
        return not self.facts.isdisjoint(names)

    def tried(self, kind: Kind, facts: Facts, now: str) -> Iterator[Tried]:
        """Why `first` or `every` answered so: the rules that were asked, in their order."""
        for rule in self.by_kind[kind]:
            if rule.in_force(now):
                held = rule.when.holds(facts)
                yield Tried(rule.mark(self), held, rule.when, facts)
                if held and kind not in EVERY:
                    return


def _read(rule: Rule) -> Iterator[str]:
    """The facts that it needs; that there is a note can be seen from outside."""
    for _, leaf in walk(rule.when):
        if isinstance(leaf, Saying) or not leaf.fact.endswith("_note"):
            yield leaf.fact


def why(tried: Iterator[Tried], most: int = 5) -> list[dict[str, Any]]:
    """The same for the history: the last `most` rules asked, the one that decided at the end."""
    return [each.told() for each in list(tried)[-most:]]
