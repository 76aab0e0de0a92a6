"""Carriers, tariffs, shops and warehouses from the command line."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from shared.domain.carrier import Zone
from shared.domain.place import Tariff
from shared.store import merchants
from tests.cli import files
from tests.cli.conftest import Command
from tests.support.build import Merchant

HEADER = (
    "快递编号",
    "快递名称",
    "发货仓",
    "到达地区",
    "首重(克)",
    "首费",
    "续重(克)",
    "续费",
    "天数",
)
ROWS: list[list[Any]] = [
    ["zto", "中通", "hz", "浙江|上海", "1000", "3", "1000", "0.80", "2"],
    ["", "", "hz", "", "1000", "6.50", "1000", "4", ""],
    ["sf", "顺丰", "", "", "1000", "12", "", "", "1"],
]


def table(tmp_path: Path, rows: list[list[Any]] = ROWS) -> str:
    return str(files.table(tmp_path / "tariffs.csv", rows, HEADER))


def test_a_carrier_is_made_shown_and_taken_away(tongdan: Command, acme: Merchant) -> None:
    options = "--no-cod --divisor 8000 --remote 新疆=15 --unreached 台湾 --most-weight 30000"

    made = tongdan.json("carriers", "create", "zto", "--name", "中通", *options.split())
    shown = tongdan("carriers", "show", "zto")

    assert (made["cod"], made["divisor"], made["most_weight"]) == (False, 8000, 30_000)
    assert (made["remote"], made["unreached"]) == ({"新疆": 1500}, ["台湾"])
    assert "新疆 15.00" in shown.stdout
    assert "zto" in tongdan("carriers", "list").stdout
    assert tongdan("carriers", "delete", "zto").exit_code == 0
    assert tongdan("carriers", "show", "zto").exit_code == 3


def test_an_amount_that_is_none_is_said(tongdan: Command) -> None:
    assert tongdan("carriers", "create", "zto", "--remote", "新疆=much").exit_code == 2


def test_a_table_of_tariffs_makes_and_changes_carriers(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    tongdan("carriers", "create", "sf", "--name", "顺丰速运", "--divisor", "6000")

    done = tongdan.json("carriers", "import", table(tmp_path))

    assert (done["read"], done["created"], done["changed"], done["faults"]) == (3, 1, 1, 0)
    zto, sf = (merchants.carriers.get(acme.id, name) for name in ("zto", "sf"))
    assert zto.zones == (
        Zone(Tariff(1000, 300, 1000, 80), ("浙江", "上海"), "hz", 2),
        Zone(Tariff(1000, 650, 1000, 400), (), "hz", 0),
    )
    assert (sf.name, sf.divisor, len(sf.zones)) == ("顺丰", 6000, 1)
    assert tongdan.json("carriers", "import", table(tmp_path))["unchanged"] == 2


def test_a_carrier_with_a_faulty_row_is_left_as_it_is(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    rows = [
        ["zto", "中通", "", "浙江", "1000", "cheap", "", "", ""],
        ["sto", "申通", "", "浙江", "1000", "3", "", "", ""],
        ["yto", "圆通", "", "浙江//西湖", "1000", "3", "", "1", ""],
        ["yto", "圆通", "moon", "", "1000", "3", "", "", ""],
    ]
    file = tmp_path / "tariffs.csv"

    done = tongdan.json("carriers", "import", table(tmp_path, rows))

    assert (done["created"], done["refused"]) == (1, 2)
    assert [(f["row"], f["field"], f["code"]) for f in files.errors(file)] == [
        ("2", "首费", "not-a-number"),
        ("4", "续重(克)", "missing"),
        ("4", "到达地区", "not-an-area"),
        ("5", "发货仓", "unknown-warehouse"),
    ]
    assert [each.id for each in merchants.carriers.list_(acme.id)] == ["sto"]


def test_a_dry_run_lists_every_fault_and_writes_nothing(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    tongdan("carriers", "create", "sf", "--name", "顺丰速运")
    rows = [*ROWS, ["yto", "圆通", "moon", "浙江//西湖", "1000", "3", "", "1", ""]]
    file = tmp_path / "tariffs.csv"

    done = tongdan.json("carriers", "import", table(tmp_path, rows), "--dry-run")

    counts = (done["dry_run"], done["created"], done["changed"], done["refused"])
    assert counts == (True, 1, 1, 1)
    assert [(f["row"], f["field"], f["code"]) for f in files.errors(file)] == [
        ("5", "续重(克)", "missing"),
        ("5", "到达地区", "not-an-area"),
        ("5", "发货仓", "unknown-warehouse"),
    ]
    (kept,) = merchants.carriers.list_(acme.id)
    assert (kept.id, kept.name, kept.zones) == ("sf", "顺丰速运", ())


def test_a_table_without_carriers_is_refused(tongdan: Command, tmp_path: Path) -> None:
    file = files.table(tmp_path / "tariffs.csv", [["中通"]], ("快递名称",))

    assert tongdan("carriers", "import", str(file)).exit_code == 4


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
def test_what_is_exported_is_read_back(
    tongdan: Command, acme: Merchant, tmp_path: Path, name: str
) -> None:
    tongdan("carriers", "import", table(tmp_path))

    assert tongdan.json("carriers", "export", str(tmp_path / name))["rows"] == 3

    assert tongdan.json("carriers", "import", str(tmp_path / name))["unchanged"] == 2


def test_without_any_tariff_an_example_is_exported_that_reads(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    file = tmp_path / "template.xlsx"

    tongdan("carriers", "export", str(file))

    sheet = load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][:2] == ["zto", "中通"]
    assert tongdan.json("carriers", "import", str(file))["created"] == 1


def test_a_carrier_is_suspended_and_resumed(tongdan: Command, acme: Merchant) -> None:
    tongdan("carriers", "create", "sf")

    stopped = tongdan.json("carriers", "suspend", "sf", "--area", "新疆", "--note", "暴雪")
    shown = tongdan("carriers", "show", "sf")
    again = tongdan.json("carriers", "resume", "sf", "--area", "新疆")

    assert [(s["area"], s["note"]) for s in stopped["suspensions"]] == [("新疆", "暴雪")]
    assert "暴雪" in shown.stdout
    assert again["suspensions"] == []


def test_a_quote_shows_fees_and_refusals(tongdan: Command, acme: Merchant, tmp_path: Path) -> None:
    tongdan("carriers", "import", table(tmp_path))
    tongdan("carriers", "suspend", "sf", "--note", "暴雪")

    shown = tongdan("carriers", "quote", "浙江", "杭州", "--grams", "1500", "--warehouse", "hz")

    assert "3.80" in shown.stdout
    assert "it has stopped going there" in shown.stdout
    assert "暴雪" in shown.stdout


def test_only_what_is_given_of_a_shop_is_changed(tongdan: Command, acme: Merchant) -> None:
    tongdan("carriers", "create", "sf")
    options = "--carrier sf --code W1=hz --step finance --least-split 50 --merge --buffer 20"
    tongdan("shops", "create", "jd", "--channel", "jd", *options.split())

    changed = tongdan.json("shops", "set", "jd", "--promise", "24", "--no-merge", "--step", "")

    assert (changed["channel"], changed["carriers"], changed["promise"]) == ("jd", ["sf"], 24)
    assert (changed["warehouse_codes"], changed["least_split"]) == ({"W1": "hz"}, 5000)
    assert (changed["merge"]["on"], changed["merge"]["buffer"], changed["steps"]) == (
        False, 20, []
    )  # fmt: skip


def test_what_an_own_shop_needs_is_set_by_options(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    postage = tmp_path / "postage.json"
    postage.write_text('{"zones": [{"first_fee": 800}]}')
    options = "--deposits --pay-within 15 --priority coupon --no-hold-notes"
    tongdan("shops", "create", "mall", *options.split(), "--postage", str(postage))

    changed = tongdan.json("shops", "set", "mall", "--no-deposits", "--priority", "")

    assert (changed["deposits"], changed["pay_within"]) == (False, 15)
    assert changed["hold_notes"] is False
    assert (changed["by_priority"], changed["postage"]["zones"][0]["first_fee"]) == ([], 800)


def test_only_what_is_given_of_a_warehouse_is_changed(tongdan: Command, acme: Merchant) -> None:
    options = "--candidate manual --candidate simulated --group cold --capacity 5"
    tongdan("warehouses", "create", "bj", "--name", "北京仓", *options.split())

    changed = tongdan.json(
        "warehouses", "set", "bj", "--candidate", "", "--tariff", "1000:5,500:1"
    )

    assert (changed["name"], changed["group"], changed["capacity"]) == ("北京仓", "cold", 5)
    assert (changed["carriers"], changed["tariff"]["step_fee"]) == ([], 100)


def test_a_day_shows_what_warehouses_have_left(tongdan: Command, acme: Merchant) -> None:
    tongdan("warehouses", "set", "hz", "--capacity", "30")

    assert tongdan.json("warehouses", "capacity", "2026-12-01") == {
        "day": "2026-12-01",
        "capacities": [{"warehouse": "hz", "capacity": 30, "used": 0, "left": 30}],
    }
    assert "30" in tongdan("warehouses", "capacity").stdout
