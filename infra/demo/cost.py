"""What these orders would cost: some of them go their way again, metered, in a fresh process."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.bench.prices import Bill
from infra.demo import merchant
from infra.demo.orders import Document
from infra.local.home import ROOT
from shared.domain.order import Order, Status, id_for

ARRIVED = (Status.PLANNED, Status.SHIPPED)
ORDERS = 103  # three of them warm up
PLENTY = 100_000


@dataclass(frozen=True, slots=True)
class Metered:
    orders: int
    bill: Bill


def measure(documents: list[Document], found: dict[str, Order]) -> Metered | None:
    """Of orders that arrived in parcels; None if no order did."""
    chosen = _chosen(documents, found)
    if len(chosen) < ORDERS // 10:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.json"
        file.write_text(json.dumps(_order_book(chosen)), encoding="utf-8")
        command = [sys.executable, "-m", "infra.bench.sampling", str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    return Metered(answer["orders"], Bill(**answer["bill"]))


def _chosen(documents: list[Document], found: dict[str, Order]) -> list[Document]:
    """Evenly from all shops, as they were sent."""
    arrived = [each for each in documents if _status(each, found) in ARRIVED]
    return arrived[:: max(1, len(arrived) // ORDERS)][:ORDERS]


def _status(document: Document, found: dict[str, Order]) -> Status | None:
    order = found.get(id_for(merchant.TENANT, document["shop"], document["number"]))
    return order.status if order else None


def _order_book(orders: Iterable[Document]) -> Document:
    chosen = list(orders)
    return {
        "warehouses": merchant.WAREHOUSES,
        "shops": merchant.SHOPS,
        "stock": [[sku, where, PLENTY] for sku in sorted(_skus(chosen)) for where in _places()],
        "orders": chosen,
    }


def _skus(orders: list[Document]) -> set[str]:
    known = {shop_sku: sku for shop in merchant.SHOPS for shop_sku, sku in shop["skus"].items()}
    lines = [line for order in orders for line in order["lines"]]
    return {line.get("sku") or known[line["shop_sku"]] for line in lines}


def _places() -> list[str]:
    return [warehouse["id"] for warehouse in merchant.WAREHOUSES]
