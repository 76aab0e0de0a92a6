"""/v1/stock: what is there, what is held, and who is woken when more comes."""

from urllib.parse import quote, urlencode

import pytest

from shared.domain.item import Item, Part
from shared.store import merchants
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail


def test_a_level_is_set_and_shown(acme: Merchant) -> None:
    first = acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 7})
    acme.call("PUT", "/v1/stock/mug/gz", {"on_hand": 1})

    assert {k: v for k, v in first.body.items() if v} == {
        "sku": "mug", "warehouse": "hz", "on_hand": 7, "free": 7,
    }  # fmt: skip
    shown = acme.call("GET", "/v1/stock/mug").body
    assert (shown["on_hand"], shown["held"], shown["free"]) == (8, 0, 8)
    assert [level["warehouse"] for level in shown["warehouses"]] == ["gz", "hz"]


def test_spaces_around_a_sku_are_taken_off_as_they_are_in_orders(acme: Merchant) -> None:
    reply = acme.call("PUT", "/v1/stock/%20mug%20/hz", {"on_hand": 7})

    assert reply.body["sku"] == "mug"
    assert acme.stock("mug") == (7, 0)


def test_what_is_held_stays_held(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 5)
    acme.place()
    mail.pump()

    less = acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 1})
    same = acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 2})

    assert (less.status, less.body["faults"][0]["field"]) == (422, "on_hand")
    assert "2" in less.body["faults"][0]["detail"]
    assert (same.body["free"], same.body["held"]) == (0, 2)


@pytest.mark.parametrize("sku", ["a b", "杯子", "50%", "a/b", "🍵", "a.b+c"])
def test_any_sku_can_be_addressed(acme: Merchant, sku: str) -> None:
    path = f"/v1/stock/{quote(sku, safe='')}"

    put = acme.call("PUT", f"{path}/hz", {"on_hand": 3})

    assert (put.status, put.body["sku"]) == (200, sku)
    assert acme.call("GET", path).body["on_hand"] == 3
    assert [level["sku"] for level in acme.call("GET", "/v1/stock").body["stock"]] == [sku]


@pytest.mark.parametrize("sku", ["a#b", "a\x00b", "x" * 65, "\n"])
def test_what_could_never_be_ordered_is_not_stocked(acme: Merchant, sku: str) -> None:
    reply = acme.call("PUT", f"/v1/stock/{quote(sku, safe='')}/hz", {"on_hand": 3})

    assert reply.status == 422
    assert acme.call("GET", "/v1/stock").body["stock"] == []


@pytest.mark.parametrize(
    "body",
    [
        *({"on_hand": value} for value in (None, -1, 10**9 + 1, True, "5", 1.5)),
        {"on_hand": 5, "held": 3},
    ],
)
def test_a_faulty_level_is_refused(acme: Merchant, body: dict[str, object]) -> None:
    assert acme.call("PUT", "/v1/stock/mug/hz", body).status == 422
    assert acme.call("GET", "/v1/stock/mug").status == 404


def test_a_warehouse_that_is_not_there_has_no_stock(acme: Merchant) -> None:
    assert acme.call("PUT", "/v1/stock/mug/moon", {"on_hand": 1}).status == 404


def test_pages_show_every_level_once(acme: Merchant) -> None:
    for n in range(5):
        acme.put_stock(f"s{n}", n)
        acme.put_stock(f"s{n}", n, "gz")

    seen, cursor = [], ""
    for _ in range(9):
        more = {"cursor": cursor} if cursor else {}
        answer = acme.call("GET", f"/v1/stock?{urlencode({'limit': 3, **more})}").body
        seen += [(level["sku"], level["warehouse"]) for level in answer["stock"]]
        if not (cursor := answer["next"]):
            break

    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sku": "s1"}, [("s1", "gz"), ("s1", "hz")]),
        ({"sku": "s"}, []),
        ({"warehouse": "gz"}, [("s1", "gz"), ("s2", "gz")]),
        ({"sku": "s2", "warehouse": "hz"}, [("s2", "hz")]),
        ({"warehouse": "moon"}, []),
    ],
)
def test_levels_can_be_filtered(
    acme: Merchant, query: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    for sku in ("s1", "s2"):
        for warehouse in ("hz", "gz"):
            acme.put_stock(sku, 1, warehouse)

    found = acme.call("GET", f"/v1/stock?{urlencode(query)}").body["stock"]

    assert [(level["sku"], level["warehouse"]) for level in found] == expected


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": value} for value in (0, 501, "x", "9" * 5000)),
        *({"cursor": value} for value in ("nonsense", "a#b", "a#b#c#d")),
        {"sku": "a", "cursor": "b#hz#"},
    ],
)
def test_a_faulty_query_is_refused(acme: Merchant, query: dict[str, object]) -> None:
    reply = acme.call("GET", f"/v1/stock?{urlencode(query)}")

    assert reply.status == 422
    assert reply.body["faults"][0]["field"] in query


def test_new_stock_wakes_the_orders_that_wait_for_it_the_oldest_first(
    acme: Merchant, other: Merchant, mail: Mail
) -> None:
    ids = [acme.place(number=f"TB-{n}").body["id"] for n in range(2)]
    acme.place(number="hat", lines=[build.line("hat")])
    other.place()
    mail.pump()

    acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 3})

    woken = mail.bodies("reserve")
    assert woken == [{"tenant": acme.id, "order_id": order_id} for order_id in ids]
    mail.pump()
    assert [acme.order(order_id)["status"] for order_id in ids] == ["planned", "short"]


def test_less_stock_wakes_nobody(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 1)
    acme.place()
    mail.pump()

    acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 1})

    assert mail.bodies("reserve") == []


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (Item("mug", "杯", lots=True), "by-lot"),
        (Item("mug", "套装", parts=(Part("lid", 1, 10_000),)), "is-a-kit"),
    ],
)
def test_what_has_no_one_counter_of_its_own_is_not_set_by_hand(
    acme: Merchant, item: Item, code: str
) -> None:
    merchants.items.add(acme.id, Item("lid", "盖"))
    merchants.items.add(acme.id, item)

    reply = acme.call("PUT", "/v1/stock/mug/hz", {"on_hand": 3})

    assert (reply.status, reply.body["faults"][0]["code"]) == (422, code)
    assert acme.call("GET", "/v1/stock").body["stock"] == []
