"""Alerts, differences and deeds: the documents and the catalogue against the code."""

import ast
from dataclasses import fields

from shared.domain import alert, stock_hold
from shared.domain.alert import SEVERITY
from shared.domain.digest import AlertSettings, Digest
from shared.domain.ledger import Flaw
from shared.domain.words import CATALOGUE
from tests.docs import pages, sources

API = "docs/api.md"


def test_the_kinds_of_alert_and_their_severities_are_those_of_the_code() -> None:
    told = {pages.code(kind): pages.code(weight) for kind, weight, _ in pages.table(API, "Alerts")}

    assert told == {kind.value: severity.value for kind, severity in SEVERITY.items()}


def test_the_settings_of_alerts_are_those_of_the_code() -> None:
    rows = pages.table(API, "Alerts", 1)

    assert [pages.code(row[0]) for row in rows] == [field.name for field in fields(AlertSettings)]
    assert set(pages.codes(rows[0][1])) == {digest.value for digest in Digest}


def test_the_events_of_alerts_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table("docs/events.md", "Alerts")]

    assert told == list(alert.EVENTS)


def test_the_differences_are_those_of_the_code() -> None:
    assert [pages.code(row[0]) for row in pages.table(API, "Ledger")] == [f.value for f in Flaw]


def test_every_deed_has_its_word_and_every_word_its_deed() -> None:
    said = {code.removeprefix("deed.") for code in CATALOGUE if code.startswith("deed.")}

    assert deeds() == said


def test_every_cause_has_its_word() -> None:
    makers = {"Cause", "Folder"}  # a document is the cause of what it does
    named = [call.args[0] for name, call in sources.calls(sources.product()) if name in makers]
    causes = {str(one.value) for one in named if isinstance(one, ast.Constant)}

    assert {f"cause.{cause}" for cause in causes} <= CATALOGUE.keys()


def deeds() -> set[str]:
    """What is done to stock, wherever the code says it."""
    found = set(stock_hold.DEEDS.values())
    for name, call in sources.calls(sources.product()):
        makers = {"Change": call.args[1:2], "Nature": call.args[:1], "_told": call.args[:1]}
        given = makers.get(name, [])
        found |= {value for arg in given for value in _texts(arg)}
    for path in sources.product():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "deed":
                found |= _texts(node.value)
    return found - {""}


def _texts(arg: ast.expr) -> set[str]:
    nodes = ast.walk(arg)
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
