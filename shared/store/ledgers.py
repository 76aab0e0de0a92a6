"""The ledger of each place: every line once, in its order, wherever it lies.

The newest lines lie with the counters themselves; the others in rows beside them.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain

from pynamodb.expressions.operand import Path

from shared.domain.errors import Conflict
from shared.domain.stock import Level, Place, Posting
from shared.store import keys, postings, stock
from shared.store.table import StockRow, Update, find, put, update

SPILLED = 100  # lines that move at once; an expression takes 300 operators


def spill(tenant: str, place: Place) -> None:
    """Move the lines that lie with the counters of one place into a row of their own.

    The row is written first. Whoever stops in between, or meets another at the same work, leaves
    lines in both: each has its number, and is read once.
    """
    counters = find(StockRow, keys.stock(tenant, place))
    if counters is None or not counters.tail:
        return
    lines, first = counters.tail[:SPILLED], _first(counters)
    count = len(lines)
    row = StockRow(*keys.ledger(tenant, place, first), v=count, body=postings.packed(lines))
    moved = [Path("tail")[no].remove() for no in reversed(range(count))]  # Dynoxide: one by one
    same = StockRow.first == first if counters.first else StockRow.first.does_not_exist()
    with suppress(Conflict):
        put(row, StockRow.pk.does_not_exist() | (StockRow.v <= count))
        update(Update(counters, [*moved, StockRow.first.set(first + count)], same))


def read(tenant: str, place: Place, *, newest_first: bool = False) -> Iterator[Posting]:
    """Every line of one place's ledger, read consistently."""
    found = book(tenant, place, newest_first=newest_first)
    return found[1] if found else iter(())


def book(
    tenant: str, place: Place, *, newest_first: bool = False, above: int = 0, below: int = 0
) -> tuple[Level, Iterator[Posting]] | None:
    """The counters of one place and its ledger, both as of the same moment.

    They lie in one row but for lines that are older, and those never change. `above` and `below`:
    only lines between these numbers; 0 = all.
    """
    counters = find(StockRow, keys.stock(tenant, place))
    if counters is None:
        return None
    first = _first(counters)
    end = min(first, below or first)
    newest = postings.read(counters.tail or (), first)
    tail = [line for line in newest if line.seq > above and (not below or line.seq < below)]
    rows = _older(tenant, place, above, end, newest_first=newest_first)
    if newest_first:
        return stock.level_of(counters), chain(reversed(tail), _descending(rows, end))
    return stock.level_of(counters), chain(_ascending(rows, above, end), tail)


def _older(
    tenant: str, place: Place, above: int, before: int, *, newest_first: bool
) -> Iterator[list[Posting]]:
    """The rows of the ledger with lines above one number and before another."""
    pk, start = keys.ledger(tenant, place, max(0, above + 1 - SPILLED))
    _, end = keys.ledger(tenant, place, max(0, before - 1))
    if start > end:
        return
    for row in StockRow.query(
        pk,
        StockRow.sk.between(start, end),
        consistent_read=True,
        scan_index_forward=not newest_first,
    ):
        yield postings.unpacked(row.body, int(str(row.sk).rpartition("#")[2]))


def _ascending(rows: Iterable[list[Posting]], known: int, before: int) -> Iterator[Posting]:
    for row in rows:
        for posting in row:
            if known < posting.seq < before:
                known = posting.seq
                yield posting


def _descending(rows: Iterable[list[Posting]], before: int) -> Iterator[Posting]:
    for row in rows:
        yield from (posting for posting in reversed(row) if posting.seq < before)
        before = min(before, row[0].seq)


def _first(row: StockRow) -> int:
    """The number of the oldest line that lies with the counters."""
    return int(row.first or 1)
