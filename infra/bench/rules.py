"""How long it takes to try rules on past orders, that it writes nothing, and what a rule costs."""

import time
from collections.abc import Iterator
from typing import Any

from infra.bench import engine, filling, samples, write_units
from infra.bench.figures import Figure, Section, Table
from infra.bench.meter import Used, total
from infra.bench.report import number
from infra.bench.show import Show

STORED, LESS = 10_000, 2_000  # orders
PAGE = 500
MOST_SECONDS, MOST_MS = 60.0, 0.3
PLAIN_RULES, TURNS = 50, 200
PLACES = (
    ("浙江省", "杭州市", "西湖区"),
    ("广东省", "广州市", "天河区"),
    ("四川省", "成都市", "武侯区"),
    ("北京市", "北京市", "朝阳区"),
)
CARRIERS = (("sf", 1200, 600), ("zto", 600, 300), ("ems", 800, 350))
Document = dict[str, Any]


def measure(show: Show) -> Section:
    stored = LESS if show.quick else STORED
    with engine.on_disk() as url:
        merchant = write_units.furnished()
        _furnish(merchant)
        _fill(merchant, url, stored, show)
        _call(merchant, "PUT", "/v1/rules/draft", {"version": 0, "rules": _current()})
        _call(merchant, "POST", "/v1/rules/publish", {"note": "bench"})
        merchant.meter.take()
        seconds, own, found = _simulated(merchant, stored, show)
        used = total(merchant.meter.take())
        evaluating = _evaluating()
    return Section(
        "rules",
        "Rules",
        f"{stored:,} stored orders of 1 and 2 lines to four provinces, two warehouses and three "
        f"carriers with zones. `POST /v1/rules/simulate` replays them in pages of {PAGE}, by the "
        f"published book of {len(_current())} rules and by a draft of {len(_draft())}, in one "
        "process with the engine beside it.",
        [
            Figure(f"Simulating {stored:,} orders", seconds, "s", target=MOST_SECONDS),
            Figure(f"Simulating {stored:,} orders, own CPU", own, "s"),
            Figure("Simulating, own CPU per order and book", 500 * own / stored, "ms"),
            Figure("Write units of a simulation", used.writes, "WRU", target=0),
            Figure("Read units of a simulation, per order", used.reads / stored, "RRU"),
            Figure.of(
                f"Asking {PLAIN_RULES} rules of 3 conditions", evaluating, "ms", target=MOST_MS
            ),
        ],
        [_table(found), _calls(used)],
    )


def _furnish(merchant: Any) -> None:
    for name, cost, weight in (("mug", 300, 400), ("hat", 500, 150), ("pen", 50, 20)):
        item = {"id": name, "name": name, "cost": cost, "weight": weight, "category": name}
        _call(merchant, "POST", "/v1/items", item)
        merchant.put_stock(name, "gz", 1_000_000)
    merchant.put_stock("pen", "hz", 1_000_000)
    names = [name for name, *_ in CARRIERS]
    for name, near, step in CARRIERS:
        carrier = {"id": name, "name": name, "zones": _zones(near, step)}
        _call(merchant, "POST", "/v1/carriers", carrier)
    for warehouse in samples.WAREHOUSES:
        changed = {**warehouse, "carriers": names, "carrier": names[0]}
        _call(merchant, "PUT", f"/v1/warehouses/{warehouse['id']}", changed)


def _zones(near: int, step: int) -> list[Document]:
    """Near, and anywhere else."""
    fees: tuple[tuple[int, list[str]], ...] = ((near, ["浙江", "广东"]), (near + 400, []))
    return [
        {
            "areas": areas,
            "tariff": {
                "first_weight": 1000, "first_fee": fee, "step_weight": 500, "step_fee": step
            },
        }
        for fee, areas in fees
    ]  # fmt: skip


def _fill(merchant: Any, url: str, stored: int, show: Show) -> None:
    from shared.store import orders

    part = stored // len(PLACES)
    for at, (province, city, district) in enumerate(PLACES):
        order = samples.order(f"like-{at}", 1 + at % 2)
        order["receiver"] |= {"province": province, "city": city, "district": district}
        order["notes"] = {"buyer": "请尽快发货"} if at else {}
        receipt = _call(merchant, "POST", "/v1/orders", order, 202)
        merchant.post.pump()
        like = orders.get(merchant.tenant, receipt["id"])
        with show.bar(f"filling with orders to {province}", part) as done:
            filling.fill(like, url, part + at, done)  # the number tells the parts apart


def _simulated(merchant: Any, stored: int, show: Show) -> tuple[float, float, list[Document]]:
    """Seconds, seconds of this process's own, and the pages."""
    began, own, found = time.perf_counter(), time.process_time(), []
    with show.bar("simulating", stored) as at:
        for page in _pages(merchant):
            found.append(page)
            at(sum(each["after"]["orders"] for each in found), "")
    seconds, own = time.perf_counter() - began, time.process_time() - own
    if sum(page["after"]["orders"] for page in found) < stored:
        raise RuntimeError("not all orders were replayed")
    return seconds, own, found


def _pages(merchant: Any) -> Iterator[Document]:
    from shared.runtime import clock

    now, cursor = clock.now(), ""
    while cursor is not None:
        body = {"rules": _draft(), "from": clock.later(now, -366 * 86400), "to": now}
        asked = body | {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        page = _call(merchant, "POST", "/v1/rules/simulate", asked)
        cursor = page["next"]
        yield page


def _evaluating() -> list[float]:
    """Milliseconds to ask a plain order every rule, none of which holds before its last part."""
    from shared.domain.rules import facts
    from shared.domain.rules.rule import Book, Kind
    from shared.store import books, orders

    book = Book(1, books.rules.compiled(tuple(map(_plain, range(PLAIN_RULES)))))
    (order_id,) = (place.partition("#")[2] for place in _newest())
    order = orders.get("bench", order_id)
    taken = []
    for _ in range(TURNS):
        began = time.perf_counter()
        known = facts.of(order, order.content, None, {}, order.received_at)
        book.first(Kind.REVIEW, known, order.received_at)
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _newest() -> list[str]:
    from shared.runtime import clock
    from shared.store import orders

    now = clock.later(clock.now(), -10 * 86400)
    return orders.page("bench", now[:7], ("0", "9"), newest_first=True, limit=1)


# --- the rules ---------------------------------------------------------------
def _rule(no: int, kind: str, then: Document, *when: Document) -> Document:
    name = f"{kind}-{no}"
    return {
        "id": name, "name": name, "kind": kind, "weight": no, "then": then,
        "when": {"all": list(when)},
    }  # fmt: skip


def _plain(no: int) -> Document:
    total = {"fact": "total", "at_least": no, "below": 10**9}
    area = {"fact": "area", "in": ["浙江", "广东", "四川", "北京"]}
    return _rule(no, "review", {"result": "hold"}, total, area, {"fact": "skus", "any": ["pen"]})


def _current() -> list[Document]:
    """A book as a shop of some size has it."""
    return [
        *(_plain(no) for no in range(6)),
        _rule(9, "hold", {"hours": 4}, {"fact": "buyer_note", "any": ["加急", "急用"]}),
        _rule(9, "tags", {"tags": ["多件"]}, {"fact": "pieces", "at_least": 4}),
        _rule(9, "carrier", {"carrier": "zto"}, {"fact": "grams", "below": 1000}),
        _rule(9, "gift", {"sku": "pen"}, {"fact": "total", "at_least": 3000}),
    ]


def _draft() -> list[Document]:
    """More of each kind."""
    return [
        *(_plain(no) for no in range(16)),
        *(_rule(no, "hold", {}, {"fact": "buyer_note", "any": [f"词{no}"]}) for no in range(5)),
        _rule(9, "hold", {"hours": 4}, {"fact": "buyer_note", "any": ["尽快"]}),
        _rule(9, "tags", {"tags": ["多件"]}, {"fact": "pieces", "at_least": 2}),
        _rule(9, "split", {"cuts": [{"by": "category"}]}, {"fact": "sku_count", "at_least": 2}),
        _rule(9, "routing", {"warehouses": ["gz"]}, {"fact": "area", "in": ["四川"]}),
        _rule(9, "carrier", {"carrier": "ems"}, {"fact": "area", "in": ["北京"]}),
        _rule(8, "carrier", {"carrier": "zto"}, {"fact": "grams", "below": 1000}),
        _rule(9, "gift", {"sku": "pen", "per": 2, "most": 3}, {"fact": "total", "at_least": 1500}),
    ]


# --- what came of it -----------------------------------------------------------
def _table(found: list[Document]) -> Table:
    names = ("orders", "held", "parcels", "freight", "gift_cost", "margin")
    sides = ("before", "after", "difference")
    sums = {side: {n: sum(page[side][n] for page in found) for n in names} for side in sides}
    rows = [[name, *(f"{sums[side][name]:,}" for side in sides)] for name in names]
    return Table(["Figure", "Published", "Draft", "Difference"], rows, "What it told (fen):")


def _calls(used: Used) -> Table:
    rows = [[name, f"{count:,}"] for name, count in used.calls.most_common()]
    return Table(["Call", "Times"], [*rows, ["Read units", number(used.reads)]], "Calls of AWS:")


def _call(merchant: Any, method: str, path: str, body: Document, wanted: int = 0) -> Document:
    status, answer = merchant.call(method, path, body)
    if status >= 300 or (wanted and status != wanted):  # noqa: PLR2004
        raise RuntimeError(f"{path}: {status} {answer}")
    return dict(answer)
