"""What each shop shows of each SKU: a row for each, found by the clock while it is to be told."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from shared.domain.errors import Conflict, NotFound
from shared.domain.figure import Figure, FigureState
from shared.store import keys
from shared.store.pack import pack, unpack
from shared.store.table import (
    Cancelled,
    InsightRow,
    Put,
    connection,
    find,
    find_many,
    put,
    transact,
)

PAGE = 200  # rows that are asked for at once


def get(tenant: str, shop: str, sku: str) -> Figure:
    row = find(InsightRow, keys.figure(tenant, shop, sku))
    if row is None:
        raise NotFound(kind="figure", id=sku)
    return _from(row)


def of(tenant: str, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Figure]:
    """The figures of these (shop, SKU)s as they are now; a new one where there is none."""
    wanted = list(places)
    rows = find_many(InsightRow, [keys.figure(tenant, *at) for at in wanted])
    found = {(one.shop, one.sku): one for one in map(_from, rows)}
    return {at: found.get(at) or Figure(tenant, *at) for at in wanted}


def save(before: Figure, after: Figure) -> Figure:
    """Write a figure unless somebody else did since it was read, else raise Conflict."""
    same = InsightRow.v == before.version if before.version else InsightRow.pk.does_not_exist()
    listed = InsightRow(*keys.refused(after.tenant, after.shop, after.sku))
    if bool(before.refused) == bool(after.refused):
        put(_row(after), same)
    else:
        come, gone = ([Put(listed)], []) if after.refused else ([], [listed])
        _together([Put(_row(after), same), *come], gone)
    return replace(after, version=before.version + 1)


def due(before: str) -> Iterator[tuple[str, str, str]]:
    """(tenant, shop, SKU) of what should have been told before `before`."""
    connection()
    for work in keys.works("push"):
        for row in InsightRow.due_index.query(work, InsightRow.due < before):
            tenant, _, shop = str(row.pk).split("#")
            yield tenant, shop, str(row.sk)


def all_of(tenant: str, shop: str, after: str = "") -> Iterator[Figure]:
    """The figures of one shop in the order of their SKUs, after the SKU `after`."""
    connection()
    pk, _ = keys.figure(tenant, shop)
    later = InsightRow.sk > after if after else None
    yield from map(_from, InsightRow.query(pk, later, consistent_read=True, page_size=PAGE))


def refused(tenant: str) -> list[Figure]:
    """Every figure whose rule gave a result that was not taken: the shop shows an older one."""
    connection()
    pk, _ = keys.refused(tenant, "", "")
    places = [str(row.sk).split("#") for row in InsightRow.query(pk, consistent_read=True)]
    found = of(tenant, [(shop, sku) for shop, sku in places])
    return [figure for figure in found.values() if figure.refused]


def _together(puts: list[Put], deletes: list[InsightRow]) -> None:
    try:
        transact(puts=puts, deletes=deletes)
    except Cancelled as cancelled:
        raise Conflict from cancelled


def _row(figure: Figure) -> InsightRow:
    waits = figure.state is FigureState.WAITING
    return InsightRow(
        *keys.figure(figure.tenant, figure.shop, figure.sku),
        v=figure.version + 1,
        body=pack(replace(figure, version=0)),
        work=keys.work("push", f"{figure.shop}#{figure.sku}") if waits else None,
        due=figure.due if waits else None,
    )


def _from(row: InsightRow) -> Figure:
    return replace(unpack(row.body, Figure), version=int(row.v))
