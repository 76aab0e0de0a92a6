"""Merges from the command line."""

import pytest

from tests.cli.conftest import Command
from tests.support import mergers
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def ids(acme: Merchant, mail: Mail) -> list[str]:
    """Three orders that wait for each other."""
    acme.put_stock("mug", 20)
    return mergers.wait(mergers.merging(acme), mail, "TB-1", "TB-2", "TB-3")


def test_orders_are_merged_weighed_and_shipped(tongdan: Command, ids: list[str]) -> None:
    seen = tongdan("merges", "create", *ids, "--preview")
    made = tongdan.json("merges", "create", *ids, "--id", "m-1", "--note", "同一家")
    weighed = tongdan.json("merges", "weigh", "m-1", "--grams", "900")
    shipped = tongdan.json("merges", "ship", "m-1", "--box", "1=sf:SF1")

    assert "TB-1, TB-2, TB-3" in seen.stdout
    assert (made["rule"], made["note"], made["stage"]) == ("by-hand", "同一家", "open")
    assert weighed["boxes"][0]["grams"] == 900
    assert (shipped["stage"], shipped["boxes"][0]["tracking"]) == ("shipped", "SF1")


def test_who_was_stopped_is_taken_out_and_the_rest_taken_apart(
    tongdan: Command, acme: Merchant, ids: list[str]
) -> None:
    tongdan("merges", "create", *ids, "--id", "m-1")
    acme.call("POST", f"/v1/orders/{ids[0]}/hold", {})

    refused = tongdan("merges", "ship", "m-1")
    shown = tongdan("merges", "show", "m-1", lang="zh_CN.UTF-8")
    released = tongdan.json("merges", "release", "m-1")
    undone = tongdan("merges", "undo", "m-1")

    assert refused.exit_code == 4
    assert "TB-1" in refused.stderr
    assert "已停止" in shown.stdout
    assert len(released["members"]) == 2
    assert "undone" in undone.stdout


def test_merges_are_listed_and_filtered(tongdan: Command, ids: list[str]) -> None:
    tongdan("merges", "create", *ids, "--id", "m-1")

    assert "m-1" in tongdan("merges", "list").stdout
    assert "m-1" not in tongdan("merges", "list", "--stage", "shipped").stdout


def test_candidates_say_why_in_both_languages(
    tongdan: Command, acme: Merchant, ids: list[str]
) -> None:
    acme.call("POST", f"/v1/orders/{ids[1]}/hold", {})

    english = tongdan("merges", "candidates", ids[0])
    chinese = tongdan("merges", "candidates", ids[0], lang="zh_CN.UTF-8")

    assert "TB-2" in english.stdout
    assert "held" in english.stdout
    assert "已挂起" in chinese.stdout


@pytest.mark.parametrize("text", ["1", "1=sf", "x=sf:1"])
def test_what_is_no_box_is_a_usage_error(tongdan: Command, text: str) -> None:
    refused = tongdan("merges", "ship", "m-1", "--box", text)

    assert refused.exit_code == 2
    assert text in refused.stderr
