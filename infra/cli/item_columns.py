"""The columns of a table of items, and how a cell is written back as it was read.

Amounts are yuan with at most two decimals, or fen where the English name ends in `_fen`.
"""

import re
from decimal import Decimal
from typing import Any

from infra.cli.importing import cells
from infra.cli.importing.cells import Unread
from infra.cli.importing.columns import Column, money
from infra.cli.output import yuan
from infra.cli.tables.reading import Kind
from infra.cli.words import Words

PART = re.compile(r"(.+?)(?:\*(\d{1,7}))?(?:@(\d{1,3}(?:\.\d{1,2})?)%?)?")
RATE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*[%％]?", re.ASCII)
LEVEL = re.compile(r"(.+?)[:：](\d{1,7})")
PICKS = {"全部": "all", "任选": "one", "任选一件": "one"}
MONEY = ("cost", "price", "floor_price")


def parts(cell: Any) -> list[dict[str, Any]]:
    """`mug*2@60|hat@40`: SKU, how many (1), and its share of the price in per cent (0)."""
    found = [PART.fullmatch(part) for part in _pieces(cell)]
    if not all(found):
        raise Unread("not-parts")
    return [
        {
            "sku": part[1].strip(),
            "quantity": int(part[2] or 1),
            "share": int(Decimal(part[3] or 0) * 100),
        }
        for part in found
        if part
    ]


def safety(cell: Any) -> dict[str, int]:
    """`hz:20|*:5`: units by warehouse, with `*` for the others; a number alone is for all."""
    written = cells.text(cell)
    if written.isdecimal():
        return {"*": int(written)}
    found = [LEVEL.fullmatch(level) for level in _pieces(written)]
    if not all(found):
        raise Unread("not-safety")
    return {level[1].strip(): int(level[2]) for level in found if level}


def rate(cell: Any) -> int:
    """`13%`, or 13: per cent; a spreadsheet's own per cents are fractions, 0.13."""
    written = RATE.fullmatch(str(cell).strip())
    if not written:
        raise Unread("not-a-rate")
    fraction = isinstance(cell, float) and cell < 1
    parts = Decimal(written[1]) * (10_000 if fraction else 100)
    if parts != parts.to_integral_value():
        raise Unread("not-a-rate")
    return int(parts)


def pick(cell: Any) -> str:
    return PICKS.get(str(cell), str(cell))


COLUMNS: tuple[Column, ...] = (
    Column("sku", "id", cells.text, ("商品编码", "商家编码", "规格编码")),
    Column("name", "name", cells.text, ("商品名称", "名称")),
    Column("barcode", "barcode", cells.text, ("条码", "商品条码")),
    Column("category", "category", cells.text, ("分类", "类目")),
    Column("unit", "unit", cells.text, ("单位",)),
    Column("weight", "weight", cells.whole, ("重量(克)", "重量")),
    Column("volume", "volume", cells.whole, ("体积(立方厘米)", "体积")),
    *money("cost", "cost", "成本", "成本价"),
    *money("price", "price", "售价", "常规售价"),
    *money("floor_price", "floor_price", "最低价", "最低售价"),
    Column("tax_code", "tax_code", cells.text, ("税收分类编码", "税收编码")),
    Column("tax_rate", "tax_rate", rate, ("税率",)),
    Column("lots", "lots", cells.flag, ("批次管理", "批次")),
    Column("shelf_life", "shelf_life", cells.whole, ("保质期(天)", "保质期")),
    Column("no_receive", "no_receive", cells.whole, ("禁收天数",)),
    Column("no_sale", "no_sale", cells.whole, ("禁售天数",)),
    Column("near_expiry", "near_expiry", cells.whole, ("临期天数",)),
    Column("safety", "safety", safety, ("安全库存",)),
    Column("lead_days", "lead_days", cells.whole, ("采购天数", "采购周期")),
    Column("service", "service", cells.whole, ("服务水平",)),
    Column("parts", "parts", parts, ("组成", "套装组成")),
    Column("pick", "pick", pick, ("套装方式",)),
    Column("virtual", "virtual", cells.flag, ("虚拟商品", "虚拟")),
    Column("group", "group", cells.text, ("存放分组",)),
    Column("supplier", "supplier", cells.text, ("供货方", "供应商")),
    Column("active", "active", cells.flag, ("启用",)),
)
ITEMS = Kind(COLUMNS, ("sku", "name"))
WRITTEN = tuple(column for column in COLUMNS if not column.name.endswith("_fen"))


def row(item: dict[str, Any], words: Words) -> list[Any]:
    """An item as the cells of WRITTEN."""
    return [_written(column.path, item[column.path], words) for column in WRITTEN]


def parts_text(made_of: list[dict[str, Any]]) -> str:
    return "|".join(f"{p['sku']}*{p['quantity']}@{_percent(p['share'])}" for p in made_of)


def _written(name: str, value: Any, words: Words) -> Any:
    if name in MONEY:
        return yuan(value).replace(",", "")
    if name == "tax_rate":
        return "" if value is None else f"{_percent(value)}%"
    match value:
        case bool():
            return words("yes" if value else "not")
        case dict():
            return "|".join(f"{warehouse}:{units}" for warehouse, units in value.items())
        case list():
            return parts_text(value)
    return value


def _percent(share: int) -> str:
    return f"{Decimal(share) / 100:f}"


def _pieces(cell: Any) -> list[str]:
    return [piece.strip() for piece in re.split(r"[|｜]", str(cell))]
