"""/v1/rules: the life of the book of rules; /v1/rule-facts"""

from collections.abc import Iterator
from typing import Any

from functions.api.editions import Editing
from functions.api.editions import Kind as BookKind
from shared.domain import words
from shared.domain.errors import Fault
from shared.domain.rules import checking, reading
from shared.domain.rules.checking import Known
from shared.domain.rules.facts import FACTS, Fact
from shared.domain.rules.rule import Kind, Rule
from shared.runtime.http import Call, Routes
from shared.store import books, merchants

routes = Routes()
Json = dict[str, Any]


@routes.on("GET", "/v1/rule-facts", "rules:read")
def list_facts(call: Call) -> Json:
    """What rules may ask, with the operators of each."""
    return {"facts": [_fact(fact) for fact in FACTS.values()]}


def faults(tenant: str, rules: tuple[Rule, ...]) -> Iterator[Fault]:
    return checking.faults(rules, _known(tenant, rules))


def _known(tenant: str, rules: tuple[Rule, ...]) -> Known:
    """What of the merchant's own things a rule may name."""
    warehouses = list(merchants.warehouses.list_(tenant))
    carriers = {carrier.id for carrier in merchants.carriers.list_(tenant)}
    named = checking.skus(rules)
    return Known(
        shops={shop.id for shop in merchants.shops.list_(tenant)},
        warehouses={warehouse.id for warehouse in warehouses},
        carriers=carriers.union(*((w.carrier, *w.carriers) for w in warehouses)),
        skus=merchants.items.fresh(tenant, sorted(named)) if merchants.items.any(tenant) else None,
    )


def _fact(fact: Fact) -> Json:
    return {
        "name": fact.name,
        "type": fact.sort.value,
        "operators": list(reading.OPERATORS[fact.sort]),
        "unit": fact.unit or None,
        "choices": list(fact.choices),
        "kinds": list(fact.only or [kind.value for kind in Kind]),
        "zh": words.say(f"fact.{fact.name}", "zh"),
        "en": words.say(f"fact.{fact.name}", "en"),
    }


KIND = BookKind(books.rules, Rule.document, faults, checking.warnings)
Editing(KIND, routes)
