"""Whether an order costs more once many are stored: two databases, the same work in turn."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from infra.bench import engine, filling, samples, write_units
from infra.bench.figures import Figure, Section, Table
from infra.bench.meter import total
from infra.bench.report import number
from infra.bench.show import Show
from infra.local.wire import Wire

FEW, MANY, LESS = 1_000, 100_000, 10_000  # orders stored
TURNS, FEWER = 30, 10
IN_TURN = 5  # orders, and lists
GROWTH = 5.0  # %
COPIED = ("MERCHANTS_TABLE", "STOCK_TABLE")
WHY = "see both sizes, below."


@dataclass(slots=True)
class Seen:
    """Of one database: milliseconds of each thing, and write units of an order."""

    stored: int
    intake: list[float] = field(default_factory=list)
    way: list[float] = field(default_factory=list)
    lists: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)


def measure(show: Show) -> Section:
    few, many = Seen(FEW), Seen(LESS if show.quick else MANY)
    with engine.two_on_disk() as (one, two):
        merchant = write_units.furnished()
        _copy(one, two)
        for url, seen in ((one, few), (two, many)):
            _fill(merchant, url, seen.stored, show)
        for no in show.each("in turn", range(FEWER if show.quick else TURNS)):
            for url, seen in ((one, few), (two, many)):
                with _at(url):
                    _look(merchant, seen, f"turn-{seen.stored}-{no}")
    return Section(
        "growth",
        "Growth with what is stored",
        f"Two databases in files, with {few.stored:,} and {many.stored:,} orders of one merchant; "
        "one process sends orders of 2 lines their whole way, and asks for lists, now in the one "
        "and now in the other, so that both see the same machine.",
        list(_figures(few, many)),
        [_table(few, many)],
    )


def _look(merchant: Any, seen: Seen, prefix: str) -> None:
    for no in range(IN_TURN):
        merchant.meter.take()
        order = samples.order(f"{prefix}-{no}", 2)
        intake, order_id = _timed(partial(_accept, merchant, order))
        rest, _ = _timed(partial(_go_on, merchant, order_id))
        lists, _ = _timed(partial(_list, merchant))
        seen.intake.append(intake)
        seen.way.append(intake + rest)
        seen.lists.append(lists)
        seen.writes.append(total(merchant.meter.take()).writes)


def _accept(merchant: Any, order: samples.Document) -> str:
    status, receipt = merchant.call("POST", "/v1/orders", order)
    return str(_expect(202, status, receipt)["id"])


def _go_on(merchant: Any, order_id: str) -> None:
    merchant.post.pump()
    _expect(200, *merchant.call("POST", f"/v1/orders/{order_id}/ship", {}))


def _list(merchant: Any) -> None:
    _expect(200, *merchant.call("GET", "/v1/orders?limit=20"))


def _expect(wanted: int, status: int, answer: Any) -> Any:
    if status != wanted:
        raise RuntimeError(f"{status}: {answer}")
    return answer


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    done = work()
    return 1000 * (time.perf_counter() - began), done


def _copy(one: str, two: str) -> None:
    """The merchant and its stock, to the second database."""
    source, target = Wire(one, "dynamodb"), Wire(two, "dynamodb")
    for table in (os.environ[name] for name in COPIED):
        for item in source.call("Scan", TableName=table)["Items"]:
            target.call("PutItem", TableName=table, Item=item)
    source.close()
    target.close()


def _fill(merchant: Any, url: str, stored: int, show: Show) -> None:
    from shared.store import orders

    with _at(url):
        like = orders.get(merchant.tenant, _accept(merchant, samples.order("like", 2)))
        merchant.post.pump()
    with show.bar(f"filling up to {stored:,}", stored) as at:
        filling.fill(like, url, stored, at)


@contextmanager
def _at(url: str) -> Iterator[None]:
    """The product's calls go to the database at `url`, whatever the SDK was told."""
    from shared.runtime import aws

    def turn(request: Any, **_: Any) -> None:
        request.url = f"{url}/"

    events = aws.client("dynamodb").meta.events
    events.register("before-send.dynamodb", turn)
    try:
        yield
    finally:
        events.unregister("before-send.dynamodb", turn)


def _figures(few: Seen, many: Seen) -> Iterator[Figure]:
    """In percent, from the small database to the large one."""
    for name, before, after in (
        ("intake, p50", few.intake, many.intake),
        ("intake to shipped, p50", few.way, many.way),
        ("list of 20 orders, p50", few.lists, many.lists),
        ("write units of an order", few.writes, many.writes),
    ):
        percent = 100 * (median(after) / median(before) - 1)
        full = f"Growth to {many.stored:,} stored: {name}"
        yield Figure(full, percent, "%", target=GROWTH, why=WHY)


def _table(few: Seen, many: Seen) -> Table:
    heads = ["Stored", "Intake", "Intake to shipped", "List of 20", "Write units"]
    return Table(heads, [_row(few), _row(many)], "Medians:")


def _row(seen: Seen) -> list[str]:
    times = [f"{number(median(each))} ms" for each in (seen.intake, seen.way, seen.lists)]
    return [f"{seen.stored:,}", *times, number(median(seen.writes))]
