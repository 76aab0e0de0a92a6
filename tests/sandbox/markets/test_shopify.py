"""The sandbox reads GraphQL, and keeps Shopify's limits."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from infra.sandbox.markets.graphql import Reader, Unknown
from infra.sandbox.markets.shopify import Shopify
from infra.sandbox.server import Request

PAGE = """query Page($n: Int!, $after: String) {
  found: orders(first: $n, after: $after, sortKey: UPDATED_AT, query: "updated_at:>'2020-01-01'") {
    nodes { ...Short } pageInfo { hasNextPage endCursor }
  }
}
fragment Short on Order { id lineItems(first: 1) { nodes { ... on LineItem { sku } } } }"""


def call(market: Shopify, query: str, **variables: Any) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = {"x-shopify-access-token": market.tokens.access}
    asked = Request("POST", "/admin/api/2026-07/graphql.json", headers, body)
    told: dict[str, Any] = json.loads(market.answer(asked).body)
    return told


def test_pages_follow_each_other_to_the_end() -> None:
    market = Shopify(pauses=())
    made = market.orders.make(5, market.now - 900, market.now - 100)

    found, after, more = list[str](), None, True
    while more:
        told = call(market, PAGE, n=2, after=after)["data"]["found"]
        found += [row["id"].rpartition("/")[2] for row in told["nodes"]]
        after, more = told["pageInfo"]["endCursor"], told["pageInfo"]["hasNextPage"]

    assert found == made
    assert "first must be" in call(market, PAGE, n=251)["errors"][0]["message"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{ shop { colour } }", "Field 'colour' doesn't exist on type 'Shop'"),
        ("{ shop { name }", "Expected NAME"),
    ],
)
def test_what_there_is_not_is_refused(query: str, told: str) -> None:
    assert told in call(Shopify(pauses=()), query)["errors"][0]["message"]


def test_directives_lists_and_objects_are_read() -> None:
    text = """mutation Do($key: String!) {
      act(input: {rows: [{no: 1, on: true}, {no: -2, on: null}], name: "a \\"b\\""})
      @idempotent(key: $key) { done } # no more
    }"""

    (act,) = Reader(text, {"key": "k"}).fields

    rows = [{"no": 1, "on": True}, {"no": -2, "on": None}]
    assert act.args["input"] == {"rows": rows, "name": 'a "b"'}
    assert act.args["@"] == {"key": "k"}
    assert [one.name for one in act.inner] == ["done"]


def test_an_empty_document_is_none() -> None:
    with pytest.raises(Unknown):
        Reader("query {", {})


def test_a_push_is_signed_as_published() -> None:
    market = Shopify(pauses=())
    market.app_secret = "hush"

    assert market.signed(b'{"id":1}') == "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="


def test_a_merchant_comes_back_from_consent_with_what_was_published() -> None:
    market = Shopify(pauses=())
    market.app_secret = "hush"
    told = {"code": "a94a110d86d2452eb3e2af4cfb8a3828", "shop": "some-shop.myshopify.com"}

    proof = market.proved({**told, "timestamp": "1337178173"})
    asked = {"client_id": market.app_key, "redirect_uri": "https://here/back", "state": "s"}
    page = market.answer(Request("GET", f"/admin/oauth/authorize?{urlencode(asked)}", {}, b""))

    assert proof == "2cb1a277650a659f1b11e92a4a64275b128e037f2c3390e3c8fd2d8721dac9e2"
    back = dict(parse_qsl(page.headers["Location"].partition("?")[2]))
    assert (page.status, back["state"], back.pop("hmac")) == (302, "s", market.proved(back))


def test_only_what_was_sent_can_come_back_and_is_decided_once() -> None:
    market = Shopify(pauses=())
    (number,) = market.orders.make(1, market.now - 900, market.now - 100)
    order = market.orders.by_number[number]
    line = order.lines[0]
    seen = "{ returns(first: 5) { nodes { id } } refunds(first: 5) { id } }"
    ask = f"query Of($id: ID!) {{ order(id: $id) {seen} }}"
    approve = """mutation Yes($input: ReturnApproveRequestInput!) {
      returnApproveRequest(input: $input) { return { status } userErrors { code } } }"""

    back = market.refunds.ask(order, line, market.now)
    before = call(market, ask, id=f"gid://shopify/Order/{number}")["data"]["order"]
    line.tracking = "SF1"
    after = call(market, ask, id=f"gid://shopify/Order/{number}")["data"]["order"]
    (case,) = after["returns"]["nodes"]
    first, again = (call(market, approve, input=case)["data"] for _ in range(2))

    assert before == {"returns": {"nodes": []}, "refunds": []}
    assert case["id"] == f"gid://shopify/Return/{back.number}"
    assert first["returnApproveRequest"] == {"return": {"status": "OPEN"}, "userErrors": []}
    assert again["returnApproveRequest"]["userErrors"] == [{"code": "INVALID_STATE"}]
