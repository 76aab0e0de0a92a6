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
    "campaigns create": ["{campaign}"],
    "campaigns list": [],
    "campaigns show": ["two"],
    "campaigns change": ["two", "{campaign}"],
    "campaigns stop": ["two"],
    "groups list": [],
    "groups show": ["none"],
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
    "payments accounts add": [
        *("main", "--provider", "wechat", "--app-id", "wx1", "--merchant-id", "1900"),
        *("--secret", "serial=00"),
    ],
    "payments accounts set": ["none", "--app-id", "wx1", "--merchant-id", "1900"],
    "payments accounts list": [],
    "payments accounts check": ["none"],
    "payments list": [],
    "payments show": ["{order}"],
    "payments pay": ["{order}", "--account", "none"],
    "payments refresh": ["{order}", "01"],
    "payments close": ["{order}", "01"],
    "payments offline": ["{order}", "18", "--reference", "TT-1"],
    "payments money": ["{order}"],
    "payments resolve": ["{order}", "01", "--outcome", "seen", "--note", "-"],
    "sandbox account": ["wechat"],
    "sandbox list": [],
    "sandbox shop": ["taobao"],
    "sandbox orders": ["taobao"],
    "sandbox change": ["taobao", "1"],
    "sandbox truth": ["taobao"],
    "sandbox trades": [],
    "sandbox pay": ["none-01"],
    "sandbox trick": ["wechat", "--on", "refund", "--what", "cut"],
    "aftersales list": [],
    "aftersales show": ["{order}", "01"],
    "aftersales open": ["{order}", "--kind", "compensation", "--amount", "1"],
    "aftersales preview": ["{order}", "--kind", "refund"],
    "aftersales agree": ["{order}", "01"],
    "aftersales approve": ["{order}", "01"],
    "aftersales reject": ["{order}", "01", "--reason", "-"],
    "aftersales withdraw": ["{order}", "01"],
    "aftersales close": ["{order}", "01"],
    "aftersales offer": ["{order}", "01", "--amount", "1"],
    "aftersales accept-offer": ["{order}", "01"],
    "aftersales message": ["{order}", "01", "--text", "-"],
    "aftersales evidence": ["{order}", "01", "--add", "-"],
    "aftersales tracking": ["{order}", "01", "--number", "SF1"],
    "aftersales receive": ["{order}", "01", "--good", "mug=1", "--warehouse", "hz"],
    "aftersales intercepted": ["{order}", "01"],
    "aftersales not-intercepted": ["{order}", "01"],
    "aftersales complete": ["{order}", "01"],
    "aftersales refunded": ["{order}", "01"],
    "aftersales settings": [],
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
    "links add": ["tmall", "--app-key", "1", "--secret", "app_secret=x"],
    "links set": ["tmall"],
    "links list": [],
    "links show": ["tmall"],
    "links check": ["tmall"],
    "links consent": ["tmall", "--back", "https://shop.test/"],
    "links code": ["tmall"],
    "links read": ["tmall", "--since", "2026-11-20T00:00:00Z"],
    "links days": ["tmall"],
    "strays list": [],
    "strays retry": ["none"],
    "waybill-accounts add": ["w1", "--kind", "sf", "--app-key", "k"],
    "waybill-accounts set": ["none", "--by-hand"],
    "waybill-accounts list": [],
    "waybill-accounts show": ["none"],
    "waybill-accounts check": ["none"],
    "waybills take": ["{order}"],
    "waybills cancel": ["{order}", "01-1"],
    "waybills list": [],
    "waybills show": ["{order}"],
    "waybills retry": ["{order}", "01-1"],
    "waybills label": ["{order}", "01-1", "--out", "{pdf}"],
    "tracks list": [],
    "tracks show": ["{order}"],
    "tracks find": ["SF1"],
    "tracks refresh": ["{order}"],
    "tracks close": ["{order}"],
    "reports list": [],
    "reports tell": ["none"],
    "papers labels": ["{order}", "--out", "{pdf}"],
    "papers picking": ["{order}", "--out", "{pdf}"],
    "papers packing": ["{order}", "--out", "{pdf}"],
    "bills import": ["{items}", "--account", "tmall", "--day", "2026-11-20"],
    "bills list": [],
    "bills fetch": ["--account", "tmall", "--day", "2026-11-20"],
    "bills show": ["none"],
    "bills terms": ["tmall", "--preset", "generic"],
    "reconciliations list": [],
    "reconciliations show": ["tmall", "2026-11-20"],
    "reconciliations match": ["tmall", "2026-11-20"],
    "differences list": [],
    "differences explain": ["none", "--category", "ours", "--note", "-"],
    "differences assign": ["none", "li"],
    "rules show": [],
    "rules facts": [],
    "rules draft": ["{rules}"],
    "rules validate": ["{rules}"],
    "rules simulate": ["{rules}"],
    "rules publish": ["--note", "-"],
    "rules versions": [],
    "rules rollback": ["0", "--note", "-"],
    "promotions show": [],
    "promotions draft": ["{promotions}"],
    "promotions validate": ["{promotions}"],
    "promotions try": ["{cart}"],
    "promotions simulate": ["{promotions}"],
    "promotions publish": ["--note", "-"],
    "promotions versions": [],
    "promotions rollback": ["0", "--note", "-"],
    "coupons issue": ["none"],
    "coupons list": [],
    "coupons show": ["none"],
    "coupons void": ["none"],
    "quotes ask": ["{cart}"],
    "orders place": ["{cart}", "--number", "N-1"],
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
    "rehearse": [],
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
    (tmp_path / "campaign.json").write_text("{}")
    (tmp_path / "promotions.json").write_text("[]")
    (tmp_path / "cart.json").write_text("{}")
    given = {
        "promotions": tmp_path / "promotions.json",
        "cart": tmp_path / "cart.json",
        "rules": tmp_path / "rules.json",
        "campaign": tmp_path / "campaign.json",
        "tariffs": tmp_path / "tariffs.csv",
        "items": tmp_path / "items.csv",
        "mappings": tmp_path / "mappings.csv",
        "out": tmp_path / "out.csv",
        "pdf": tmp_path / "out.pdf",
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
