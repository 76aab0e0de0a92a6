"""Units set aside and transfers from the command line."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.support.build import Merchant


@pytest.fixture(autouse=True)
def _stocked(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    acme.put_stock("hat", 10)


def test_units_are_set_aside_changed_and_given_back(tongdan: Command, acme: Merchant) -> None:
    first = tongdan.json("holds", "set", "h-1", "mug=4", "--warehouse", "hz", "--note", "样品")
    second = tongdan.json("holds", "set", "h-1", "mug=6", "hat=1", "--warehouse", "hz")

    assert (first["kind"], first["note"]) == ("manual", "样品")
    assert [(line["sku"], line["units"]) for line in second["lines"]] == [("hat", 1), ("mug", 6)]
    assert acme.stock("mug") == (4, 6)

    released = tongdan.json("holds", "release", "h-1", "none")
    assert released["done"] == [{"id": "h-1", "state": "released"}]
    assert [one["id"] for one in released["failed"]] == ["none"]
    assert acme.stock("mug") == (10, 0)


def test_a_hold_can_be_for_one_shop_until_a_time(tongdan: Command) -> None:
    made = tongdan.json(
        *("holds", "set", "h-1", "mug=4", "--warehouse", "hz", "--kind", "appointed"),
        *("--shop", "tmall", "--until", "2099-01-01T00:00:00Z", "--limit", "5"),
    )

    assert (made["shop"], made["limit"]) == ("tmall", 5)
    assert made["until"].startswith("2099-01-01")


def test_lines_are_read_from_a_spreadsheets_csv(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    file = tmp_path / "lines.csv"
    file.write_text("商品编码,数量\nmug,3\nhat,4\n", encoding="gb18030")

    done = tongdan("holds", "set", "h-1", "--file", str(file), "--warehouse", "hz")

    assert done.exit_code == 0, done.output
    assert (acme.stock("mug"), acme.stock("hat")) == ((7, 3), (6, 4))


@pytest.mark.parametrize("text", ["mug", "mug=", "=3", "mug=x"])
def test_what_is_no_line_is_a_usage_error(tongdan: Command, text: str) -> None:
    refused = tongdan("holds", "set", "h-1", text, "--warehouse", "hz")

    assert refused.exit_code == 2
    assert text in refused.stderr


def test_holds_are_listed_and_shown_in_both_languages(tongdan: Command) -> None:
    tongdan("holds", "set", "h-1", "mug=4", "--warehouse", "hz", "--kind", "exchange")

    english = tongdan("holds", "list", "--kind", "exchange", "--sku", "mug")
    chinese = tongdan("holds", "show", "h-1", lang="zh_CN.UTF-8")

    assert "exchange" in english.stdout
    assert "open" in english.stdout
    assert "换货" in chinese.stdout
    assert "进行中" in chinese.stdout
    assert tongdan.json("holds", "list", "--state", "released")["holds"] == []


def test_what_lacks_units_is_named(tongdan: Command) -> None:
    short = tongdan("holds", "set", "h-1", "mug=4", "hat=11", "--warehouse", "hz")

    assert short.exit_code == 4
    assert "lines[1].units: is short of stock: 11 needed (short)" in short.stderr


def begun(tongdan: Command) -> None:
    made = tongdan("transfers", "create", "mug=5", "--id", "t-1", "--from", "hz", "--to", "gz")
    assert made.exit_code == 0, made.output


def test_a_transfer_is_sent_and_received_in_parts(tongdan: Command, acme: Merchant) -> None:
    begun(tongdan)

    tongdan.json("transfers", "send", "t-1", "mug=4", "--close")
    part = tongdan.json("transfers", "receive", "t-1", "mug=2+1")
    done = tongdan.json("transfers", "close", "t-1", "--reason", "破损")

    assert part["state"] == "part-received"
    (line,) = done["lines"]
    assert (line["received"], line["damaged"], line["lost"], line["dropped"]) == (2, 1, 1, 1)
    assert (acme.stock("mug"), acme.stock("mug", "gz")) == ((6, 0), (2, 0))


def test_all_of_a_transfer_is_sent_and_received(tongdan: Command, acme: Merchant) -> None:
    begun(tongdan)

    tongdan("transfers", "send", "t-1")
    done = tongdan.json("transfers", "receive", "t-1")

    assert done["state"] == "done"
    assert acme.stock("mug", "gz") == (5, 0)


def test_what_arrived_is_read_from_a_csv(tongdan: Command, acme: Merchant, tmp_path: Path) -> None:
    begun(tongdan)
    tongdan("transfers", "send", "t-1")
    file = tmp_path / "arrived.csv"
    file.write_text("sku,good,damaged\nmug,3,1\n")

    part = tongdan.json("transfers", "receive", "t-1", "--file", str(file))

    assert (part["lines"][0]["received"], part["lines"][0]["damaged"]) == (3, 1)


def test_transfers_are_listed_shown_and_cancelled(tongdan: Command, acme: Merchant) -> None:
    begun(tongdan)

    assert "t-1" in tongdan("transfers", "list", "--state", "open", "--sku", "mug").stdout
    assert "调出仓" in tongdan("transfers", "show", "t-1", lang="zh_CN.UTF-8").stdout
    assert tongdan.json("transfers", "cancel", "t-1")["state"] == "cancelled"
    assert tongdan("transfers", "send", "t-1").exit_code == 4
    assert tongdan("transfers", "show", "none").exit_code == 3
    assert acme.stock("mug") == (10, 0)
