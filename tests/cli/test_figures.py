"""Sellable figures, push rules and pushes from the command line."""

from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def shop(tongdan: Command, acme: Merchant) -> Command:
    """A key of a merchant who has seven mugs."""
    tongdan.key = acme.token
    acme.put_stock("mug", 7)
    return tongdan


def rule(shop: Command) -> dict[str, Any]:
    return dict(shop.json("shops", "push-rule", "tmall"))


def test_what_a_shop_may_sell_is_shown_with_its_sum(shop: Command) -> None:
    shown = shop("sellable", "tmall", "--lang", "en")

    assert shown.exit_code == 0, shown.output
    assert "hz 7-0-0-0=7" in shown.stdout
    (mug,) = shop.json("sellable", "tmall", "--sku", "mug")["skus"]
    assert mug["figures"]["sellable"] == 7


def test_a_rule_is_changed_field_by_field(shop: Command, acme: Merchant) -> None:
    acme.call("PUT", "/v1/shops/tmall", {"name": "店", "skus": {"T1": "mug"}})

    shop.json("shops", "push-rule", "tmall", "--on", "--formula", "sellable * 0.5")
    shop.json("shops", "push-rule", "tmall", "--rounding", "up", "--ceiling", "3")

    assert rule(shop) == {
        **{"on": True, "form": "safe", "formula": "sellable * 0.5", "rounding": "up"},
        **{"floor": 0, "ceiling": 3, "inbound": False, "presale": None},
    }
    assert acme.call("GET", "/v1/shops/tmall").body["skus"] == {"T1": "mug"}


def test_a_preview_changes_nothing(shop: Command) -> None:
    before = rule(shop)

    tried = shop.json(
        "shops", "push-rule", "tmall", "--formula", "sellable - 9", "--preview", "--sku", "mug"
    )

    assert (tried["skus"][0]["units"], tried["skus"][0]["refused"]["code"]) == (None, "negative")
    assert rule(shop) == before


def test_a_hostile_formula_ends_with_the_reason(shop: Command) -> None:
    done = shop("shops", "push-rule", "tmall", "--formula", "9**9**9", "--lang", "en")

    assert done.exit_code == 4
    assert "push.formula: is no formula" in done.stderr


def test_a_push_by_hand_is_listed(shop: Command, acme: Merchant, mail: Mail) -> None:
    shop.json("shops", "push-rule", "tmall", "--on")

    pushed = shop.json("shops", "push", "tmall")["pushes"]
    mail.pump()
    listed = shop("pushes", "--state", "refused", "--lang", "en")

    assert [(one["sku"], one["units"]) for one in pushed] == [("mug", 7)]
    assert "No webhook asks for stock.sellable" in listed.stdout


def test_no_such_shop_is_not_found(shop: Command) -> None:
    assert shop("sellable", "moon").exit_code == 3
    assert shop("shops", "push", "moon").exit_code == 3
