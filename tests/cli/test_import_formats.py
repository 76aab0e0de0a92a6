"""Orders from JSON Lines, CSV and XLSX, in the encodings that spreadsheets write."""

import codecs
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli import files
from tests.cli.conftest import Command
from tests.support import build


def only_order(tongdan: Command) -> Any:
    (listed,) = tongdan.json("orders", "list")["orders"]
    return tongdan.json("orders", "show", listed["id"], "--purpose", "test")


def import_table(tongdan: Command, file: Path) -> Any:
    return tongdan.json("orders", "import", str(file), "--shop", "tmall")


def test_json_lines_come_in_as_the_api_takes_them(tongdan: Command, tmp_path: Path) -> None:
    file = files.jsonl(tmp_path / "orders.jsonl", files.orders(3))

    summary = tongdan.json("orders", "import", str(file))

    assert (summary["read"], summary["accepted"], summary["faults"]) == (3, 3, 0)
    assert len(tongdan.json("orders", "list")["orders"]) == 3


def test_the_same_file_again_is_harmless(tongdan: Command, tmp_path: Path) -> None:
    file = files.jsonl(tmp_path / "orders.jsonl", files.orders(3))
    tongdan("orders", "import", str(file))

    again = tongdan.json("orders", "import", str(file))

    assert (again["accepted"], again["repeated"]) == (0, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_csv_comes_in_whatever_its_encoding(
    tongdan: Command, tmp_path: Path, encoding: str
) -> None:
    rows = [files.row("TB-1"), files.row("TB-1", "杯盖", 1, "1,234.5")]
    file = files.table(tmp_path / "orders.csv", rows, encoding=encoding)

    summary = import_table(tongdan, file)

    assert (summary["read"], summary["accepted"]) == (1, 1)
    order = only_order(tongdan)
    assert order["number"] == "TB-1"
    assert order["placed_at"] == "2026-11-20T02:00:00.000+00:00"  # China's clock
    assert order["receiver"]["address"] == "文三路 1 号"
    lines = [(line["sku"], line["quantity"], line["unit_price"]) for line in order["lines"]]
    assert lines == [("mug", 2, 900), ("杯盖", 1, 123450)]
    assert order["amounts"]["total"] == 1800 + 123450


def test_a_byte_order_mark_before_json_is_no_fault(tongdan: Command, tmp_path: Path) -> None:
    file = files.jsonl(tmp_path / "orders.jsonl", files.orders(1))
    file.write_bytes(codecs.BOM_UTF8 + file.read_bytes())

    assert tongdan.json("orders", "import", str(file))["accepted"] == 1


def test_a_workbook_comes_in_with_its_own_numbers_and_times(
    tongdan: Command, tmp_path: Path
) -> None:
    row = files.row("TB-1", price=9.9)
    row[1], row[3] = datetime(2026, 11, 20, 10, 0), 13812345678  # noqa: DTZ001 - as Excel has it
    file = files.workbook(tmp_path / "orders.xlsx", [row])

    summary = import_table(tongdan, file)

    assert summary["accepted"] == 1, summary
    order = only_order(tongdan)
    assert order["placed_at"] == "2026-11-20T02:00:00.000+00:00"
    assert order["receiver"]["phone"] == "13812345678"
    assert order["lines"][0]["unit_price"] == 990


def test_english_columns_and_fen_and_semicolons(tongdan: Command, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "shop;number;placed_at;receiver;phone;province;city;address;sku;quantity;unit_price_fen;"
        "tags;cod;freight\n"
        "tmall;A-1;2026-11-20T10:00:00Z;Wang;13812345678;浙江省;杭州市;Road 1;mug;3;905;"
        "vip,首单;否;12\n"
    )

    summary = tongdan.json("orders", "import", str(file))

    assert summary["accepted"] == 1, summary
    order = only_order(tongdan)
    assert order["placed_at"] == "2026-11-20T10:00:00.000+00:00"
    assert order["lines"][0]["unit_price"] == 905
    assert (order["amounts"]["freight"], order["amounts"]["total"]) == (1200, 3 * 905 + 1200)
    assert order["tags"] == ["vip", "首单"]


def test_rows_of_one_order_need_not_be_neighbours(tongdan: Command, tmp_path: Path) -> None:
    names = [("A", "s1"), ("B", "s2"), ("A", "s3"), ("C", "s4"), ("B", "s5"), ("A", "s6")]
    file = files.table(tmp_path / "orders.csv", [files.row(n, sku) for n, sku in names])

    summary = import_table(tongdan, file)

    assert (summary["read"], summary["accepted"]) == (3, 3)
    listed = tongdan.json("orders", "list")["orders"]
    assert {each["number"]: each["lines"] for each in listed} == {"A": 3, "B": 2, "C": 1}


def test_a_value_of_the_order_may_stand_in_its_first_row_alone(
    tongdan: Command, tmp_path: Path
) -> None:
    second = ["TB-1", *[""] * 7, "lid", 1, "2.00"]
    file = files.table(tmp_path / "orders.csv", [files.row("TB-1"), second])

    assert import_table(tongdan, file)["accepted"] == 1
    assert len(only_order(tongdan)["lines"]) == 2


def test_an_empty_time_of_payment_means_unpaid(tongdan: Command, tmp_path: Path) -> None:
    header = [*files.CHINESE, "付款时间"]
    file = files.table(tmp_path / "orders.csv", [[*files.row("TB-1"), ""]], header)

    import_table(tongdan, file)

    assert only_order(tongdan)["payment"]["state"] == "unpaid"


def test_numbers_wrapped_against_spreadsheets_are_unwrapped(
    tongdan: Command, tmp_path: Path
) -> None:
    file = files.table(tmp_path / "orders.csv", [files.row('="1234567890123456789"')])

    import_table(tongdan, file)

    assert only_order(tongdan)["number"] == "1234567890123456789"


def test_orders_without_a_shop_get_the_one_that_is_named(tongdan: Command, tmp_path: Path) -> None:
    order = build.document("A-1")
    del order["shop"]
    file = files.jsonl(tmp_path / "orders.jsonl", [order])

    assert tongdan.json("orders", "import", str(file))["refused"] == 1
    assert tongdan.json("orders", "import", str(file), "--shop", "tmall")["accepted"] == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old .xls"),
        (b"PK\x03\x04 torn", "cannot be opened"),
        (b'[{"shop": 1}]', "one order a line"),
        ("姓名,电话\n王,1\n".encode(), "Columns are missing: number"),
        ("number,quantity,sku,订单编号\n".encode(), "twice: number, 订单编号"),
    ],
)
def test_what_is_no_file_of_orders_is_refused_as_a_whole(
    tongdan: Command, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "orders"
    file.write_bytes(content)

    refused = tongdan("orders", "import", str(file))

    assert refused.exit_code == 4
    assert said in refused.stderr
    assert not tongdan.door.requests


def test_every_column_is_named_with_the_field_that_it_fills(tongdan: Command) -> None:
    columns = {each["column"]: each for each in tongdan.json("orders", "columns")["columns"]}

    assert columns["unit_price"]["field"] == "lines[].unit_price"
    assert "单价" in columns["unit_price"]["aliases"]
    assert columns["unit_price_fen"]["aliases"] == ["单价(分)", "商品单价(分)"]
    names = [name for each in columns.values() for name in (each["column"], *each["aliases"])]
    assert len(names) == len(set(names))


def test_no_such_file_is_not_found(tongdan: Command, tmp_path: Path) -> None:
    assert tongdan("orders", "import", str(tmp_path / "none.csv")).exit_code == 3
