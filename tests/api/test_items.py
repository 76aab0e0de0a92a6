"""Items and kits over HTTP: made, shown, changed, listed, taken in by the batch, taken away."""

from typing import Any
from urllib.parse import quote

import pytest

from shared.store import merchants
from tests.support import edge
from tests.support.build import Merchant, Reply

MUG = {"id": "mug", "name": "马克杯", "barcode": "690", "category": "杯具", "safety": {"hz": 3}}
SET = {
    "id": "set",
    "name": "两件套",
    "parts": [{"sku": "mug", "quantity": 2, "share": 6000}, {"sku": "lid", "share": 4000}],
}


def item(sku: str, **more: Any) -> dict[str, Any]:
    return {"id": sku, "name": sku, **more}


def put(acme: Merchant, *items: dict[str, Any]) -> None:
    for each in items:
        assert acme.call("POST", "/v1/items", each).status == 201


def batch(acme: Merchant, *items: Any, query: str = "") -> Any:
    reply = acme.call("POST", f"/v1/items/batch{query}", {"items": list(items)})
    assert reply.status == 200, reply.body
    return reply.body


def outcomes(answer: Any) -> list[str]:
    return [result["outcome"] for result in answer["results"]]


def faults(reply: Reply | dict[str, Any]) -> list[tuple[str, str]]:
    body = reply.body if isinstance(reply, Reply) else reply["problem"]
    return [(fault["field"], fault["code"]) for fault in body["faults"]]


def listed(acme: Merchant, query: str = "") -> list[str]:
    return [each["id"] for each in acme.call("GET", f"/v1/items{query}").body["items"]]


def test_an_item_is_made_shown_changed_and_taken_away(acme: Merchant) -> None:
    made = acme.call("POST", "/v1/items", MUG)
    shown = acme.call("GET", "/v1/items/mug")
    changed = acme.call("PUT", "/v1/items/mug", {**MUG, "name": "大马克杯"})
    gone = acme.call("DELETE", "/v1/items/mug")

    assert [made.status, shown.status, changed.status, gone.status] == [201, 200, 200, 200]
    assert made.body.items() >= {**MUG, "active": True, "unit": "件", "parts": []}.items()
    assert shown.body == made.body
    assert acme.call("PUT", "/v1/items/mug", shown.body).status == 404
    assert acme.call("GET", "/v1/items/mug").status == 404
    assert acme.call("DELETE", "/v1/items/mug").status == 404


def test_what_was_shown_can_be_sent_back(acme: Merchant) -> None:
    put(acme, MUG, item("lid"), SET)

    for sku in ("mug", "set"):
        shown = acme.call("GET", f"/v1/items/{sku}").body
        assert acme.call("PUT", f"/v1/items/{sku}", shown).body == shown


def test_a_sku_is_taken_once(acme: Merchant) -> None:
    put(acme, MUG)

    again = acme.call("POST", "/v1/items", {**MUG, "name": "again"})

    assert (again.status, again.body["code"]) == (409, "exists")
    assert acme.call("GET", "/v1/items/mug").body["name"] == "马克杯"


def test_a_kit_whose_shares_do_not_add_up_is_refused_in_plain_words(acme: Merchant) -> None:
    put(acme, MUG, item("lid"))
    parts = [{"sku": "mug", "share": 6000}, {"sku": "lid", "share": 3900}]

    short = acme.call("POST", "/v1/items", item("set", parts=parts))
    parts[1]["share"] = 4100
    over = acme.call("POST", "/v1/items", item("set", parts=parts))

    assert (short.status, over.status) == (422, 422)
    assert "不足100%" in short.body["faults"][0]["detail"]
    assert "已超100%" in over.body["faults"][0]["detail"]


def test_a_kit_is_made_of_items_that_are_there(acme: Merchant) -> None:
    put(acme, MUG)

    refused = acme.call("POST", "/v1/items", SET)

    assert faults(refused) == [("parts[1].sku", "unknown-item")]


def test_a_kit_is_no_part_and_a_part_no_kit(acme: Merchant) -> None:
    put(acme, MUG, item("lid"), SET)

    nested = item("box", parts=[{"sku": "set", "share": 10_000}])
    as_kit = item("mug", parts=[{"sku": "lid", "share": 10_000}])

    assert faults(acme.call("POST", "/v1/items", nested)) == [("parts[0].sku", "nested-kit")]
    assert faults(acme.call("PUT", "/v1/items/mug", as_kit)) == [("parts", "part-of-kits")]


def test_a_part_of_a_kit_stays_and_the_refusal_names_the_kits(acme: Merchant) -> None:
    put(acme, MUG, item("lid"), SET)

    off = acme.call("PUT", "/v1/items/mug", {**MUG, "active": False})
    gone = acme.call("DELETE", "/v1/items/mug")

    assert faults(off) == [("active", "part-of-kits")]
    assert "set" in off.body["faults"][0]["detail"]
    assert (gone.status, gone.body["code"]) == (409, "in-use")
    assert "set" in gone.body["detail"]
    assert acme.call("DELETE", "/v1/items/set").status == 200
    assert acme.call("DELETE", "/v1/items/mug").status == 200


def test_parts_that_a_kit_has_dropped_are_free_again(acme: Merchant) -> None:
    old, new = ([f"{side}{no}" for no in range(50)] for side in ("old", "new"))
    put(acme, *map(item, (*old, *new)))
    put(acme, item("set", parts=[{"sku": sku, "share": 200} for sku in old]))

    whole = item("set", parts=[{"sku": sku, "share": 200} for sku in new])
    changed = acme.call("PUT", "/v1/items/set", whole)
    off = batch(acme, *(item(sku, active=False) for sku in (*old, *new)))

    assert changed.status == 200
    assert off["counts"] == {"changed": 50, "refused": 50}
    assert listed(acme, "?active=false") == sorted(old)


def test_an_item_with_stock_is_not_taken_away_and_not_made_a_kit(acme: Merchant) -> None:
    put(acme, MUG, item("lid"))
    acme.put_stock("mug", 1)
    parts = [{"sku": "lid", "share": 10_000}]

    gone = acme.call("DELETE", "/v1/items/mug")
    as_kit = acme.call("PUT", "/v1/items/mug", item("mug", parts=parts))
    acme.put_stock("mug", 0)

    assert (gone.status, gone.body["code"]) == (409, "has-stock")
    assert "hz" in gone.body["detail"]
    assert faults(as_kit) == [("parts", "has-stock")]
    assert acme.call("DELETE", "/v1/items/mug").status == 200


def test_safety_is_for_warehouses_that_are_there(acme: Merchant) -> None:
    refused = acme.call("POST", "/v1/items", {**MUG, "safety": {"hz": 1, "moon": 1, "*": 1}})

    assert faults(refused) == [("safety.moon", "unknown-warehouse")]


def test_items_are_listed_page_by_page(acme: Merchant) -> None:
    put(acme, *(item(f"i-{no}") for no in range(5)))

    first = acme.call("GET", "/v1/items?limit=2").body
    second = acme.call("GET", f"/v1/items?limit=2&cursor={first['next']}").body
    third = acme.call("GET", f"/v1/items?limit=2&cursor={second['next']}").body

    found = [each["id"] for page in (first, second, third) for each in page["items"]]
    assert found == [f"i-{no}" for no in range(5)]
    assert third["next"] is None


def test_filters_narrow_the_list(acme: Merchant) -> None:
    off = item("old", active=False, category="杯具", barcode="690")
    put(acme, MUG, item("lid"), item("mug-2"), off, SET)

    told = {
        query: listed(acme, query)
        for query in (
            f"?category={quote('杯具')}",
            "?kit=true",
            "?kit=false",
            "?active=false",
            "?q=mug",
            "?q=mug-",
            "?barcode=690",
            "?barcode=690&active=true",
            "?barcode=69",
            "?part=lid",
            "?part=none",
        )
    }

    assert list(told.values()) == [
        ["mug", "old"],
        ["set"],
        ["lid", "mug", "mug-2", "old"],
        ["old"],
        ["mug", "mug-2"],
        ["mug-2"],
        ["mug", "old"],
        ["mug"],
        [],
        ["set"],
        [],
    ]


def test_a_rare_filter_gives_short_pages_that_go_on(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.api.items.LOOKED_AT", 3)
    put(acme, *(item(f"i-{no}") for no in range(5)), item("z", category="rare"))

    first = acme.call("GET", "/v1/items?category=rare").body
    second = acme.call("GET", f"/v1/items?category=rare&cursor={first['next']}").body

    assert (first["items"], first["next"]) == ([], "i-2")
    assert [each["id"] for each in second["items"]] == ["z"]


@pytest.mark.parametrize(
    "query",
    ["?kit=yes", "?active=1", "?colour=red", "?limit=501", "?cursor=a%23b", "?q=b&cursor=a"],
)
def test_a_list_says_what_it_cannot_do(acme: Merchant, query: str) -> None:
    assert acme.call("GET", f"/v1/items{query}").status == 422


def test_an_idempotency_key_makes_a_repeat_answer_the_same(acme: Merchant) -> None:
    calls = [
        ("POST", "/v1/items", MUG),
        ("PUT", "/v1/items/mug", {**MUG, "name": "new"}),
        ("DELETE", "/v1/items/mug", None),
    ]

    for no, (method, path, body) in enumerate(calls):
        first = acme.call(method, path, body, Idempotency_Key=f"k{no}")
        again = acme.call(method, path, body, Idempotency_Key=f"k{no}")
        assert (again.status, again.body) == (first.status, first.body)
        assert first.status in (200, 201)
        assert again.headers["Idempotency-Replayed"] == "true"


def test_a_batch_answers_for_each_item(acme: Merchant) -> None:
    put(acme, MUG, item("lid"))

    answer = batch(acme, MUG, item("lid", unit="个"), item("new"), {"id": "bad"}, "no item")

    assert outcomes(answer) == ["unchanged", "changed", "created", "refused", "refused"]
    assert [result["index"] for result in answer["results"]] == [0, 1, 2, 3, 4]
    assert answer["counts"] == {"unchanged": 1, "changed": 1, "created": 1, "refused": 2}
    assert faults(answer["results"][3]) == [("name", "missing")]
    assert listed(acme) == ["lid", "mug", "new"]


def test_kits_of_a_batch_may_be_made_of_its_other_items_in_any_order(acme: Merchant) -> None:
    answer = batch(acme, SET, MUG, item("lid"))

    assert outcomes(answer) == ["created"] * 3
    assert [one.id for one in merchants.kits_with(acme.id, "lid")] == ["set"]


def test_a_kit_does_not_count_on_a_faulty_neighbour(acme: Merchant) -> None:
    answer = batch(acme, SET, MUG, {"id": "lid", "weight": "heavy"})

    assert outcomes(answer) == ["refused", "created", "refused"]
    assert faults(answer["results"][0]) == [("parts[1].sku", "unknown-item")]


def test_the_second_of_one_sku_in_a_batch_is_refused(acme: Merchant) -> None:
    answer = batch(acme, MUG, {**MUG, "name": "again"})

    assert outcomes(answer) == ["created", "refused"]
    assert faults(answer["results"][1]) == [("id", "twice")]


def test_a_dry_run_says_what_would_be_and_writes_nothing(acme: Merchant) -> None:
    put(acme, item("old"))
    given = [SET, MUG, item("lid"), item("old", unit="只"), {"id": "bad"}]

    dry = batch(acme, *given, query="?dry_run=true")
    before = listed(acme)
    real = batch(acme, *given)

    assert outcomes(dry) == ["created", "created", "created", "changed", "refused"]
    assert before == ["old"]
    assert real == dry


def test_a_batch_is_the_same_the_second_time(acme: Merchant) -> None:
    batch(acme, SET, MUG, item("lid"))

    assert outcomes(batch(acme, SET, MUG, item("lid"))) == ["unchanged"] * 3


def test_an_item_written_by_two_at_once_is_looked_at_again(acme: Merchant) -> None:
    put(acme, MUG, item("lid"))

    def meanwhile() -> None:
        acme.call("PUT", "/v1/items/mug", {**MUG, "name": "meanwhile"})

    with edge.before("TransactWriteItems", meanwhile):
        answer = batch(acme, SET)

    assert outcomes(answer) == ["created"]
    assert acme.call("GET", "/v1/items/mug").body["name"] == "meanwhile"


def test_a_batch_has_a_hundred_items_at_most(acme: Merchant) -> None:
    many = [item(f"i-{no}") for no in range(101)]

    assert acme.call("POST", "/v1/items/batch", {"items": many}).status == 422
    assert acme.call("POST", "/v1/items/batch", {"items": []}).status == 422
    assert acme.call("POST", "/v1/items/batch?dry_run=1", {"items": [MUG]}).status == 422
    assert batch(acme, *many[:100])["counts"] == {"created": 100}
