"""Payments from the command line: accounts, begun, recorded, seen."""

from pathlib import Path

import pytest

from shared.gateways.payments import providers
from tests.cli.conftest import Command
from tests.support.bank import Bank
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    one = Bank()
    monkeypatch.setattr(providers, "of", lambda name: one)
    return one


@pytest.fixture
def order(acme: Merchant, bank: Bank) -> str:
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "自营商城", "channel": "own"})
    return str(acme.place(shop="mall", payment={"state": "unpaid"}).body["id"])


def test_an_account_is_added_with_keys_from_files(
    tongdan: Command, order: str, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----")

    made = tongdan.json(
        *("payments", "accounts", "add", "main", "--provider", "wechat"),
        *("--app-id", "wx1", "--merchant-id", "1900", "--secret", f"private_key=@{key}"),
    )
    checked = tongdan("payments", "accounts", "check", "main")
    listed = tongdan("payments", "accounts", "list")

    assert made["secrets"] == {"private_key": "set"}
    assert "PUBLIC_URL" in checked.stdout
    assert "1900" in listed.stdout


def test_money_is_recorded_shown_and_paid_back_by_hand(
    tongdan: Command, acme: Merchant, order: str, mail: Mail
) -> None:
    paid = tongdan.json("payments", "offline", order, "18.00", "--reference", "TT-1")
    mail.pump()
    acme.call("POST", f"/v1/orders/{order}/cancel", {})
    mail.waiting["settle"].append(f'{{"tenant": "{acme.id}", "order_id": "{order}"}}')
    mail.pump()

    listed = tongdan("payments", "list")
    refund = tongdan.json("payments", "show", order)["payments"][0]["refunds"][0]["ref"]
    told = ("--outcome", "paid", "--refund", refund, "--note", "已转账")
    done = tongdan("payments", "resolve", order, "01", *told)
    mail.pump()
    money = tongdan("payments", "money", order)

    assert (paid["fen"], paid["standing"]) == (1800, "paid")
    assert "pay it back by hand" in listed.stdout
    assert done.exit_code == 0
    assert "18.00" in money.stdout
    assert tongdan.json("payments", "list")["payments"] == []
