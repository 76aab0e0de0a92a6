"""The workbench of held orders from the command line, and letting all of one reason go on."""

import json

import pytest

from functions.api import holds
from functions.steps import review
from infra.cli import paging
from tests.cli.conftest import Command
from tests.support import build
from tests.support.build import Merchant

NOTE = {"notes": {"buyer": "快"}}


@pytest.fixture(autouse=True)
def ids(acme: Merchant) -> dict[str, str]:
    """Three orders with a note, one of them with broken sums as well."""
    return {n: placed(acme, n, **({"total": 1} if n == "A-3" else {})) for n in names(3)}


def names(count: int) -> list[str]:
    return [f"A-{n}" for n in range(1, count + 1)]


def placed(acme: Merchant, number: str, **change: object) -> str:
    order_id = str(acme.place(number=number, **NOTE, **change).body["id"])
    review.review(acme.id, order_id)
    return order_id


def test_what_is_held_is_listed_a_line_for_each_reason(tongdan: Command) -> None:
    told = tongdan("orders", "held")

    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) == 1 + 4
    assert "buyer-note 3" in told.stderr
    assert "amounts 1" in told.stderr


def test_the_list_is_filtered(tongdan: Command) -> None:
    def numbers(*filters: str) -> list[str]:
        return [order["number"] for order in tongdan.json("orders", "held", *filters)["holds"]]

    assert sorted(numbers()) == names(3)
    assert numbers("--reason", "amounts") == ["A-3"]
    assert numbers("--severity", "block") == ["A-3"]
    assert sorted(numbers("--owner", "service", "--shop", "tmall")) == names(3)
    assert numbers("--overdue") == []


def test_a_long_list_says_that_there_is_more(tongdan: Command) -> None:
    part = tongdan("orders", "held", "--limit", "2")

    assert "Only 2 rows" in part.stderr


def test_one_order_is_released_for_one_reason(
    tongdan: Command, acme: Merchant, ids: dict[str, str]
) -> None:
    tongdan.json("orders", "release", ids["A-3"], "--reason", "buyer-note")

    assert [hold["reason"] for hold in acme.order(ids["A-3"])["holds"]] == ["amounts"]


def test_all_of_one_reason_are_released_page_by_page(
    tongdan: Command, acme: Merchant, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 1)
    monkeypatch.setattr(holds, "LOOKED_AT", 2)

    done = tongdan.json("orders", "release", "--reason", "buyer-note", "--shop", "tmall", "--all")

    assert done == {"counts": {"released": 2, "lifted": 1}, "failed": []}
    statuses = [acme.order(order_id)["status"] for order_id in ids.values()]
    assert statuses == ["received", "received", "held"]


def test_what_cannot_be_released_is_named_and_the_rest_goes_on(
    tongdan: Command, acme: Merchant, ids: dict[str, str]
) -> None:
    def refuse_one(request: object) -> None:
        raw = getattr(request, "body", b"")
        if raw and ids["A-1"] in raw.decode():
            acme.call("POST", f"/v1/orders/{ids['A-1']}/release", {"reasons": ["buyer-note"]})
            acme.call("POST", f"/v1/orders/{ids['A-1']}/hold")

    tongdan.door.before = refuse_one

    told = tongdan("orders", "release", "--reason", "buyer-note", "--all", "--json")

    assert told.exit_code == 5
    assert json.loads(told.stdout)["counts"] == {"refused": 1, "released": 1, "lifted": 1}
    assert ids["A-1"] in told.stderr


@pytest.mark.parametrize(
    "given",
    [
        ["--all"],
        ["--all", "--reason", "a", "--reason", "b"],
        ["x", "--all", "--reason", "a"],
        [],
    ],
)
def test_all_goes_with_one_reason_and_with_no_ids(tongdan: Command, given: list[str]) -> None:
    assert tongdan("orders", "release", *given).exit_code == 2


def test_an_address_is_confirmed(tongdan: Command, acme: Merchant) -> None:
    at = {**build.document()["receiver"], "address": "江苏省南京市玄武区"}
    order_id = acme.place(number="A-9", receiver=at).body["id"]
    review.review(acme.id, order_id)

    done = tongdan.json("orders", "confirm-address", order_id, "--note", "已电话确认")

    assert done["done"] == [{"id": order_id, "status": "received"}]
