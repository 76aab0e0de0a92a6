"""Refunds of platforms: each is the one after-sale of its order, and is decided on there."""

import json
from dataclasses import replace
from itertools import islice, permutations
from typing import Any

import pytest

from functions.channels import calls, refunds, take
from shared.domain.aftersale import AfterSale
from shared.domain.decision import Decision
from shared.domain.platform import Ask, Refund, Stage, State
from shared.gateways import queues
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Unclear
from shared.runtime import clock
from shared.store import aftersales, decisions, links, orders
from tests.channels.test_pull import ago, read, there
from tests.support import build
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant, spoken
from tests.support.mail import Mail

MUG, HAT = build.line(sub="11"), build.line("hat", 1, 5000, sub="12")
WHOLE: dict[str, Any] = {"fen": 6800}
OF_HAT: dict[str, Any] = {"fen": 5000, "sub": "12", "quantity": 1}


@pytest.fixture
def order(shop: Merchant, bazaar: Bazaar, mail: Mail) -> str:
    """Two mugs and a hat that wait in their parcels; nobody asks before those are weighed."""
    shop.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
    for sku in ("mug", "hat"):
        shop.put_stock(sku, 5)
    bazaar.put("T1", ago(90), lines=[MUG, HAT])
    read(shop, mail)
    assert status(shop) == "planned"
    return there(shop, "T1")


def status(shop: Merchant) -> str:
    return orders.get(shop.id, there(shop, "T1")).status.value


def free(shop: Merchant) -> tuple[int, int]:
    """Mugs and hats that are free to be sold."""
    return shop.stock("mug")[0], shop.stock("hat")[0]


def pull(shop: Merchant, mail: Mail) -> None:
    """Let the clock come round to the shop's refunds, and what follows happen."""
    known = links.refundings.get(shop.id, "mall")
    passed = min(known.watermark, ago(200))
    due = replace(known, watermark=passed, due=clock.now())
    links.save(shop.id, due, folder=links.refundings)
    mail.deliver("pull", [json.dumps({"tenant": shop.id, "shop": "mall", "what": "refunds"})])
    mail.pump()


def sale(shop: Merchant, no: str = "R1") -> AfterSale:
    return aftersales.get(shop.id, there(shop, "T1"), no)


def decide(shop: Merchant, deed: str, no: str = "R1", **body: Any) -> Any:
    return shop.call("POST", f"/v1/orders/{there(shop, 'T1')}/after-sales/{no}/{deed}", body)


def come_round(shop: Merchant, mail: Mail, no: str = "R1") -> Decision:
    """Let the clock come round to what was decided."""
    known = decisions.get(shop.id, there(shop, "T1"), no)
    if known.due:
        decisions.save(shop.id, replace(known, due=clock.now()))
    told = {"tenant": shop.id, "order_id": there(shop, "T1"), "no": no}
    mail.deliver("report", [json.dumps(told)])
    mail.pump()
    return decisions.get(shop.id, there(shop, "T1"), no)


def test_a_refund_stops_its_order_and_takes_its_goods_out_once(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)
    asked, held = sale(shop), status(shop)

    bazaar.back("R1", Stage.DONE)
    for _ in range(3):
        pull(shop, mail)

    assert (asked.state.value, asked.fen, asked.payer.value, held) == (
        *("requested", 5000, "platform", "held"),
    )
    assert (sale(shop).state.value, sale(shop).pieces) == ("refunded", {2: 1})
    assert (status(shop), free(shop)) == ("planned", (3, 5))
    assert shop.codes(order).count("part-cancelled") == 1
    assert len(aftersales.of(shop.id, order)) == 1


def test_what_is_with_us_is_not_looked_up_again(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", **OF_HAT)
    for _ in range(3):
        pull(shop, mail)

    assert (bazaar.calls.count("refunds"), bazaar.calls.count("refund")) == (3, 1)
    assert sale(shop).version == 1


def test_a_hint_is_followed_at_once(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", **OF_HAT)

    push = f"/v1/push/taobao/{shop.id}/mall"
    assert spoken("POST", push, b"/R1", {"X-Sign": "hush"})[0] == 200
    mail.pump()

    assert sale(shop).state.value == "requested"


def test_an_order_that_is_not_with_us_yet_is_fetched_first(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.put("T1", ago(90), State.REFUNDED, lines=[MUG, HAT])
    bazaar.back("R1", Stage.DONE, **WHOLE)

    pull(shop, mail)

    assert (status(shop), sale(shop).state.value, sale(shop).fen) == ("closed", "refunded", 6800)


def test_a_refund_of_an_order_that_nobody_has_waits_for_a_person(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)
    (stray,) = shop.call("GET", "/v1/strays").body["strays"]
    bazaar.put("T1", ago(90), lines=[MUG, HAT])

    mended = shop.call("POST", f"/v1/strays/{stray['id']}/retry", {})

    assert (stray["number"], stray["refund"], stray["open"]) == ("T1", "R1", True)
    assert stray["faults"][0]["code"] == "unknown-order"
    assert (mended.status, mended.body["open"]) == (200, False)
    assert sale(shop).state.value == "requested"


@pytest.mark.parametrize("why", take.ALONE)
def test_one_that_the_platform_lists_and_does_not_show_stops_no_other(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, why: Why
) -> None:
    bazaar.back("R1", **OF_HAT)
    bazaar.back("R2", **OF_HAT | {"sub": "11"})
    bazaar.troubles["refund"] = [Rejected(why, "gone")]

    pull(shop, mail)

    (stray,) = shop.call("GET", "/v1/strays").body["strays"]
    assert (stray["refund"], stray["faults"][0]["code"]) == ("R1", "platform-says")
    assert sale(shop, "R2").state.value == "requested"


def test_a_failure_costs_nothing_but_time_and_does_not_stop_the_orders(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", **OF_HAT)
    bazaar.troubles["refunds"] = [Rejected(Why.DENIED, "no-right")]
    pull(shop, mail)
    failed = links.refundings.get(shop.id, "mall")

    pull(shop, mail)

    assert (failed.why, failed.failures) == ("denied", 1)
    assert links.pulling(shop.id, "mall").failures == 0
    assert sale(shop).state.value == "requested"


@pytest.mark.parametrize("first", ["order", "refund"])
def test_one_refund_results_whichever_of_order_and_refund_comes_first(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, first: str
) -> None:
    bazaar.put("T1", ago(5), State.REFUNDED, lines=[MUG, HAT])
    bazaar.back("R1", Stage.DONE, **WHOLE)

    for what in (read, pull) if first == "order" else (pull, read):
        what(shop, mail)
    mail.pump()

    (one,) = aftersales.of(shop.id, order)
    assert (one.state.value, one.fen, status(shop)) == ("refunded", 6800, "cancelled")
    assert free(shop) == (5, 5)
    assert shop.codes(order).count("cancelled") == 1


def test_in_whatever_order_orders_and_refunds_are_told_the_end_is_the_same(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    """An order of two lines, of which one is asked back, marked, and paid back."""
    for sku in ("mug", "hat"):
        shop.put_stock(sku, 50)
    shop.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
    to = calls.connected(shop.id, "mall")
    ends = set()
    for round_, some in enumerate(islice(permutations(range(5)), 0, None, 11)):
        number = f"T{round_}"
        told: list[Any] = []
        for at, marks in ((300, []), (200, ["refund"]), (100, [])):
            state = State.ON_HOLD if marks else State.READY
            bazaar.put(number, ago(at), state, lines=[MUG, HAT], marks=marks)
            told.append(bazaar.orders[number])
        version = told[1].version
        asked = Refund(f"R{number}", number, version, Ask.REFUND, Stage.ASKED, **OF_HAT)
        told += [asked, replace(asked, version=version + 9, stage=Stage.DONE)]
        for at in (*some, *some):
            _hear(shop, to, told[at])
            queues.flush()
            mail.pump()
        found = orders.get(shop.id, there(shop, number))
        (one,) = aftersales.of(shop.id, found.id)
        cut = shop.codes(found.id).count("part-cancelled")
        lines = tuple(line.sku for line in found.content.lines)
        ends.add((one.state, one.fen, found.status, lines, cut))

    assert [(end[0].value, end[2].value, end[3], end[4]) for end in ends] == [
        ("refunded", "planned", ("mug",), 1)
    ]


def _hear(shop: Merchant, to: calls.Connected, one: Any) -> None:
    if isinstance(one, Refund):
        refunds.take_in(to, one)
    else:
        take.take(to, one, orders.find_order(shop.id, there(shop, one.number)))


def test_what_the_channel_changes_afterwards_does_not_bring_refunded_goods_back(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", Stage.DONE, **OF_HAT)
    pull(shop, mail)
    bazaar.put("T1", ago(2), lines=[{**MUG, "discount": 100}, HAT])

    read(shop, mail)

    found = orders.get(shop.id, order)
    assert [(line.sku, line.paid) for line in found.content.lines] == [("mug", 1700)]
    assert (found.status.value, free(shop)) == ("planned", (3, 5))


def test_what_we_agree_to_is_told_once_and_is_so_when_the_platform_says_so(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)

    said = decide(shop, "agree")
    before = sale(shop)
    again = decide(shop, "agree")
    mail.pump()
    told = come_round(shop, mail)

    assert (said.status, said.body["state"], said.body["told"]["state"]) == (
        202,
        "requested",
        "due",
    )
    assert (again.status, before.state.value) == (200, "requested")
    assert bazaar.decided == [("R1", True, "")]
    assert (told.state.value, told.tries, told.due) == ("told", 1, "")
    shown = shop.call("GET", f"/v1/orders/{order}/after-sales/R1").body
    assert (shown["state"], shown["there"]["stage"], shown["told"]["state"]) == (
        *("refunded", "done", "told"),
    )
    assert (status(shop), free(shop)) == ("planned", (3, 5))


def test_what_we_refuse_goes_on(shop: Merchant, bazaar: Bazaar, mail: Mail, order: str) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)

    decide(shop, "reject", reason="已打包")
    mail.pump()

    assert bazaar.decided == [("R1", False, "已打包")]
    assert (sale(shop).state.value, status(shop), free(shop)) == ("rejected", "planned", (3, 4))


@pytest.mark.parametrize("trouble", [Unclear("timeout"), Rejected(Why.LATER, "busy")])
def test_what_nobody_knows_is_looked_up_before_it_is_decided_again(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, trouble: Exception
) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)
    bazaar.troubles["decide"] = [trouble]  # done, and then no good answer
    decide(shop, "agree")
    mail.pump()
    unclear = decisions.get(shop.id, order, "R1")

    after = come_round(shop, mail)

    assert (unclear.state.value, unclear.due > clock.now()) == ("due", True)
    assert (after.state.value, len(bazaar.decided)) == ("told", 1)
    assert sale(shop).state.value == "refunded"


@pytest.mark.parametrize(
    ("meanwhile", "state", "why"),
    [
        ((Stage.DONE, {}), "told", ""),
        ((Stage.CLOSED, {}), "waits", "changed"),
        ((Stage.ASKED, {"fen": 100}), "waits", "changed"),
    ],
)
def test_what_changed_since_somebody_decided_is_not_decided_for_him(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, *,
    meanwhile: tuple[Stage, dict[str, Any]], state: str, why: str,
) -> None:  # fmt: skip
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)
    decide(shop, "agree")
    bazaar.back("R1", meanwhile[0], **meanwhile[1])

    mail.pump()

    told = decisions.get(shop.id, order, "R1")
    assert (told.state.value, told.why, bazaar.decided) == (state, why, [])


@pytest.mark.parametrize(
    ("no", "why"),
    [(Rejected(Why.STATE, "moved"), "state"), (Rejected(Why.REFUSED, "not-offered"), "refused")],
)
def test_what_the_platform_does_not_take_is_brought_to_a_person_who_may_say_it_again(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, *, no: Rejected, why: str
) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)
    bazaar.troubles["refund"] = [no]
    decide(shop, "agree")
    mail.pump()
    refused = decisions.get(shop.id, order, "R1")
    waiting = shop.call("GET", "/v1/after-sales?waiting=true").body["after_sales"]

    decide(shop, "agree")
    mail.pump()

    assert (refused.state.value, refused.why) == ("waits", why)
    assert [(one["no"], one["overdue"]) for one in waiting] == [("R1", True)]
    assert (decisions.get(shop.id, order, "R1").state.value, len(bazaar.decided)) == ("told", 1)


def test_a_platform_that_takes_no_answer_is_named(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)
    bazaar.caps = replace(bazaar.caps, decides=False)

    said = decide(shop, "agree")

    assert (said.status, said.body["faults"][0]["code"]) == (422, "in-back-office")
    assert decisions.find(shop.id, order, "R1") is None


def test_another_sum_is_agreed_to_on_the_platform_alone(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)

    said = decide(shop, "agree", fen=100)

    fault = said.body["faults"][0]
    assert (said.status, fault["field"], fault["code"]) == (422, "fen", "in-back-office")


def test_above_a_limit_somebody_else_must_say_yes_before_the_platform_hears_of_it(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    scopes = ["aftersales:write", "aftersales:approve"]
    key = shop.call("POST", "/v1/keys", {"scopes": scopes, "role": "service"}).body
    service = Merchant(shop.id, key["token"])
    settings = {"intercept": "weighed", "limits": {"service": 1000}}
    shop.call("PUT", "/v1/after-sale-settings", settings)
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)

    said = decide(service, "agree")
    mail.pump()
    waits = list(bazaar.decided)
    denied, done = decide(service, "approve"), decide(shop, "approve")
    mail.pump()

    assert (said.status, said.body["state"], waits) == (200, "approving", [])
    assert (denied.status, done.status) == (422, 202)
    assert (bazaar.decided, sale(shop).state.value) == ([("R1", True, "")], "refunded")


@pytest.mark.parametrize(("most", "fen", "told"), [(0, 5000, 0), (4999, 5000, 0), (5000, 5000, 1)])
def test_small_refunds_of_what_has_not_left_are_agreed_to_by_themselves_if_so_set(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, *, most: int, fen: int, told: int
) -> None:
    set_ = {"name": "淘宝店", "channel": "taobao", "agree_up_to": most}
    assert shop.call("PUT", "/v1/shops/mall", set_).status == 200
    bazaar.back("R1", **OF_HAT | {"fen": fen})
    bazaar.back("R2", ask=Ask.RETURN, fen=1, sub="11")

    for _ in range(2):
        pull(shop, mail)

    assert [one[0] for one in bazaar.decided] == ["R1"] * told
    assert sale(shop).state.value == ("refunded" if told else "requested")


def test_goods_that_came_back_sound_let_the_platform_give_the_money_back(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    _left(shop, order)
    bazaar.back("R1", ask=Ask.RETURN, **OF_HAT)
    pull(shop, mail)
    decide(shop, "agree")
    mail.pump()
    agreed = sale(shop).state.value
    bazaar.back("R1", Stage.RETURNING, tracking="SF9")
    pull(shop, mail)
    coming = sale(shop)

    came = decide(shop, "receive", id="d1", warehouse="hz", lines=[{"sku": "hat", "good": 1}])
    mail.pump()

    assert (agreed, coming.state.value, coming.tracking) == ("awaiting-return", "returning", "SF9")
    assert came.body["state"] == "refunding"
    assert [one[:2] for one in bazaar.decided] == [("R1", True), ("R1", True)]
    assert (sale(shop).state.value, free(shop)) == ("refunded", (3, 5))


def test_damaged_goods_are_decided_on_by_a_person(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    _left(shop, order)
    bazaar.back("R1", Stage.RETURNING, ask=Ask.RETURN, tracking="SF9", **OF_HAT)
    pull(shop, mail)
    lines = [{"sku": "hat", "damaged": 1}]
    came = decide(shop, "receive", id="d1", warehouse="hz", lines=lines)

    decide(shop, "reject", reason="人为损坏")
    mail.pump()

    assert came.body["state"] == "returned"
    assert (bazaar.decided, sale(shop).state.value) == ([("R1", False, "人为损坏")], "rejected")


def _left(shop: Merchant, order: str) -> None:
    parcels = [_label(parcel.no) for parcel in orders.get(shop.id, order).parcels]
    left = shop.call("POST", f"/v1/orders/{order}/ship", {"parcels": parcels})
    assert left.status == 200, left.body


def test_what_is_asked_back_of_an_order_that_left_in_part_stays_until_that_is_decided(
    shop: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    shop.put_stock("mug", 5)
    shop.put_stock("hat", 5, "gz")
    bazaar.put("T1", ago(90), lines=[MUG, HAT])
    read(shop, mail)
    path = f"/v1/orders/{there(shop, 'T1')}/ship"
    first, second = orders.get(shop.id, there(shop, "T1")).parcels
    hat = first if first.warehouse == "gz" else second
    mug = second if hat is first else first
    assert shop.call("POST", path, {"parcels": [_label(mug.no)]}).status == 200
    bazaar.back("R1", **OF_HAT)
    pull(shop, mail)

    refused = shop.call("POST", path, {"parcels": [_label(hat.no)]})
    decide(shop, "reject", reason="已打包")
    mail.pump()
    left = shop.call("POST", path, {"parcels": [_label(hat.no)]})

    (fault,) = refused.body["faults"]
    assert (refused.status, fault["code"]) == (422, "asked-back")
    assert "R1" in str(fault)
    assert (left.status, status(shop)) == (200, "shipped")


def _label(parcel: int) -> dict[str, Any]:
    return {"parcel": parcel, "carrier": "sf", "tracking": f"SF{parcel}"}
