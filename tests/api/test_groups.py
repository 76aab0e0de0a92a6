"""Group buying: opened, joined, full or over, and every order follows its group once."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import app as product
from functions.steps import group
from shared.domain.errors import Conflict
from shared.runtime import clock
from shared.store import campaigns, orders, usages
from tests.support import sales
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail
from tests.support.told import Stream


@pytest.fixture
def two(acme: Merchant) -> Merchant:
    """A merchant with a group buy for two, and mugs enough."""
    sales.stocked(acme, 20)
    sales.begin(acme, sales.grouping())
    return acme


def told(mail: Mail, stream: Stream) -> None:
    """Everything that follows, until nothing waits any more."""
    mail.pump()
    stream.tell("count")
    stream.records.clear()
    mail.pump()


def group_of(acme: Merchant, order_id: str) -> dict[str, Any]:
    deal = orders.get(acme.id, order_id).content.deal
    return dict(acme.call("GET", f"/v1/groups/{deal.group if deal else ''}").body)


def held(acme: Merchant, order_id: str) -> list[str]:
    return [hold.reason.value for hold in orders.get(acme.id, order_id).holds]


def waiting(acme: Merchant) -> bool:
    """Whether the clock must look at a group of this merchant again."""
    return acme.id in [tenant for tenant, _ in campaigns.groups.due("9")]


def at(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    moment = sales.ahead(hours)
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_a_group_is_formed_when_it_is_full_and_all_have_paid(
    two: Merchant, mail: Mail, stream: Stream
) -> None:
    first = sales.bought(two, "two", "amy")
    second = sales.bought(two, "two", "bob", group=first)
    told(mail, stream)
    assert held(two, first) == ["unpaid", "group"]

    sales.pay(two, first)
    told(mail, stream)
    assert held(two, first) == ["group"]

    sales.pay(two, second)
    told(mail, stream)

    assert [two.order(each)["status"] for each in (first, second)] == ["planned", "planned"]
    found = group_of(two, first)
    assert (found["state"], found["paid"], found["left"]) == ("succeeded", 2, 0)
    figures = two.call("GET", "/v1/campaigns/two").body["figures"]
    assert figures["groups"] == {"open": 0, "succeeded": 1, "failed": 0}
    assert figures["sold"] == {"mug": 2}


def test_a_group_that_is_not_full_in_time_calls_every_order_off(
    two: Merchant, mail: Mail, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sales.bought(two, "two", "amy")
    told(mail, stream)
    sales.pay(two, first)
    told(mail, stream)

    at(monkeypatch, 25)
    product.expire_holds(TICK, None)
    told(mail, stream)
    at(monkeypatch, 25.1)
    product.expire_holds(TICK, None)

    entry = orders.get(two.id, first).timeline[-1]
    assert (entry.code, entry.args["reason"], entry.by) == ("cancelled", "group-failed", "clock")
    assert two.stock("mug") == (20, 0)
    assert group_of(two, first)["state"] == "failed"
    assert not waiting(two)
    assert usages.used(two.id, "two|failed") == 1


def test_looking_at_a_group_twice_is_once(
    two: Merchant, mail: Mail, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sales.bought(two, "two", "amy")
    told(mail, stream)
    at(monkeypatch, 25)
    message = json.dumps({"tenant": two.id, "order_id": first})

    for _ in range(2):
        assert not mail.deliver("group", [message, message])

    codes = two.codes(first)
    assert codes.count("cancelled") == 1
    assert usages.used(two.id, "two|failed") == 1


def test_who_was_told_nothing_is_found_by_the_clock(
    two: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sales.bought(two, "two", "amy")
    second = sales.bought(two, "two", "bob", group=first)
    mail.pump()
    mail.lost = True
    for each in (first, second):
        sales.pay(two, each)
    group.group(two.id, first)
    mail.waiting.clear()
    mail.lost = False
    assert held(two, second) == ["group"]

    at(monkeypatch, 1)
    product.expire_holds(TICK, None)
    mail.pump()
    product.expire_holds(TICK, None)

    assert held(two, second) == []
    assert not waiting(two)


def test_enough_paid_buyers_may_do_at_the_end(
    acme: Merchant, mail: Mail, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    sales.stocked(acme, 20)
    sales.begin(acme, sales.grouping(grouping={"size": 4, "hours": 24, "least": 2}))
    first = sales.bought(acme, "two", "amy")
    others = [sales.bought(acme, "two", name, group=first) for name in ("bob", "cyd")]
    told(mail, stream)
    for each in (first, others[0]):
        sales.pay(acme, each)
    told(mail, stream)

    at(monkeypatch, 24.1)
    for _ in range(2):
        product.expire_holds(TICK, None)
        told(mail, stream)

    states = [acme.order(each)["status"] for each in (first, *others)]
    assert states == ["planned", "planned", "cancelled"]
    assert group_of(acme, first)["state"] == "succeeded"


def test_who_does_not_pay_in_time_makes_room_for_another(
    two: Merchant, mail: Mail, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sales.bought(two, "two", "amy")
    second = sales.bought(two, "two", "bob", group=first)
    told(mail, stream)
    sales.pay(two, first)
    full = sales.buy(two, "two", "cyd", group=first)
    assert (full.status, full.body["code"]) == (409, "group-full")

    at(monkeypatch, 1)
    product.expire_holds(TICK, None)
    third = sales.bought(two, "two", "cyd", group=first)

    assert two.order(second)["status"] == "cancelled"
    members = [each["order"] for each in group_of(two, first)["members"]]
    assert members == [first, third]


@pytest.mark.parametrize(
    ("buyer", "group", "field", "code"),
    [
        ("amy", "mine", "group", "joined-already"),
        ("bob", "none", "group", "unknown-group"),
        ("", "mine", "buyer.id", "missing"),
    ],
)
def test_who_cannot_join_is_told_why(
    two: Merchant, buyer: str, group: str, field: str, code: str
) -> None:
    first = sales.bought(two, "two", "amy")

    reply = sales.buy(two, "two", buyer, group=first if group == "mine" else group)

    assert reply.status == 422
    assert [(each["field"], each["code"]) for each in reply.body["faults"]] == [(field, code)]


def test_a_full_group_names_those_that_may_be_joined(two: Merchant) -> None:
    first, other = sales.bought(two, "two", "amy"), sales.bought(two, "two", "bob")
    sales.bought(two, "two", "cyd", group=first)

    reply = sales.buy(two, "two", "dan", group=first)

    assert (reply.status, reply.body["code"], reply.body["groups"]) == (409, "group-full", [other])


def test_no_more_groups_are_opened_than_the_campaign_allows(acme: Merchant) -> None:
    sales.stocked(acme, 20)
    sales.begin(acme, sales.grouping(grouping={"size": 2, "groups": 1}))
    sales.bought(acme, "two", "amy")

    reply = sales.buy(acme, "two", "bob")

    assert [each["code"] for each in reply.body["faults"]] == ["no-more-groups"]


def test_the_last_place_has_one_taker(two: Merchant) -> None:
    first = sales.bought(two, "two", "amy")
    buyers = ["bob", "cyd", "dan", "eve"]

    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda buyer: sales.buy(two, "two", buyer, group=first), buyers))

    assert sorted(reply.status for reply in replies) == [202, 409, 409, 409]
    assert len(group_of(two, first)["members"]) == 2
    assert usages.used(two.id, "two|orders") == 2
    assert two.stock("mug") == (18, 2)


def test_nobody_is_lost_between_joining_and_the_end(
    two: Merchant, mail: Mail, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sales.bought(two, "two", "amy")
    told(mail, stream)
    at(monkeypatch, 23.9)
    before = campaigns.groups.get(two.id, first)
    second = sales.bought(two, "two", "bob", group=first)
    late = sales.ahead(0.2)

    lost = before.seen({first: orders.get(two.id, first)}, late)
    with pytest.raises(Conflict):
        campaigns.save(two.id, before, lost, late)
    monkeypatch.setattr(clock, "now", lambda: late)
    for _ in range(2):
        product.expire_holds(TICK, None)
        told(mail, stream)

    assert [two.order(each)["status"] for each in (first, second)] == ["cancelled", "cancelled"]
    assert sales.buy(two, "two", "cyd", group=first).body["faults"][0]["code"] == "group-over"


def test_groups_are_listed_by_campaign_and_state(two: Merchant) -> None:
    first = sales.bought(two, "two", "amy")

    found = two.call("GET", "/v1/groups?campaign=two&state=open&limit=10").body["groups"]

    assert [each["id"] for each in found] == [first]
    assert found[0]["left"] == 1
    assert two.call("GET", "/v1/groups?state=failed").body["groups"] == []


def test_pieces_that_are_called_off_count_no_longer_for_their_buyer(acme: Merchant) -> None:
    sales.stocked(acme, 9)
    sales.begin(acme, sales.grouping(per_buyer=3))
    order_id = sales.bought(acme, "two", "amy", 3)
    own = [use.counter for use in orders.get(acme.id, order_id).content.deal.uses]  # type: ignore[union-attr]
    assert [usages.used(acme.id, counter) for counter in own] == [3, 3]

    cut = {"lines": [{"line": 1, "quantity": 2}]}
    assert acme.call("POST", f"/v1/orders/{order_id}/cancel", cut).status == 200

    assert [usages.used(acme.id, counter) for counter in own] == [1, 1]
    acme.call("POST", f"/v1/orders/{order_id}/cancel", {"reason": "x"})
    assert [usages.used(acme.id, counter) for counter in own] == [0, 0]
