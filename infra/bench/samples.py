"""The order that the benchmarks send: one of 1 or 2 lines as a channel sends it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]
WAREHOUSES: list[Document] = [
    {"id": "hz", "name": "杭州仓", "province": "浙江", "city": "杭州市"},
    {"id": "gz", "name": "广州仓", "province": "广东", "city": "广州市"},
]
SHOPS: list[Document] = [{"id": "tmall", "name": "天猫店", "channel": "tmall"}]
SKUS = ("mug", "hat")
PLACED = (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")


def order(number: str, lines: int = 1, skus: tuple[str, ...] = SKUS) -> Document:
    return {
        "shop": "tmall",
        "number": number,
        "placed_at": PLACED,
        "buyer": {"id": "buyer-1", "name": "王小明"},
        "receiver": {
            "name": "王小明",
            "phone": "13800001234",
            "province": "浙江省",
            "city": "杭州市",
            "district": "西湖区",
            "address": "文三路 1 号 2 幢 301",
        },
        "lines": [
            {"sku": sku, "title": "陶瓷马克杯 白", "quantity": 2, "unit_price": 900}
            for sku in skus[:lines]
        ],
        "payment": {"state": "paid"},
    }


def raw(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()
