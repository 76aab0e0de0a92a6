"""A shop's own codes for our items: set, removed, listed."""

from typing import Any

from shared.store import merchants
from tests.support import edge
from tests.support.build import Merchant


def batch(acme: Merchant, *entries: Any, query: str = "", shop: str = "tmall") -> Any:
    path = f"/v1/shops/{shop}/skus/batch{query}"
    reply = acme.call("POST", path, {"skus": list(entries)})
    assert reply.status == 200, reply.body
    return reply.body


def entry(shop_sku: str, sku: str = "") -> dict[str, str]:
    return {"shop_sku": shop_sku, "sku": sku}


def outcomes(answer: Any) -> list[str]:
    return [result["outcome"] for result in answer["results"]]


def skus(acme: Merchant) -> dict[str, str]:
    return merchants.shops.get(acme.id, "tmall").skus


def test_codes_are_set_changed_and_removed(acme: Merchant) -> None:
    first = batch(acme, entry("T-1", "mug"), entry("T-2", "lid"))
    again = batch(acme, entry("T-1", "cup"), entry("T-2", "lid"), entry("T-3"), entry("T-2-x"))
    gone = batch(acme, entry("T-2"))

    assert outcomes(first) == ["created", "created"]
    assert outcomes(again) == ["changed", "unchanged", "unchanged", "unchanged"]
    assert gone["counts"] == {"removed": 1}
    assert skus(acme) == {"T-1": "cup"}


def test_a_faulty_entry_leaves_the_others_done(acme: Merchant) -> None:
    answer = batch(
        acme,
        entry("T-1", "mug"),
        entry("T-1", "lid"),
        entry("T-2", "a#b"),
        entry("", "mug"),
        {**entry("T-3", "mug"), "colour": "red"},
        "T-4",
    )

    told = [
        [(fault["field"], fault["code"]) for fault in result["problem"]["faults"]]
        for result in answer["results"][1:]
    ]
    assert outcomes(answer) == ["created", *["refused"] * 5]
    assert told == [
        [("shop_sku", "twice")],
        [("sku", "not-an-id")],
        [("shop_sku", "missing")],
        [("colour", "unknown-field")],
        [("", "not-an-object"), ("shop_sku", "missing")],
    ]
    assert skus(acme) == {"T-1": "mug"}


def test_a_merchant_who_keeps_items_maps_to_them_alone(acme: Merchant) -> None:
    before = batch(acme, entry("T-1", "none"))
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯"})

    after = batch(acme, entry("T-2", "none"), entry("T-3", "mug"))

    assert (outcomes(before), outcomes(after)) == (["created"], ["refused", "created"])
    assert after["results"][0]["problem"]["faults"][0]["code"] == "unknown-item"


def test_a_dry_run_writes_nothing(acme: Merchant) -> None:
    given = [entry("T-1", "mug"), entry("T-2", "a#b")]

    dry = batch(acme, *given, query="?dry_run=true")

    assert skus(acme) == {}
    assert batch(acme, *given) == dry


def test_a_shop_has_five_thousand_codes_at_most(acme: Merchant) -> None:
    full = {f"T-{no}": "mug" for no in range(5000)}
    acme.call("PUT", "/v1/shops/tmall", {"name": "天猫店", "skus": full})

    answer = batch(acme, entry("T-new", "mug"), entry("T-1", "lid"), entry("T-2"))

    assert outcomes(answer) == ["refused", "changed", "removed"]
    assert len(skus(acme)) == 4999


def test_codes_are_listed_page_by_page_and_by_item(acme: Merchant) -> None:
    batch(acme, *(entry(f"T-{no}", "mug" if no % 2 else "lid") for no in range(6)))
    path = "/v1/shops/tmall/skus"

    first = acme.call("GET", f"{path}?limit=4").body
    rest = acme.call("GET", f"{path}?limit=4&cursor={first['next']}").body
    lids = acme.call("GET", f"{path}?sku=lid").body

    assert [each["shop_sku"] for each in (*first["skus"], *rest["skus"])] == [
        f"T-{no}" for no in range(6)
    ]
    assert rest["next"] is None
    assert lids == {"skus": [entry(f"T-{no}", "lid") for no in (0, 2, 4)], "next": None}


def test_a_change_of_the_shop_meanwhile_is_kept(acme: Merchant) -> None:
    def meanwhile() -> None:
        acme.call("PUT", "/v1/shops/tmall", {"name": "新名字", "skus": {"T-0": "mug"}})

    with edge.before("TransactWriteItems", meanwhile):
        batch(acme, entry("T-1", "lid"))

    shop = merchants.shops.get(acme.id, "tmall")
    assert (shop.name, shop.skus) == ("新名字", {"T-0": "mug", "T-1": "lid"})


def test_an_idempotency_key_makes_a_repeat_answer_the_same(acme: Merchant) -> None:
    path, body = "/v1/shops/tmall/skus/batch", {"skus": [entry("T-1", "mug")]}

    first = acme.call("POST", path, body, Idempotency_Key="k")
    again = acme.call("POST", path, body, Idempotency_Key="k")

    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"


def test_no_such_shop_is_not_found(acme: Merchant) -> None:
    assert acme.call("GET", "/v1/shops/none/skus").status == 404
    reply = acme.call("POST", "/v1/shops/none/skus/batch", {"skus": [entry("T-1", "mug")]})
    assert reply.status == 404
