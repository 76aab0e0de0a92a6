"""Shops on platforms from the command line: connected with a bar, at rest with a reason."""

import json
import time

import pytest

from shared.gateways.channels.port import Rejected, Why
from shared.runtime import clock
from shared.store import links
from tests.channels.conftest import bazaar as bazaar
from tests.channels.test_complete import YESTERDAY, count, noon
from tests.channels.test_pull import come_round, read
from tests.channels.test_rests import trip
from tests.cli.conftest import Command
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant
from tests.support.mail import Mail

SECRETS = ("--secret", "app_secret=hush", "--secret", "access_token=tok-0")


@pytest.fixture
def shop(acme: Merchant, mail: Mail, bazaar: Bazaar) -> Merchant:
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "淘宝店", "channel": "taobao"})
    return acme


@pytest.fixture
def connected(shop: Merchant, tongdan: Command) -> Merchant:
    tongdan("links", "add", "mall", "--app-key", "1", *SECRETS)
    return shop


def test_a_new_shop_is_read_behind_a_bar_until_now_and_says_how_many_orders_came(
    shop: Merchant, bazaar: Bazaar, mail: Mail, tongdan: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for no in range(3):
        bazaar.put(f"T{no}", clock.later(clock.now(), -86400 * no - 60))

    def passes(_: float) -> None:
        come_round(shop, mail)
        mail.pump()

    monkeypatch.setattr(time, "sleep", passes)
    since = clock.later(clock.now(), -5 * 86400)

    told = tongdan(
        *("links", "add", "mall", "--app-key", "1", *SECRETS), "--since", since, "--wait"
    )

    assert "reading orders 3" in told.stderr
    assert "100 %" in told.stdout
    assert links.pulling(shop.id, "mall").orders == 3


def test_waiting_ends_when_the_platform_rests_and_the_reason_is_shown(
    connected: Merchant,
    bazaar: Bazaar,
    mail: Mail,
    tongdan: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trip(connected, bazaar, mail)

    shown = tongdan("links", "show", "mall", lang="zh_CN.UTF-8").stdout.replace("\n", "")
    bazaar.token = "tok-9"  # the platform has ended the one that is known
    monkeypatch.setattr(time, "sleep", lambda _: come_round(connected, mail))
    since = clock.later(clock.now(), -86400)
    waited = tongdan("links", "read", "mall", "--since", since, "--wait", lang="zh_CN.UTF-8")

    assert "稍后自动再试" in shown
    assert "停读到" in shown
    assert "请店主重新授权" in waited.stdout.replace("\n", "").replace(" ", "")


def test_a_check_says_what_to_do(connected: Merchant, bazaar: Bazaar, tongdan: Command) -> None:
    bazaar.troubles["probe"] = [Rejected(Why.DENIED, "40164", "ip not in whitelist")]

    told = tongdan("links", "check", "mall", lang="zh_CN.UTF-8").stdout

    assert "白名单" in told
    assert "40164" in told


def test_a_gap_is_listed_with_what_stands_in_its_way(
    connected: Merchant, bazaar: Bazaar, mail: Mail, tongdan: Command
) -> None:
    bazaar.put("T-gap", noon(YESTERDAY), placed_at=noon(YESTERDAY), lines=[])
    read(connected, mail)
    count(mail)

    month = YESTERDAY[:7]
    days = json.loads(tongdan("links", "days", "mall", "--month", month, "--json").stdout)["days"]
    table = tongdan("links", "days", "mall", "--month", month).stdout

    assert ["T-gap"] in [day["missing"] for day in days]
    assert "T-gap" in table


def test_learning_is_switched_off(connected: Merchant, tongdan: Command) -> None:
    assert tongdan.json("links", "set", "mall", "--no-learn")["learns"] is False
    assert tongdan.json("links", "set", "mall")["learns"] is False
