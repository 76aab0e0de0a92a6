"""After-sales over the API: money and goods that come back, each once, and who may say so."""

from typing import Any

from shared.domain.stock import Place
from shared.runtime import cache
from shared.store import aftersales, ledgers, stock
from tests.support import build, edge
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail

PATH = "/v1/orders/{}/after-sales"
HAT = {"sku": "hat", "quantity": 1}


def piece(line: int, quantity: int = 1) -> dict[str, int]:
    return {"line": line, "quantity": quantity}


def placed(acme: Merchant, mail: Mail, *lines: dict[str, Any], **change: Any) -> str:
    """An order of a platform, paid there, that waits in its parcels."""
    acme.put_stock("mug", 99)
    acme.put_stock("hat", 99)
    order_id = str(acme.place(lines=list(lines) or [build.line()], **change).body["id"])
    mail.pump()
    return order_id


def shipped(acme: Merchant, mail: Mail, *lines: dict[str, Any], **change: Any) -> str:
    order_id = placed(acme, mail, *lines, **change)
    assert acme.call("POST", f"/v1/orders/{order_id}/ship").status == 200
    return order_id


def open_(
    acme: Merchant, order_id: str, kind: str = "refund", *pieces: tuple[int, int], **more: Any
) -> Reply:
    lines = {"lines": [{"line": no, "quantity": n} for no, n in pieces]} if pieces else {}
    return acme.call("POST", PATH.format(order_id), {"kind": kind, **lines, **more})


def act(acme: Merchant, order_id: str, deed: str, /, no: str = "01", **body: Any) -> Reply:
    return acme.call("POST", f"{PATH.format(order_id)}/{no}/{deed}", body)


def faults(reply: Reply) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in reply.body["faults"]]


def test_what_nobody_has_packed_leaves_the_order_and_its_stock_is_free_once(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail, build.line(quantity=3))
    acme.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})

    opened = open_(acme, order_id, "refund", (1, 2))
    held, before = acme.order(order_id), acme.stock("mug")
    agreed = act(acme, order_id, "agree")
    again = act(acme, order_id, "agree")

    assert (opened.status, opened.body["fen"], opened.body["state"]) == (201, 1800, "requested")
    assert [hold["reason"] for hold in held["holds"]] == ["refund"]
    assert (agreed.status, agreed.body["state"], again.body) == (200, "refunding", agreed.body)
    left = acme.order(order_id)
    assert (left["status"], left["amounts"]["total"], left["holds"]) == ("planned", 900, [])
    assert (before, acme.stock("mug")) == ((96, 3), (98, 1))
    assert acme.codes(order_id)[-5:] == [
        *("after-sale-opened", "held", "after-sale-agreed", "part-cancelled", "released")
    ]


def test_a_printed_parcel_is_intercepted_and_its_stock_is_free_once(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail)
    open_(acme, order_id)

    asked = act(acme, order_id, "agree")
    waiting = acme.stock("mug")
    stopped = act(acme, order_id, "intercepted")
    again = act(acme, order_id, "intercepted")

    assert (asked.body["state"], waiting) == ("intercepting", (97, 2))
    assert (stopped.body["state"], again.body) == ("refunding", stopped.body)
    assert (acme.order(order_id)["status"], acme.stock("mug")) == ("cancelled", (99, 0))
    assert not [c for c in acme.codes(order_id) if c == "cancelled"][1:]


def test_a_weighed_parcel_is_opened_before_its_goods_are_taken_out(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail, build.line(), build.line("hat", 1, 500))
    acme.call("POST", f"/v1/orders/{order_id}/weigh", {"parcel": 1, "grams": 500})
    acme.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
    open_(acme, order_id, "refund", (2, 1))

    assert act(acme, order_id, "agree").body["state"] == "intercepting"
    assert act(acme, order_id, "intercepted").body["state"] == "refunding"

    left = acme.order(order_id)
    assert (left["status"], [line["sku"] for line in left["lines"]]) == ("planned", ["mug"])
    assert [parcel["weighed_at"] for parcel in left["parcels"]] == [""]
    assert acme.stock("hat") == (99, 0)


def test_a_parcel_that_has_left_makes_it_a_return(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    open_(acme, order_id)
    act(acme, order_id, "agree")

    left = act(acme, order_id, "not-intercepted")

    assert (left.body["state"], left.body["kind"]) == ("awaiting-return", "return")
    assert acme.order(order_id)["status"] == "planned"
    acme.call("POST", f"/v1/orders/{order_id}/ship")
    back = act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 2}])
    assert (back.body["state"], acme.stock("mug")) == ("refunding", (99, 0))


def test_the_carrier_may_bring_back_what_was_shipped(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, intercept=True)

    assert act(acme, order_id, "agree").body["state"] == "intercepting"
    coming = act(acme, order_id, "intercepted")
    assert (coming.body["state"], coming.body["awaited"]) == ("returning", {"mug": 2})
    back = act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 2}])

    assert (back.body["state"], back.body["kind"]) == ("refunding", "refund")


def test_money_alone_goes_back_for_what_was_shipped(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)

    opened = open_(acme, order_id, "refund", (1, 1))

    assert (opened.status, acme.order(order_id)["holds"]) == (201, [])
    assert act(acme, order_id, "agree").body["state"] == "refunding"
    assert acme.stock("mug") == (97, 0)


def test_sound_goods_may_be_sold_again_and_damaged_ones_are_put_aside(
    acme: Merchant, mail: Mail
) -> None:
    order_id = shipped(acme, mail, build.line(quantity=3))
    assert open_(acme, order_id, "return", (1, 3), reason="quality").status == 201
    assert act(acme, order_id, "agree").body["state"] == "awaiting-return"
    assert act(acme, order_id, "return-tracking", carrier="sf", tracking="SF1").status == 200

    first = act(acme, order_id, "receive", id="d1", lines=[{"sku": "mug", "good": 1}])
    twice = act(acme, order_id, "receive", id="d1", lines=[{"sku": "mug", "good": 1}])
    rest = act(acme, order_id, "receive", id="d2", lines=[{"sku": "mug", "good": 1, "damaged": 1}])

    assert (first.body["state"], first.body["awaited"]) == ("returning", {"mug": 2})
    assert twice.body == first.body
    assert (rest.body["state"], rest.body["awaited"]) == ("returned", {})
    level = stock.find_level(acme.id, Place("mug", "hz"))
    assert level
    assert (level.free, level.damaged) == (98, 1)
    assert [p.what for p in stock_lines(acme)][-2:] == ["returned", "returned"]
    assert act(acme, order_id, "agree", fen=2000).body["fen"] == 2000
    assert act(acme, order_id, "refunded").body["state"] == "refunded"


def stock_lines(acme: Merchant) -> list[Any]:
    book = ledgers.book(acme.id, Place("mug", "hz"))
    assert book
    return list(book[1])


TOO_MUCH: list[tuple[list[dict[str, Any]], tuple[str, str]]] = [
    ([{"sku": "mug", "good": 3}], ("lines[0].good", "more-than-left")),
    ([{"sku": "mug", "good": 1, "damaged": 2}], ("lines[0].good", "more-than-left")),
    ([{"sku": "hat", "good": 1}], ("lines[0].sku", "not-in-document")),
    ([{"sku": "mug"}], ("lines[0].good", "out-of-range")),
    ([{"sku": "mug", "good": 1}] * 2, ("lines[1].sku", "twice")),
    ([], ("lines", "empty")),
]


def test_more_than_was_sent_back_is_not_taken_in(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail, build.line(quantity=3))
    open_(acme, order_id, "return", (1, 2))
    act(acme, order_id, "agree")

    told = [act(acme, order_id, "receive", lines=lines) for lines, _ in TOO_MUCH]

    assert [faults(each) for each in told] == [[fault] for _, fault in TOO_MUCH]
    assert acme.stock("mug") == (96, 0)


def test_fewer_than_were_sent_back_wait_for_a_person(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, "return", (1, 2))
    act(acme, order_id, "agree")

    short = act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 1}], final=True)

    assert short.body["state"] == "returned"
    assert [one["no"] for one in waiting(acme)] == ["01"]
    assert act(acme, order_id, "reject", reason="少一件").body["state"] == "rejected"
    assert waiting(acme) == []


def waiting(acme: Merchant) -> list[dict[str, Any]]:
    return list(acme.call("GET", "/v1/after-sales?waiting=true").body["after_sales"])


def test_only_what_has_left_can_come_back(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)

    refused = open_(acme, order_id, "return", (1, 2))

    assert faults(refused) == [("lines[0].quantity", "more-than-left")]
    assert refused.body["faults"][0]["detail"].endswith("0")


def test_in_before_out(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    wanted = [{"sku": "hat", "quantity": 1, "unit_price": 500}]
    opened = open_(acme, order_id, "exchange", (1, 1), wanted=wanted)
    act(acme, order_id, "agree")

    back = act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 1}])
    mail.pump()

    assert (opened.body["fen"], opened.body["difference"]) == (400, -400)
    assert (back.body["state"], bool(opened.body["other"])) == ("refunding", False)
    new = acme.order(back.body["other"])
    assert (new["type"], new["number"], new["status"]) == ("exchange", "TB-1-S01", "planned")
    assert [(one["sku"], one["quantity"], one["paid"]) for one in new["lines"]] == [("hat", 1, 0)]
    assert new["extra"] == {"resend_of": order_id, "after_sale": "01"}
    assert "exchange-of" in acme.codes(new["id"])
    assert open_(acme, new["id"], "refund").body["fen"] == 0


def test_who_keeps_items_swaps_for_those_alone(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    for sku in ("mug", "hat"):
        acme.call("POST", "/v1/items", {"id": sku, "name": sku})

    wanted = [{"sku": "hat", "quantity": 1}, {"sku": "scarf", "quantity": 1}]
    refused = open_(acme, order_id, "exchange", (1, 1), wanted=wanted)

    assert faults(refused) == [("wanted[1].sku", "unknown-item")]


def test_a_resend_goes_out_at_once(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, "resend", (1, 1), reason="missing-pieces")

    done = act(acme, order_id, "agree")
    again = act(acme, order_id, "agree")

    assert (done.body["state"], done.body["fen"], again.body) == ("done", 0, done.body)
    new = acme.order(done.body["other"])
    assert (new["type"], new["amounts"]["total"]) == ("resend", 0)


def test_what_is_repaired_comes_in_and_goes_out_and_is_never_our_stock(
    acme: Merchant, mail: Mail
) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, "repair", (1, 1))
    act(acme, order_id, "agree")

    there = act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 1}])
    done = act(acme, order_id, "complete", text="SF2")

    assert (there.body["state"], done.body["state"]) == ("returned", "done")
    assert acme.stock("mug") == (97, 0)
    assert open_(acme, order_id, "return", (1, 2)).status == 201


def test_a_compensation_is_money_alone(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)

    paid = open_(acme, order_id, "compensation", fen=300)
    more = open_(acme, order_id, "compensation", fen=1501)

    assert (paid.body["fen"], paid.body["lines"]) == (300, [])
    assert act(acme, order_id, "agree").body["state"] == "refunding"
    assert faults(more) == [("fen", "more-than-left")]


def test_a_cancel_that_comes_first_makes_no_refund_and_the_document_exactly_one(
    acme: Merchant, mail: Mail
) -> None:
    order_id = placed(acme, mail, version=1)
    acme.place(state="cancelled", version=2)
    assert acme.order(order_id)["status"] == "cancelled"
    assert acme.call("GET", PATH.format(order_id)).body["after_sales"] == []

    first = open_(acme, order_id, "refund", no="RF-9", state="refunded")
    again = open_(acme, order_id, "refund", no="RF-9", state="refunded")
    other = open_(acme, order_id, "refund", no="RF-10", state="refunded")

    assert (first.status, again.status, again.body) == (201, 200, first.body)
    assert (first.body["state"], first.body["fen"], first.body["payer"]) == (
        *("refunded", 1800, "platform"),
    )
    assert other.status == 422
    assert acme.stock("mug") == (99, 0)


def test_a_platforms_document_comes_in_newer_versions_until_it_is_over(
    acme: Merchant, mail: Mail
) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, "return", (1, 1), no="RF-1")

    more = open_(acme, order_id, "return", (1, 2), no="RF-1")
    yes = open_(acme, order_id, "return", (1, 2), no="RF-1", state="refunding")
    act(acme, order_id, "receive", "RF-1", lines=[{"sku": "mug", "good": 2}])
    back = open_(acme, order_id, "return", (1, 2), no="RF-1", state="refunded")
    late = open_(acme, order_id, "return", (1, 1), no="RF-1", state="refunded")

    assert (more.status, more.body["fen"]) == (200, 1800)
    assert yes.body["state"] == "awaiting-return"
    assert back.body["state"] == "refunded"
    assert (late.status, late.body["code"]) == (409, "not-now")
    assert len(acme.call("GET", PATH.format(order_id)).body["after_sales"]) == 1


def test_money_that_a_platform_gave_before_the_goods_came_is_not_given_again(
    acme: Merchant, mail: Mail
) -> None:
    order_id = shipped(acme, mail)

    early = open_(acme, order_id, "return", (1, 2), no="RF-1", state="refunded")
    there = act(acme, order_id, "receive", "RF-1", lines=[{"sku": "mug", "good": 2}])

    assert early.body["state"] == "awaiting-return"
    assert early.body["back"]
    assert there.body["state"] == "refunded"


def test_two_who_refund_the_last_piece_at_once_make_one(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail, build.line(quantity=1))

    with edge.before("TransactWriteItems", lambda: open_(acme, order_id, "return", (1, 1))):
        second = open_(acme, order_id, "return", (1, 1))

    assert faults(second) == [("lines[0].quantity", "more-than-left")]
    assert len(aftersales.of(acme.id, order_id)) == 1


def test_two_who_agree_at_once_take_the_goods_out_once(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail, build.line(quantity=3))
    acme.call("PUT", "/v1/after-sale-settings", {"intercept": "weighed"})
    open_(acme, order_id, "refund", (1, 1))

    with edge.before("TransactWriteItems", lambda: act(acme, order_id, "agree")):
        second = act(acme, order_id, "agree")

    assert (second.status, second.body["state"]) == (200, "refunding")
    assert (acme.order(order_id)["amounts"]["total"], acme.stock("mug")) == (1800, (97, 2))


def test_what_fails_in_between_leaves_nothing_behind(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, "return", (1, 2))
    act(acme, order_id, "agree")
    before = acme.call("GET", PATH.format(order_id)).body

    with edge.failing("TransactWriteItems", "InternalServerError", 500):
        assert act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 2}]).status == 503

    assert acme.call("GET", PATH.format(order_id)).body == before
    assert acme.stock("mug") == (97, 0)
    assert act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 2}]).status == 200


def test_what_is_rejected_goes_on(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    open_(acme, order_id)

    no = act(acme, order_id, "reject", reason="已发出")

    assert (no.body["state"], acme.order(order_id)["status"]) == ("rejected", "planned")
    assert act(acme, order_id, "reject", reason="已发出").body == no.body
    assert faults(act(acme, order_id, "reject")) == [("reason", "missing")]


def test_the_hold_stays_while_another_request_needs_it(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    open_(acme, order_id, "refund", (1, 1))
    open_(acme, order_id, "refund", (1, 1))

    act(acme, order_id, "withdraw")
    held = acme.order(order_id)["status"]
    act(acme, order_id, "withdraw", "02")

    assert (held, acme.order(order_id)["status"]) == ("held", "planned")


def test_another_amount_is_offered_and_accepted(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, "refund", (1, 1))

    assert (
        act(acme, order_id, "message", text="收到时杯口有裂纹", **{"from": "buyer"}).status == 200
    )
    assert act(acme, order_id, "offer", fen=300, text="补偿 3 元可以吗").body["fen"] == 900
    accepted = act(acme, order_id, "accept-offer")

    assert accepted.body["fen"] == 300
    assert act(acme, order_id, "accept-offer").body == accepted.body
    assert [said["code"] for said in accepted.body["said"]] == [
        *("requested", "buyer-message", "merchant-offer", "offer-accepted")
    ]
    assert faults(act(acme, order_id, "offer", fen=1801)) == [("fen", "more-than-left")]
    assert act(acme, order_id, "agree").body["fen"] == 300


def test_nobody_accepts_what_nobody_offered(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id)

    assert faults(act(acme, order_id, "accept-offer")) == [("offer", "no-offer")]


UNFIT: list[tuple[list[Any], tuple[str, str]]] = [
    (["http://example.com/1.jpg"], ("evidence[0].text", "bad-url")),
    (["https:///1.jpg"], ("evidence[0].text", "bad-url")),
    (["x", "https://me:pw@example.com/"], ("evidence[1].text", "bad-url")),
    (["x" * 501], ("evidence[0].text", "too-long")),
    ([7], ("evidence[0].text", "wrong-type")),
    (["x"] * 21, ("evidence", "too-many")),
    ([], ("evidence", "empty")),
]


def test_evidence_is_short_texts_and_safe_addresses(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id)

    told = [act(acme, order_id, "evidence", evidence=given) for given, _ in UNFIT]

    assert [faults(each) for each in told] == [[fault] for _, fault in UNFIT]


def test_evidence_adds_up(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, evidence=["杯口有裂纹"])
    shown = ["https://example.com/1.jpg", "杯口有裂纹"]

    act(acme, order_id, "evidence", evidence=shown)
    again = act(acme, order_id, "evidence", evidence=shown)

    assert again.body["evidence"] == ["杯口有裂纹", "https://example.com/1.jpg"]
    assert len(again.body["said"]) == 2


def with_role(acme: Merchant, role: str) -> Merchant:
    """The same merchant with a key of this role that may act on after-sales."""
    scopes = ["aftersales:read", "aftersales:write", "aftersales:approve", "orders:read"]
    made = acme.call("POST", "/v1/keys", {"scopes": scopes, "role": role}).body
    return Merchant(acme.id, made["token"])


def test_above_ones_limit_somebody_who_may_give_more_says_yes(acme: Merchant, mail: Mail) -> None:
    limits = {"service": 500, "finance": 2000}
    assert acme.call("PUT", "/v1/after-sale-settings", {"limits": limits}).status == 200
    cache.forget()
    order_id = shipped(acme, mail)
    service, finance = with_role(acme, "service"), with_role(acme, "finance")
    open_(service, order_id)

    waits = act(service, order_id, "agree")
    refused = act(service, order_id, "approve")
    done = act(finance, order_id, "approve")

    assert (waits.body["state"], waits.body["allowed"][0]) == ("approving", "approve")
    assert faults(refused) == [("fen", "above-limit")]
    assert (done.body["state"], act(finance, order_id, "approve").body) == ("refunding", done.body)
    audit = acme.call("GET", "/v1/audits").body["audits"][0]
    assert (audit["kind"], audit["id"]) == ("aftersale", f"{order_id}-01")
    assert audit["after"] == {"state": "refunding", "fen": 1800, "role": "finance"}


def test_within_it_one_person_is_enough(acme: Merchant, mail: Mail) -> None:
    acme.call("PUT", "/v1/after-sale-settings", {"limits": {"service": 500}})
    cache.forget()
    order_id = shipped(acme, mail)
    service = with_role(acme, "service")
    open_(service, order_id)

    assert act(service, order_id, "agree", fen=500).body["state"] == "refunding"


def test_a_warehouse_only_takes_in_and_who_looks_changes_nothing(
    acme: Merchant, mail: Mail
) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id)
    warehouse, viewer = with_role(acme, "warehouse"), with_role(acme, "viewer")
    came: Any = {"lines": [{"sku": "mug", "good": 1}]}

    told = [
        act(warehouse, order_id, "agree").status,
        act(warehouse, order_id, "receive", **came).status,
        act(warehouse, order_id, "intercepted").status,
        act(viewer, order_id, "receive", **came).status,
        open_(viewer, order_id).status,
        act(with_role(acme, "service"), order_id, "agree").status,
    ]

    assert told == [403, 409, 409, 403, 403, 200]


def test_a_key_gives_no_role_above_its_own(acme: Merchant) -> None:
    operator = Merchant(acme.id, build.key(acme.id, "keys:write", "orders:read"))
    body = {"scopes": ["orders:read"]}

    assert operator.call("POST", "/v1/keys", {**body, "role": "owner"}).status == 403
    assert operator.call("POST", "/v1/keys", body).body["role"] == "operator"
    assert acme.call("POST", "/v1/keys", {**body, "role": "viewer"}).body["role"] == "viewer"


def test_a_preview_writes_nothing(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail, build.line(quantity=3))
    before = acme.codes(order_id)
    asked = {"kind": "return", "lines": [{"line": 1, "quantity": 2}]}

    shown = acme.call("POST", f"{PATH.format(order_id)}/preview", asked)

    assert shown.status == 200
    assert (shown.body["fen"], shown.body["left"], shown.body["last"]) == (1800, 2700, False)
    assert shown.body["lines"] == [
        {"line": 1, "sku": "mug", "quantity": 2, "paid": 1800, "offs": [], "amount": 1800,
         "earned": 0, "spent": 0}
    ]  # fmt: skip
    assert acme.codes(order_id) == before
    assert aftersales.of(acme.id, order_id) == []


FAULTY: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({}, ("kind", "missing")),
    ({"kind": "gift"}, ("kind", "not-one-of")),
    ({"kind": "return"}, ("lines", "missing")),
    (
        {"kind": "return", "lines": [piece(9)]},
        ("lines[0].line", "not-in-document"),
    ),
    (
        {"kind": "return", "lines": [piece(1, 100)]},
        ("lines[0].quantity", "more-than-left"),
    ),
    (
        {"kind": "return", "lines": [piece(1)] * 2},
        ("lines[1].line", "twice"),
    ),
    ({"kind": "compensation"}, ("fen", "missing")),
    (
        {"kind": "compensation", "fen": 5, "lines": [piece(1)]},
        ("lines", "not-for-kind"),
    ),
    (
        {"kind": "repair", "lines": [piece(1)], "fen": 5},
        ("fen", "not-for-kind"),
    ),
    (
        {"kind": "refund", "wanted": [HAT]},
        ("wanted", "not-for-kind"),
    ),
    ({"kind": "refund", "reason": "bored"}, ("reason", "not-one-of")),
    ({"kind": "refund", "warehouse": "nowhere"}, ("warehouse", "unknown-warehouse")),
    ({"kind": "refund", "state": "done"}, ("state", "not-one-of")),
    ({"kind": "refund", "freight": 1}, ("freight", "more-than-left")),
    ({"kind": "refund", "colour": 1}, ("colour", "unknown-field")),
]


def test_every_fault_is_told(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)

    told = [acme.call("POST", PATH.format(order_id), body) for body, _ in FAULTY]

    pairs = zip(told, FAULTY, strict=True)
    assert [fault for each, (_, fault) in pairs if fault not in faults(each)] == []
    assert aftersales.of(acme.id, order_id) == []


def test_a_wrong_state_is_named_with_what_it_allows(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    open_(acme, order_id, "return", (1, 1))

    refused = act(acme, order_id, "receive", lines=[{"sku": "mug", "good": 1}])

    assert (refused.status, refused.body["code"]) == (409, "not-now")
    assert "待处理" in refused.body["detail"]
    assert "agree" in refused.body["detail"]


def test_the_same_call_twice_is_one(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    body = {"kind": "compensation", "fen": 5}

    first = acme.call("POST", PATH.format(order_id), body, Idempotency_Key="a")
    again = acme.call("POST", PATH.format(order_id), body, Idempotency_Key="a")
    own = [acme.call("POST", PATH.format(order_id), {**body, "no": "mine"}) for _ in range(2)]

    assert (first.body["no"], again.body) == ("01", first.body)
    assert [each.status for each in own] == [201, 200]
    assert len(aftersales.of(acme.id, order_id)) == 2


def test_lists_are_by_month_and_by_who_must_look(acme: Merchant, mail: Mail) -> None:
    order_id = shipped(acme, mail)
    for fen in (1, 2, 3):
        open_(acme, order_id, "compensation", fen=fen)
    act(acme, order_id, "agree", "02")

    page = acme.call("GET", "/v1/after-sales?limit=2").body
    rest = acme.call("GET", f"/v1/after-sales?limit=2&cursor={page['next']}").body
    done = acme.call("GET", "/v1/after-sales?state=refunding").body

    assert [one["no"] for one in (*page["after_sales"], *rest["after_sales"])] == [
        "03",
        "02",
        "01",
    ]
    assert rest["next"] is None
    assert [one["no"] for one in waiting(acme)] == ["01", "03"]
    assert [one["no"] for one in done["after_sales"]] == ["02"]
    for query in ("state=gone", "kind=x", "waiting=maybe", "month=2026", "cursor=!", "x=1"):
        assert acme.call("GET", f"/v1/after-sales?{query}").status == 422


def test_an_edit_of_the_order_does_not_lose_the_hold(acme: Merchant, mail: Mail) -> None:
    order_id = placed(acme, mail)
    open_(acme, order_id)

    acme.call("POST", f"/v1/orders/{order_id}/edit", {"changes": {"surcharge": 100}})

    assert [hold["reason"] for hold in acme.order(order_id)["holds"]] == ["refund"]


def test_settings_are_checked_and_every_change_is_written_down(acme: Merchant) -> None:
    usual = acme.call("GET", "/v1/after-sale-settings").body

    changed = acme.call("PUT", "/v1/after-sale-settings", {"return_days": 14})
    wrong = {"return_days": 91, "limits": {"boss": 1}, "warehouse": "x", "answer": "never"}
    refused = acme.call("PUT", "/v1/after-sale-settings", wrong)

    assert (usual["return_days"], usual["limits"], usual["answer"]) == (7, {}, "remind")
    assert changed.body == {**usual, "return_days": 14}
    assert sorted(faults(refused)) == [
        ("answer", "not-one-of"),
        ("limits.boss", "unknown-field"),
        ("return_days", "out-of-range"),
        ("warehouse", "unknown-warehouse"),
    ]
    assert acme.call("GET", "/v1/audits").body["audits"][0]["kind"] == "after-sale-settings"
