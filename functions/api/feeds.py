"""/v1/feeds: what warehouses tell of their stock, late, twice or out of order as it may come"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from functions.api import documents
from shared.domain import counting, feed, goods
from shared.domain.errors import Short
from shared.domain.feed import Feed, Kind
from shared.domain.goods import Known
from shared.domain.place import Warehouse
from shared.domain.reader import Reader
from shared.domain.stock import Level, Place
from shared.runtime import clock
from shared.runtime.http import Answer, Call, Routes
from shared.store import papers

routes = Routes()
About = dict[Place, Known]


@routes.on("GET", "/v1/feeds", "stock:read")
def list_feeds(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, papers.feeds, summary, "kind", "warehouse")
    return {"feeds": found, "next": cursor}


@routes.on("POST", "/v1/feeds", "stock:feed")
def take_feed(call: Call) -> Answer:
    """Take a feed once, however often it comes; one that was cut goes on where it stopped."""
    body = call.reader()
    warehouse = documents.warehouse_of(call, body)
    given = _read(call, body, warehouse)
    told = documents.before(papers.feeds, call.tenant, given) or given
    if not told.done:
        about = papers.known(call.tenant, told.warehouse, [line.goods for line in told.lines])
        documents.check(feed.wrong(told, about))
        levels = {place: known.level for place, known in about.items()}
        _check_left(told, levels, warehouse)
    while not told.done:
        told = _portion(call, told, about, warehouse)
    return Answer(201, shown(told))


@routes.on("GET", "/v1/feeds/{feed_id}", "stock:read")
def show_feed(call: Call, feed_id: str) -> dict[str, Any]:
    return shown(papers.feeds.get(call.tenant, feed_id))


def summary(one: Feed) -> dict[str, Any]:
    names = ("id", "warehouse", "kind", "taken_at", "created_at", "by")
    counts = {"lines": len(one.lines), "applied": len(one.outcomes)}
    return {**{name: getattr(one, name) for name in names}, **counts}


def shown(one: Feed) -> dict[str, Any]:
    outcomes = [*one.outcomes, *[None] * len(one.lines)]
    lines = [
        {**goods.flat(line.goods), "units": line.units, "change": outcome}
        for line, outcome in zip(one.lines, outcomes, strict=False)
    ]
    return {**summary(one), "lines": lines}


def _read(call: Call, body: Reader, warehouse: Warehouse) -> Feed:
    kind = Kind.FULL
    if body.has("kind"):
        kind = body.one_of("kind", Kind, Kind.FULL)
    else:
        body.fault("kind", "missing")
    given = Feed(
        id=body.id("id"),
        warehouse=warehouse.id,
        kind=kind,
        taken_at=body.time("taken_at", latest=clock.later(call.now, counting.AHEAD)),
        lines=feed.read(body, kind),
        created_at=call.now,
        by=call.by,
        digest=documents.digest(body),
    )
    body.done()
    body.check()
    return given


def _portion(call: Call, told: Feed, about: About, warehouse: Warehouse) -> Feed:
    """Write the next lines, all of them or none; who was faster makes us look again."""
    places = [line.goods.at(told.warehouse) for line in told.portion]
    seen = {place: papers.seen(call.tenant, place, told.as_of) for place in places}
    _check_left(told, {place: seen[place].level for place in places}, warehouse)
    changes = [
        feed.change(told, line, seen[place], replace(about[place], level=seen[place].level))
        for line, place in zip(told.portion, places, strict=True)
    ]
    after = told.after(changes)
    answer = Answer(201, shown(after)) if after.done else None
    documents.write(call, papers.feeds, after, changes, answer)
    return replace(after, version=after.version + 1)


def _check_left(told: Feed, levels: Mapping[Place, Level], warehouse: Warehouse) -> None:
    """An adjustment below nought is refused, unless the merchant allows it there."""
    short = {} if warehouse.negative else feed.below(told, levels)
    if short:
        raise Short(missing=list(short), faults=tuple(short.values()))
