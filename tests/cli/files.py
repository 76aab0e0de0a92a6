"""Files of orders, as merchants have them."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.support import build

CHINESE = (
    "订单编号",
    "下单时间",
    "收货人",
    "手机",
    "省",
    "市",
    "区",
    "详细地址",
    "商品编码",
    "数量",
    "单价",
)
PLACE = (
    "2026-11-20 10:00:00",
    "王小明",
    "13812345678",
    "浙江省",
    "杭州市",
    "西湖区",
    "文三路 1 号",
)


def row(number: str, sku: str = "mug", quantity: Any = 2, price: Any = "9.00") -> list[Any]:
    """One row of a table with the CHINESE columns."""
    return [number, *PLACE, sku, quantity, price]


def jsonl(path: Path, orders: Iterable[Any]) -> Path:
    lines = (
        each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in orders
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def orders(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [build.document(f"N-{no}") for no in range(first, first + count)]


def table(
    path: Path, rows: list[list[Any]], header: Iterable[str] = CHINESE, encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([list(header), *rows])
    return path


def workbook(path: Path, rows: list[list[Any]], header: Iterable[str] = CHINESE) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for cells in [list(header), *rows]:
        sheet.append(cells)
    book.save(path)
    return path


def errors(path: Path) -> list[dict[str, str]]:
    """The rows of the error file that belongs to `path`."""
    with path.with_name(path.name + ".errors.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
