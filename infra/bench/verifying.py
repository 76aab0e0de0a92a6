"""What it costs to compare every counter with its ledger, and whether it takes memory."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from infra.bench import prices
from infra.bench.figures import Figure, Table
from infra.bench.filling import AT_ONCE, plain, write
from infra.bench.meter import total
from infra.bench.report import number
from infra.bench.show import Show
from infra.local.wire import Wire

FEW, MANY, LESS = 1_000, 10_000, 2_000  # SKUs
QUIET, BUSY, OFTEN = 5, 55, 10  # lines of most SKUs; of every tenth
UNITS = 10_000
PAGE = 100  # places, as the command asks for them
GROWTH = 10.0  # MB
MB = 2**20


@dataclass(frozen=True, slots=True)
class Seen:
    skus: int
    lines: int
    rows: int  # of the ledger: lines that no longer lie with the counter
    seconds: float
    reads: float
    calls: int
    grown: float  # MB of memory above what the process had before

    @property
    def usd(self) -> float:
        return self.reads * prices.READ_UNITS / 1_000_000


def measure(show: Show) -> tuple[list[Figure], list[Table]]:
    from infra.bench.inside import Inside

    many = LESS if show.quick else MANY
    few_merchant, many_merchant = Inside("verify-few"), Inside("verify-many", metered=False)
    many_merchant.meter = few_merchant.meter
    for merchant, skus in ((few_merchant, FEW), (many_merchant, many)):
        show.say(f"ledgers of {skus:,} SKUs")
        _fill_apart(merchant.tenant, skus)
    _verify(few_merchant, FEW // 10)  # what is imported and kept once is not growth
    few = _verify(few_merchant, FEW)
    show.say(f"verified {FEW:,} SKUs")
    whole = _verify(many_merchant, many)
    return list(_figures(few, whole)), [_table(few, whole)]


# --- filling -------------------------------------------------------------
def _fill_apart(tenant: str, skus: int) -> None:
    """In a process of its own: what filling leaves behind would hide what verifying takes."""
    subprocess.run([sys.executable, "-m", __name__, tenant, str(skus)], check=True)


def _fill(tenant: str, skus: int) -> None:
    wire = Wire(os.environ["AWS_ENDPOINT_URL_DYNAMODB"], "dynamodb")
    table, rows = os.environ["STOCK_TABLE"], _rows(tenant, skus)
    while some := list(islice(rows, AT_ONCE)):
        write(wire, table, some)
    wire.close()


def _rows(tenant: str, skus: int) -> Iterator[dict[str, Any]]:
    lines = {count: _lines(count) for count in (QUIET, BUSY)}
    for no in range(skus):
        yield from _place(tenant, f"sku-{no:06d}", lines[QUIET if no % OFTEN else BUSY])


def _place(tenant: str, sku: str, lines: list[bytes]) -> Iterator[dict[str, Any]]:
    """A counter and the rows of its ledger, packed as always."""
    from shared.domain.stock import Place
    from shared.store import keys, postings
    from shared.store.table import StockRow

    place, first = Place(sku, "hz"), len(lines) // postings.LONG * postings.LONG
    for at in range(0, first, postings.LONG):
        body = postings.packed(lines[at : at + postings.LONG])
        row = StockRow(*keys.ledger(tenant, place, 1 + at), v=postings.LONG, body=body)
        yield plain(row.serialize())
    counter = StockRow(*keys.stock(tenant, place), tenant=tenant, place=keys.place(place))
    counter.held = len(lines) - 1
    counter.free = UNITS - counter.held
    counter.first, counter.tail = first + 1, lines[first:]
    yield plain(counter.serialize())


def _spilled(skus: int) -> int:
    from shared.store import postings

    return skus // OFTEN * (BUSY // postings.LONG)


def _lines(count: int) -> list[bytes]:
    """Units that came once, and were then held one by one."""
    from shared.domain.stock import Cause, Change, Place
    from shared.runtime import clock
    from shared.store import postings

    now, place = clock.now(), Place("-", "hz")
    came = postings.line(Change(place, "set", {"free": UNITS}), Cause("hand", "-", now))
    held = Change(place, "held", {"free": -1, "held": 1})
    ids = (f"{no:024x}" for no in range(1, count))
    return [came, *(postings.line(held, Cause("order", order_id, now)) for order_id in ids)]


# --- verifying -----------------------------------------------------------
def _verify(merchant: Any, skus: int) -> Seen:
    """As `tongdan stock verify` does, page by page, over the first so many SKUs."""
    merchant.meter.take()
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    before, began, checked = _memory("VmRSS"), time.perf_counter(), 0
    for page in _pages(merchant):
        checked += page["checked"]
        if checked >= skus:
            break
    used = total(merchant.meter.take())
    return Seen(
        skus=checked,
        lines=checked // OFTEN * (QUIET * (OFTEN - 1) + BUSY),
        rows=_spilled(checked),
        seconds=time.perf_counter() - began,
        reads=used.reads,
        calls=used.calls.total(),
        grown=_memory("VmHWM") - before,
    )


def _pages(merchant: Any) -> Iterator[dict[str, Any]]:
    cursor: str | None = ""
    while cursor is not None:
        query = urlencode({"limit": PAGE, **({"cursor": cursor} if cursor else {})})
        status, page = merchant.call("POST", f"/v1/stock/verify?{query}")
        if status != 200 or page["differences"]:  # noqa: PLR2004
            raise RuntimeError(f"not as it was filled: {page}")
        yield page
        cursor = page["next"]


def _memory(name: str) -> float:
    """MB that the kernel counts for this process."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith(name)) * 1024 / MB


def _figures(few: Seen, many: Seen) -> Iterator[Figure]:
    name = f"`stock verify`, {many.skus:,} SKUs, {many.lines:,} lines"
    yield Figure(name, many.seconds, "s")
    yield Figure(f"{name}: read units", many.reads, "RRU")
    yield Figure(f"{name}: price of the read units", many.usd, "USD")
    for seen in (few, many):
        told = f"Memory that `stock verify` takes, {seen.skus:,} SKUs"
        yield Figure(told, seen.grown, "MB", target=GROWTH)


def _table(few: Seen, many: Seen) -> Table:
    heads = ["SKUs", "Lines", "Rows of ledger", "Seconds", "Read units", "Calls", "Memory"]
    return Table(heads, [_row(few), _row(many)], "`stock verify`:")


def _row(seen: Seen) -> list[str]:
    counts = (seen.skus, seen.lines, seen.rows)
    return [
        *(f"{count:,}" for count in counts),
        number(seen.seconds),
        number(seen.reads),
        f"{seen.calls:,}",
        f"{number(seen.grown)} MB",
    ]


if __name__ == "__main__":
    _fill(sys.argv[1], int(sys.argv[2]))
