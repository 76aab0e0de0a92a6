"""Builders of rules: documents as a merchant writes them, books, and the facts that they ask."""

from typing import Any

from shared.domain.errors import Fault
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.reader import Reader
from shared.domain.rules import facts, reading
from shared.domain.rules.condition import Condition
from shared.domain.rules.facts import Facts
from shared.domain.rules.rule import Book, Kind, Rule
from tests.support import build

THEN: dict[str, dict[str, Any]] = {
    "review": {"result": "hold"},
    "hold": {"reason": "rule"},
    "merge": {"merge": False},
    "split": {"cuts": [{"by": "weight", "limit": 20000}]},
    "routing": {"warehouses": ["hz"]},
    "carrier": {"carrier": "sf"},
    "gift": {"sku": "pen"},
    "tags": {"tags": ["vip"]},
}
"""What follows, of each kind, as short as it can be."""


def rule(id: str = "r1", kind: str = "review", **more: Any) -> dict[str, Any]:
    """A rule as a document; without `when` it always holds."""
    usual = {"id": id, "name": f"rule {id}", "kind": kind, "then": THEN.get(kind, {})}
    return {**usual, **_named(more)}


def leaf(fact: str, **asked: Any) -> dict[str, Any]:
    """A condition."""
    return {"fact": fact, **_named(asked)}


def _named(given: dict[str, Any]) -> dict[str, Any]:
    """`in_`, `is_`, `from_`, `except_` stand for names that Python keeps to itself."""
    return {name.rstrip("_"): value for name, value in given.items()}


def book(*documents: dict[str, Any], version: int = 3) -> Book:
    return Book(version, rules(*documents))


def rules(*documents: dict[str, Any]) -> tuple[Rule, ...]:
    reader = Reader({"rules": list(documents)})
    read = reading.rules(reader)
    reader.check()
    return read


def documents(rules: tuple[Rule, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(rule.document() for rule in rules)


def faults(*documents: dict[str, Any]) -> list[Fault]:
    """What is wrong with the way these are written."""
    reader = Reader({"rules": list(documents)})
    reading.rules(reader)
    return reader.faults


def condition(document: dict[str, Any], kind: Kind | None = None) -> Condition:
    reader = Reader(document)
    read = reading.condition(reader, kind)
    reader.check()
    return read


def known(
    shop: Shop | None = None, items: tuple[Item, ...] = (), more: Any = None, **content: Any
) -> Facts:
    """The facts of an order with this content."""
    order = build.order(content=build.content(**content))
    by_sku = {item.id: item for item in items}
    return facts.of(order, order.content, shop, by_sku, build.NOON, **(more or {}))


def holds(document: dict[str, Any], given: Facts) -> bool:
    return condition(document).holds(given)
