"""Documents that lie beside their order, in its partition: payments, after-sales."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Generic, TypeVar

from shared.domain.errors import NotFound
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import OrderRow, Put, connection, find, find_many

T = TypeVar("T")
LAST = "\U0010ffff"  # no text stands behind it


class Beside(Generic[T]):
    """The documents of one kind: frozen dataclasses with `order`, `no`, `created_at`, `version`.

    `no` is a text, unique in its order. A document's place in lists is "created_at#order#no".
    """

    def __init__(self, kind: str, of: type[T]) -> None:
        self.kind, self.type = kind, of

    def get(self, tenant: str, order_id: str, no: str) -> T:
        found = self.find(tenant, order_id, no)
        if found is None:
            raise NotFound(kind=self.kind, id=f"{order_id}-{no}")
        return found

    def find(self, tenant: str, order_id: str, no: str) -> T | None:
        row = find(OrderRow, keys.beside(tenant, order_id, self.kind, no))
        return self._from(row) if row else None

    def of(self, tenant: str, order_id: str) -> list[T]:
        """All of an order's, in the order of their numbers."""
        connection()
        pk, prefix = keys.beside(tenant, order_id, self.kind)
        rows = OrderRow.query(pk, OrderRow.sk.startswith(prefix), consistent_read=True)
        return list(map(self._from, rows))

    def writes(self, tenant: str, document: T, *, due: str = "", waits: bool = False) -> Put:
        """The row, on condition that nobody wrote it since it was read.

        `due`: when the clock must look at it; `waits`: a person must, so `desk` lists it.
        """
        read: Any = document
        row = OrderRow(
            *keys.beside(tenant, read.order, self.kind, read.no),
            v=read.version + 1,
            body=pack(replace(read, version=0)),
            month=keys.month(keys.of_kind(tenant, self.kind), read.created_at),
            placed=place_of(read),
            stopped=keys.of_kind(tenant, self.kind) if waits else None,
            work=keys.work(self.kind, read.order) if due else None,
            due=due or None,
        )
        fresh = OrderRow.v == read.version if read.version else OrderRow.pk.does_not_exist()
        return Put(row, fresh)

    def desk(self, tenant: str, after: str, limit: int) -> tuple[list[T], str]:
        """Those that a person must look at, the oldest first, and where the next page begins."""
        connection()
        later = OrderRow.placed > after if after else None
        rows = OrderRow.by_stop.query(keys.of_kind(tenant, self.kind), later, limit=limit + 1)
        return self._page(tenant, [str(row.placed) for row in rows], limit)  # type: ignore[attr-defined]

    def page(self, tenant: str, month: str, after: str, limit: int) -> tuple[list[T], str]:
        """Those that were made in a month, the newest first."""
        connection()
        before = OrderRow.placed < after if after else None
        pk = keys.month(keys.of_kind(tenant, self.kind), month)
        rows = OrderRow.by_month.query(pk, before, scan_index_forward=False, limit=limit + 1)
        return self._page(tenant, [str(row.placed) for row in rows], limit)  # type: ignore[attr-defined]

    def due(self, before: str) -> Iterator[tuple[str, str, str]]:
        """(tenant, order id, number) of the documents that the clock must look at."""
        connection()
        for work in keys.works(self.kind):
            for row in OrderRow.open.query(work, OrderRow.due < before):
                tenant, _, order_id = str(row.pk).rpartition("#")
                yield tenant, order_id, str(row.sk).partition("#")[2]

    def many(self, tenant: str, ids: Iterable[tuple[str, str]]) -> list[T]:
        """Those of (order, number) that are there, as they are asked for."""
        wanted = [keys.beside(tenant, order, self.kind, no) for order, no in ids]
        there = {(row.pk, row.sk): self._from(row) for row in find_many(OrderRow, wanted)}
        return [there[key] for key in wanted if key in there]

    def _page(self, tenant: str, places: list[str], limit: int) -> tuple[list[T], str]:
        found = self.many(tenant, map(_ids, places[:limit]))
        return found, places[limit - 1] if len(places) > limit else ""

    def _from(self, row: OrderRow) -> T:
        document: Any = unpack(row.body, self.type)
        return replace(document, version=int(row.v))  # type: ignore[no-any-return]


def place_of(document: Any) -> str:
    """Where a document stands in the lists of its kind."""
    return f"{document.created_at}#{document.order}#{document.no}"


def _ids(place: str) -> tuple[str, str]:
    """Place "created_at#order#no" -> (order, no)."""
    _, order_id, no = place.split("#", 2)
    return order_id, no
