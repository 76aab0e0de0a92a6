"""Every command answers in JSON when asked to, whether it could do its work or not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from infra.cli.main import app
from tests.cli import files
from tests.cli.conftest import Command
from tests.support.build import Merchant

SAID = {  # what each command is given after its name
    "tenants create": ["{tenant}-json"],
    "tenants list": [],
    "tenants show": ["{tenant}"],
    "keys create": ["--tenant", "{tenant}"],
    "keys list": ["--tenant", "{tenant}"],
    "keys revoke": ["none", "--tenant", "{tenant}"],
    "shops create": ["jd"],
    "shops list": [],
    "warehouses create": ["bj"],
    "warehouses list": [],
    "items import": ["{items}"],
    "items export": ["{out}"],
    "items list": [],
    "items show": ["none"],
    "items set": ["mug", "name=Mug"],
    "items delete": ["none"],
    "mappings import": ["tmall", "{mappings}"],
    "mappings export": ["tmall", "{out}"],
    "mappings list": ["tmall"],
    "audits": [],
    "stock set": ["mug", "hz", "1"],
    "stock show": [],
    "stock import": ["{stock}"],
    "holds set": ["json", "mug=1", "--warehouse", "hz"],
    "holds list": [],
    "holds show": ["json"],
    "holds release": ["json"],
    "transfers create": ["mug=1", "--from", "hz", "--to", "gz", "--id", "json"],
    "transfers list": [],
    "transfers show": ["json"],
    "transfers send": ["json"],
    "transfers receive": ["json"],
    "transfers close": ["json", "--reason", "-"],
    "transfers cancel": ["json"],
    "purchases create": ["mug=5", "--supplier", "s", "--warehouse", "hz", "--id", "json"],
    "purchases list": [],
    "purchases show": ["json"],
    "purchases receive": ["json"],
    "purchases close": ["json"],
    "movements create": ["receipt", "mug=5", "--warehouse", "hz", "--id", "json"],
    "movements list": [],
    "movements show": ["json"],
    "counts create": ["mug", "--warehouse", "hz", "--id", "json"],
    "counts list": [],
    "counts show": ["json"],
    "counts figures": ["json", "mug=3"],
    "counts approve": ["json"],
    "counts reject": ["json"],
    "feeds send": ["json", "mug=3", "--warehouse", "hz", "--taken-at", "2026-11-22T12:00:00Z"],
    "feeds list": [],
    "alerts list": [],
    "alerts acknowledge": ["none"],
    "alerts settings": [],
    "sellable": ["tmall"],
    "pushes": [],
    "shops push": ["tmall", "--sku", "mug"],
    "shops push-rule": ["tmall"],
    "stock verify": [],
    "stock why": ["mug"],
    "stock ledger": ["mug"],
    "hot on": ["mug", "hz", "--buckets", "2"],
    "hot off": ["mug", "hz"],
    "hot list": [],
    "hot show": ["mug", "hz"],
    "orders list": [],
    "orders show": ["{order}"],
    "orders why": ["{order}"],
    "orders columns": [],
    "orders import": ["{orders}"],
    "orders hold": ["{order}"],
    "orders release": ["{order}"],
    "orders ship": ["{order}"],
    "orders sign": ["{order}"],
    "orders complete": ["{order}"],
    "orders edit": ["{order}", "--tag", "vip", "--yes"],
    "orders urgent": ["{order}"],
    "orders resend": ["{order}", "--line", "1=1", "--reason", "-"],
    "orders cancel": ["{order}", "none"],
    "orders confirm-address": ["{order}"],
    "orders held": [],
    "merges list": [],
    "merges show": ["none"],
    "merges candidates": ["{order}"],
    "merges create": ["{order}", "none"],
    "merges release": ["none"],
    "merges ship": ["none"],
    "merges undo": ["none"],
    "merges weigh": ["none", "--grams", "100"],
    "carriers create": ["zto"],
    "carriers list": [],
    "carriers show": ["zto"],
    "carriers delete": ["zto"],
    "carriers export": ["{out}"],
    "carriers import": ["{tariffs}"],
    "carriers quote": ["浙江"],
    "carriers suspend": ["zto"],
    "carriers resume": ["zto"],
    "shops set": ["tmall"],
    "warehouses set": ["hz"],
    "warehouses capacity": [],
    "prices": [],
    "rules show": [],
    "rules facts": [],
    "rules draft": ["{rules}"],
    "rules validate": ["{rules}"],
    "rules simulate": ["{rules}"],
    "rules publish": ["--note", "-"],
    "rules versions": [],
    "rules rollback": ["0", "--note", "-"],
    "breakers list": [],
    "breakers settings": [],
    "breakers trip": ["mug"],
    "breakers resume": ["mug"],
    "promises": [],
    "stages": [],
    "days": [],
    "webhooks create": ["erp", "http://127.0.0.1:9/hook"],
    "webhooks list": [],
    "webhooks delete": ["none"],
    "deliveries list": [],
    "deliveries retry": ["20261120none"],
    "redrive": ["nothing"],
    "status": [],
    "down": [],
    "reset": ["--yes"],
}
ELSEWHERE = {  # tested with the stack itself: they start it, or go on until they are stopped
    "up",
    "run",
    "logs",
}


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, (*path, name))
        else:
            yield " ".join((*path, name)), each


ALL = dict(commands(get_command(app)))


def test_every_command_is_known_here() -> None:
    assert set(ALL) == {*SAID, *ELSEWHERE}


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_has_the_options_that_all_share(name: str) -> None:
    options = {option for each in ALL[name].params for option in each.opts}

    assert {"--json", "--lang", "--url", "--key"} <= options


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_has_help_in_both_languages(name: str) -> None:
    help_ = ALL[name].help or ""

    assert help_.isascii() is False
    assert any(letter.isascii() and letter.isalpha() for letter in help_)


@pytest.mark.parametrize("name", sorted(SAID))
@pytest.mark.parametrize("first", [True, False])
def test_every_command_prints_one_json_document(
    tongdan: Command, acme: Merchant, tmp_path: Path, name: str, *, first: bool
) -> None:
    (tmp_path / "stock.csv").write_text("sku,warehouse,on_hand\nmug,hz,3\n")
    (tmp_path / "items.csv").write_text("sku,name\nmug,Mug\n")
    (tmp_path / "mappings.csv").write_text("shop_sku,sku\nT-1,mug\n")
    (tmp_path / "tariffs.csv").write_text("carrier,first_weight,first_fee\nzto,1000,5\n")
    (tmp_path / "rules.json").write_text("[]")
    given = {
        "rules": tmp_path / "rules.json",
        "tariffs": tmp_path / "tariffs.csv",
        "items": tmp_path / "items.csv",
        "mappings": tmp_path / "mappings.csv",
        "out": tmp_path / "out.csv",
        "tenant": acme.id,
        "order": acme.place().body["id"],
        "stock": tmp_path / "stock.csv",
        "orders": files.jsonl(tmp_path / "orders.jsonl", files.orders(2)),
    }
    words = [*name.split(), *(word.format(**given) for word in SAID[name])]

    result = tongdan("--json", *words) if first else tongdan(*words, "--json")

    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    assert ("problem" in document) <= (result.exit_code != 0)


def test_a_refusal_in_json_is_the_problem_document(tongdan: Command) -> None:
    refused = tongdan("orders", "show", "none", "--json")

    assert json.loads(refused.stdout)["problem"]["code"] == "not-found"
    assert refused.exit_code == 3
