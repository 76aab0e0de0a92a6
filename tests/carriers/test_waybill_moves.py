"""What happens to a parcel happens to its waybill: edited, merged, stopped, sent otherwise."""

from typing import Any

import pytest

from shared.domain.report import TRIES
from shared.domain.waybill import Waybill
from shared.gateways.talk import Unclear
from shared.store import waybills
from tests.api.test_aftersales import act, open_
from tests.carriers.test_label import automatic, later, planned, take
from tests.carriers.test_label import depot as depot
from tests.carriers.test_label import shop as shop
from tests.support import mergers
from tests.support.build import Merchant, Reply
from tests.support.depot import Depot
from tests.support.mail import Mail
from tests.support.told import Stream


def made(shop: Merchant, mail: Mail) -> tuple[str, Waybill]:
    """An order and the waybill of its parcel."""
    order = planned(shop, mail)
    take(shop, order)
    mail.pump()
    (row,) = waybills.of(shop.id, order)
    return order, row


def told(mail: Mail, stream: Stream) -> None:
    """The table tells, and everything that follows is done."""
    stream.tell("publish")
    mail.pump()


def states(shop: Merchant, subject: str) -> list[tuple[str, str]]:
    return [(row.state.value, row.reason or "") for row in waybills.of(shop.id, subject)]


def ship(shop: Merchant, order: str, **body: Any) -> Reply:
    return shop.call("POST", f"/v1/orders/{order}/ship", body)


@pytest.mark.parametrize(
    ("changes", "warehouse"),
    [({"receiver": {"address": "文二路 9 号"}}, "hz"), ({"warehouse": "gz"}, "gz")],
)
def test_an_edited_parcel_gets_another_waybill_when_the_old_one_is_back(  # noqa: PLR0917
    shop: Merchant, depot: Depot, mail: Mail, stream: Stream, changes: Any, warehouse: str
) -> None:
    shop.put_stock("mug", 50, "gz")
    automatic(shop)
    order = planned(shop, mail)
    told(mail, stream)
    depot.before["cancel"] = [Unclear("cut")]

    edited = shop.call("POST", f"/v1/orders/{order}/edit", {"changes": changes})
    mail.pump()
    told(mail, stream)
    while_kept = list(depot.living)
    later(shop, mail, order)

    assert edited.status == 200, edited.body
    assert while_kept == [f"SF-{order}-01-1"]
    assert states(shop, order) == [("cancelled", "changed"), ("made", "")]
    assert list(depot.living) == [f"SF-{order}-01-2"]
    assert waybills.of(shop.id, order)[1].warehouse == warehouse


def test_a_parcel_that_shall_be_intercepted_loses_its_waybill_and_gets_no_other(
    shop: Merchant, depot: Depot, mail: Mail, stream: Stream
) -> None:
    automatic(shop)
    order = planned(shop, mail)
    told(mail, stream)
    open_(shop, order)
    assert act(shop, order, "agree").body["state"] == "intercepting"
    told(mail, stream)
    later(shop, mail, order)

    assert states(shop, order) == [("cancelled", "intercepted")]
    assert depot.living == {}


def test_a_parcel_leaves_with_another_number_only_if_that_is_meant(
    shop: Merchant, depot: Depot, mail: Mail, stream: Stream
) -> None:
    order, row = made(shop, mail)
    by_hand = [{"parcel": 1, "carrier": "manual", "tracking": "HAND"}]

    refused = ship(shop, order, parcels=by_hand)
    kept = list(depot.living)
    left = ship(shop, order, parcels=by_hand, other=True)
    told(mail, stream)

    assert (refused.status, kept) == (422, [row.tracking])
    assert refused.body["faults"][0]["code"] == "other-waybill"
    assert left.body["parcels"][0]["tracking"] == "HAND"
    assert (states(shop, order), depot.living) == ([("cancelled", "other")], {})


def test_a_parcel_does_not_leave_while_its_waybill_is_being_made(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    order = planned(shop, mail)
    take(shop, order)
    early = ship(shop, order)
    mail.pump()

    assert [fault["code"] for fault in early.body["faults"]] == ["waybill-not-made"]
    assert ship(shop, order).body["parcels"][0]["tracking"] == f"SF-{order}-01-1"


def test_what_left_with_its_waybill_keeps_it(
    shop: Merchant, depot: Depot, mail: Mail, stream: Stream
) -> None:
    order, row = made(shop, mail)
    ship(shop, order)
    told(mail, stream)
    too_late = shop.call("POST", f"/v1/orders/{order}/waybills/01-1/cancel", {})

    assert (too_late.status, list(depot.living)) == (409, [row.tracking])


@pytest.fixture
def box(shop: Merchant, mail: Mail) -> list[str]:
    """Two orders in one box."""
    return mergers.met(mergers.merging(shop), mail, "TB-1", "TB-2")


def test_a_shared_box_leaves_with_one_waybill(
    shop: Merchant, depot: Depot, mail: Mail, box: list[str]
) -> None:
    merge = mergers.merge_of(shop, box[0])["id"]
    for order in box:
        take(shop, order)
        mail.pump()
    assert len(depot.asked) == len(depot.living) == 1
    sent = mergers.act(shop, merge, "ship")

    assert sent.body["boxes"][0]["tracking"] == next(iter(depot.living))
    assert sorted(goods.quantity for goods in depot.asked[0].goods) == [4]
    assert all(shop.order(order)["parcels"][0]["tracking"] in depot.living for order in box)


def test_who_goes_alone_again_gets_a_waybill_once_that_of_the_box_is_back(
    shop: Merchant, depot: Depot, mail: Mail, stream: Stream, box: list[str]
) -> None:
    merge = mergers.merge_of(shop, box[0])["id"]
    automatic(shop)
    take(shop, box[0])
    mail.pump()
    shared = list(depot.living)
    depot.before["cancel"] = [Unclear("cut")]
    assert mergers.act(shop, merge, "undo").status == 200
    mail.pump()
    told(mail, stream)
    while_kept = list(depot.living)
    later(shop, mail, f"merge-{merge}")
    for order in box:
        later(shop, mail, order)

    assert while_kept == shared
    assert [state for state, _ in states(shop, f"merge-{merge}")] == ["cancelled"]
    assert sorted(depot.living) == sorted(f"SF-{order}-01-1" for order in box)


@pytest.mark.parametrize("call", ["create", "cancel"])
def test_after_so_many_tries_a_person_is_told_and_may_go_on(
    shop: Merchant, depot: Depot, mail: Mail, call: str
) -> None:
    order, _ = made(shop, mail) if call == "cancel" else (planned(shop, mail), None)
    deed = "/01-1/cancel" if call == "cancel" else ""
    depot.before[call] = depot.before["find"] = [Unclear("cut")] * TRIES
    shop.call("POST", f"/v1/orders/{order}/waybills{deed}", {})
    mail.pump()
    asked = [later(shop, mail, order)[0].waits for _ in range(TRIES - 1)]
    calls = len(depot.calls)
    later(shop, mail, order)
    unasked = len(depot.calls) == calls
    depot.before.clear()
    again = shop.call("POST", f"/v1/orders/{order}/waybills/01-1/retry", {})
    mail.pump()

    assert asked == [False] * (TRIES - 2) + [True]
    assert (unasked, again.status) == (True, 202)
    assert len(depot.living) == (0 if call == "cancel" else 1)
