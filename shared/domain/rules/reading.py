"""Read rules from a document: every fault with its place, `rules[3].when.all[1].fact`."""

from collections.abc import Callable
from typing import Any

from shared.domain.hold import NATURE, Reason
from shared.domain.hold import Then as Afterwards
from shared.domain.place import Strategy
from shared.domain.reader import MAX_FEN, Reader
from shared.domain.rules.condition import (
    All,
    Between,
    Condition,
    During,
    Either,
    Having,
    Is,
    Leaf,
    Not,
    OneOf,
    Saying,
    Window,
    Within,
    walk,
)
from shared.domain.rules.facts import FACTS, Fact, Sort
from shared.domain.rules.rule import (
    Decide,
    Divide,
    Each,
    Give,
    Join,
    Kind,
    Limit,
    Mark,
    Result,
    Route,
    Rule,
    Send,
    Stop,
    Then,
)
from shared.domain.split import MEASURED, MOST_LEVELS, Cut, CutKind

MOST_RULES, MOST_PARTS, MOST_VALUES, DEEPEST = 300, 50, 1000, 6
MOST_IN_ALL = 2000  # conditions of all rules: each pair of rules is compared for shadows
MOST_WEIGHT, MOST_HOURS, MOST_WINDOWS, MOST_GIVEN = 1_000_000, 24 * 90, 50, 10_000
OPERATORS: dict[Sort, tuple[str, ...]] = {
    Sort.NUMBER: ("at_least", "below", "in"),
    Sort.TEXT: ("in", "given"),
    Sort.TEXTS: ("any", "all", "none", "only", "given"),
    Sort.NOTE: ("any", "all", "none", "given"),
    Sort.FLAG: ("is",),
    Sort.TIME: ("from", "to", "except"),
    Sort.AREA: ("in",),
}
_ALL_OPERATORS = {name for names in OPERATORS.values() for name in names}
_KNOTS = ("all", "any", "not")
RAISED = tuple(reason for reason in Reason if NATURE[reason].waivable)
"""Reasons that a rule may stop an order for: a person can set them aside."""


def rules(document: Reader) -> tuple[Rule, ...]:
    """The rules of a book, in the order of the document. There may be none, but it must say so."""
    if not document.has("rules"):
        document.fault("rules", "missing")
    read = tuple(
        _rule(rule) for rule in document.objects("rules", limit=MOST_RULES, required=False)
    )
    seen: set[str] = set()
    for at, rule in enumerate(read):
        if rule.id and rule.id in seen:
            document.fault(f"rules[{at}].id", "twice")
        seen.add(rule.id)
    if sum(1 for rule in read for _ in walk(rule.when)) > MOST_IN_ALL:
        document.fault("rules", "too-many-conditions", limit=MOST_IN_ALL)
    return read


def _rule(rule: Reader) -> Rule:
    kind = _kind(rule)
    since, until = rule.time("since", default=""), rule.time("until", default="")
    if since and until and since >= until:
        rule.fault("until", "not-after", other="since")
    read = Rule(
        id=rule.id("id"),
        name=rule.text("name", limit=100),
        kind=kind or Kind.REVIEW,
        weight=rule.whole("weight", default=0, most=MOST_WEIGHT),
        active=rule.flag("active", default=True),
        when=_when(rule, kind),
        then=_then(rule, kind),
        since=since,
        until=until,
        excepted=_windows(rule),
    )
    rule.done()
    return read


def _kind(rule: Reader) -> Kind | None:
    """None where no kind can be read: nothing else is asked of such a rule's parts."""
    wanted = rule.text("kind", limit=20)
    if wanted in list(Kind):
        return Kind(wanted)
    if wanted:
        rule.fault("kind", "not-one-of", choices=[kind.value for kind in Kind])
    return None


# --- conditions ------------------------------------------------------------


def _when(rule: Reader, kind: Kind | None) -> Condition:
    """No condition, or an empty one, always holds."""
    given = rule.object("when", required=False)
    if not given.value:
        return All()
    read = condition(given, kind)
    if sum(1 for _ in walk(read)) > MOST_PARTS:
        rule.fault("when", "too-many", limit=MOST_PARTS)
    return read


def condition(given: Reader, kind: Kind | None = None, depth: int = 1) -> Condition:
    """One condition; of a `kind`, since not every fact is known when a rule of it is asked."""
    if depth > DEEPEST:
        given.fault("", "too-deep", limit=DEEPEST)
        return All()
    knot = next((name for name in _KNOTS if "fact" not in given.value and name in given.value), "")
    read: Condition = _knot(given, knot, kind, depth) if knot else _leaf(given, kind)
    given.done()
    return read


def _knot(given: Reader, knot: str, kind: Kind | None, depth: int) -> Condition:
    if knot == "not":
        return Not(condition(given.object("not"), kind, depth + 1))
    readers = given.objects(knot, limit=MOST_PARTS)
    parts = tuple(condition(reader, kind, depth + 1) for reader in readers)
    return Either(parts) if knot == "any" else All(parts)


def _leaf(given: Reader, kind: Kind | None) -> Condition:
    fact = _fact(given, kind)
    if fact is None:
        given.seen.update(given.value)  # who knows what its operators should have been
        return All()
    _operators(given, fact)
    if "given" in given.value:
        return _given(given, fact)
    return _LEAVES[fact.sort](given, fact)


def _fact(given: Reader, kind: Kind | None) -> Fact | None:
    name = given.text("fact", limit=40)
    fact = FACTS.get(name)
    if fact is None:
        if name:
            given.fault("fact", "unknown-fact", fact=name)
    elif fact.only and kind and kind not in fact.only:
        given.fault("fact", "not-for-this-kind", fact=name, kinds=list(fact.only))
    return fact


def _operators(given: Reader, fact: Fact) -> None:
    """Operators that are not for this type of fact, and the lack of any."""
    choices = OPERATORS[fact.sort]
    used = [name for name in given.value if name in _ALL_OPERATORS]
    for name in used:
        if name not in choices:
            given.seen.add(name)
            given.fault(name, "wrong-operator", fact=fact.name, choices=list(choices))
    if not used:
        given.fault("", "no-operator", fact=fact.name, choices=list(choices))


def _given(given: Reader, fact: Fact) -> Leaf:
    if len(given.value) > 2:  # noqa: PLR2004 - the fact and this
        given.fault("given", "stands-alone")
        given.seen.update(given.value)
    return Is(fact.name, given.flag("given"))


def _number(given: Reader, fact: Fact) -> Leaf:
    if "in" in given.value:
        if given.has("at_least") or given.has("below"):
            given.fault("in", "either-or", other="at_least")
        given.seen.update(("at_least", "below"))
        return OneOf(fact.name, _wholes(given, "in"))
    at_least, below = (
        given.whole(name) if given.has(name) else None for name in ("at_least", "below")
    )
    given.seen.update(("at_least", "below"))
    clean = not given.faults_here("at_least", "below")
    if clean and at_least is not None and below is not None and at_least >= below:
        given.fault("below", "empty-range", least=at_least, below=below)
    return Between(fact.name, at_least, below)


def _wholes(given: Reader, name: str) -> tuple[int, ...]:
    values = given.items(name, limit=MOST_VALUES)
    good = [v for v in values if isinstance(v, int) and not isinstance(v, bool)]
    if len(good) != len(values) or not all(0 <= v <= MAX_FEN for v in good):
        given.fault(name, "wrong-type", expected="int")
    return tuple(dict.fromkeys(good))


def _text(given: Reader, fact: Fact) -> Leaf:
    values = _listed(given, "in")
    for at, value in enumerate(values):
        if fact.choices and value not in fact.choices:
            given.fault(f"in[{at}]", "not-one-of", choices=list(fact.choices))
    return OneOf(fact.name, tuple(dict.fromkeys(map(fact.same, values))))


def _texts(given: Reader, fact: Fact) -> Leaf:
    return Having(fact.name, **_lists(given, fact))


def _note(given: Reader, fact: Fact) -> Leaf:
    return Saying(fact.name, **_lists(given, fact))


def _lists(given: Reader, fact: Fact) -> dict[str, tuple[str, ...]]:
    names = [name for name in OPERATORS[fact.sort] if name != "given" and name in given.value]
    lists = {name: _listed(given, name) for name in names}
    wanted = {*lists.get("any", ()), *lists.get("all", ())}
    if wanted & set(lists.get("none", ())):
        given.fault(
            "none", "contradicts", other=f"{given.path}.{'all' if 'all' in lists else 'any'}"
        )
    return lists


def _listed(given: Reader, name: str) -> tuple[str, ...]:
    values = given.texts(name, limit=MOST_VALUES)
    if not values and not given.faults_here(name):
        given.fault(name, "empty")
    return values


def _flag(given: Reader, fact: Fact) -> Leaf:
    return Is(fact.name, given.flag("is"))


def _area(given: Reader, fact: Fact) -> Leaf:
    areas = _listed(given, "in")
    for at, area in enumerate(areas):
        if not all(part.strip() for part in area.split("/")):
            given.fault(f"in[{at}]", "not-an-area")
    return Within(fact.name, areas)


def _time(given: Reader, fact: Fact) -> Leaf:
    return During(fact.name, _window(given), _windows(given))


_LEAVES: dict[Sort, Callable[[Reader, Fact], Leaf]] = {
    Sort.NUMBER: _number,
    Sort.TEXT: _text,
    Sort.TEXTS: _texts,
    Sort.NOTE: _note,
    Sort.FLAG: _flag,
    Sort.AREA: _area,
    Sort.TIME: _time,
}


def _window(given: Reader) -> Window:
    window = Window(given.time("from", default=""), given.time("to", default=""))
    if window.first and window.last and window.first >= window.last:
        given.fault("to", "not-after", other="from")
    return window


def _windows(given: Reader) -> tuple[Window, ...]:
    found = []
    for reader in given.objects("except", limit=MOST_WINDOWS, required=False):
        found.append(_window(reader))
        if not reader.has("from") and not reader.has("to"):
            reader.fault("from", "missing")
        reader.done()
    return tuple(found)


# --- what follows ------------------------------------------------------------


def _then(rule: Reader, kind: Kind | None) -> Then:
    then = rule.object("then")
    if kind is None or rule.faults_here("then"):
        return Join(False)
    read = _THEN[kind](then)
    then.done()
    return read


def _decide(then: Reader) -> Then:
    return Decide(_choice(then, "result", Result, Result.HOLD), _words(then))


def _choice(then: Reader, name: str, kind: type[Any], usual: Any) -> Any:
    """Like `one_of`, for what has no default."""
    if not then.has(name):
        then.fault(name, "missing")
    return then.one_of(name, kind, usual)


def _words(then: Reader) -> str:
    return then.text("note", default="", limit=200)


def _stop(then: Reader) -> Then:
    reason = then.text("reason", default=Reason.RULE.value, limit=40)
    if reason not in RAISED:
        then.fault("reason", "not-one-of", choices=[each.value for each in RAISED])
        reason = Reason.RULE
    return Stop(
        Reason(reason),
        _words(then),
        then.whole("hours", default=0, most=MOST_HOURS),
        then.one_of("then", Afterwards, Afterwards.RELEASE),
    )


def _join(then: Reader) -> Then:
    if not then.has("merge"):
        then.fault("merge", "missing")
    return Join(then.flag("merge"))


def _divide(then: Reader) -> Then:
    return Divide(tuple(_cut(cut) for cut in then.objects("cuts", limit=MOST_LEVELS)))


def _cut(cut: Reader) -> Cut:
    by = _choice(cut, "by", CutKind, CutKind.ITEM)
    limit = cut.whole("limit", default=0)
    if by in MEASURED and not limit and not cut.faults_here("limit"):
        cut.fault("limit", "missing")
    cut.done()
    return Cut(by, limit)


def _route(then: Reader) -> Then:
    warehouses = then.texts("warehouses")
    strategy = (
        then.one_of("strategy", Strategy, Strategy.CHEAPEST) if then.has("strategy") else None
    )
    then.seen.add("strategy")
    if not warehouses and not strategy and not then.faults_here("warehouses", "strategy"):
        then.fault("warehouses", "missing")
    return Route(warehouses, strategy)


def _send(then: Reader) -> Then:
    return Send(then.id("carrier"))


def _give(then: Reader) -> Then:
    instead = then.texts("instead", limit=10)
    given = Give(
        sku=then.id("sku"),
        quantity=then.whole("quantity", default=1, least=1, most=MOST_GIVEN),
        per=then.whole("per", default=0, most=MOST_GIVEN),
        most=then.whole("most", default=0, most=MOST_GIVEN),
        limit=_limit(then),
        instead=instead,
        of=then.texts("of", limit=100),
    )
    if given.sku and given.sku in instead:
        then.fault(f"instead[{instead.index(given.sku)}]", "twice")
    return given


def _limit(then: Reader) -> Limit | None:
    if not then.has("limit"):
        then.seen.add("limit")
        return None
    limit = then.object("limit")
    read = Limit(
        limit.whole("orders", least=1, most=10**9), limit.one_of("each", Each, Each.TOTAL)
    )
    limit.done()
    return read


def _mark(then: Reader) -> Then:
    return Mark(_listed(then, "tags"))


_THEN: dict[Kind, Callable[[Reader], Then]] = {
    Kind.REVIEW: _decide,
    Kind.HOLD: _stop,
    Kind.MERGE: _join,
    Kind.SPLIT: _divide,
    Kind.ROUTING: _route,
    Kind.CARRIER: _send,
    Kind.GIFT: _give,
    Kind.TAGS: _mark,
}
