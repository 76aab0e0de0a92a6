"""/v1/stock-holds: units set aside, changed by the difference, given back once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from shared.domain.errors import Conflict
from shared.domain.item import Item
from shared.domain.stock import COUNTERS, Cause, Change, Level, Place, folded
from shared.runtime import clock
from shared.store import ledgers, merchants, stock, stock_holds
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


def line(units: int, sku: str = "mug", **more: Any) -> dict[str, Any]:
    return {"sku": sku, "warehouse": "hz", "units": units, **more}


def put(acme: Merchant, hold_id: str, *lines: dict[str, Any], **more: Any) -> Reply:
    return acme.call("PUT", f"/v1/stock-holds/{hold_id}", {"lines": list(lines), **more})


def release(acme: Merchant, hold_id: str) -> Reply:
    return acme.call("POST", f"/v1/stock-holds/{hold_id}/release")


def lay(acme: Merchant, lot: str = "", expires: str = "", sku: str = "mug", **units: int) -> None:
    """Let units lie in Hangzhou, or be on their way there."""
    sets = {"expires": expires} if expires else {}
    change = Change(Place(sku, "hz", lot), "set", units, sets=sets)
    stock.apply(acme.id, [change], Cause("hand", "-", clock.now()))


def level(acme: Merchant, sku: str = "mug", lot: str = "") -> Level:
    place = Place(sku, "hz", lot)
    return stock.find_level(acme.id, place) or Level(*place)


def test_a_hold_takes_units_and_shows_them(acme: Merchant) -> None:
    acme.put_stock("mug", 100)

    reply = put(acme, "h-1", line(80), kind="count", note="年底盘点")

    shown = reply.body
    assert (reply.status, shown["id"], shown["kind"], shown["state"]) == (
        200, "h-1", "count", "open",
    )  # fmt: skip
    assert shown["lines"] == [{"sku": "mug", "warehouse": "hz", "lot": "", "units": 80}]
    assert acme.call("GET", "/v1/stock-holds/h-1").body == shown
    assert acme.stock("mug") == (20, 80)


@pytest.mark.parametrize(
    ("kind", "counters"),
    [
        *((kind, {"free": 6, "held": 4}) for kind in ("exchange", "transfer", "count", "manual")),
        ("appointed", {"free": 6, "appointed": 4}),
        ("presale", {"free": 10, "coming": 6, "presold": 4}),
    ],
)
def test_each_kind_moves_its_own_counters_there_and_back(
    acme: Merchant, kind: str, counters: dict[str, int]
) -> None:
    lay(acme, free=10, coming=counters.get("coming", 0) + counters.get("presold", 0))
    before = level(acme)

    put(acme, "h-1", line(4), kind=kind, shop="tmall")

    during = level(acme)
    assert {name: getattr(during, name) for name in COUNTERS if getattr(during, name)} == counters
    release(acme, "h-1")
    after = level(acme)
    assert [getattr(after, n) for n in COUNTERS] == [getattr(before, n) for n in COUNTERS]


def test_raising_a_hold_asks_for_the_difference_alone(acme: Merchant) -> None:
    acme.put_stock("mug", 100)
    put(acme, "h-1", line(80))

    assert put(acme, "h-1", line(99)).status == 200
    assert put(acme, "h-1", line(100)).status == 200
    assert put(acme, "h-1", line(101)).status == 409
    assert acme.stock("mug") == (0, 100)


def test_two_holds_share_what_there_is(acme: Merchant) -> None:
    acme.put_stock("mug", 100)
    put(acme, "h-1", line(40))
    put(acme, "h-2", line(40))

    assert put(acme, "h-1", line(49)).status == 200
    assert put(acme, "h-2", line(60)).status == 409
    assert acme.stock("mug") == (11, 89)


def test_lowering_a_hold_gives_the_difference_back(acme: Merchant) -> None:
    acme.put_stock("mug", 100)
    put(acme, "h-1", line(80))

    put(acme, "h-1", line(30))

    assert acme.stock("mug") == (70, 30)


def test_the_second_put_replaces_and_never_sums(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    acme.put_stock("hat", 10)

    for _ in range(2):
        put(acme, "h-1", line(4))
    put(acme, "h-1", line(3, "hat"))

    assert (acme.stock("mug"), acme.stock("hat")) == ((10, 0), (7, 3))


def test_the_same_sku_on_two_lines_counts_together(acme: Merchant) -> None:
    acme.put_stock("mug", 10)

    assert put(acme, "h-1", line(6), line(5)).status == 409
    assert put(acme, "h-1", line(6), line(4)).body["lines"][0]["units"] == 10
    assert acme.stock("mug") == (0, 10)


def test_all_of_it_is_held_or_nothing_and_the_short_lines_are_named(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    acme.put_stock("hat", 1)

    reply = put(acme, "h-1", line(4), line(2, "hat"), line(1, "none"))

    assert (reply.status, reply.body["code"]) == (409, "short")
    assert [fault["field"] for fault in reply.body["faults"]] == [
        "lines[1].units",
        "lines[2].units",
    ]
    assert acme.stock("mug") == (10, 0)
    assert acme.call("GET", "/v1/stock-holds/h-1").status == 404


def test_a_hold_is_released_exactly_once(acme: Merchant) -> None:
    acme.put_stock("mug", 100)
    put(acme, "h-1", line(80))

    first, again = release(acme, "h-1"), release(acme, "h-1")

    assert (first.status, first.body["state"]) == (200, "released")
    assert again.body == first.body
    assert acme.stock("mug") == (100, 0)


def test_what_was_released_is_not_held_again_under_the_same_id(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    put(acme, "h-1", line(4))
    release(acme, "h-1")

    reply = put(acme, "h-1", line(4))

    assert (reply.status, reply.body["code"]) == (409, "wrong-state")
    assert acme.stock("mug") == (10, 0)


def test_the_same_key_answers_the_same(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    path, body = "/v1/stock-holds/h-1", {"lines": [line(4)]}

    first = acme.call("PUT", path, body, Idempotency_Key="k")
    put(acme, "h-1", line(7))
    again = acme.call("PUT", path, body, Idempotency_Key="k")

    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert acme.stock("mug") == (3, 7)


def test_many_who_raise_the_same_hold_at_once_hold_it_once(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    put(acme, "h-1", line(1))
    hold = stock_holds.folder.get(acme.id, "h-1")
    place, cause = Place("mug", "hz"), Cause("hold", "h-1", clock.now())
    change = Change(place, "held", {"free": -4, "held": 4})

    def raise_it(_: int) -> bool:
        try:
            raised = stock_holds.folder.writes(acme.id, hold.covering({place: 5}))
            stock.apply(acme.id, [change], cause, [raised])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(raise_it, range(4)))

    assert sum(done) == 1
    assert acme.stock("mug") == (5, 5)


def test_a_limit_is_for_all_lines_together(acme: Merchant) -> None:
    lay(acme, coming=100)
    lay(acme, sku="hat", coming=100)

    over = put(acme, "h-1", line(60), line(60, "hat"), kind="presale", limit=100)
    within = put(acme, "h-1", line(60), line(40, "hat"), kind="presale", limit=100)

    assert (over.status, over.body["faults"][0]["field"]) == (422, "limit")
    assert within.status == 200


def test_presale_takes_no_more_than_is_on_its_way(acme: Merchant) -> None:
    lay(acme, free=100, coming=5)

    assert put(acme, "h-1", line(6), kind="presale").status == 409
    assert put(acme, "h-1", line(5), kind="presale").status == 200


def test_lots_are_chosen_first_expired_first_out(acme: Merchant) -> None:
    merchants.items.add(acme.id, Item("tea", "茶", lots=True))
    lay(acme, "late", "2099-06-01", sku="tea", free=5)
    lay(acme, "soon", "2099-01-01", sku="tea", free=5)

    first = put(acme, "h-1", line(7, "tea")).body["lines"]
    lowered = put(acme, "h-1", line(4, "tea")).body["lines"]
    named = put(acme, "h-1", line(4, "tea", lot="late")).body["lines"]

    assert [(one["lot"], one["units"]) for one in first] == [("late", 2), ("soon", 5)]
    assert [(one["lot"], one["units"]) for one in lowered] == [("soon", 4)]
    assert [(one["lot"], one["units"]) for one in named] == [("late", 4)]
    assert level(acme, "tea", "soon").free == 5


def test_a_warehouse_that_may_go_below_nought_gives_more_than_it_has(acme: Merchant) -> None:
    acme.call("PUT", "/v1/warehouses/hz", {"name": "杭州仓", "negative": True})
    acme.put_stock("mug", 3)

    assert put(acme, "h-1", line(5)).status == 200
    assert acme.stock("mug") == (-2, 5)


def test_availability_can_leave_the_holds_own_units_aside(acme: Merchant) -> None:
    acme.put_stock("mug", 100)
    put(acme, "h-1", line(80))

    shown = acme.call("GET", "/v1/stock/mug?without_hold=h-1").body

    assert (shown["free"], shown["held"]) == (100, 0)
    assert acme.call("GET", "/v1/stock/mug").body["free"] == 20
    assert acme.call("GET", "/v1/stock/mug?without_hold=none").status == 404
    release(acme, "h-1")
    assert acme.call("GET", "/v1/stock/mug?without_hold=h-1").body["free"] == 100


def test_the_ledger_says_for_which_hold(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    put(acme, "h-1", line(4))
    release(acme, "h-1")

    lines = list(ledgers.read(acme.id, Place("mug", "hz")))

    assert [(one.what, one.cause, one.id) for one in lines[1:]] == [
        ("held", "hold", "h-1"),
        ("released", "hold", "h-1"),
    ]
    assert folded(lines) == {name: getattr(level(acme), name) for name in COUNTERS}


def test_units_given_back_wake_the_orders_that_wait(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    put(acme, "h-1", line(5))
    order_id = acme.place().body["id"]
    mail.pump()
    assert acme.order(order_id)["status"] == "short"

    release(acme, "h-1")
    mail.pump()

    assert acme.order(order_id)["status"] == "planned"


def test_holds_are_listed_by_kind_state_sku_and_shop(acme: Merchant, other: Merchant) -> None:
    acme.put_stock("mug", 100)
    acme.put_stock("hat", 100)
    put(acme, "h-1", line(1))
    put(acme, "h-2", line(1, "hat"), kind="count")
    put(acme, "h-3", line(1), kind="appointed", shop="tmall")
    release(acme, "h-2")

    def ids(query: str = "") -> list[str]:
        holds = acme.call("GET", f"/v1/stock-holds?{query}").body["holds"]
        return [hold["id"] for hold in holds]

    assert ids() == ["h-3", "h-2", "h-1"]
    assert ids("kind=count") == ids("state=released") == ids("sku=hat") == ["h-2"]
    assert ids("shop=tmall") == ["h-3"]
    assert other.call("GET", "/v1/stock-holds").body["holds"] == []


def test_pages_show_every_hold_once(acme: Merchant) -> None:
    acme.put_stock("mug", 100)
    for n in range(5):
        put(acme, f"h-{n}", line(1))

    seen, cursor = [], ""
    for _ in range(9):
        answer = acme.call("GET", f"/v1/stock-holds?limit=2&cursor={quote(cursor)}").body
        seen += [hold["id"] for hold in answer["holds"]]
        if not (cursor := answer["next"]):
            break

    assert sorted(seen) == [f"h-{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "lines", "missing"),
        ({"lines": []}, "lines", "empty"),
        ({"lines": [line(0)]}, "lines[0].units", "out-of-range"),
        ({"lines": [line(1, warehouse="moon")]}, "lines[0].warehouse", "unknown-warehouse"),
        ({"lines": [{"sku": "mug", "units": 1}]}, "lines[0].warehouse", "missing"),
        ({"lines": [line(1, colour="red")]}, "lines[0].colour", "unknown-field"),
        ({"lines": [line(1)], "kind": "theft"}, "kind", "not-one-of"),
        ({"lines": [line(1)], "kind": "appointed"}, "shop", "missing"),
        ({"lines": [line(1)], "shop": "moon"}, "shop", "unknown-shop"),
        ({"lines": [line(1)], "until": "2020-01-01T00:00:00Z"}, "until", "not-in-the-future"),
        (
            {"lines": [line(1, sku=f"s{n}") for n in range(91)]},
            "lines",
            "too-many",
        ),
    ],
)
def test_a_faulty_hold_is_refused(
    acme: Merchant, body: dict[str, Any], field: str, code: str
) -> None:
    reply = acme.call("PUT", "/v1/stock-holds/h-1", body)

    assert reply.status == 422
    assert (field, code) in [(fault["field"], fault["code"]) for fault in reply.body["faults"]]


def test_a_hold_stays_what_it_is_for(acme: Merchant) -> None:
    acme.put_stock("mug", 10)
    put(acme, "h-1", line(1), kind="count")

    assert put(acme, "h-1", line(1), kind="manual").body["faults"][0]["field"] == "kind"


def test_an_order_gets_none_of_what_is_set_aside(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 3)
    put(acme, "h-1", line(2), kind="appointed", shop="tmall")

    order_id = acme.place(lines=[build.line("mug", 2)]).body["id"]
    mail.pump()

    assert acme.order(order_id)["status"] == "short"
