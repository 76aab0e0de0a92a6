"""A shelf: the rows of one kind of thing that belongs to a merchant."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from pynamodb.expressions.condition import Condition

from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Exists, NotFound, Refused, TooLarge
from shared.runtime import cache
from shared.store import claims, keys
from shared.store.pack import pack, unpack
from shared.store.table import Cancelled, MerchantRow, Put, connection, find, transact

T = TypeVar("T")
MOST_BYTES = 390_000  # of a packed thing: DynamoDB takes rows of up to 400 KiB


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
        return self.thing(row) if row else None

    def list_(self, tenant: str) -> Iterator[T]:
        connection()
        pk, prefix = keys.merchant(tenant, self.kind)
        for row in MerchantRow.query(pk, MerchantRow.sk.startswith(prefix), consistent_read=True):
            yield self.thing(row)

    def add(self, tenant: str, thing: T, claim: Claim | None = None, *beside: Put) -> None:
        """Put a new thing on the shelf, or raise Exists."""
        puts = [self.writes(tenant, thing), *beside, *claims.writes(claim)]
        self._write(puts, Exists(kind=self.kind, id=_id(thing)))

    def replace(self, tenant: str, thing: T, claim: Claim | None = None) -> None:
        """Change a thing that is there, or raise NotFound."""
        put = Put(self.row(tenant, thing), MerchantRow.pk.exists())
        self._write([put, *claims.writes(claim)], NotFound(kind=self.kind, id=_id(thing)))

    def look(self, tenant: str, row_id: str) -> tuple[T, Condition]:
        """A thing, and the condition that it still is as it was read here."""
        row = find(MerchantRow, keys.merchant(tenant, self.kind, row_id))
        if row is None:
            raise NotFound(kind=self.kind, id=row_id)
        return self.thing(row), MerchantRow.body == row.body

    def change(
        self, tenant: str, thing: T, same: Condition, claim: Claim | None, *beside: Put
    ) -> None:
        """Write what was made of a thing that is as it was when we looked, or raise Conflict."""
        put = Put(self.row(tenant, thing), same)
        self._write([put, *beside, *claims.writes(claim)], Conflict())

    def remove(self, tenant: str, row_id: str, claim: Claim | None = None) -> None:
        row = MerchantRow(*keys.merchant(tenant, self.kind, row_id))
        try:
            transact(deletes=[row], puts=claims.writes(claim))
        except Cancelled as cancelled:
            raise claims.lost(cancelled.puts, NotFound(kind=self.kind, id=row_id)) from cancelled
        cache.forget()

    def writes(self, tenant: str, thing: T) -> Put:
        return Put(self.row(tenant, thing), MerchantRow.pk.does_not_exist())

    def row(self, tenant: str, thing: T) -> MerchantRow:
        body = pack(thing)
        if len(body) > MOST_BYTES:
            raise TooLarge(limit=MOST_BYTES)
        return MerchantRow(*keys.merchant(tenant, self.kind, _id(thing)), body=body)

    def thing(self, row: MerchantRow) -> T:
        return unpack(row.body, self.of)

    def _write(self, puts: list[Put], refusal: Refused) -> None:
        try:
            transact(puts=puts)
        except Cancelled as cancelled:
            raise claims.lost(cancelled.puts[1:], refusal) from cancelled
        cache.forget()


def _id(thing: Any) -> str:
    return str(thing.id)
