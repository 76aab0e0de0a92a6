"""/v1/rules: the draft, its check, publishing and bringing back; /v1/rule-facts"""

import re
from dataclasses import asdict, replace
from typing import Any

from shared.domain import words
from shared.domain.audit import Audit
from shared.domain.errors import Conflict, Fault, Invalid, NotFound, faulty
from shared.domain.reader import Reader
from shared.domain.rules import checking, edition, reading
from shared.domain.rules.checking import Known
from shared.domain.rules.edition import Draft, Edition
from shared.domain.rules.facts import FACTS, Fact
from shared.domain.rules.rule import Kind, Rule
from shared.runtime import problems
from shared.runtime.http import Answer, Call, Routes
from shared.store import books, merchants

routes = Routes(__name__)
MOST, USUAL, NOTE = 50, 20, 200
_NUMBER = re.compile("[0-9]{1,8}")
Json = dict[str, Any]


@routes.on("GET", "/v1/rules", "rules:read")
def show_rules(call: Call) -> Json:
    """The rules that count now."""
    return _whole(books.newest(call.tenant))


@routes.on("GET", "/v1/rules/draft", "rules:read")
def show_draft(call: Call) -> Json:
    draft = books.draft(call.tenant)
    return _drawn(call, draft, edition.compiled(draft.rules))


@routes.on("PUT", "/v1/rules/draft", "rules:write")
def change_draft(call: Call) -> Answer:
    """Replace the draft; `version` is the one that was read, 0 where there was none."""
    body = call.reader()
    version, rules = body.whole("version"), reading.rules(body)
    _check(call, body, rules)
    before = books.draft(call.tenant)
    if before.version != version:
        raise Conflict(version=before.version)
    new = Draft(edition.documents(rules), before.base, call.now, call.by, version)
    answer = Answer(200, _drawn(call, replace(new, version=version + 1), rules))
    books.save(call.tenant, new, call.claim(answer))
    return answer


@routes.on("POST", "/v1/rules/validate", "rules:read")
def validate_rules(call: Call) -> Json:
    """What is wrong with rules, and which of them will never be used; nothing is written."""
    body = call.reader()
    rules = reading.rules(body)
    body.done()
    faults = [*body.faults, *checking.faults(rules, known(call.tenant, rules))]
    return {
        "valid": not faults,
        "faults": _said(call, faults),
        "warnings": [] if faults else _warnings(call, rules),
    }


@routes.on("POST", "/v1/rules/publish", "rules:write")
def publish_draft(call: Call) -> Answer:
    """Let the draft be what counts; `version` makes sure that it is the one that was looked at."""
    body = call.reader()
    note, version = body.text("note", limit=NOTE), body.whole("version", default=0)
    body.done()
    body.check()
    draft = books.draft(call.tenant)
    if not draft.version:
        raise NotFound(kind="rules-draft", id="")
    if version and version != draft.version:
        raise Conflict(version=draft.version)
    rules = edition.compiled(draft.rules)
    if faults := tuple(checking.faults(rules, known(call.tenant, rules))):
        raise Invalid(faults=faults)
    return _published(call, draft.rules, note, drawn=draft)


@routes.on("GET", "/v1/rules/versions", "rules:read")
def list_editions(call: Call) -> Json:
    """What was published, the newest first, without the rules themselves."""
    limit, cursor = call.limit(USUAL, MOST), call.query.get("cursor", "")
    if cursor and not _NUMBER.fullmatch(cursor):
        raise faulty("cursor", "bad-cursor")
    found = books.editions(call.tenant, int(cursor or 10**8), limit)
    more = str(found[-1].number) if len(found) == limit and found[-1].number > 1 else None
    return {"versions": [_head(one) for one in found], "next": more}


@routes.on("GET", "/v1/rules/versions/{version}", "rules:read")
def show_edition(call: Call, version: str) -> Json:
    if not _NUMBER.fullmatch(version):
        raise NotFound(kind="rules", id=version)
    return _whole(books.edition(call.tenant, int(version)))


@routes.on("POST", "/v1/rules/rollback", "rules:write")
def roll_back(call: Call) -> Answer:
    """Publish an old version once more, under a new number. 0 is the book without rules.

    What it names may be gone meanwhile: that is a warning, since going back must always be quick.
    """
    body = call.reader()
    version = body.whole("version", most=10**8 - 1)
    note = body.text("note", limit=NOTE)
    body.done()
    body.check()
    return _published(call, books.edition(call.tenant, version).rules, note, of=version)


@routes.on("GET", "/v1/rule-facts", "rules:read")
def list_facts(call: Call) -> Json:
    """What rules may ask, with the operators of each."""
    return {"facts": [_fact(fact) for fact in FACTS.values()]}


def known(tenant: str, rules: tuple[Rule, ...]) -> Known:
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


def _check(call: Call, body: Reader, rules: tuple[Rule, ...]) -> None:
    body.done()
    body.faults.extend(checking.faults(rules, known(call.tenant, rules)))
    body.check()


def _published(
    call: Call, rules: edition.Documents, note: str, drawn: Draft | None = None, of: int = 0
) -> Answer:
    before = books.newest(call.tenant)
    new = Edition(before.number + 1, rules, call.now, call.by, note, of)
    was, now = ({"version": one.number, "rules": len(one.rules)} for one in (before, new))
    audit = Audit(call.now, call.by, "rules", str(new.number), was, {**now, "note": note})
    read = edition.compiled(rules)
    missing = _said(call, list(checking.faults(read, known(call.tenant, read))))
    answer = Answer(201, {**_head(new), "warnings": [*missing, *_warnings(call, read)]})
    books.publish(call.tenant, new, audit, call.claim(answer), drawn)
    return answer


def _warnings(call: Call, rules: tuple[Rule, ...]) -> list[dict[str, str]]:
    return _said(call, list(checking.warnings(rules, call.now)))


def _said(call: Call, faults: list[Fault]) -> list[dict[str, str]]:
    return [problems.fault_document(fault, call.language) for fault in faults]


def _head(one: Edition) -> Json:
    return {
        "version": one.number,
        "at": one.at,
        "by": one.by,
        "note": one.note,
        "of": one.of or None,
        "count": len(one.rules),
    }


def _whole(one: Edition) -> Json:
    return {**_head(one), "rules": list(one.rules)}


def _drawn(call: Call, draft: Draft, rules: tuple[Rule, ...]) -> Json:
    return {**asdict(draft), "warnings": _warnings(call, rules)}


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
