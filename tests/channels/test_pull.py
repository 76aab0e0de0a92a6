"""Reading a shop: whatever fails, moves or comes twice, every order is here once, as it stands."""

import json
from dataclasses import replace
from threading import Barrier

import pytest

from functions.channels import access, calls, pull, take
from shared.domain.link import Link
from shared.domain.order import id_for
from shared.domain.platform import State
from shared.domain.pulling import OFTEN, Pulling
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Unclear
from shared.runtime import clock
from shared.store import links, orders
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant, spoken
from tests.support.mail import Mail


def ago(seconds: float) -> str:
    return clock.later(clock.now(), -seconds)


def reading(shop: Merchant) -> Pulling:
    return links.pulling(shop.id, "mall")


def read(shop: Merchant, mail: Mail) -> Pulling:
    """Let some seconds pass and the clock come round, and what follows happen."""
    known = reading(shop)
    passed = min(known.watermark, ago(3))
    links.save(shop.id, replace(known, watermark=passed, due=clock.now()))
    come_round(shop, mail)
    mail.pump()
    return reading(shop)


def come_round(shop: Merchant, mail: Mail) -> None:
    mail.deliver("pull", [json.dumps({"tenant": shop.id, "shop": "mall"})])


def numbers(shop: Merchant) -> list[str]:
    found = shop.call("GET", "/v1/orders?shop=mall&limit=100").body["orders"]
    return sorted(order["number"] for order in found)


def there(shop: Merchant, number: str) -> str:
    return id_for(shop.id, "mall", number)


def test_every_order_of_every_page_is_taken_in_once(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    for no in range(7):
        bazaar.put(f"T{no}", ago(60 * no + 5))

    first = read(shop, mail)
    again = read(shop, mail)

    assert numbers(shop) == [f"T{no}" for no in range(7)]
    assert (first.orders, first.failures, first.cursor) == (7, 0, "")
    assert again.orders == 7
    assert shop.codes(there(shop, "T3")).count("accepted") == 1


def test_what_moves_between_pages_while_they_are_read_is_not_missed(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    for no in range(6):
        bazaar.put(f"T{no}", ago(600 - no))
    moves = lambda: bazaar.put("T5", clock.later(clock.now(), 1))  # noqa: E731  from the last page
    bazaar.troubles["pull"] = [lambda: None, moves]

    read(shop, mail)

    assert numbers(shop) == [f"T{no}" for no in range(6)]


@pytest.mark.parametrize(
    "trouble",
    [
        Unclear("timeout"),
        Rejected(Why.LATER, "isp.error"),
        Rejected(Why.LIMITED, "call-limited", wait=30),
        Rejected(Why.DENIED, "20005"),
    ],
)
def test_a_window_that_fails_in_the_middle_goes_on_where_it_was(
    shop: Merchant, bazaar: Bazaar, mail: Mail, trouble: Exception
) -> None:
    for no in range(6):
        bazaar.put(f"T{no}", ago(600 - no))
    bazaar.troubles["pull"] = [lambda: None, trouble]

    failed = read(shop, mail)
    watermark = failed.watermark
    healed = read(shop, mail)

    assert (failed.failures, failed.cursor) == (1, "2")
    assert failed.due > clock.now()
    assert healed.watermark > watermark
    assert (healed.failures, numbers(shop)) == (0, [f"T{no}" for no in range(6)])


def test_one_that_is_read_already_is_left_to_who_reads_it(shop: Merchant, bazaar: Bazaar) -> None:
    links.save(shop.id, reading(shop).claimed(clock.now()))

    pull.pull(shop.id, "mall")

    assert bazaar.calls == []


def test_a_list_of_numbers_alone_asks_for_what_is_new_and_nothing_else(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.whole = False
    for no in range(3):
        bazaar.put(f"T{no}", ago(60 + no))

    read(shop, mail)
    asked = bazaar.calls.count("order")
    read(shop, mail)

    assert numbers(shop) == ["T0", "T1", "T2"]
    assert (asked, bazaar.calls.count("order")) == (3, 3)


def test_a_change_within_the_second_of_the_last_one_is_seen(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    second = ago(40)
    bazaar.put("T1", second)
    read(shop, mail)
    bazaar.put("T1", second, notes={"seller": "送贺卡"})

    read(shop, mail)

    order = orders.get(shop.id, there(shop, "T1"))
    assert "amended" in [entry.code for entry in order.timeline]


def test_what_was_looked_up_too_early_is_looked_at_again(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.caps, bazaar.whole = replace(bazaar.caps, lag=20), False
    second = ago(1)
    bazaar.put("T1", second)
    reply = shop.call("POST", "/v1/shops/mall/link/read", {"since": ago(100)})
    hinted(shop, mail, "T1")
    bazaar.put("T1", second, notes={"seller": "送贺卡"})
    bazaar.caps = replace(bazaar.caps, lag=0)

    read(shop, mail)

    assert reply.status == 202
    assert "amended" in shop.codes(there(shop, "T1"))


def hinted(shop: Merchant, mail: Mail, number: str) -> None:
    mail.waiting["fetch"].append(json.dumps({"tenant": shop.id, "shop": "mall", "number": number}))
    mail.pump()


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.PENDING, "held"),
        (State.ON_HOLD, "held"),
        (State.PARTLY, "held"),
        (State.SHIPPED, "closed"),
        (State.SIGNED, "closed"),
        (State.COMPLETED, "closed"),
        (State.CANCELLED, "closed"),
        (State.REFUNDED, "closed"),
        (State.RETURNED, "closed"),
    ],
)
def test_an_order_begins_as_its_platform_says(
    shop: Merchant, bazaar: Bazaar, mail: Mail, state: State, status: str
) -> None:
    bazaar.put("T1", ago(30), state)

    read(shop, mail)

    assert shop.order(there(shop, "T1"))["status"] == status


def test_a_platforms_cancel_calls_off_what_has_not_left(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.put("T1", ago(30))
    read(shop, mail)
    bazaar.put("T1", ago(5), State.REFUNDED)

    read(shop, mail)

    assert shop.order(there(shop, "T1"))["status"] == "cancelled"


def test_what_left_from_us_is_signed_and_completed_as_its_platform_says(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    shop.put_stock("mug", 5)
    bazaar.put("T1", ago(60))
    read(shop, mail)
    shop.call("POST", f"/v1/orders/{there(shop, 'T1')}/ship", {})
    seen = []
    for seconds, state in ((30, State.SHIPPED), (20, State.SIGNED), (10, State.COMPLETED)):
        bazaar.put("T1", ago(seconds), state)
        read(shop, mail)
        seen.append(shop.order(there(shop, "T1"))["status"])

    assert seen == ["shipped", "signed", "completed"]


def test_what_cannot_be_taken_is_kept_with_its_faults_until_it_can(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.put("T1", ago(30), lines=[{"sku": "mug", "quantity": 0, "unit_price": -1}])
    bazaar.put("T2", ago(30))
    after = read(shop, mail)
    (stray,) = shop.call("GET", "/v1/strays?shop=mall").body["strays"]
    bazaar.put("T1", ago(5))
    mended = shop.call("POST", f"/v1/strays/{stray['id']}/retry", {})

    assert (after.failures, numbers(shop)) == (0, ["T1", "T2"])
    assert {fault["field"] for fault in stray["faults"]} == {
        "lines[0].quantity",
        "lines[0].unit_price",
    }
    assert all(fault["zh"] for fault in stray["faults"])
    assert (mended.status, mended.body["open"]) == (200, False)


def test_what_changes_after_it_has_left_is_shown_to_a_person_and_stops_no_other(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    shop.put_stock("mug", 5)
    bazaar.put("T1", ago(60))
    read(shop, mail)
    shop.call("POST", f"/v1/orders/{there(shop, 'T1')}/ship", {})
    bazaar.put("T1", ago(10), receiver={"name": "别人"})
    bazaar.put("T2", ago(5))

    after = read(shop, mail)

    (stray,) = shop.call("GET", "/v1/strays").body["strays"]
    assert (after.failures, numbers(shop)) == (0, ["T1", "T2"])
    assert [fault["code"] for fault in stray["faults"]] == ["not-taken"]


def test_a_quiet_shop_is_read_ever_more_seldom_and_a_busy_one_at_once_again(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    every = [read(shop, mail).every for _ in range(9)]
    bazaar.put("T1", ago(2))
    busy = read(shop, mail).every

    assert every == sorted(every)
    assert (every[-1], busy) == (900, OFTEN)


def test_a_shop_that_is_far_behind_is_read_on_without_waiting(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    for days in range(1, 6):
        bazaar.put(f"T{days}", ago(86400 * days - 600))
    shop.call("POST", "/v1/shops/mall/link/read", {"since": ago(86400 * 5)})

    come_round(shop, mail)
    first = shop.call("GET", "/v1/shops/mall/link").body["reading"]
    mail.pump()
    last = shop.call("GET", "/v1/shops/mall/link").body["reading"]

    assert 0 < first["done"] < 100
    assert (last["done"], last["orders"]) == (100, 5)
    assert numbers(shop) == ["T1", "T2", "T3", "T4", "T5"]


@pytest.mark.parametrize(("first", "apart"), [(3000, 200), (100, 2)])
def test_more_than_pages_reach_is_read_in_shorter_windows_at_last_second_by_second(
    shop: Merchant, bazaar: Bazaar, mail: Mail, first: int, apart: int
) -> None:
    for no in range(12):
        bazaar.put(f"T{no}", ago(first - apart * no))
    shop.call("POST", "/v1/shops/mall/link/read", {"since": ago(3300)})
    bazaar.most = 4

    come_round(shop, mail)
    mail.pump()

    assert numbers(shop) == sorted(f"T{no}" for no in range(12))
    assert shop.call("GET", "/v1/shops/mall/link").body["reading"]["failures"] == 0


def test_more_within_a_second_than_pages_reach_waits_and_says_so(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    at = clock.later(ago(100)[:19] + ".000+00:00", 0)
    for no in range(5):
        bazaar.put(f"T{no}", at)
    shop.call("POST", "/v1/shops/mall/link/read", {"since": ago(3300)})
    bazaar.most = 4

    come_round(shop, mail)
    mail.pump()

    told = shop.call("GET", "/v1/shops/mall/link").body["reading"]
    assert (told["failures"], told["why"], numbers(shop)) == (1, "many", [])


def test_an_ended_token_is_refreshed_once_and_the_read_goes_on(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.put("T1", ago(30))
    bazaar.troubles["pull"] = [Rejected(Why.EXPIRED, "27")]

    after = read(shop, mail)

    assert (after.failures, numbers(shop)) == (0, ["T1"])
    assert bazaar.calls.count("refresh") == 1
    assert links.links.get(shop.id, "mall").secrets["access_token"]


def test_processes_refresh_a_token_once_between_them_and_keep_what_a_person_sets(
    shop: Merchant, bazaar: Bazaar
) -> None:
    mine, other = (calls.connected(shop.id, "mall") for _ in range(2))
    bazaar.token = "tok-1"  # the platform ended the one that both know
    bazaar.troubles["refresh"] = [lambda: set_carrier(shop)]
    links.links.replace(shop.id, with_refresh(shop, "again-tok-1"))
    mine.stored = links.links.get(shop.id, "mall")
    mine.link = calls.opened(shop.id, mine.stored)

    first, second = mine.do(bazaar.probe), other.do(bazaar.probe)

    assert first == second
    assert bazaar.calls.count("refresh") == 1
    assert links.links.get(shop.id, "mall").carriers == {"sf": "SF-9"}


def set_carrier(shop: Merchant) -> None:
    shop.call("PUT", "/v1/shops/mall/link", {"carriers": {"sf": "SF-9"}})


def with_refresh(shop: Merchant, token: str) -> Link:
    stored = links.links.get(shop.id, "mall")
    fresh = access.sealed(shop.id, stored, {"refresh_token": token})
    return replace(stored, secrets={**stored.secrets, **fresh})


def test_consent_that_was_taken_back_is_told_and_nothing_more_is_asked(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.token = "tok-7"

    failed = read(shop, mail)
    shown = shop.call("GET", "/v1/shops/mall/link").body
    asked = len(bazaar.calls)
    read(shop, mail)
    consent = shop.call("POST", "/v1/shops/mall/link/code", {"code": "yes"}).body

    assert (failed.why, shown["standing"]) == ("expired", "ended")
    assert len(bazaar.calls) == asked
    assert consent["standing"] == "ready"
    assert read(shop, mail).failures == 0


def test_a_push_is_a_hint_that_is_looked_up_if_it_is_the_platforms(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.put("T1", ago(3))
    forged = push(shop, b"T1", "guess")
    before = numbers(shop)
    told = push(shop, b"T1", "hush")
    mail.pump()

    assert (forged, before) == ((401, b"no"), [])
    assert (told, numbers(shop)) == ((200, b"ok"), ["T1"])


def push(shop: Merchant, body: bytes, sign: str) -> tuple[int, bytes]:
    return spoken("POST", f"/v1/push/taobao/{shop.id}/mall", body, {"X-Sign": sign})


def test_what_a_platform_sent_is_kept_word_by_word_and_shown_for_a_purpose(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.put("T1", ago(3))
    read(shop, mail)
    path = f"/v1/orders/{there(shop, 'T1')}/raw"

    unasked = shop.call("GET", path)
    shown = shop.call("GET", f"{path}?purpose=核对").body["payloads"]

    assert unasked.status == 422
    assert [one["body"].encode() for one in shown] == [bazaar.orders["T1"].raw]


@pytest.mark.parametrize("why", take.ALONE)
def test_an_order_that_is_listed_and_not_shown_waits_for_a_person_and_stops_no_other(
    shop: Merchant, bazaar: Bazaar, mail: Mail, why: Why
) -> None:
    bazaar.whole = False
    for no in range(5):
        bazaar.put(f"T{no}", ago(60 + no))
    bazaar.troubles["order"] = [Rejected(why, "not-shown", "暂不可见")]

    after = read(shop, mail)

    (stray,) = shop.call("GET", "/v1/strays").body["strays"]
    assert (after.failures, len(numbers(shop)), stray["open"]) == (0, 4, True)
    assert "暂不可见" in stray["faults"][0]["zh"]
    read(shop, mail)
    assert numbers(shop) == [f"T{no}" for no in range(5)]
    assert shop.call("GET", "/v1/strays").body["strays"][0]["open"] is False


def test_orders_of_a_page_are_looked_up_side_by_side(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    """Each lookup waits until another one has begun: one after the other would never end."""
    bazaar.whole = False
    for no in range(2):
        bazaar.put(f"T{no}", ago(60 + no))
    both = Barrier(2, timeout=10)

    def meet() -> None:
        both.wait()

    bazaar.troubles["order"] = [meet, meet]

    after = read(shop, mail)

    assert (after.failures, numbers(shop)) == (0, ["T0", "T1"])


def test_a_token_that_ends_while_orders_are_looked_up_side_by_side_is_refreshed_once(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.whole = False
    for no in range(2):
        bazaar.put(f"T{no}", ago(60 + no))
    both = Barrier(2, timeout=10)

    def meet() -> None:
        both.wait()
        raise Rejected(Why.EXPIRED, "27")

    bazaar.troubles["order"] = [meet, meet]

    after = read(shop, mail)

    assert (after.failures, numbers(shop)) == (0, ["T0", "T1"])
    assert bazaar.calls.count("refresh") == 1
