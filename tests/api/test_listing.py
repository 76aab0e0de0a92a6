"""GET /v1/orders: filters, order, and a walk that shows every order once."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail

WIDE = {"from": "2025-01-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"}
TIMES = [
    *("2025-01-01T00:00:00Z", "2025-01-31T23:59:59.999Z", "2025-02-01T00:00:00+08:00"),
    *("2025-12-31T16:00:00Z", "2026-01-01T00:00:00Z", "2026-03-05T12:00:00Z"),
    *["2026-03-05T12:00:00Z"] * 3,  # several in one instant
    *[f"2026-06-{day:02d}T08:00:00Z" for day in range(1, 8)],
]


@pytest.fixture(scope="module")
def shelf(engine: Engine) -> Merchant:
    """Sixteen orders over a year and a half, with months that have none between them."""
    mail, merchant = Mail(), build.merchant("shelf")
    mail.take_over()
    for number, placed_at in enumerate(TIMES):
        assert merchant.place(number=f"S-{number:02d}", placed_at=placed_at).status == 202
    mail.hand_back()
    return merchant


def page(merchant: Merchant, **query: Any) -> dict[str, Any]:
    reply = merchant.call("GET", f"/v1/orders?{urlencode(query)}")
    assert reply.status == 200, reply.body
    return dict(reply.body)


def walk(merchant: Merchant, **query: Any) -> list[dict[str, Any]]:
    found, cursor = [], ""
    for _ in range(100):
        answer = page(merchant, **query, **({"cursor": cursor} if cursor else {}))
        assert len(answer["orders"]) <= int(query["limit"])
        found += answer["orders"]
        if not (cursor := answer["next"] or ""):
            return found
    raise AssertionError("the walk never ended")


@pytest.mark.parametrize("sort", ["placed_at", "-placed_at"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 15, 16, 17, 100])
def test_a_walk_shows_every_order_once_and_in_order(
    shelf: Merchant, sort: str, limit: int
) -> None:
    found = walk(shelf, **WIDE, sort=sort, limit=limit)

    places = [(order["placed_at"], order["id"]) for order in found]
    assert places == sorted(places, reverse=sort.startswith("-"))
    assert sorted(order["number"] for order in found) == [f"S-{n:02d}" for n in range(16)]


@pytest.mark.parametrize("limit", [1, 4, 100])
@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("2025-01-31T23:59:59.999Z", "2025-01-31T23:59:59.999Z", 1),
        ("2026-03-05T12:00:00Z", "2026-03-05T12:00:00Z", 4),
        ("2026-03-05T12:00:00.001Z", "2026-06-01T07:59:59.999Z", 0),
        ("2026-06-02T16:00:00+08:00", "2026-06-04T08:00:00Z", 3),
        ("2026-06-05T00:00:00Z", "2026-06-01T00:00:00Z", 0),  # the wrong way round
        ("2026-06-05T00:00:00Z", "2025-06-01T00:00:00Z", 0),
    ],
)
def test_both_ends_of_a_time_belong_to_it(
    shelf: Merchant, first: str, last: str, count: int, limit: int
) -> None:
    for sort in ("placed_at", "-placed_at"):
        found = walk(shelf, **{"from": first, "to": last}, sort=sort, limit=limit)
        assert len(found) == count


def test_without_times_the_last_three_months_are_shown(acme: Merchant) -> None:
    acme.place(number="new")
    acme.place(number="old", placed_at="2020-01-01T00:00:00Z")

    assert [order["number"] for order in page(acme)["orders"]] == ["new"]


def test_a_row_of_the_list_tells_enough_and_nothing_of_a_person(acme: Merchant) -> None:
    order_id = acme.place(tags=["vip"]).body["id"]

    row = page(acme)["orders"][0]

    assert (row["id"], row["number"], row["total"], row["lines"]) == (order_id, "TB-1", 1800, 1)
    assert row["receiver"] == {"name": "王**", "province": "浙江省", "city": "杭州市"}
    assert "王小明" not in json.dumps(page(acme), ensure_ascii=False)


@pytest.fixture
def mixed(acme: Merchant, mail: Mail) -> Merchant:
    acme.call("POST", "/v1/shops", {"id": "jd", "name": "京东店"})
    acme.put_stock("mug", 2)
    acme.place(number="planned")
    mail.pump()
    acme.place(number="short", tags=["vip"])
    acme.place(number="held", total=1)
    acme.place(number="jd", shop="jd", total=1, notes={"buyer": "快"})
    mail.pump()
    return acme


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"shop": "jd"}, {"jd"}),
        ({"status": "planned"}, {"planned"}),
        ({"status": "held"}, {"held", "jd"}),
        ({"hold": "buyer-note"}, {"jd"}),
        ({"hold": "amounts"}, {"held", "jd"}),
        ({"tag": "vip"}, {"short"}),
        ({"tag": "VIP"}, set()),
        ({"number": "short"}, {"short"}),
        ({"number": "jd", "shop": "jd"}, {"jd"}),
        ({"number": "jd", "shop": "tmall"}, set()),
        ({"number": "jd", "shop": "jd", "status": "planned"}, set()),
        ({"status": "held", "shop": "tmall"}, {"held"}),
        ({}, {"planned", "short", "held", "jd"}),
    ],
)
def test_filters_can_be_combined(
    mixed: Merchant, query: dict[str, str], numbers: set[str]
) -> None:
    assert {order["number"] for order in page(mixed, **query)["orders"]} == numbers


def test_a_rare_filter_is_walked_as_well(shelf: Merchant) -> None:
    found = walk(shelf, **WIDE, number="S-03", limit=1)

    assert [order["number"] for order in found] == ["S-03"]


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"limit": 0}, "limit", "out-of-range"),
        ({"limit": 101}, "limit", "out-of-range"),
        ({"limit": "many"}, "limit", "out-of-range"),
        ({"limit": "٣"}, "limit", "out-of-range"),
        ({"limit": "9" * 5000}, "limit", "out-of-range"),
        ({"sort": "total"}, "sort", "not-one-of"),
        ({"status": "lost"}, "status", "not-one-of"),
        ({"from": "yesterday"}, "from", "not-a-time"),
        ({"from": "2026-06-01T00:00:00"}, "from", "not-a-time"),
        ({"to": "2026-06-01"}, "to", "not-a-time"),
        ({"colour": "red"}, "colour", "unknown-field"),
    ],
)
def test_a_faulty_query_is_refused(
    acme: Merchant, query: dict[str, Any], field: str, code: str
) -> None:
    reply = acme.call("GET", f"/v1/orders?{urlencode(query)}")

    assert reply.status == 422
    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [(field, code)]


def cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


ID = "0" * 24


@pytest.mark.parametrize("sort", ["placed_at", "-placed_at"])
@pytest.mark.parametrize(
    "nonsense",
    [
        *("nonsense", "é", "====", "e30", "😀", "_w==", "W" * 5000),
        *(cursor(place) for place in ("#", "2026", "x" * 200, "null", "{}")),
        cursor(f"2026-13-01T00:00:00.000+00:00#{ID}"),
        cursor(f"2026-00-01T00:00:00.000+00:00#{ID}"),
        cursor(f"2026-06-99T00:00:00.000+00:00#{ID}"),
        cursor(f"2026-06-01T00:00:00.000+00:00#{ID}#x"),
        cursor("2026-06-01T00:00:00.000+00:00"),
    ],
)
def test_a_cursor_of_nonsense_is_refused(acme: Merchant, nonsense: str, sort: str) -> None:
    query = urlencode({**WIDE, "to": "2027-01-31T00:00:00Z", "cursor": nonsense, "sort": sort})

    reply = acme.call("GET", f"/v1/orders?{query}")

    assert reply.status == 422
    assert [(f["field"], f["code"]) for f in reply.body["faults"]] == [("cursor", "bad-cursor")]


def test_a_cursor_outside_the_times_shows_nothing(shelf: Merchant) -> None:
    late = cursor(f"2026-10-01T00:00:00.000+00:00#{ID}")
    early = cursor(f"2024-10-01T00:00:00.000+00:00#{ID}")

    assert page(shelf, **WIDE, sort="placed_at", cursor=late)["orders"] == []
    assert page(shelf, **WIDE, sort="-placed_at", cursor=early)["orders"] == []


def test_a_walk_over_all_of_history_does_not_ask_for_every_month_there_ever_was(
    acme: Merchant,
) -> None:
    query = urlencode({"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T00:00:00Z"})

    reply = acme.call("GET", f"/v1/orders?{query}")

    assert reply.status == 422
    assert [fault["field"] for fault in reply.body["faults"]] == ["from"]
