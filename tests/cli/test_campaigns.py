"""tongdan campaigns, groups: made from a file, shown with what they have sold."""

import json
from pathlib import Path

from tests.cli.conftest import Command
from tests.support import sales
from tests.support.build import Merchant


def test_a_group_buy_is_made_from_a_file_and_seen(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    sales.stocked(acme, 5)
    file = tmp_path / "two.json"
    file.write_text(json.dumps(sales.grouping()))

    made = tongdan("campaigns", "create", str(file), "--lang", "zh")
    order = sales.bought(acme, "two", "amy")
    shown = tongdan("campaigns", "show", "two", "--lang", "zh").stdout
    listed = tongdan("groups", "list", "--campaign", "two", "--lang", "en").stdout
    one = tongdan("groups", "show", order, "--lang", "zh").stdout
    body = {name: part for name, part in sales.grouping(name="新名字").items() if name != "id"}
    file.write_text(json.dumps(body))
    changed = tongdan("campaigns", "change", "two", str(file), "--lang", "zh").stdout
    stopped = tongdan("campaigns", "stop", "two", "--lang", "en").stdout

    assert made.exit_code == 0
    assert "两人团" in made.stdout
    assert "mug 7.00" in shown
    assert "mug x 1" in shown
    assert "进行中 1" in shown
    assert order in listed
    assert "团长" in one
    assert "新名字" in changed
    assert "stopped" in stopped


def test_what_is_no_json_is_not_sent(tongdan: Command, acme: Merchant, tmp_path: Path) -> None:
    file = tmp_path / "two.json"
    file.write_text("no")

    assert tongdan("campaigns", "create", str(file)).exit_code == 4
    assert tongdan("campaigns", "create", str(tmp_path / "none")).exit_code == 3
