"""/v1/counts: what somebody found in a warehouse, and how far off our figures were"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from functions.api import documents
from shared.domain import count, counting, goods
from shared.domain.count import COUNTABLE, MOST_LINES, Count, Line, State
from shared.domain.counting import Seen
from shared.domain.errors import WrongState, faulty
from shared.domain.goods import Goods, Known
from shared.domain.stock import Change, Place
from shared.runtime import clock
from shared.runtime.http import Answer, Call, Routes
from shared.store import papers, stock

routes = Routes()
About = dict[Place, Known]


@routes.on("GET", "/v1/counts", "stock:read")
def list_counts(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, papers.counts, summary, "state", "warehouse", "sku")
    return {"counts": found, "next": cursor}


@routes.on("POST", "/v1/counts", "stock:write")
def make_count(call: Call) -> Answer:
    body = call.reader()
    row_id, warehouse = documents.id_of(body), documents.warehouse_of(call, body).id
    wanted, blind = count.read(body), body.flag("blind")
    note, digest = body.text("note", default=""), documents.digest(body)
    body.done()
    body.check()
    skus = tuple(dict.fromkeys(one.sku for one in wanted))
    made = Count(row_id, warehouse, skus, (), call.now, call.by, digest, blind=blind, note=note)
    if there := documents.before(papers.counts, call.tenant, made):
        return Answer(201, shown(call.tenant, there))
    about = papers.known(call.tenant, warehouse, wanted)
    documents.check(count.wrong(wanted, warehouse, about))
    return _write(call, count.begun(made, _lots(call.tenant, warehouse, wanted, about)), [], 201)


@routes.on("GET", "/v1/counts/{count_id}", "stock:read")
def show_count(call: Call, count_id: str) -> dict[str, Any]:
    return shown(call.tenant, papers.counts.get(call.tenant, count_id))


@routes.on("POST", "/v1/counts/{count_id}/figures", "stock:write")
def count_figures(call: Call, count_id: str) -> Answer:
    """What was found, all of it or some; counting once more replaces what was found before."""
    before = _is(papers.counts.get(call.tenant, count_id), *COUNTABLE)
    body = call.reader()
    latest = clock.later(call.now, counting.AHEAD)
    taken_at = min(body.time("taken_at", default="", latest=latest) or call.now, call.now)
    told = count.read_figures(body, taken_at)
    body.done()
    body.check()
    about = papers.known(call.tenant, before.warehouse, [one.goods for one in told])
    documents.check(count.unfit(before, told, about))
    return _write(call, count.figured(before, told, about), [], 200)


@routes.on("POST", "/v1/counts/{count_id}/approve", "stock:write")
def approve_count(call: Call, count_id: str) -> Answer:
    """Let our figures become what was found. What is approved may be approved again."""
    before = _is(papers.counts.get(call.tenant, count_id), State.COUNTED, State.APPROVED)
    if before.state is State.APPROVED:
        return Answer(200, shown(call.tenant, before))
    changes = [count.change(line, _seen(call.tenant, before, line)) for line in before.lines]
    return _write(call, count.approved(before, changes), changes, 200)


@routes.on("POST", "/v1/counts/{count_id}/reject", "stock:write")
def reject_count(call: Call, count_id: str) -> Answer:
    """Do not believe it: everything must be counted anew."""
    before = _is(papers.counts.get(call.tenant, count_id), State.COUNTED, State.REJECTED)
    body = call.reader()
    note = body.text("note", default="")
    body.done()
    body.check()
    return _write(call, count.rejected(before, note), [], 200)


def summary(one: Count) -> dict[str, Any]:
    names = ("id", "warehouse", "state", "blind", "note", "created_at", "by")
    found = sum(line.figure is not None for line in one.lines)
    counts = {"lines": len(one.lines), "counted": found}
    return {**{name: getattr(one, name) for name in names}, "skus": list(one.skus), **counts}


def shown(tenant: str, one: Count) -> dict[str, Any]:
    return {**summary(one), "lines": [_line(tenant, one, line) for line in one.lines]}


def _line(tenant: str, one: Count, line: Line) -> dict[str, Any]:
    """A line; whoever counts blind does not see what we think is there."""
    figure = asdict(line.figure) if line.figure else count.UNCOUNTED
    book = {}
    if one.shows_book:
        book = asdict(count.book(one, line, _seen(tenant, one, line)))
    return {**goods.flat(line.goods), **figure, **book}


def _seen(tenant: str, one: Count, line: Line) -> Seen:
    moment = line.figure.taken_at if line.figure else clock.now()
    return papers.seen(tenant, line.goods.at(one.warehouse), moment)


def _lots(tenant: str, warehouse: str, wanted: tuple[Goods, ...], about: About) -> Iterator[Goods]:
    """Every lot that we know of where a whole SKU is to be counted."""
    for one in wanted:
        known = about[one.at(warehouse)]
        if one.lot or not known.lots:
            yield goods.dated(one, known)
            continue
        for level in stock.counters(tenant, one.sku):
            if level.warehouse == warehouse and level.lot:
                yield Goods(level.sku, level.lot, level.expires)


def _is(one: Count, *states: State) -> Count:
    if one.state not in states:
        raise WrongState(kind="count", id=one.id, stage=one.state.value)
    return one


def _write(call: Call, after: Count, changes: list[Change], status: int) -> Answer:
    if len(after.lines) > MOST_LINES:
        raise faulty("lines", "too-many", limit=MOST_LINES)
    answer = Answer(status, shown(call.tenant, after))
    documents.write(call, papers.counts, after, changes, answer)
    return answer
