"""Merchants and what belongs to them: one shelf for each kind of thing."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from shared.domain.claim import Claim
from shared.domain.errors import Exists, NotFound
from shared.domain.merchant import Blacklisted, Shop, Tenant, Webhook
from shared.domain.place import Warehouse
from shared.runtime import cache
from shared.store import claims, keys
from shared.store.pack import pack, unpack
from shared.store.table import Cancelled, MerchantRow, Put, connection, find, transact

T = TypeVar("T")


class Shelf(Generic[T]):
    """The rows of one kind, each a dataclass with an `id`, under their tenant."""

    def __init__(self, kind: str, of: type[T]) -> None:
        self.kind, self.of = kind, of
        self.known = cache.remember(self.find)  # may be some seconds old
        self.all_known = cache.remember(lambda tenant: tuple(self.list_(tenant)))

    def get(self, tenant: str, row_id: str) -> T:
        found = self.find(tenant, row_id)
        if found is None:
            raise NotFound(kind=self.kind, id=row_id)
        return found

    def find(self, tenant: str, row_id: str) -> T | None:
        row = find(MerchantRow, keys.merchant(tenant, self.kind, row_id))
        return unpack(row.body, self.of) if row else None

    def list_(self, tenant: str) -> Iterator[T]:
        connection()
        pk, prefix = keys.merchant(tenant, self.kind)
        for row in MerchantRow.query(pk, MerchantRow.sk.startswith(prefix), consistent_read=True):
            yield unpack(row.body, self.of)

    def add(self, tenant: str, thing: T, claim: Claim | None = None) -> None:
        """Put a new thing on the shelf, or raise Exists."""
        put = self.writes(tenant, thing)
        self._write([put, *claims.writes(claim)], Exists(kind=self.kind, id=_id(thing)))

    def replace(self, tenant: str, thing: T, claim: Claim | None = None) -> None:
        """Change a thing that is there, or raise NotFound."""
        put = Put(self.writes(tenant, thing).row, MerchantRow.pk.exists())
        self._write([put, *claims.writes(claim)], NotFound(kind=self.kind, id=_id(thing)))

    def remove(self, tenant: str, row_id: str, claim: Claim | None = None) -> None:
        row = MerchantRow(*keys.merchant(tenant, self.kind, row_id))
        try:
            transact(deletes=[row], puts=claims.writes(claim))
        except Cancelled as cancelled:
            raise claims.lost(cancelled.puts, NotFound(kind=self.kind, id=row_id)) from cancelled
        cache.forget()

    def writes(self, tenant: str, thing: T) -> Put:
        row = MerchantRow(*keys.merchant(tenant, self.kind, _id(thing)), body=pack(thing))
        return Put(row, MerchantRow.pk.does_not_exist())

    def _write(self, puts: list[Put], refusal: Exists | NotFound) -> None:
        try:
            transact(puts=puts)
        except Cancelled as cancelled:
            raise claims.lost(cancelled.puts[1:], refusal) from cancelled
        cache.forget()


def _id(thing: Any) -> str:
    return str(thing.id)


tenants = Shelf("tenant", Tenant)
shops = Shelf("shop", Shop)
warehouses = Shelf("warehouse", Warehouse)
webhooks = Shelf("webhook", Webhook)
blacklist = Shelf("blacklist", Blacklisted)


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
