"""Promotions, coupons, quotes and orders of own shops from the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.cli import coupons
from tests.cli.conftest import Command
from tests.support import deals
from tests.support.build import Merchant

CHINESE = "zh_CN.UTF-8"


@pytest.fixture
def mall(acme: Merchant) -> Merchant:
    deals.shop(acme)
    return acme


def written(path: Path, document: Any) -> str:
    path.write_text(json.dumps(document))
    return str(path)


def test_promotions_go_from_a_file_to_a_price(
    tongdan: Command, mall: Merchant, tmp_path: Path
) -> None:
    file = written(tmp_path / "promotions.json", [deals.less()])
    cart = written(tmp_path / "cart.json", deals.cart())

    drawn = tongdan.json("promotions", "draft", file)
    tried = tongdan.json("promotions", "try", cart)
    before = tongdan.json("quotes", "ask", cart)
    published = tongdan.json("promotions", "publish", "--note", "双十一")
    after = tongdan.json("quotes", "ask", cart)

    assert (drawn["version"], published["version"], published["count"]) == (1, 1, 1)
    totals = [one["amounts"]["total"] for one in (tried, before, after)]
    assert totals == [2700, 3000, 2700]
    assert tongdan.json("promotions", "show")["promotions"] == drawn["promotions"]
    assert tongdan.json("promotions", "rollback", "0", "--note", "-")["version"] == 2


def test_a_quote_is_told_in_both_languages(
    tongdan: Command, mall: Merchant, tmp_path: Path
) -> None:
    deals.publish(mall, deals.less(), deals.less(900, 9000) | {"id": "much"})
    cart = written(tmp_path / "cart.json", deals.cart())

    english = tongdan("quotes", "ask", cart).stdout
    chinese = tongdan("quotes", "ask", cart, lang=CHINESE).stdout

    assert "Threshold reached" in english
    assert "more are needed" in english
    assert "满额优惠" in chinese
    assert "27.00" in chinese


def test_a_cart_is_ordered_at_the_price_of_a_quote(
    tongdan: Command, mall: Merchant, tmp_path: Path
) -> None:
    deals.publish(mall, deals.less())
    cart = written(tmp_path / "cart.json", deals.cart())

    placed = tongdan.json("orders", "place", cart, "--number", "N-1")
    stale = tongdan("orders", "place", cart, "--number", "N-2", "--quote", "0" * 32)
    delivered = tongdan("orders", "place", cart, "--number", "N-3", "--cod")

    assert (placed["number"], placed["total"]) == ("N-1", 2700)
    assert (stale.exit_code, "stale-quote" in stale.stderr) == (4, True)
    assert (delivered.exit_code, "27.00" in delivered.stdout) == (0, True)


def test_past_orders_are_tried(tongdan: Command, mall: Merchant, tmp_path: Path) -> None:
    deals.order(mall, "N-1", deals.cart())
    file = written(tmp_path / "promotions.json", [deals.less()])

    shown = tongdan("promotions", "simulate", file)

    assert "N-1" in shown.stdout
    assert "30.00 → 27.00" in shown.stdout


def test_coupons_are_issued_listed_and_taken_back(
    tongdan: Command, mall: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals.publish(mall, deals.less(coupon=True))
    monkeypatch.setattr(coupons, "MOST", 2)

    many = tongdan.json("coupons", "issue", "less", "--count", "5")["coupons"]
    one, other = tongdan.json("coupons", "issue", "less", "--buyer", "u-1", "--buyer", "u-2")[
        "coupons"
    ]
    void = tongdan.json("coupons", "void", one["code"])

    assert len({each["code"] for each in many}) == 5
    assert (one["buyer"], other["buyer"], void["state"]) == ("u-1", "u-2", "void")
    listed = tongdan.json("coupons", "list", "--state", "open", "--buyer", "u-2")["coupons"]
    assert [each["code"] for each in listed] == [other["code"]]
    assert one["code"] in tongdan("coupons", "show", one["code"]).stdout
