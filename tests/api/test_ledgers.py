"""Where is my stock: counters checked, explained and followed down to the ledger."""

from urllib.parse import urlencode

import pytest

from shared.domain.stock import Cause, Change, Place
from shared.store import hot, ledgers, stock
from tests.support import build, spoil
from tests.support.build import NOON, Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail

HERE = Place("mug", "hz")


def move(acme: Merchant, units: int, place: Place = HERE, at: str = NOON) -> None:
    stock.apply(acme.id, [Change(place, "adjusted", {"free": units})], Cause("movement", "m", at))


@pytest.fixture
def planned(acme: Merchant, mail: Mail) -> str:
    acme.put_stock("mug", 10)
    order_id = str(acme.place(number="TB-1001").body["id"])
    mail.pump()
    return order_id


def test_one_call_explains_a_sku_down_to_its_orders_and_lines(
    acme: Merchant, planned: str
) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯子"})
    acme.call(
        "POST",
        "/v1/items",
        {"id": "set", "name": "套装", "parts": [{"sku": "mug", "quantity": 2, "share": 10000}]},
    )

    told = acme.call("GET", "/v1/stock/mug/explain").body

    assert (told["name"], told["on_hand"], told["free"], told["held"]) == ("杯子", 10, 8, 2)
    (place,) = told["places"]
    (holder,) = place["holders"]
    assert (holder["cause"], holder["units"], place["others"]) == ("order", 2, 0)
    assert holder["order"] == {
        "number": "TB-1001",
        "shop": "tmall",
        "status": "planned",
        "links": {"self": f"/v1/orders/{planned}", "timeline": f"/v1/orders/{planned}/timeline"},
    }
    assert told["kits"] == ["set"]
    assert [line["zh"] for line in told["ledger"]] == ["订单 TB-1001 占用 2", "人工 设定库存 10"]
    assert told["links"]["ledger"] == "/v1/stock/mug/ledger"


def test_an_order_that_was_shipped_holds_nothing_any_more(acme: Merchant, planned: str) -> None:
    acme.call("POST", f"/v1/orders/{planned}/ship", {})

    (place,) = acme.call("GET", "/v1/stock/mug/explain").body["places"]

    assert (place["holders"], place["on_hand"]) == ([], 8)


def test_one_warehouse_may_be_asked_for(acme: Merchant) -> None:
    move(acme, 3)
    move(acme, 4, Place("mug", "gz"))

    told = acme.call("GET", "/v1/stock/mug/explain?warehouse=gz").body

    assert [place["warehouse"] for place in told["places"]] == ["gz"]
    assert told["on_hand"] == 4


@pytest.mark.parametrize("path", ["explain", "explain?warehouse=hz", "ledger"])
def test_stock_that_never_was_is_not_found(acme: Merchant, path: str) -> None:
    assert acme.call("GET", f"/v1/stock/none/{path}").status == 404


@pytest.mark.parametrize("limit", [1, 2, 5, 50])
def test_pages_of_a_ledger_show_every_line_once_the_newest_first(
    acme: Merchant, limit: int
) -> None:
    for n in range(10):
        place = Place("mug", "gz") if n % 3 else HERE
        move(acme, n + 1, place, f"2026-11-20T12:00:{n:02d}.000+00:00")
        if n % 4 == 0:
            ledgers.spill(acme.id, place)

    seen, cursor = [], ""
    for _ in range(20):
        query = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        page = acme.call("GET", f"/v1/stock/mug/ledger?{urlencode(query)}").body
        seen += [line["delta"]["free"] for line in page["ledger"]]
        if not (cursor := page["next"]):
            break

    assert seen == list(range(10, 0, -1))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [4, 3, 2, 1]),
        ({"warehouse": "gz"}, [4, 2]),
        ({"lot": "L1"}, [3]),
        ({"cause": "hand"}, []),
        ({"cause": "movement", "id": "m"}, [4, 3, 2, 1]),
        ({"id": "x"}, []),
        ({"from": "2026-11-20T12:00:03+00:00"}, [4, 3]),
        ({"to": "2026-11-20T12:00:02+00:00"}, [2, 1]),
    ],
)
def test_a_ledger_is_filtered(acme: Merchant, query: dict[str, str], expected: list[int]) -> None:
    places = [HERE, Place("mug", "gz"), Place("mug", "hz", "L1"), Place("mug", "gz")]
    for n, place in enumerate(places, 1):
        move(acme, n, place, f"2026-11-20T12:00:{n:02d}.000+00:00")

    found = acme.call("GET", f"/v1/stock/mug/ledger?{urlencode(query)}").body["ledger"]

    assert [line["delta"]["free"] for line in found] == expected


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"cursor": "e30="}, {"from": "noon"}, {"limit": "0"}, {"x": "y"}]
)
def test_a_faulty_query_of_a_ledger_is_refused(acme: Merchant, query: dict[str, str]) -> None:
    move(acme, 1)

    reply = acme.call("GET", f"/v1/stock/mug/ledger?{urlencode(query)}")

    assert reply.status == 422
    assert reply.body["faults"][0]["field"] in query


def test_a_check_tells_what_differs_and_why(acme: Merchant, engine: Engine, planned: str) -> None:
    acme.put_stock("hat", 3)
    spoil.counter(engine, acme.id, HERE, "free", -1)

    told = acme.call("POST", "/v1/stock/verify").body

    assert (told["checked"], told["next"]) == (2, None)
    (one,) = told["differences"]
    assert (one["sku"], one["flaw"], one["shows"], one["should"]) == ("mug", "drift", 7, 8)
    assert one["zh"] == "可用 为 7，按流水应为 8"
    assert acme.call("POST", "/v1/stock/verify?sku=hat").body["differences"] == []


def test_a_check_goes_on_where_its_cursor_says(acme: Merchant) -> None:
    for sku in ("a", "b", "c"):
        acme.put_stock(sku, 1)

    seen, cursor = 0, ""
    for _ in range(4):
        query = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = acme.call("POST", f"/v1/stock/verify?{urlencode(query)}").body
        seen += page["checked"]
        if not (cursor := page["next"]):
            break

    assert seen == 3


@pytest.mark.parametrize("query", ["cursor=x", "cursor=b%23hz%23&sku=a", "limit=0"])
def test_a_faulty_check_is_refused(acme: Merchant, query: str) -> None:
    assert acme.call("POST", f"/v1/stock/verify?{query}").status == 422


def test_orders_in_the_ledger_are_named(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 10)
    acme.place(number="TB-7", lines=[build.line("mug", 3)])
    mail.pump()

    (line, _) = acme.call("GET", "/v1/stock/mug/ledger").body["ledger"]

    assert (line["en"], line["order"]["number"]) == ("order TB-7 held 3", "TB-7")


def test_who_holds_units_of_a_hot_sku_is_named_while_it_is_hot_and_after(
    acme: Merchant, mail: Mail
) -> None:
    acme.put_stock("mug", 10)
    hot.switch_on(acme.id, HERE, 3)
    hot.spread(acme.id, HERE)
    for number in range(3):
        acme.place(number=f"TB-{number}", lines=[build.line("mug", 1)])
    mail.pump()

    def holders() -> list[str]:
        (place,) = acme.call("GET", "/v1/stock/mug/explain").body["places"]
        assert (place["on_hand"], place["held"], place["others"]) == (10, 3, 0)
        return sorted(holder["order"]["number"] for holder in place["holders"])

    assert holders() == ["TB-0", "TB-1", "TB-2"]
    assert acme.call("POST", "/v1/stock/verify").body["differences"] == []
    hot.switch_off(acme.id, HERE)
    assert holders() == ["TB-0", "TB-1", "TB-2"]
    shipped = acme.call("GET", "/v1/orders?number=TB-1&shop=tmall").body["orders"][0]["id"]
    acme.call("POST", f"/v1/orders/{shipped}/ship", {})
    assert acme.call("POST", "/v1/stock/verify").body["differences"] == []
    (place,) = acme.call("GET", "/v1/stock/mug/explain").body["places"]
    assert sorted(one["order"]["number"] for one in place["holders"]) == ["TB-0", "TB-2"]
