"""tongdan aftersales: a return from the question to the money, as people see it."""

import pytest

from infra.cli.exits import Exit
from tests.cli.conftest import Command
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def shipped(acme: Merchant, mail: Mail) -> str:
    acme.put_stock("mug", 9)
    placed = str(acme.place(lines=[build.line(quantity=3)]).body["id"])
    mail.pump()
    acme.call("POST", f"/v1/orders/{placed}/ship")
    return placed


def test_a_return_from_the_question_to_the_money(
    tongdan: Command, acme: Merchant, shipped: str
) -> None:
    asked = ("--kind", "return", "--line", "1=2")
    seen = tongdan("aftersales", "preview", shipped, *asked)
    opened = tongdan("aftersales", "open", shipped, *asked, "--reason", "quality")
    waiting = tongdan("aftersales", "list", "--waiting")
    tongdan("aftersales", "agree", shipped, "01", "--amount", "15.50")
    tongdan("aftersales", "tracking", shipped, "01", "--number", "SF1")
    back = tongdan("aftersales", "receive", shipped, "01", "--good", "mug=2")
    done = tongdan("aftersales", "refunded", shipped, "01")

    assert [each.exit_code for each in (seen, opened, waiting, back, done)] == [0] * 5
    assert "18.00" in seen.stdout
    assert "return and refund" in opened.stdout
    assert "poor quality" in waiting.stdout
    assert "being refunded" in back.stdout
    assert "15.50" in done.stdout
    assert "goods came" in done.stdout
    assert acme.stock("mug") == (8, 0)


def test_it_speaks_chinese(tongdan: Command, shipped: str) -> None:
    said = tongdan(
        *("aftersales", "open", shipped, "--kind", "compensation", "--amount", "3"),
        lang="zh_CN.UTF-8",
    )

    assert "赔付" in said.stdout
    assert "待处理" in said.stdout


def test_what_is_no_amount_is_refused_at_once(tongdan: Command, shipped: str) -> None:
    refused = tongdan("aftersales", "agree", shipped, "01", "--amount", "much")

    assert refused.exit_code == Exit.USAGE


def test_settings_are_changed_one_by_one(tongdan: Command) -> None:
    tongdan("aftersales", "settings", "--return-days", "14", "--limit", "service=100")
    shown = tongdan("aftersales", "settings", "--limit", "finance=2000")
    gone = tongdan.json("aftersales", "settings", "--limit", "service=none")

    assert "service 100.00" in shown.stdout
    assert "14" in shown.stdout
    assert gone["limits"] == {"finance": 200000}
