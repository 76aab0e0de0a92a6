"""Waybills: one living for each parcel, whatever fails, dies, changes or comes twice."""

import json
from dataclasses import replace
from functools import partial

import pytest

from shared.domain.waybill import Waybill
from shared.gateways.carriers.port import Find, Token
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Unclear
from shared.runtime import cache, clock
from shared.store import waybills
from tests.support.build import Merchant
from tests.support.depot import ACCOUNT, Depot, opened
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream


@pytest.fixture
def depot(monkeypatch: pytest.MonkeyPatch) -> Depot:
    return opened(monkeypatch)


@pytest.fixture
def shop(acme: Merchant, depot: Depot) -> Merchant:
    made = acme.call("POST", "/v1/waybill-accounts", ACCOUNT)
    assert made.status == 201, made.body
    acme.put_stock("mug", 50)
    cache.forget()
    return acme


def planned(shop: Merchant, mail: Mail, **change: object) -> str:
    order = shop.place(**change).body["id"]
    mail.pump()
    return str(order)


def take(shop: Merchant, order: str) -> None:
    asked = shop.call("POST", f"/v1/orders/{order}/waybills", {})
    assert asked.status == 202, asked.body


def later(shop: Merchant, mail: Mail, order: str) -> list[Waybill]:
    """Let time pass until everything that is due is tried again."""
    for row in waybills.of(shop.id, order):
        if row.due:
            waybills.save(shop.id, replace(row, due=clock.now()))
    mail.deliver("label", [json.dumps({"tenant": shop.id, "order_id": order})])
    mail.pump()
    return waybills.of(shop.id, order)


def test_a_waybill_is_taken_once_and_the_parcel_leaves_with_it(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    order = planned(shop, mail)
    take(shop, order)
    take(shop, order)
    mail.pump()
    (row,) = later(shop, mail, order)
    other = [{"parcel": 1, "carrier": "sf", "tracking": "HAND"}]
    differs = shop.call("POST", f"/v1/orders/{order}/ship", {"parcels": other})
    left = shop.call("POST", f"/v1/orders/{order}/ship", {})

    assert (row.state.value, row.asked, len(depot.asked)) == ("made", False, 1)
    assert depot.asked[0].receiver.name == "王小明"  # type: ignore[union-attr]
    assert depot.asked[0].sender.name == "仓库老李"
    assert [fault["code"] for fault in differs.body["faults"]] == ["other-waybill"]
    assert left.body["parcels"][0]["tracking"] == row.tracking


@pytest.mark.parametrize("find", list(Find))
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_unknown_outcome_is_looked_up_under_the_same_number(
    shop: Merchant, depot: Depot, mail: Mail, find: Find, when: str
) -> None:
    depot.caps = replace(depot.caps, find=find)
    getattr(depot, when)["create"] = [Unclear("cut")]
    order = planned(shop, mail)
    take(shop, order)
    mail.pump()
    unknown = waybills.of(shop.id, order)
    (row,) = later(shop, mail, order)

    assert [(one.state.value, one.asked, one.why) for one in unknown] == [
        ("wanted", True, "unclear")
    ]
    assert (row.state.value, list(depot.living)) == ("made", [row.tracking])


class Died(BaseException):
    """The process ends in the middle of a call."""


def test_whoever_dies_in_the_call_leaves_no_second_waybill(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    def die() -> None:
        raise Died

    order = planned(shop, mail)
    take(shop, order)
    depot.after["create"] = [die]
    with pytest.raises(Died):
        mail.pump()
    (row,) = later(shop, mail, order)

    assert depot.calls == ["create", "find"]
    assert (row.state.value, list(depot.living)) == ("made", [row.tracking])


WAITS = [why for why in Why if why not in (Why.LATER, Why.LIMITED, Why.CLOCK, Why.DONE)]


@pytest.mark.parametrize("why", WAITS)
def test_a_refusal_waits_for_a_person_and_is_tried_again_when_he_says_so(
    shop: Merchant, depot: Depot, mail: Mail, why: Why
) -> None:
    depot.before["create"] = [Rejected(why, "E1", "原话")] * (2 if why is Why.EXPIRED else 1)
    order = planned(shop, mail)
    take(shop, order)
    mail.pump()
    (listed,) = shop.call("GET", "/v1/waybills?waits=true").body["waybills"]
    depot.before.clear()
    again = shop.call("POST", f"/v1/orders/{order}/waybills/01-1/retry", {})
    mail.pump()

    assert (listed["why"], listed["note"], listed["unclear"]) == (why.value, "E1 原话", False)
    assert listed["reason"]["zh"]
    assert again.status == 202
    assert len(depot.living) == 1


@pytest.mark.parametrize("why", [Why.LATER, Why.LIMITED, Why.CLOCK, Why.DONE])
def test_what_passes_is_tried_again_by_itself(
    shop: Merchant, depot: Depot, mail: Mail, why: Why
) -> None:
    depot.before["create"] = [Rejected(why, "E2")]
    order = planned(shop, mail)
    take(shop, order)
    mail.pump()
    (first,) = waybills.of(shop.id, order)
    (row,) = later(shop, mail, order)

    assert (first.waits, first.why, first.due > first.at) == (False, why.value, True)
    assert (row.state.value, len(depot.living)) == ("made", 1)


def test_one_that_is_called_off_while_the_carrier_is_asked_is_cancelled_there(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    order = planned(shop, mail)
    take(shop, order)
    path = f"/v1/orders/{order}/waybills/01-1/cancel"
    depot.after["create"] = [partial(shop.call, "POST", path, {})]
    mail.pump()
    (row,) = later(shop, mail, order)

    assert (row.state.value, depot.living) == ("cancelled", {})


@pytest.mark.parametrize(("find", "state"), [(Find.SEARCH, "cancelled"), (Find.AGAIN, "unwanted")])
def test_one_of_unknown_outcome_that_nobody_wants_is_never_asked_for_again(
    shop: Merchant, depot: Depot, mail: Mail, find: Find, state: str
) -> None:
    depot.caps = replace(depot.caps, find=find)
    depot.after["create"] = [Unclear("cut")]
    order = planned(shop, mail)
    take(shop, order)
    mail.pump()
    shop.call("POST", f"/v1/orders/{order}/cancel", {})
    (row,) = later(shop, mail, order)
    dropped = shop.call("POST", f"/v1/orders/{order}/waybills/01-1/cancel", {"drop": True})

    assert (row.state.value, row.waits) == (state, find is Find.AGAIN)
    assert len(depot.asked) == (2 if find is Find.SEARCH else 1)
    assert dropped.body["state"] == "cancelled"


def automatic(shop: Merchant) -> None:
    shop.call("PUT", "/v1/waybill-accounts/depot", {"automatic": True})
    cache.forget()


def test_a_parcel_that_is_planned_gets_its_waybill_and_loses_it_with_its_order(
    shop: Merchant, depot: Depot, mail: Mail, engine: Engine
) -> None:
    automatic(shop)
    stream = Stream(engine)
    order = planned(shop, mail)
    stream.tell("publish")
    mail.pump()
    made = list(depot.living)
    shop.call("POST", f"/v1/orders/{order}/cancel", {})
    stream.tell("publish")
    mail.pump()

    assert made == [f"SF-{order}-01-1"]
    assert [row.state.value for row in waybills.of(shop.id, order)] == ["cancelled"]
    assert depot.living == {}


def test_nothing_new_is_taken_while_a_carrier_keeps_the_old(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    order = planned(shop, mail)
    take(shop, order)
    mail.pump()
    depot.before["cancel"] = [Rejected(Why.STATE, "picked")]
    shop.call("POST", f"/v1/orders/{order}/waybills/01-1/cancel", {})
    mail.pump()
    again = shop.call("POST", f"/v1/orders/{order}/waybills", {})
    dropped = shop.call("POST", f"/v1/orders/{order}/waybills/01-1/cancel", {"drop": True})
    take(shop, order)
    mail.pump()

    assert [fault["code"] for fault in again.body["faults"]] == ["waybill-going"]
    assert dropped.body["state"] == "cancelled"
    assert [row.no for row in waybills.of(shop.id, order)] == ["01-1", "01-2"]


@pytest.mark.parametrize(("kind", "why"), [("oaid", ""), ("pdd-token", "token")])
def test_a_token_goes_to_who_opens_it_and_to_nobody_else(
    shop: Merchant, depot: Depot, mail: Mail, kind: str, why: str
) -> None:
    receiver = {"name": "王**", "phone": "138****5678", "province": "浙江省", "city": "杭州市"}
    receiver |= {"address": "文三路 ***"}
    token = {"token": {"kind": kind, "value": "opaque"}}
    order = planned(shop, mail, receiver={**receiver, **token})
    take(shop, order)
    mail.pump()
    (row,) = waybills.of(shop.id, order)

    assert (row.why, row.waits) == (why, bool(why))
    assert [isinstance(one.receiver, Token) for one in depot.asked] == ([] if why else [True])


def test_money_is_not_left_to_a_carrier_who_takes_none(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    order = planned(shop, mail, payment={"state": "unpaid", "cod": True})
    take(shop, order)
    mail.pump()
    (refused,) = waybills.of(shop.id, order)
    depot.caps = replace(depot.caps, collect=True)
    shop.call("POST", f"/v1/orders/{order}/waybills/01-1/retry", {})
    mail.pump()

    assert refused.why == "no-collect"
    assert [one.collect for one in depot.asked] == [1800]


def test_what_is_printed_is_told_to_who_may_see_it_and_written_down(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    order = planned(shop, mail)
    take(shop, order)
    mail.pump()
    path = f"/v1/orders/{order}/waybills/01-1/label"
    nameless, first, second = (shop.call("GET", path + q) for q in ("", *["?purpose=print"] * 2))

    assert nameless.status == 422
    assert first.body["content"] == second.body["content"]
    assert depot.calls.count("print") == 1


def test_orders_of_a_batch_are_answered_each_for_itself(
    shop: Merchant, depot: Depot, mail: Mail
) -> None:
    order = planned(shop, mail)
    told = shop.call("POST", "/v1/waybills", {"orders": [order, "0" * 24]}).body
    mail.pump()

    assert told["counts"] == {"taken": 1, "refused": 1}
    assert len(depot.living) == 1
