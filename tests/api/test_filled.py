"""Lists with filters: a page is full as long as there is enough, and a walk misses nothing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.api import listing
from tests.support import money, statements
from tests.support.build import Merchant
from tests.support.statements import Trade, wechat


class Shelf:
    """Numbers from 1 on, read as the stores do, and how many were read."""

    def __init__(self, size: int) -> None:
        self.size, self.read_ = size, 0

    def read(self, after: str, most: int) -> tuple[list[int], str]:
        first = int(after or 0) + 1
        last = min(self.size, first + most - 1)
        self.read_ += last - first + 1
        return list(range(first, last + 1)), str(last) if last < self.size else ""


def page(shelf: Shelf, after: str, limit: int, every: int) -> tuple[list[int], str]:
    return listing.filled(shelf.read, after, limit, lambda one: one % every == 0, str)


@settings(max_examples=60)
@given(st.integers(0, 2500), st.integers(1, 120), st.integers(1, 700))
def test_a_walk_finds_each_that_fits_once_and_every_page_is_full_or_far(
    size: int, limit: int, every: int
) -> None:
    shelf, after, found, more = Shelf(size), "", list[int](), True

    while more:
        before = shelf.read_
        some, after = page(shelf, after, limit, every)
        found, more = found + some, bool(after)
        assert len(some) == limit or not more or shelf.read_ - before >= listing.LOOKED_AT
        assert shelf.read_ - before <= listing.LOOKED_AT + limit

    assert found == [one for one in range(1, size + 1) if one % every == 0]


def test_the_last_page_that_is_just_full_is_the_last() -> None:
    assert page(Shelf(40), "20", 20, 1) == (list(range(21, 41)), "")


def test_a_list_without_filters_reads_one_page() -> None:
    shelf = Shelf(500)

    assert page(shelf, "", 20, 1) == (list(range(1, 21)), "20")
    assert shelf.read_ == 20


def walk(acme: Merchant, path: str, name: str, **query: Any) -> list[list[str]]:
    """The ids on each page."""
    pages, cursor = list[list[str]](), ""
    while cursor is not None and len(pages) < 20:
        more = {"cursor": cursor} if cursor else {}
        reply = acme.call("GET", f"{path}?{urlencode({**query, **more})}")
        assert reply.status == 200, reply.body
        pages.append([one["id"] for one in reply.body[name]])
        cursor = reply.body["next"]
    return pages


def order_goods(acme: Merchant) -> None:
    for no in range(10):
        lines = [{"sku": "mug" if no % 5 == 0 else "hat", "ordered": 1}]
        body = {"id": f"P-{no}", "supplier": "瓷厂", "warehouse": "hz", "lines": lines}
        assert acme.call("POST", "/v1/purchases", body).status == 201


def send_bills(acme: Merchant) -> None:
    money.account(acme)
    for no in range(5):
        bill = {"account": "main", "day": f"2026-11-{10 + no}", "encoding": "text"}
        whole = wechat(Trade(f"a-{no}", 100), day=bill["day"]).decode("utf-8-sig")
        sent = acme.call("POST", "/v1/bills", {**bill, "kind": "trades", "content": whole})
        assert sent.status == 201, sent.body
        if no % 4 == 0:
            funds = statements.wechat_funds(0, ("交易", 100), day=bill["day"]).decode("utf-8-sig")
            body = {**bill, "kind": "funds", "content": funds}
            assert acme.call("POST", "/v1/bills", body).status == 201


@pytest.mark.parametrize(
    ("make", "path", "name", "query"),
    [
        (order_goods, "/v1/purchases", "purchases", {"sku": "mug"}),
        (send_bills, "/v1/bills", "bills",
         {"kind": "funds", "from": "2026-11-01", "to": "2026-11-20"}),
        (send_bills, "/v1/differences", "differences",
         {"account": "main", "type": "missing-here", "from": "2026-11-10", "to": "2026-11-11"}),
    ],
)  # fmt: skip
def test_what_a_filter_leaves_comes_on_full_pages(
    acme: Merchant,
    make: Callable[[Merchant], None],
    path: str,
    name: str,
    query: dict[str, str],
) -> None:
    make(acme)

    one_by_one = walk(acme, path, name, limit=1, **query)
    ((first, second),) = walk(acme, path, name, limit=3, **query)

    assert [some for some in one_by_one if some] == [[first], [second]]
