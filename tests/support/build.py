"""Builders: the shortest way to a merchant, an order, a request."""

import json
from dataclasses import dataclass, field
from typing import Any

import app as product
from infra.local.adapter import Request
from infra.local.gateway import Gateway
from shared.domain import intake
from shared.domain.access import Key, digest
from shared.domain.content import Content
from shared.domain.merchant import Shop, Tenant
from shared.domain.order import Order, Parcel, Source
from shared.domain.place import Warehouse
from shared.domain.stock import Cause, Level, Place
from shared.gateways import vault
from shared.runtime import clock
from shared.store import api_keys, merchants, stock
from shared.store.table import transact

NOON = "2026-11-20T12:00:00.000+00:00"
PLACED = clock.later(clock.now(), -2 * 86400)  # never in the future, whatever the machine's date


def document(number: str = "TB-1", **change: Any) -> dict[str, Any]:
    """An order of one line as a channel sends it."""
    return {
        "shop": "tmall",
        "number": number,
        "placed_at": PLACED,
        "buyer": {"id": "buyer-1", "name": "王小明"},
        "receiver": {
            "name": "王小明",
            "phone": "13812345678",
            "province": "浙江省",
            "city": "杭州市",
            "district": "西湖区",
            "address": "文三路 1 号 2 幢 301",
        },
        "lines": [line()],
        **change,
    }


def line(
    sku: str = "mug", quantity: int = 2, unit_price: int = 900, **more: Any
) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "unit_price": unit_price, **more}


def content(**change: Any) -> Content:
    """The same, read."""
    return intake.read(document(**change), latest="9").content


def order(**change: Any) -> Order:
    """An order in memory alone, with nothing of a person encrypted."""
    given = {"tenant": "acme", "id": "1a", "shop": "tmall", "number": "TB-1", "digest": "-"}
    return Order(**{**given, "received_at": NOON, "since": NOON, "content": content(), **change})


def source(sku: str = "mug", quantity: int = 2, warehouse: str = "hz", line: int = 1) -> Source:
    return Source(line, sku, warehouse, quantity)


def parcel(no: int, *sources: Source, carrier: str = "manual", shipped_at: str = "") -> Parcel:
    return Parcel(no, sources[0].warehouse, carrier, sources, shipped_at=shipped_at)


@dataclass
class Merchant:
    """A tenant with a shop, two warehouses, and a key that may do everything."""

    id: str
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def call(
        self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str
    ) -> "Reply":
        given = {"Authorization": f"Bearer {self.token}", **self.headers}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = raw if raw is not None else None if body is None else json.dumps(body).encode()
        return request(method, path, sent, given)

    def place(self, **change: Any) -> "Reply":
        return self.call("POST", "/v1/orders", document(**change))

    def order(self, order_id: str) -> dict[str, Any]:
        return dict(self.call("GET", f"/v1/orders/{order_id}").body)

    def codes(self, order_id: str) -> list[str]:
        entries = self.call("GET", f"/v1/orders/{order_id}/timeline").body["entries"]
        return [entry["code"] for entry in entries]

    def put_stock(self, sku: str, units: int, warehouse: str = "hz") -> None:
        before = stock.find_level(self.id, Place(sku, warehouse)) or Level(sku, warehouse)
        cause = Cause("hand", "-", clock.now())
        stock.set_on_hand(self.id, before, units, cause)

    def stock(self, sku: str, warehouse: str = "hz") -> tuple[int, int]:
        """(free, held)"""
        level = stock.find_level(self.id, Place(sku, warehouse))
        return (level.free, level.held) if level else (0, 0)


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any
    headers: dict[str, str]


def merchant(tenant: str, *scopes: str) -> Merchant:
    now = clock.now()
    puts = [
        merchants.tenants.writes(tenant, Tenant(tenant, "测试商家", vault.new_key(tenant), now)),
        merchants.shops.writes(tenant, Shop("tmall", "天猫店", "tmall")),
        merchants.warehouses.writes(tenant, Warehouse("hz", "杭州仓", "浙江", "杭州市")),
        merchants.warehouses.writes(tenant, Warehouse("gz", "广州仓", "广东", "广州市")),
    ]
    transact(puts=puts)
    return Merchant(tenant, key(tenant, *scopes))


def key(tenant: str, *scopes: str) -> str:
    token, prefix = vault.new_token()
    api_keys.add(Key(tenant, prefix, digest(token), scopes or ("*",), "test", clock.now()))
    return token


def request(method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
    """Call the application as API Gateway does."""
    status, said, content = _answered(method, path, body, headers)
    return Reply(status, json.loads(content), said)


def spoken(method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """(Status, body) as it came, of routes that speak another's language."""
    status, _, content = _answered(method, path, body, headers)
    return status, content


def _answered(
    method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> tuple[int, dict[str, str], bytes]:
    raw_path, _, query = path.partition("?")
    given = Request(
        method, raw_path, query, list(headers.items()), body or b"", "", "test-request"
    )
    status, said, content = Gateway(product.app).answer(given)
    return status, dict(said), content
