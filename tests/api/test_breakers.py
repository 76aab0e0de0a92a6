"""Price breakers from the first cheap order to the last released one, and their routes."""

import json
from typing import Any

import pytest

import app as product
from functions.steps import halt
from shared.domain.alert import Kind, State
from shared.runtime import clock
from shared.store import alerts, breakers, deliveries, orders
from tests.support import build
from tests.support.build import Merchant, Reply
from tests.support.mail import TICK, Mail
from tests.support.told import Stream

LIMIT = 3


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    """A merchant with mugs at 10.00, who tells his shop what it may sell."""
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯", "price": 1000})
    acme.call(
        "PUT", "/v1/shops/tmall", {"name": "天猫店", "channel": "tmall", "push": {"on": True}}
    )
    acme.call("PUT", "/v1/breaker-settings", {"orders": LIMIT})
    acme.put_stock("mug", 1000)
    acme.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})
    return acme


def buy(acme: Merchant, number: str, price: int = 100, **change: Any) -> str:
    lines = change.pop("lines", [build.line(quantity=1, unit_price=price)])
    reply = acme.place(number=number, lines=lines, **change)
    assert reply.status == 202, reply.body
    return str(reply.body["id"])


def burst(acme: Merchant, mail: Mail, count: int = LIMIT) -> list[str]:
    """So many orders at a tenth of the price, each brought as far as it goes."""
    ids = []
    for n in range(count):
        ids.append(buy(acme, f"cheap-{n}"))
        mail.pump()
    return ids


def statuses(acme: Merchant, ids: list[str]) -> list[str]:
    return [acme.order(one)["status"] for one in ids]


def shown(acme: Merchant, sku: str = "mug") -> int | None:
    pushes = acme.call("GET", "/v1/pushes").body["pushes"]
    return next((int(one["units"]) for one in pushes if one["sku"] == sku), None)


def standing(acme: Merchant) -> list[str]:
    reply = acme.call("GET", "/v1/alerts?kind=price-breaker")
    return [one["sku"] for one in reply.body["alerts"]]


def resume(acme: Merchant, **body: Any) -> Reply:
    return acme.call("POST", "/v1/breakers/mug/resume", body)


def test_a_burst_at_a_wrong_price_stops_the_sale(shop: Merchant, mail: Mail) -> None:
    ids = burst(shop, mail)

    later = buy(shop, "later")
    mail.pump()

    assert statuses(shop, [*ids, later]) == ["held"] * 4
    assert [h["reason"] for h in shop.order(ids[0])["holds"]] == ["breaker"]
    assert standing(shop) == ["mug"]
    assert shown(shop) == 0
    (one,) = shop.call("GET", "/v1/breakers?state=tripped").body["breakers"]
    assert (one["sku"], len(one["seen"])) == ("mug", LIMIT)


def test_orders_at_the_usual_price_are_held_too_once_it_has_tripped(
    shop: Merchant, mail: Mail
) -> None:
    burst(shop, mail)

    dear = buy(shop, "dear", price=1000)
    other = buy(shop, "other", lines=[build.line("hat", 1, 1000)])
    mail.pump()

    assert statuses(shop, [dear, other]) == ["held", "short"]


def test_what_has_shipped_is_left_alone(shop: Merchant, mail: Mail) -> None:
    first = burst(shop, mail, 1)
    shop.call("POST", f"/v1/orders/{first[0]}/ship", {})

    more = [buy(shop, f"more-{n}") for n in range(LIMIT - 1)]
    mail.pump()

    assert statuses(shop, [*first, *more]) == ["shipped", "held", "held"]


def test_the_same_order_reviewed_again_counts_once(shop: Merchant, mail: Mail) -> None:
    (first,) = burst(shop, mail, 1)
    for _ in range(LIMIT):
        shop.call("POST", f"/v1/orders/{first}/hold", {})
        shop.call("POST", f"/v1/orders/{first}/release", {})
        mail.waiting["review"].append(f'{{"tenant": "{shop.id}", "order_id": "{first}"}}')
        mail.pump()

    assert shop.order(first)["status"] == "planned"
    (one,) = shop.call("GET", "/v1/breakers").body["breakers"]
    assert (one["state"], len(one["seen"])) == ("armed", 1)


def test_a_merchant_without_usual_prices_has_no_breaker(acme: Merchant, mail: Mail) -> None:
    acme.call("PUT", "/v1/breaker-settings", {"orders": 2})
    acme.put_stock("mug", 1000)

    ids = [buy(acme, f"n{n}", price=1) for n in range(4)]
    mail.pump()

    assert statuses(acme, ids) == ["planned"] * 4
    assert acme.call("GET", "/v1/breakers").body == {"breakers": [], "next": None}


def test_switched_off_it_counts_nothing(shop: Merchant, mail: Mail) -> None:
    shop.call("PUT", "/v1/breaker-settings", {"on": False, "orders": LIMIT})

    assert statuses(shop, burst(shop, mail)) == ["planned"] * LIMIT


def test_resuming_closes_the_alert_tells_the_shop_and_releases_the_orders(
    shop: Merchant, mail: Mail
) -> None:
    ids = [*burst(shop, mail), buy(shop, "later")]
    mail.pump()

    reply = resume(shop, note="price mended")
    mail.pump()

    assert (reply.status, reply.body["state"]) == (200, "armed")
    assert statuses(shop, ids) == ["planned"] * 4
    assert standing(shop) == []
    assert shown(shop) == 1000 - (LIMIT - 1)  # what had its stock before it tripped
    codes = shop.codes(ids[0])
    assert codes.count("released") == 1
    assert standing(shop) == []


def test_orders_released_at_the_old_price_do_not_trip_it_again(shop: Merchant, mail: Mail) -> None:
    burst(shop, mail)
    more = [buy(shop, f"more-{n}") for n in range(2 * LIMIT)]
    mail.pump()

    resume(shop)
    mail.pump()

    assert set(statuses(shop, more)) == {"planned"}
    assert shop.call("GET", "/v1/breakers?state=tripped").body["breakers"] == []


def test_orders_may_be_kept_for_a_person(shop: Merchant, mail: Mail) -> None:
    ids = burst(shop, mail)

    resume(shop, orders="keep")
    mail.pump()
    mail.waiting["review"].append(f'{{"tenant": "{shop.id}", "order_id": "{ids[0]}"}}')
    mail.pump()
    shop.call("POST", f"/v1/orders/{ids[1]}/release", {})
    mail.pump()

    assert statuses(shop, ids) == ["held", "planned", "held"]
    assert shown(shop) == 1000 - (LIMIT - 1)


def test_orders_are_released_portion_by_portion_and_none_is_forgotten(
    shop: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(halt, "PORTION", 2)
    ids = [*burst(shop, mail), *(buy(shop, f"more-{n}") for n in range(4))]
    mail.pump()
    assert set(statuses(shop, ids)) == {"held"}

    resume(shop)
    mail.pump()

    assert set(statuses(shop, ids)) == {"planned"}


def test_a_lost_message_is_found_by_the_sweep(shop: Merchant, mail: Mail) -> None:
    ids = [buy(shop, f"cheap-{n}") for n in range(LIMIT)]
    for queue in ("review", "reserve", "plan"):
        waiting, mail.waiting[queue] = mail.waiting[queue], []
        mail.deliver(queue, waiting)
    mail.waiting["halt"].clear()
    assert standing(shop) == []

    product.sweep_orders(TICK, None)
    mail.pump()

    assert set(statuses(shop, ids)) == {"held"}
    assert standing(shop) == ["mug"]
    assert shown(shop) == 0


def test_done_twice_is_done_once(shop: Merchant, mail: Mail) -> None:
    ids = burst(shop, mail)
    before = [orders.get(shop.id, one).version for one in ids]

    for _ in range(3):
        halt.halt(shop.id, "mug")

    assert [orders.get(shop.id, one).version for one in ids] == before


def test_it_is_looked_at_once_more_when_memories_have_faded(
    shop: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever remembered the old state may have acted on it."""
    burst(shop, mail)
    assert breakers.task(shop.id, "mug") is not None

    much_later = clock.later(clock.now(), breakers.AGAIN + 1)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    product.sweep_orders(TICK, None)
    mail.pump()

    assert breakers.task(shop.id, "mug") is None
    assert standing(shop) == ["mug"]


def test_while_it_has_tripped_no_change_of_stock_shows_more(
    shop: Merchant, mail: Mail, engine: Any
) -> None:
    stream = Stream(engine, "stock")
    burst(shop, mail)

    shop.put_stock("mug", 5000)
    stream.tell("follow")
    shop.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})

    assert shown(shop) == 0
    (seen,) = shop.call("GET", "/v1/shops/tmall/sellable?sku=mug").body["skus"]
    assert (seen["units"], seen["stopped"]) == (0, ["mug"])
    assert seen["figures"]["sellable"] > 0


def test_a_figure_that_is_new_while_it_has_tripped_shows_nothing(
    shop: Merchant, mail: Mail, engine: Any
) -> None:
    stream = Stream(engine, "stock")
    burst(shop, mail)
    late = {"id": "late", "name": "新店", "channel": "tmall", "push": {"on": True}}
    assert shop.call("POST", "/v1/shops", late).status == 201

    shop.put_stock("mug", 5000)
    stream.tell("follow")

    pushes = shop.call("GET", "/v1/pushes").body["pushes"]
    assert {(one["shop"], one["units"]) for one in pushes} == {("tmall", 0), ("late", 0)}
    resume(shop)
    mail.pump()
    pushes = shop.call("GET", "/v1/pushes").body["pushes"]
    assert {one["shop"]: one["stopped"] for one in pushes} == {"tmall": [], "late": []}
    assert all(one["units"] > 0 for one in pushes)


def test_a_shop_that_is_switched_off_meanwhile_comes_back_with_nothing(
    shop: Merchant, mail: Mail
) -> None:
    about = {"name": "天猫店", "channel": "tmall"}
    shop.call("PUT", "/v1/shops/tmall", about)
    burst(shop, mail)
    shop.call("PUT", "/v1/shops/tmall", {**about, "push": {"on": True}})

    (told,) = shop.call("POST", "/v1/shops/tmall/push", {"sku": "mug"}).body["pushes"]

    assert told["units"] == 0


def test_the_webhooks_are_told_of_tripping_and_of_resuming(shop: Merchant, mail: Mail) -> None:
    shop.call("POST", "/v1/webhooks", {"id": "erp", "url": "http://127.0.0.1:9/"})

    burst(shop, mail)
    resume(shop)
    mail.pump()

    day = clock.now()[:10].replace("-", "")
    bodies = [json.loads(one.body) for one in deliveries.page(shop.id, day, "", 100)]
    told = [(body["type"], body["data"]["sku"]) for body in bodies if "alert" in body["type"]]
    assert sorted(told) == [("alert.closed", "mug"), ("alert.opened", "mug")]


def test_a_kit_with_a_stopped_part_shows_nothing_either(shop: Merchant, mail: Mail) -> None:
    kit = {
        "id": "set",
        "name": "套",
        "price": 3000,
        "parts": [{"sku": "mug", "quantity": 2, "share": 10000}],
    }
    assert shop.call("POST", "/v1/items", kit).status == 201
    shop.call("POST", "/v1/shops/tmall/push", {"sku": "set"})
    assert shown(shop, "set") == 500

    burst(shop, mail)
    bought = buy(shop, "kit", lines=[build.line("set", 1, 3000)])
    mail.pump()

    assert shown(shop, "set") == 0
    assert statuses(shop, [bought]) == ["held"]
    resume(shop)
    mail.pump()
    assert statuses(shop, [bought]) == ["planned"]
    assert shown(shop, "set") == (1000 - (LIMIT - 1)) // 2


def test_a_sku_is_stopped_by_hand_and_that_is_written_down(shop: Merchant, mail: Mail) -> None:
    reply = shop.call("POST", "/v1/breakers/mug/trip", {"note": "标价错"})
    order = buy(shop, "dear", price=1000)
    mail.pump()

    assert (reply.status, reply.body["note"]) == (200, "标价错")
    assert shop.order(order)["status"] == "held"
    again = shop.call("POST", "/v1/breakers/mug/trip", {})
    assert (again.status, again.body["code"]) == (409, "wrong-state")
    resume(shop)
    mail.pump()
    told = shop.call("GET", "/v1/audits").body["audits"]
    assert [(one["kind"], one["id"], one["after"].get("state")) for one in told] == [
        ("breaker", "mug", "armed"),
        ("breaker", "mug", "tripped"),
        ("breaker-settings", "-", None),
    ]


def test_the_same_idempotency_key_resumes_once(shop: Merchant, mail: Mail) -> None:
    burst(shop, mail)

    told = [
        shop.call("POST", "/v1/breakers/mug/resume", {}, Idempotency_Key="r-1") for _ in range(2)
    ]

    assert [one.status for one in told] == [200, 200]
    assert told[0].body == told[1].body


def test_the_alert_of_a_breaker_is_critical_and_keeps_its_history(
    shop: Merchant, mail: Mail
) -> None:
    burst(shop, mail)
    (one,) = [a for a in alerts.standing(shop.id) if a.kind is Kind.PRICE_BREAKER]
    assert one.severity.value == "critical"

    resume(shop)
    mail.pump()

    assert alerts.get(shop.id, one.id).state is State.CLOSED


@pytest.mark.parametrize("deed", ["trip", "resume"])
def test_what_nobody_knows_cannot_be_stopped_or_resumed(acme: Merchant, deed: str) -> None:
    reply = acme.call("POST", f"/v1/breakers/ghost/{deed}", {})

    assert (reply.status, reply.body["code"]) == (404, "not-found")


def test_one_that_has_not_tripped_cannot_be_resumed(shop: Merchant, mail: Mail) -> None:
    burst(shop, mail, 1)

    assert resume(shop).body["code"] == "wrong-state"


def test_pages_show_every_breaker_once(shop: Merchant) -> None:
    for sku in ("a", "b", "c"):
        shop.call("POST", "/v1/items", {"id": sku, "name": sku})
        shop.call("POST", f"/v1/breakers/{sku}/trip", {})
    seen, cursor = [], ""
    while cursor is not None:
        page = shop.call("GET", f"/v1/breakers?limit=2&cursor={cursor}").body
        seen += [one["sku"] for one in page["breakers"]]
        cursor = page["next"]

    assert seen == ["a", "b", "c"]


def test_settings_have_their_usual_values_until_they_are_changed(acme: Merchant) -> None:
    usual = acme.call("GET", "/v1/breaker-settings").body
    changed = {"on": True, "percent": 30, "orders": 50, "minutes": 5}

    reply = acme.call("PUT", "/v1/breaker-settings", changed)

    assert usual == {"on": True, "percent": 50, "orders": 20, "minutes": 10}
    assert (reply.status, reply.body) == (200, changed)
    assert acme.call("GET", "/v1/breaker-settings").body == changed


def test_all_faults_of_settings_are_told_at_once(acme: Merchant) -> None:
    body = {"on": "yes", "percent": 100, "orders": 1, "minutes": 0, "loud": True}

    reply = acme.call("PUT", "/v1/breaker-settings", body)

    assert reply.status == 422
    assert {fault["field"] for fault in reply.body["faults"]} == body.keys()


@pytest.mark.parametrize("query", ["state=gone", "cursor=a%23b", "limit=0"])
def test_a_faulty_query_is_refused(acme: Merchant, query: str) -> None:
    assert acme.call("GET", f"/v1/breakers?{query}").status == 422


def test_faults_of_a_deed_are_told(shop: Merchant, mail: Mail) -> None:
    burst(shop, mail)

    reply = resume(shop, orders="lose", colour="red")

    assert {fault["field"] for fault in reply.body["faults"]} == {"orders", "colour"}
