"""The README's routes and docs/api.md against the routes of the code."""

import re
import subprocess
import sys
from dataclasses import fields
from importlib import import_module

import app as product
from functions.api.items import OWN
from functions.api.order_batches import OnFault
from functions.api.ways import WAYS
from functions.steps.accept import StockMode
from infra.cli.importing.options import OUTCOMES
from infra.local.home import ROOT
from shared.domain.access import ALL, SCOPES
from shared.domain.item import Item
from shared.domain.merchant import Shop
from shared.domain.place import Warehouse
from shared.runtime.http import OPEN, Routes
from tests.docs import pages

API = "docs/api.md"


def test_the_routes_and_their_scopes_are_those_of_the_code() -> None:
    rows = pages.table("README.md", "Routes")

    told = {
        (method, pages.code(path)): OPEN if "none" in scope else pages.code(scope)
        for method, path, scope, _ in rows
    }

    assert told == Routes.scopes
    assert len(rows) == len(told)


def test_the_application_serves_what_the_routes_declare() -> None:
    served = {(m, path) for path, methods in product.app.routes.items() for m in methods}

    assert served == Routes.scopes.keys()


def test_every_route_is_listed_under_the_module_that_answers_it() -> None:
    homes = {name: import_module(f"functions.api.{name}").routes.ways for name in WAYS}

    assert {name: sorted(ways) for name, ways in WAYS.items()} == {
        name: sorted(ways) for name, ways in homes.items()
    }


def test_a_cold_start_imports_no_route_that_nobody_called() -> None:
    code = "import sys, app; print(*(m for m in sys.modules if m.startswith('functions.')))"

    fresh = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert fresh.stdout.split() == ["functions.api", "functions.api.ways"]


def test_every_route_is_explained() -> None:
    told = set(re.findall(r"(GET|POST|PUT|DELETE) (/v1/[\w/{}-]+)", pages.text(API)))

    assert told == Routes.scopes.keys()


def test_the_scopes_are_those_of_the_code() -> None:
    told = [pages.code(row[0]) for row in pages.table(API, "Common")]

    assert told == [*SCOPES, ALL]


def test_the_policies_of_a_batch_are_those_of_the_code() -> None:
    rows = pages.table(API, "Batch")

    told = {(pages.code(name), pages.code(value)) for name, value, _ in rows if "`" in value}

    assert told == {("on_fault", one.value) for one in OnFault} | {
        ("stock", one.value) for one in StockMode
    }


def test_the_outcomes_of_a_batch_are_those_of_the_code() -> None:
    assert [pages.code(row[0]) for row in pages.table(API, "Batch", 1)] == list(OUTCOMES)


def test_the_fields_of_items_are_those_of_the_code() -> None:
    told = [name for row in pages.table(API, "Items") for name in pages.codes(row[0])]

    assert told == [field.name for field in fields(Item) if field.name not in OWN]


def test_the_fields_of_shops_and_warehouses_are_those_of_the_code() -> None:
    for heading, of in (("Shops", Shop), ("Warehouses", Warehouse)):
        told = [name for row in pages.table(API, heading) for name in pages.codes(row[0])]

        assert set(told) == {field.name for field in fields(of)}
