"""The product in this process: a merchant that calls the application as API Gateway does.

Needs an engine (`infra.bench.engine`), since the product reads its environment once.
"""

import json
from collections.abc import Iterable
from typing import Any

from infra.bench import samples
from infra.bench.meter import Meter
from infra.bench.post import Post
from infra.local.adapter import Request
from infra.local.gateway import Gateway
from shared.domain.access import ALL, Key, digest

Document = dict[str, Any]
Reply = tuple[int, Any]


class Inside:
    """Of a new tenant, or of one whose key is given."""

    def __init__(self, tenant: str = "bench", token: str = "", *, metered: bool = True) -> None:
        import app
        from shared.store.table import connection

        self.tenant = tenant
        self.gateway = Gateway(app.app)
        self.meter = Meter()
        if metered:
            self.meter.watch(connection().client)
        self.post = Post(self.meter)
        self.token = token or new_merchant(tenant)

    def call(self, method: str, path: str, body: Any = None) -> Reply:
        status, _, content = self.gateway.answer(self.request(method, path, body))
        return status, json.loads(content)

    def request(self, method: str, path: str, body: Any = None) -> Request:
        raw = b"" if body is None else samples.raw(body)
        headers = [
            ("Authorization", f"Bearer {self.token}"),
            ("Content-Type", "application/json"),
        ]
        path, _, query = path.partition("?")
        return Request(method, path, query, headers, raw, "127.0.0.1", "bench")

    def furnish(self, warehouses: Iterable[Document], shops: Iterable[Document]) -> None:
        for warehouse in warehouses:
            self._made("/v1/warehouses", warehouse)
        for shop in shops:
            self._made("/v1/shops", shop)

    def put_stock(self, sku: str, warehouse: str, units: int) -> None:
        from shared.domain.stock import Cause, Level
        from shared.runtime import clock
        from shared.store import stock

        cause = Cause("hand", "-", clock.now())
        stock.set_on_hand(self.tenant, Level(sku, warehouse), units, cause)

    def _made(self, path: str, thing: Document) -> None:
        status, answer = self.call("POST", path, thing)
        if status != 201:  # noqa: PLR2004
            raise RuntimeError(f"{path}: {answer}")


def new_merchant(tenant: str) -> str:
    """Make a tenant and give back a key that may do everything."""
    from shared.domain.merchant import Tenant
    from shared.gateways import vault
    from shared.runtime import clock
    from shared.store import api_keys, merchants

    merchants.tenants.add(tenant, Tenant(tenant, tenant, vault.new_key(tenant), clock.now()))
    token, prefix = vault.new_token()
    api_keys.add(Key(tenant, prefix, digest(token), (ALL,), "bench", clock.now()))
    return token
