"""Walking through the orders that are stopped."""

import pytest

from functions.steps import review
from shared.store import stopped
from tests.support import build
from tests.support.build import Merchant


@pytest.fixture
def ids(acme: Merchant) -> list[str]:
    """Five orders with a note, and one that goes on."""
    acme.place(number="TB-0")
    found = []
    for n in range(1, 6):
        found.append(str(acme.place(number=f"TB-{n}", notes={"buyer": "快"}).body["id"]))
        review.review(acme.id, found[-1])
    return found


def walked(acme: Merchant, after: str = "", most: int = 1000) -> list[tuple[str, str]]:
    return [(place, order.id) for place, order in stopped.walk(acme.id, after, most)]


def test_every_stopped_order_is_walked_through_once(
    acme: Merchant, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopped, "PAGE", 2)

    found = walked(acme)

    assert sorted(order_id for _, order_id in found) == sorted(ids)
    assert found == sorted(found)


def test_a_walk_goes_on_behind_a_place_and_ends_after_so_many(
    acme: Merchant, ids: list[str]
) -> None:
    every = walked(acme)

    assert walked(acme, most=2) == every[:2]
    assert walked(acme, every[1][0]) == every[2:]


def test_what_was_let_go_is_not_met_any_more(acme: Merchant, ids: list[str]) -> None:
    acme.call("POST", "/v1/orders/release", {"order_ids": ids[:3]})

    assert sorted(order_id for _, order_id in walked(acme)) == sorted(ids[3:])


def test_nothing_of_another_merchant_is_met(
    acme: Merchant, other: Merchant, ids: list[str]
) -> None:
    other.call("POST", "/v1/orders", build.document())

    assert walked(other) == []
