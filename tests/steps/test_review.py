"""The review step: rules, steps of two people, gifts, and what is looked at again by itself."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from functions.steps import review, revive
from shared.domain import lots
from shared.domain.gift import Grant
from shared.domain.hold import Reason
from shared.domain.item import Item
from shared.domain.merchant import Merging
from shared.domain.order import Order, Status
from shared.gateways import queues
from shared.gateways.vault import Spoilt
from shared.runtime import batch, clock
from shared.store import merchants, orders, usages
from tests.support import build
from tests.support.build import NOON, Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.rulebook import leaf, rule
from tests.support.told import Stream

CUPS = {"sku": "cup", "per": 2, "most": 3}
RECEIVER = build.document()["receiver"]


def rules(acme: Merchant, *documents: dict[str, Any]) -> None:
    """Publish these as the merchant does."""
    version = acme.call("GET", "/v1/rules/draft").body["version"]
    drawn = acme.call("PUT", "/v1/rules/draft", {"version": version, "rules": list(documents)})
    assert drawn.status == 200, drawn.body
    done = acme.call("POST", "/v1/rules/publish", {"note": "test"})
    assert done.status == 201, done.body


def shop(acme: Merchant, **change: Any) -> None:
    known = merchants.shops.get(acme.id, "tmall")
    merchants.shops.replace(acme.id, replace(known, **change))


def reviewed(acme: Merchant, number: str = "TB-1", **change: Any) -> Order:
    order_id = acme.place(number=number, **change).body["id"]
    review.review(acme.id, order_id)
    return orders.get(acme.id, order_id)


def reasons(order: Order) -> list[str]:
    return [hold.reason.value for hold in order.holds]


def said(order: Order, code: str) -> dict[str, Any]:
    return next(entry.args for entry in order.timeline if entry.code == code)


# --- rules ----------------------------------------------------------------


def test_without_rules_the_default_one_approves(acme: Merchant) -> None:
    order = reviewed(acme)

    assert order.status is Status.APPROVED
    assert order.timeline[-1].args == {"rule": "default@0"}


def test_where_no_rule_holds_the_default_of_this_version_approves(acme: Merchant) -> None:
    rules(acme, rule("big", when=leaf("total", at_least=10**6)))

    order = reviewed(acme)

    assert order.status is Status.APPROVED
    args = said(order, "approved")
    assert args["rule"] == "default@1"
    assert args["tried"] == [
        {
            "rule": "big@1",
            "held": False,
            "looked": [{"fact": "total", "value": 1800, "held": False}],
        }
    ]


def test_the_first_rule_that_holds_decides_and_says_what_it_saw(acme: Merchant) -> None:
    allowed = rule("vip", weight=9, then={"result": "allow"}, when=leaf("total", below=2000))
    rules(acme, allowed, rule("all", weight=1))

    order = reviewed(acme)

    assert said(order, "approved")["rule"] == "vip@1"


def test_a_rule_that_holds_names_itself_and_may_be_set_aside(acme: Merchant) -> None:
    rules(acme, rule("big", then={"result": "hold", "note": "超过一万"}))

    order = reviewed(acme)

    assert reasons(order) == ["rule"]
    assert order.holds[0].args == {"rule": "big@1", "note": "超过一万"}
    acme.call("POST", f"/v1/orders/{order.id}/release")
    review.review(acme.id, order.id)
    assert orders.get(acme.id, order.id).status is Status.APPROVED


def test_an_alert_goes_on_and_is_said(acme: Merchant) -> None:
    rules(acme, rule("vip", then={"result": "alert", "note": "老客户"}))

    order = reviewed(acme)

    assert order.status is Status.APPROVED
    assert said(order, "alerted") == {"rule": "vip@1", "note": "老客户"}


def test_every_rule_that_stops_adds_its_hold(acme: Merchant) -> None:
    rules(
        acme,
        rule("one", "hold", then={"reason": "rule", "note": "一", "hours": 2, "then": "cancel"}),
        rule("two", "hold", then={"reason": "price", "note": "二"}),
        rule("not", "hold", when=leaf("total", at_least=10**6)),
    )

    order = reviewed(acme)

    assert reasons(order) == ["rule", "price"]
    one, two = order.holds
    assert one.until == clock.later(order.timeline[-1].at, 7200)
    assert (one.then, two.until) == ("cancel", "")
    assert [each["rule"] for each in said(order, "held")["tried"]] == ["one@1", "two@1"]


def test_rules_read_notes_in_clear_and_keep_only_their_own_words(acme: Merchant) -> None:
    shop(acme, hold_notes=False)
    rules(acme, rule("soon", when=leaf("buyer_note", any=["急"]), then={"result": "service"}))

    quiet, loud = reviewed(acme), reviewed(acme, "TB-2", notes={"buyer": "王先生急用"})

    assert quiet.status is Status.APPROVED
    assert reasons(loud) == ["service"]
    assert "王先生" not in str(loud.timeline)


def test_tags_are_added_once_and_other_rules_see_them(acme: Merchant) -> None:
    rules(
        acme,
        rule("gold", "tags", then={"tags": ["gold", "big"]}),
        rule("held", when=leaf("tags", any=["gold"])),
    )

    order = reviewed(acme)
    acme.call("POST", f"/v1/orders/{order.id}/release")
    review.review(acme.id, order.id)

    again = orders.get(acme.id, order.id)
    assert (again.tags, reasons(order)) == (("gold", "big"), ["rule"])
    assert [entry.code for entry in again.timeline].count("tagged") == 1


# --- what is in clear -------------------------------------------------------


def test_two_addresses_are_found_behind_the_encryption(acme: Merchant) -> None:
    order = reviewed(acme, receiver={**RECEIVER, "address": "江苏省南京市玄武区中山路 1 号"})

    assert reasons(order) == ["two-addresses"]
    assert "江苏" not in order.content.receiver.address


def test_a_mask_is_found_in_what_a_person_made(acme: Merchant) -> None:
    order = reviewed(acme, receiver={**RECEIVER, "name": "王**"}, type="resend")

    assert reasons(order) == ["masked"]


def test_too_low_a_price_is_seen_by_the_item(acme: Merchant) -> None:
    merchants.items.add(acme.id, Item("mug", "杯子", cost=1000))

    assert reasons(reviewed(acme)) == ["price"]


def test_a_buyer_on_the_blacklist_is_found_by_his_mark(acme: Merchant) -> None:
    acme.call("POST", "/v1/blacklist", {"kind": "buyer", "value": "buyer-1"})

    assert reasons(reviewed(acme)) == ["blacklist"]


# --- two people ---------------------------------------------------------------


def test_first_service_and_then_finance_look_at_an_order(acme: Merchant) -> None:
    shop(acme, steps=("service", "finance"))
    seen = []

    order = reviewed(acme)
    while order.status is Status.HELD:
        seen.append(reasons(order))
        acme.call("POST", f"/v1/orders/{order.id}/release")
        review.review(acme.id, order.id)
        order = orders.get(acme.id, order.id)

    assert seen == [["service"], ["finance"]]
    assert order.status is Status.APPROVED


# --- by time --------------------------------------------------------------------


def test_a_presale_waits_until_its_time(acme: Merchant, mail: Mail) -> None:
    soon = clock.later(clock.now(), 3600)

    order = reviewed(acme, not_before=soon)

    assert reasons(order) == ["presale"]
    assert [due for _, order_id, due in _waiting() if order_id == order.id] == [soon]


def _waiting() -> list[tuple[str, str, str]]:
    return list(orders.open_work("hold", before="9"))


# --- by itself -----------------------------------------------------------------


def unmapped(acme: Merchant, number: str = "TB-1", code: str = "TM-1") -> Order:
    lines = [{"shop_sku": code, "quantity": 1, "unit_price": 900}]
    return reviewed(acme, number, lines=lines)


def test_a_mapping_that_came_lets_the_order_go_on(acme: Merchant, mail: Mail) -> None:
    order = unmapped(acme)
    shop(acme, skus={"TM-1": "mug"})

    assert revive.revive(acme.id, Reason.UNMAPPED) == 1
    queues.flush()
    mail.deliver("review", mail.waiting["review"][-1:])

    after = orders.get(acme.id, order.id)
    assert after.status is Status.APPROVED
    assert after.content.lines[0].sku == "mug"
    assert after.waived == ()
    assert [entry.code for entry in after.timeline][-2:] == ["released", "approved"]


def test_what_still_lacks_its_mapping_stays_as_it_is(acme: Merchant, engine: Engine) -> None:
    order = unmapped(acme)
    shop(acme, skus={"TM-2": "mug"})
    before = engine.owned(acme.id)

    review.review(acme.id, order.id)

    assert engine.owned(acme.id) == before


def test_only_the_hold_without_a_cause_is_lifted(acme: Merchant) -> None:
    order = unmapped(acme)
    acme.call("POST", f"/v1/orders/{order.id}/hold", {"note": "等电话"})
    shop(acme, skus={"TM-1": "mug"})

    review.review(acme.id, order.id)

    assert reasons(orders.get(acme.id, order.id)) == ["manual"]


def test_only_the_orders_of_the_shop_and_the_reason_are_looked_at(acme: Merchant) -> None:
    unmapped(acme)
    reviewed(acme, "TB-2", payment={"state": "unpaid"})

    assert revive.revive(acme.id, Reason.UNMAPPED, "jd") == 0
    assert revive.revive(acme.id, Reason.UNMAPPED, "tmall") == 1
    assert revive.revive(acme.id, Reason.BREAKER) == 0


# --- orders of one buyer -----------------------------------------------------


@pytest.fixture
def merging(acme: Merchant) -> Merchant:
    shop(acme, merge=Merging(on=True))
    return acme


def test_orders_of_one_buyer_to_several_addresses_stop(merging: Merchant) -> None:
    reviewed(merging)

    other = reviewed(merging, "TB-2", receiver={**RECEIVER, "address": "古墩路 9 号"})

    assert reasons(other) == ["several-addresses"]
    assert other.holds[0].args == {"orders": ["TB-1"]}


def test_a_shop_that_does_not_merge_does_not_ask(acme: Merchant) -> None:
    reviewed(acme)

    other = reviewed(acme, "TB-2", receiver={**RECEIVER, "address": "古墩路 9 号"})

    assert other.status is Status.APPROVED


def test_an_order_waits_for_an_unpaid_one_and_goes_on_when_that_is_paid(
    merging: Merchant, mail: Mail
) -> None:
    unpaid = reviewed(merging, "TB-1", version=1, payment={"state": "unpaid"})

    order = reviewed(merging, "TB-2")
    assert reasons(order) == ["mergeable"]
    merging.place(number="TB-1", version=2)
    mail.waiting["review"] = mail.waiting["review"][-1:]
    mail.waiting["reserve"].clear()
    review.review(merging.id, unpaid.id)
    queues.flush()
    review.review(merging.id, order.id)

    assert {"tenant": merging.id, "order_id": order.id} in mail.bodies("review")
    assert orders.get(merging.id, order.id).status is Status.APPROVED


def test_an_order_that_cannot_be_read_keeps_no_other_of_its_buyer(merging: Merchant) -> None:
    spoilt = orders.get(merging.id, merging.place(number="TB-1").body["id"])
    receiver = replace(spoilt.content.receiver, address="c3BvaWx0")
    broken = orders.save(replace(spoilt, content=replace(spoilt.content, receiver=receiver)))

    with pytest.raises(Spoilt):
        review.review(merging.id, spoilt.id)

    assert reviewed(merging, "TB-2").status is Status.APPROVED
    orders.save(broken.cancel(NOON))  # or else every sweep would find it


@pytest.mark.parametrize("deed", ["cancel", "release"])
def test_who_waits_goes_on_at_once_when_the_other_is_called_off_or_let_go(
    merging: Merchant, mail: Mail, stream: Stream, deed: str
) -> None:
    other = reviewed(merging, "TB-1")
    merging.call("POST", f"/v1/orders/{other.id}/hold", {})
    order = reviewed(merging, "TB-2")
    assert reasons(order) == ["mergeable"]
    mail.pump()
    stream.read()

    merging.call("POST", f"/v1/orders/{other.id}/{deed}", {})
    stream.tell("publish")
    mail.pump()

    assert "approved" in merging.codes(order.id)


def test_an_order_of_a_shop_that_does_not_merge_wakes_nobody(
    acme: Merchant, mail: Mail, stream: Stream
) -> None:
    unpaid = reviewed(acme, "TB-1", payment={"state": "unpaid"})
    mail.pump()

    acme.call("POST", f"/v1/orders/{unpaid.id}/cancel", {})
    stream.tell("publish")

    assert mail.bodies("review") == []


def test_two_orders_that_could_be_merged_do_not_wait_for_each_other(merging: Merchant) -> None:
    unpaid = reviewed(merging, "TB-1", payment={"state": "unpaid"})
    first, second = reviewed(merging, "TB-2"), reviewed(merging, "TB-3")
    assert [reasons(first), reasons(second)] == [["mergeable"], ["mergeable"]]

    merging.call("POST", f"/v1/orders/{unpaid.id}/cancel")
    for order in (first, second):
        review.review(merging.id, order.id)

    assert orders.get(merging.id, first.id).status is Status.APPROVED
    assert orders.get(merging.id, second.id).status is Status.APPROVED


# --- gifts --------------------------------------------------------------------


def gifts_of(order: Order) -> dict[str, int]:
    return {line.sku: line.quantity for line in order.gifts}


def test_gifts_are_lines_of_the_order_that_its_stock_is_held_for(
    acme: Merchant, mail: Mail
) -> None:
    acme.put_stock("mug", 9)
    acme.put_stock("cup", 9)
    rules(acme, rule("cups", "gift", then=CUPS))

    order_id = acme.place(lines=[build.line(quantity=7)]).body["id"]
    mail.pump()

    order = orders.get(acme.id, order_id)
    assert order.status is Status.PLANNED
    assert gifts_of(order) == {"cup": 3}
    assert said(order, "gifted") == {"gifts": {"cup": 3}, "rules": ["cups@1"]}
    assert acme.stock("cup") == (6, 3)


def test_a_gift_that_is_short_gives_way_to_the_next(acme: Merchant) -> None:
    acme.put_stock("mug", 9)
    acme.put_stock("pen", 9)
    rules(acme, rule("cups", "gift", then={**CUPS, "instead": ["pen"]}))

    order = reviewed(acme)

    assert gifts_of(order) == {"pen": 1}
    assert said(order, "not-gifted") == {"skus": ["cup"], "rules": []}


def test_without_stock_of_any_the_order_goes_without(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 9)
    rules(acme, rule("cups", "gift", then=CUPS))

    order_id = acme.place().body["id"]
    mail.pump()

    order = orders.get(acme.id, order_id)
    assert (order.status, order.gifts) == (Status.PLANNED, ())


def test_a_gift_of_what_was_bought_is_given_only_if_there_is_enough_for_both(
    acme: Merchant,
) -> None:
    acme.put_stock("mug", 3)
    rules(acme, rule("more", "gift", then={"sku": "mug", "per": 2}))

    enough = reviewed(acme)
    too_many = reviewed(acme, "TB-2", lines=[build.line(quantity=3)])

    assert gifts_of(enough) == {"mug": 1}
    assert gifts_of(too_many) == {}


def test_what_is_held_is_given_nothing_yet(acme: Merchant) -> None:
    acme.put_stock("cup", 9)
    rules(acme, rule("cups", "gift", then=CUPS))

    order = reviewed(acme, payment={"state": "unpaid"})

    assert order.gifts == ()


LIMITED = {"sku": "cup", "limit": {"orders": 2, "each": "day"}}


def taken(acme: Merchant) -> int:
    return usages.used(acme.id, Grant("cups", lots.day(clock.now()), 2).use.counter)


def test_the_first_orders_of_a_day_are_given_something_and_no_other(acme: Merchant) -> None:
    acme.put_stock("mug", 99)
    acme.put_stock("cup", 99)
    rules(acme, rule("cups", "gift", then=LIMITED))

    found = [gifts_of(reviewed(acme, f"TB-{n}")) for n in range(3)]

    assert found == [{"cup": 1}, {"cup": 1}, {}]
    assert taken(acme) == 2


def test_an_order_that_is_called_off_gives_its_turn_back(acme: Merchant) -> None:
    acme.put_stock("mug", 99)
    acme.put_stock("cup", 99)
    rules(acme, rule("cups", "gift", then=LIMITED))
    first, _ = reviewed(acme, "TB-1"), reviewed(acme, "TB-2")

    acme.call("POST", f"/v1/orders/{first.id}/cancel")
    acme.call("POST", f"/v1/orders/{first.id}/cancel")

    assert taken(acme) == 1
    assert gifts_of(reviewed(acme, "TB-3")) == {"cup": 1}


def test_an_order_counts_once_however_often_it_is_reviewed(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 99)
    acme.put_stock("cup", 99)
    rules(acme, rule("cups", "gift", then=LIMITED))
    order = reviewed(acme, version=1)

    acme.place(version=2, lines=[build.line(quantity=3)])
    review.review(acme.id, order.id)

    assert gifts_of(orders.get(acme.id, order.id)) == {"cup": 1}
    assert taken(acme) == 1


def test_two_hundred_orders_at_once_and_a_hundred_are_given_something(acme: Merchant) -> None:
    acme.put_stock("mug", 999)
    acme.put_stock("cup", 999)
    hundred = {"sku": "cup", "limit": {"orders": 100, "each": "day"}}
    rules(acme, rule("cups", "gift", then=hundred))
    ids = [str(acme.place(number=f"TB-{n}").body["id"]) for n in range(200)]

    with ThreadPoolExecutor(8) as pool:
        waiting = ids
        while waiting:
            waiting = [each for each in pool.map(_tried(acme), waiting) if each]

    found = orders.get_many(acme.id, ids[:100]) | orders.get_many(acme.id, ids[100:])
    assert all(order.status is Status.APPROVED for order in found.values())
    assert sum(bool(order.gifts) for order in found.values()) == 100
    assert usages.used(acme.id, Grant("cups", lots.day(clock.now()), 100).use.counter) == 100


def _tried(acme: Merchant) -> Callable[[str], str]:
    """Like a queue: what was not done comes again."""

    def tried(order_id: str) -> str:
        done = batch.attempt(review.review, tenant=acme.id, order_id=order_id)
        return "" if done else order_id

    return tried
