"""Merchants and what belongs to them: one shelf for each kind of thing."""

from collections.abc import Iterable, Iterator

from shared.domain.carrier import Carrier
from shared.domain.content import Line
from shared.domain.errors import NotFound
from shared.domain.merchant import Blacklisted, Shop, Tenant, Webhook
from shared.domain.payment import Account
from shared.domain.place import Warehouse
from shared.store.items import Items
from shared.store.pack import unpack
from shared.store.shelf import Shelf
from shared.store.table import MerchantRow, connection

tenants = Shelf("tenant", Tenant)
shops = Shelf("shop", Shop)
warehouses = Shelf("warehouse", Warehouse)
webhooks = Shelf("webhook", Webhook)
carriers = Shelf("carrier", Carrier)
blacklist = Shelf("blacklist", Blacklisted)
payment_accounts = Shelf("payment-account", Account)
items = Items()
items_of = items.known_of
kits_with = items.kits_with


def tax_rates(tenant: str, lines: Iterable[Line]) -> dict[str, int | None]:
    """The tax rate of what these lines sell; may be some seconds old."""
    found = items_of(tenant, sorted({line.sku for line in lines if line.sku}))
    return {sku: item.tax_rate for sku, item in found.items()}


def all_tenants() -> Iterator[Tenant]:
    """Every tenant there is, in no order: a scan of the small table, for administrators."""
    connection()
    for row in MerchantRow.scan(MerchantRow.sk.startswith("tenant#")):
        yield unpack(row.body, Tenant)


def tenant(tenant_id: str) -> Tenant:
    """The tenant itself, remembered for a while."""
    found = tenants.known(tenant_id, tenant_id)
    if found is None:
        raise NotFound(kind="tenant", id=tenant_id)
    return found
