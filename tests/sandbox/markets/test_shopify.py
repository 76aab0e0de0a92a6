"""The sandbox reads GraphQL, and keeps Shopify's limits."""

import json
from typing import Any

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
