"""Stock followed down to its ledger, checked, and watched, from the command line."""

import pytest

import app as product
from shared.domain.stock import Place
from shared.store import rounds
from tests.cli.conftest import Command
from tests.support import spoil
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import TICK, Mail

HERE = Place("mug", "hz")


@pytest.fixture
def planned(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 10)
    acme.place(number="TB-1001")
    mail.pump()


@pytest.mark.usefixtures("planned")
def test_why_names_the_orders_that_hold_the_stock(tongdan: Command) -> None:
    said = tongdan("stock", "why", "mug", lang="zh_CN.UTF-8")

    assert said.exit_code == 0, said.output
    assert "订单 TB-1001 占用 2" in said.stdout
    assert "TB-1001" in said.stdout.partition("谁占用")[2].partition("最近流水")[0]
    assert tongdan.json("stock", "why", "mug", "--warehouse", "hz")["held"] == 2
    assert tongdan("stock", "why", "none").exit_code == 3


@pytest.mark.usefixtures("planned")
def test_the_ledger_is_listed_and_filtered(tongdan: Command) -> None:
    lines = tongdan.json("stock", "ledger", "mug")["ledger"]

    assert [line["what"] for line in lines] == ["held", "set"]
    assert len(tongdan.json("stock", "ledger", "mug", "--cause", "order")["ledger"]) == 1
    assert "by hand set 10" in tongdan("stock", "ledger", "mug").stdout


@pytest.mark.usefixtures("planned")
def test_verify_ends_well_only_if_nothing_differs(
    tongdan: Command, acme: Merchant, engine: Engine
) -> None:
    acme.put_stock("hat", 3)
    assert tongdan("stock", "verify").exit_code == 0
    spoil.counter(engine, acme.id, HERE, "free", -1)

    wrong = tongdan("stock", "verify")

    assert wrong.exit_code == 1
    assert "free shows 7; its ledger adds up to 8" in wrong.stdout
    assert "2 checked, 1 differ" in wrong.stderr
    assert tongdan("stock", "verify", "--sku", "hat").exit_code == 0
    assert tongdan.json("stock", "verify")["differences"][0]["sku"] == "mug"
    spoil.counter(engine, acme.id, HERE, "free", 1)
    assert tongdan("stock", "verify").exit_code == 0


@pytest.mark.usefixtures("planned")
def test_an_alert_is_listed_acknowledged_and_gone_when_cured(
    tongdan: Command, acme: Merchant, engine: Engine
) -> None:
    rounds.begin(acme.id)
    spoil.counter(engine, acme.id, HERE, "free", -1)
    product.verify_stock(TICK, None)

    (alert,) = tongdan.json("alerts", "list", "--kind", "drift")["alerts"]
    seen = tongdan("alerts", "acknowledge", alert["id"])

    assert seen.exit_code == 0, seen.output
    assert "acknowledged" in seen.stdout
    assert "mug differs from its ledger" in tongdan("alerts", "list").stdout
    spoil.counter(engine, acme.id, HERE, "free", 1)
    product.verify_stock(TICK, None)
    assert tongdan.json("alerts", "list")["alerts"] == []
    assert len(tongdan.json("alerts", "list", "--state", "closed")["alerts"]) == 1


def test_alert_settings_are_shown_and_changed(tongdan: Command) -> None:
    assert tongdan.json("alerts", "settings")["alert_digest"] == "none"

    changed = tongdan.json(
        *("alerts", "settings", "--digest", "daily", "--mute", "unmoved"),
        *("--unmoved-days", "30", "--promise-hours", "6"),
        *("--quiet-hours", "24", "--delivery-hours", "12"),
    )

    assert changed == {
        **{"alert_digest": "daily", "muted": ["unmoved"]},
        **{"unmoved_days": 30, "promise_hours": 6, "quiet_hours": 24, "delivery_hours": 12},
    }
    assert tongdan.json("alerts", "settings") == changed
    assert tongdan.json("alerts", "settings", "--unmute")["muted"] == []
    assert tongdan("alerts", "settings", "--digest", "weekly").exit_code == 4
