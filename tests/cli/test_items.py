"""Items and a shop's codes from the command line: tables in and out, one by one."""

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from infra.cli import item_columns
from infra.cli.importing.cells import Unread
from infra.cli.item_columns import COLUMNS, WRITTEN
from infra.local.adapter import Request
from infra.local.gateway import Answer
from shared.store import merchants
from tests.cli import files
from tests.cli.conftest import Command
from tests.cli.door import reply
from tests.support.build import Merchant

HEADER = ("商品编码", "商品名称", "成本", "安全库存", "组成")
ROWS: list[list[Any]] = [
    ["set", "两件套", "", "", "mug*2@60|lid@40"],
    ["mug", "马克杯", "12.50", "hz:20|*:5", ""],
    ["lid", "杯盖", "3", "4", ""],
]
FULL = {
    "id": "tea",
    "name": "=茶叶",
    "barcode": "0690123456789",
    "category": "食品",
    "unit": "罐",
    "weight": 350,
    "volume": 900,
    "cost": 123456,
    "price": 2900,
    "floor_price": 1900,
    "tax_code": "1060201990000000000",
    "tax_rate": 1300,
    "lots": True,
    "shelf_life": 365,
    "no_receive": 120,
    "no_sale": 30,
    "near_expiry": 60,
    "safety": {"hz": 20, "*": 5},
    "lead_days": 7,
    "service": 98,
    "virtual": True,
    "group": "冷藏",
    "supplier": "乳业",
    "active": False,
}


def table(path: Path, rows: list[list[Any]] = ROWS, header: tuple[str, ...] = HEADER) -> Path:
    return files.table(path, rows, header)


def put(acme: Merchant, *items: dict[str, Any]) -> None:
    for each in items:
        assert acme.call("POST", "/v1/items", each).status == 201


def test_a_table_of_items_is_brought_in_kits_after_their_parts(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    done = tongdan.json("items", "import", str(table(tmp_path / "items.csv")))

    assert (done["read"], done["created"], done["faults"]) == (3, 3, 0)
    mug, kit, lid = (merchants.items.get(acme.id, sku) for sku in ("mug", "set", "lid"))
    assert (mug.cost, mug.safety, lid.safety) == (1250, {"hz": 20, "*": 5}, {"*": 4})
    assert [(p.sku, p.quantity, p.share) for p in kit.parts] == [
        ("mug", 2, 6000),
        ("lid", 1, 4000),
    ]
    again = tongdan.json("items", "import", str(tmp_path / "items.csv"))
    assert again["unchanged"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_may_be_in_any_usual_encoding(
    tongdan: Command, acme: Merchant, tmp_path: Path, encoding: str
) -> None:
    file = files.table(tmp_path / "items.csv", [["杯", "马克杯"]], HEADER[:2], encoding)

    assert tongdan("items", "import", str(file)).exit_code == 0
    assert merchants.items.get(acme.id, "杯").name == "马克杯"


def test_a_workbook_with_english_columns_is_read_too(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    header = ("SKU", "Name", "Barcode", "Cost", "cost_fen", "Shelf life", "Lots", "Notes")
    row = [10086, "mug", 6901234567892, "", 1250, 30, "yes", "not read"]
    file = files.workbook(tmp_path / "items.xlsx", [row], header)

    assert tongdan("items", "import", str(file)).exit_code == 0
    item = merchants.items.get(acme.id, "10086")
    assert (item.barcode, item.cost, item.shelf_life, item.lots) == (
        "6901234567892",
        1250,
        30,
        True,
    )


@pytest.mark.parametrize(
    ("cell", "rate"),
    [("13%", 1300), (13, 1300), (0.13, 1300), ("9 %", 900), ("0.5%", 50), (0, 0)],
)
def test_a_tax_rate_is_read_as_people_write_it(cell: Any, rate: int) -> None:
    assert item_columns.rate(cell) == rate


@pytest.mark.parametrize("cell", ["exempt", "1.234%", "-3%", ""])
def test_what_is_no_tax_rate_is_not_read(cell: str) -> None:
    with pytest.raises(Unread, match="not-a-rate"):
        item_columns.rate(cell)


FAULTY: list[tuple[list[Any], str, str]] = [
    (["", "无编码", "", "", ""], "商品编码", "missing"),
    (["hat", "", "", "", ""], "商品名称", "missing"),
    (["hat", "帽", "9.999", "", ""], "成本", "not-yuan"),
    (["hat", "帽", "", "many", ""], "安全库存", "not-safety"),
    (["hat", "帽", "", "moon:1", ""], "安全库存", "unknown-warehouse"),
    (["box", "盒", "", "", "mug*2@60||lid"], "组成", "not-parts"),
    (["box", "盒", "", "", "mug*2@60|lid@39"], "组成", "shares-short"),
    (["box", "盒", "", "", "mug*2@60|lid@41"], "组成", "shares-over"),
    (["box", "盒", "", "", "mug@60|none@40"], "组成", "unknown-item"),
    (["box", "盒", "", "", "set@100"], "组成", "nested-kit"),
    (["mug", "又一个", "", "", ""], "商品编码", "twice"),
]


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_faulty_row_is_listed_with_its_column_and_what_is_wrong(
    tongdan: Command, tmp_path: Path, *, dry_run: bool
) -> None:
    rows = [*ROWS, *(row for row, _, _ in FAULTY)]
    rows = [[f"box{no}" if row[0] == "box" else row[0], *row[1:]] for no, row in enumerate(rows)]
    rows = [[f"hat{no}" if row[0] == "hat" else row[0], *row[1:]] for no, row in enumerate(rows)]
    file = table(tmp_path / "items.csv", rows)

    done = tongdan("items", "import", str(file), *(["--dry-run"] if dry_run else []))

    told = [(fault["row"], fault["field"], fault["code"]) for fault in files.errors(file)]
    assert told == [(str(no), field, code) for no, (_, field, code) in enumerate(FAULTY, 5)]
    assert all(fault["message"] for fault in files.errors(file))
    assert done.exit_code == (4 if dry_run else 5)
    listed = tongdan.json("items", "list")["items"]
    assert [each["id"] for each in listed] == ([] if dry_run else ["lid", "mug", "set"])


def test_faults_are_said_in_the_readers_language(tongdan: Command, tmp_path: Path) -> None:
    rows = [["mug", "杯", "", "", ""], ["set", "套", "", "", "mug*2@60|none@39"]]
    file = table(tmp_path / "items.csv", rows)

    tongdan("items", "import", str(file), "--dry-run", lang="zh_CN.UTF-8")

    (fault,) = files.errors(file)
    assert "不足100%" in fault["message"]


def test_a_fault_names_the_part_that_it_is_about(tongdan: Command, tmp_path: Path) -> None:
    rows = [["mug", "杯", "", "", ""], ["set", "套", "", "", "mug@60|none@40"]]
    file = table(tmp_path / "items.csv", rows)

    tongdan("items", "import", str(file), "--dry-run")

    assert files.errors(file)[0]["message"] == "none: is not an item of yours"


def test_a_dry_run_of_many_rows_knows_the_parts_of_other_batches(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    many = [[f"i-{no:03d}", f"第{no}件", "", "", ""] for no in range(240)]
    kits = [
        [f"k-{no}", "套", "", "", f"i-{no:03d}@50|i-{no + 100:03d}@50"] for no in range(0, 100, 5)
    ]
    file = table(tmp_path / "items.csv", [*kits, *many])

    dry = tongdan.json("items", "import", str(file), "--dry-run")
    before = merchants.items.page(acme.id, "", 1)
    real = tongdan.json("items", "import", str(file))

    assert (dry["created"], dry["faults"], before) == (260, 0, [])
    assert (real["created"], real["faults"]) == (260, 0)


@pytest.mark.parametrize("name", ["items.csv", "items.xlsx"])
@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_what_is_exported_is_what_was_there_and_can_be_brought_in_again(
    tongdan: Command, acme: Merchant, tmp_path: Path, name: str, lang: str
) -> None:
    parts = [{"sku": "mug", "quantity": 2, "share": 6005}, {"sku": "lid", "share": 3995}]
    one_of = [{"sku": "mug"}, {"sku": "lid", "quantity": 3}]
    put(
        acme,
        FULL,
        {"id": "mug", "name": "'quoted"},
        {"id": "lid", "name": "-盖"},
        {"id": "set", "name": "套", "parts": parts},
        {"id": "any", "name": "任选", "parts": one_of, "pick": "one"},
    )
    file = tmp_path / name

    done = tongdan("items", "export", str(file), lang=lang)
    again = tongdan.json("items", "import", str(file))

    assert done.exit_code == 0, done.output
    assert (again["read"], again["unchanged"]) == (5, 5), again
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [name]


def test_the_columns_of_an_export_are_in_the_readers_language(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    put(acme, FULL)

    tongdan("items", "export", str(tmp_path / "a.csv"), lang="zh_CN.UTF-8")
    tongdan("items", "export", str(tmp_path / "b.xlsx"))

    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as text:
        header, row = csv.reader(text)
    sheet = load_workbook(tmp_path / "b.xlsx").worksheets[0]
    assert header == [column.aliases[0] for column in WRITTEN]
    assert row[:3] == ["tea", "'=茶叶", "0690123456789"]
    assert [cell.value for cell in sheet[1]] == [column.name for column in WRITTEN]
    assert sheet["C2"].value == "0690123456789"


def test_no_two_columns_share_a_name() -> None:
    names = [name for column in COLUMNS for name in (column.name, *column.aliases)]

    assert len(names) == len(set(names))


def test_an_item_is_set_shown_listed_and_deleted(tongdan: Command, acme: Merchant) -> None:
    made = tongdan.json("items", "set", "mug/大", "name=马克杯", "cost=12.5", "safety=hz:3")
    changed = tongdan.json("items", "set", "mug/大", "active=no")
    listed = tongdan("items", "list", "--inactive", "--no-kit", "--begins", "mug")
    shown = tongdan("items", "show", "mug/大")
    gone = tongdan("items", "delete", "mug/大", "none")

    assert (made["cost"], made["safety"], made["active"]) == (1250, {"hz": 3}, True)
    assert changed == {**made, "active": False}
    assert "mug/大" in listed.stdout
    assert "12.50" in shown.stdout
    assert gone.exit_code == 5
    assert tongdan("items", "show", "mug/大").exit_code == 3


@pytest.mark.parametrize("value", ["name", "colour=red", "sku=mug", "cost=cheap", "parts=|"])
def test_a_value_that_does_not_read_is_a_usage_error(tongdan: Command, value: str) -> None:
    assert tongdan("items", "set", "mug", value).exit_code == 2


def test_kits_are_found_by_their_parts(tongdan: Command, tmp_path: Path) -> None:
    tongdan("items", "import", str(table(tmp_path / "items.csv")))

    found = tongdan("items", "list", "--kit", "--part", "lid")

    assert "mug*2@60|lid*1@40" in found.stdout


def test_a_server_that_fails_on_a_row_is_told_and_the_rest_goes_on(
    tongdan: Command, tmp_path: Path
) -> None:
    problem = {"code": "internal", "title": "Internal error"}
    result = {"index": 0, "outcome": "failed", "problem": problem}

    def fails(request: Request) -> Answer | None:
        return reply(200, {"results": [result] * 2, "counts": {"failed": 2}})

    tongdan.door.before = fails
    failed = tongdan("items", "import", str(table(tmp_path / "items.csv", ROWS[1:])))

    assert failed.exit_code == 1
    assert "Run the same command again" in failed.stderr


def test_a_table_without_its_columns_is_refused_as_a_whole(
    tongdan: Command, tmp_path: Path
) -> None:
    file = table(tmp_path / "items.csv", [["杯", "1"]], ("名称", "成本"))

    refused = tongdan("items", "import", str(file))

    assert refused.exit_code == 4
    assert "Columns are missing: sku" in refused.stderr
    assert tongdan("items", "import", str(tmp_path / "none.csv")).exit_code == 3


MAPPED = ("平台商品编码", "商品编码")


def test_codes_of_a_shop_go_in_and_out(tongdan: Command, acme: Merchant, tmp_path: Path) -> None:
    rows = [[f"T-{no:04d}", f"sku-{no}"] for no in range(1100)]
    file = table(tmp_path / "codes.csv", rows, MAPPED)

    done = tongdan.json("mappings", "import", "tmall", str(file))
    out = tongdan("mappings", "export", "tmall", str(tmp_path / "out.xlsx"))
    again = tongdan.json("mappings", "import", "tmall", str(tmp_path / "out.xlsx"))
    listed = tongdan.json("mappings", "list", "tmall", "--sku", "sku-7")

    assert (done["created"], again["unchanged"], out.exit_code) == (1100, 1100, 0)
    assert listed["skus"] == [{"shop_sku": "T-0007", "sku": "sku-7"}]


def test_a_code_without_an_item_is_removed_and_faulty_ones_are_listed(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    put(acme, {"id": "mug", "name": "杯"})
    tongdan(
        "mappings", "import", "tmall", str(table(tmp_path / "a.csv", [["T-1", "mug"]], MAPPED))
    )
    rows = [["T-1", ""], ["T-2", "none"], ["", "mug"], ["T-1", "mug"], ["T-3", "mug"]]
    file = table(tmp_path / "b.csv", rows, MAPPED)

    dry = tongdan("mappings", "import", "tmall", str(file), "--dry-run")
    told = [(fault["row"], fault["field"], fault["code"]) for fault in files.errors(file)]
    before = merchants.shops.get(acme.id, "tmall").skus
    done = tongdan.json("mappings", "import", "tmall", str(file))

    assert (dry.exit_code, before) == (4, {"T-1": "mug"})
    assert told == [
        ("3", "商品编码", "unknown-item"),
        ("4", "平台商品编码", "missing"),
        ("5", "平台商品编码", "twice"),
    ]
    assert (done["removed"], done["created"], done["refused"]) == (1, 1, 3)
    assert merchants.shops.get(acme.id, "tmall").skus == {"T-3": "mug"}


def test_a_warehouse_is_opened_with_all_that_it_has(tongdan: Command) -> None:
    options = "--kind store --address 朝阳路 --capacity 500 --shop tmall --tariff 1000:5,500:1.5"

    made = tongdan.json("warehouses", "create", "bj", *options.split(), "--negative")
    told = tongdan("audits")

    tariff = {"first_weight": 1000, "first_fee": 500, "step_weight": 500, "step_fee": 150}
    assert (made["kind"], made["capacity"], made["shops"]) == ("store", 500, ["tmall"])
    assert (made["tariff"], made["negative"]) == (tariff, True)
    assert "stock below nought: no → yes" in told.stdout
    assert tongdan("warehouses", "create", "sh", "--tariff", "5").exit_code == 2
