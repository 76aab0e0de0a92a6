"""Documents behind the stock: purchases, transfers, counts, holds ... one folder for each kind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Generic, TypeVar

from shared.domain.errors import NotFound
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import Put, StockRow, connection, find, find_many

T = TypeVar("T")
LAST = "\U0010ffff"  # no text stands behind it


class Folder(Generic[T]):
    """The documents of one kind: frozen dataclasses with `id`, `created_at` and `version`."""

    def __init__(self, kind: str, of: type[T]) -> None:
        self.kind, self.of = kind, of

    def get(self, tenant: str, row_id: str) -> T:
        found = self.find(tenant, row_id)
        if found is None:
            raise NotFound(kind=self.kind, id=row_id)
        return found

    def find(self, tenant: str, row_id: str) -> T | None:
        row = find(StockRow, keys.document(tenant, self.kind, row_id))
        return self._from(row) if row else None

    def writes(self, tenant: str, document: T, due: str = "") -> Put:
        """The row, on condition that nobody wrote it since; `due`: when the clock must look."""
        read: Any = document
        row = StockRow(
            *keys.document(tenant, self.kind, read.id),
            v=read.version + 1,
            body=pack(replace(read, version=0)),
            tenant=keys.of_kind(tenant, self.kind),
            place=f"{read.created_at}#{read.id}",
            work=keys.work(self.kind, read.id) if due else None,
            due=due or None,
        )
        fresh = StockRow.v == read.version if read.version else StockRow.pk.does_not_exist()
        return Put(row, fresh)

    def page(
        self, tenant: str, after: str, limit: int, *, newest_first: bool = True
    ) -> tuple[list[T], str]:
        """Up to `limit` documents by their time, and the place behind which the next page begins.

        The list may lag behind a write for a moment; each document is as it stands now.
        """
        connection()
        span = (" ", after) if newest_first and after else (after or " ", LAST)
        rows = StockRow.by_tenant.query(
            keys.of_kind(tenant, self.kind),
            StockRow.place.between(*span),
            scan_index_forward=not newest_first,
            limit=limit + 2,
        )
        places = [str(row.place) for row in rows if row.place != after]  # type: ignore[attr-defined]
        wanted = [keys.document(tenant, self.kind, p.partition("#")[2]) for p in places[:limit]]
        there = {str(row.pk): self._from(row) for row in find_many(StockRow, wanted)}
        found = [there[pk] for pk, _ in wanted if pk in there]
        return found, places[limit - 1] if len(places) > limit else ""

    def due(self, before: str) -> Iterator[tuple[str, str]]:
        """(tenant, id) of the documents that the clock must look at."""
        connection()
        for work in keys.works(self.kind):
            for row in StockRow.open.query(work, StockRow.due < before):
                tenant, _, row_id = str(row.pk).split("#", 2)
                yield tenant, row_id

    def _from(self, row: StockRow) -> T:
        document: Any = unpack(row.body, self.of)
        return replace(document, version=int(row.v))  # type: ignore[no-any-return]
