"""WooCommerce: what goes out byte by byte, what its answers and pushes mean."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from shared.domain.content import PaymentState
from shared.domain.errors import Fault
from shared.domain.platform import Ask, Stage, State
from shared.gateways.channels import woocommerce
from shared.gateways.channels.port import (
    By,
    Incoming,
    RefundRef,
    Rejected,
    Sent,
    Shipment,
    Stocked,
    Why,
    Window,
)
from shared.gateways.talk import Forged, Unclear
from shared.gateways.web import Answer
from tests.support import wire
from tests.support.wire import NOW, answer, saying

WOO = woocommerce.WooCommerce()
LINK = wire.link(
    "woocommerce",
    app_key="ck_1",
    seller="shop.example/cn",
    secrets={"app_secret": "cs_1", "webhook_secret": "hush"},
)
HOME = "https://shop.example/cn/wp-json/wc/v3"
WINDOW = Window("2026-11-22T03:00:00.000+00:00", "2026-11-22T03:30:00.000+00:00")
SHIPMENT = Shipment(
    "812", "SF Express", "SF100", (Sent("41", "93:", 2, True),), last=True, first=True, idem="o-1"
)
ADDRESS = {
    "first_name": "Ada", "last_name": "Quill", "company": "Quill Ltd", "address_1": "7 Mill Lane",
    "address_2": "Flat 2", "city": "Leeds", "state": "WYK", "postcode": "LS1 4AP", "country": "GB",
}  # fmt: skip


def order(**changes: Any) -> dict[str, Any]:
    """As WooCommerce documents an order, with every field: two mugs and three pens, a coupon."""
    mug = {
        "id": 41, "name": "Mug", "product_id": 93, "variation_id": 0, "quantity": 2,
        "tax_class": "", "subtotal": "12.00", "subtotal_tax": "2.40", "total": "10.80",
        "total_tax": "2.16", "taxes": [{"id": 75, "total": "2.16", "subtotal": "2.40"}],
        "meta_data": [], "sku": "MUG", "price": 5.4, "image": {"id": "", "src": ""},
        "parent_name": None,
    }  # fmt: skip
    pen = mug | {
        "id": 42, "name": "Pen - red", "product_id": 22, "variation_id": 23, "quantity": 3,
        "subtotal": "10.00", "subtotal_tax": "2.00", "total": "9.00", "total_tax": "1.80",
        "taxes": [], "sku": "", "price": 3.0, "parent_name": "Pen",
        "meta_data": [{"id": 5, "key": "pa_color", "value": "red"}],
    }  # fmt: skip
    dated = {
        "date_created": "2026-11-22T11:00:01", "date_created_gmt": "2026-11-22T03:00:01",
        "date_modified": "2026-11-22T11:05:02", "date_modified_gmt": "2026-11-22T03:05:02",
        "date_paid": "2026-11-22T11:01:03", "date_paid_gmt": "2026-11-22T03:01:03",
        "date_completed": None, "date_completed_gmt": None,
    }  # fmt: skip
    whole = {
        "id": 812, "parent_id": 0, "number": "W-812", "order_key": "wc_order_k", "status":
        "processing", "created_via": "checkout", "version": "9.4.1", "currency": "GBP",
        "currency_symbol": "£", **dated, "discount_total": "2.20", "discount_tax": "0.44",
        "shipping_total": "4.00", "shipping_tax": "0.80", "cart_tax": "4.26", "total": "29.56",
        "total_tax": "4.76", "prices_include_tax": False, "customer_id": 26,
        "customer_ip_address": "192.0.2.7", "customer_user_agent": "curl", "customer_note": "Ring",
        "billing": ADDRESS | {"email": "ada@mail.example", "phone": "555 0100"},
        "shipping": ADDRESS | {"phone": ""}, "payment_method": "stripe",
        "payment_method_title": "Card", "transaction_id": "ch_9", "cart_hash": "c0ffee",
        "meta_data": [{"id": 1, "key": "_gift", "value": "no"}], "line_items": [mug, pen],
        "tax_lines": [{"id": 43, "rate_code": "VAT", "rate_id": 75, "label": "VAT",
                       "compound": False, "tax_total": "3.96", "shipping_tax_total": "0.80"}],
        "shipping_lines": [{"id": 44, "method_title": "Courier", "method_id": "flat_rate",
                            "total": "4.00", "total_tax": "0.80"}],
        "fee_lines": [{"id": 45, "name": "Wrap", "total": "1.50", "total_tax": "0.30"},
                      {"id": 46, "name": "Loyalty", "total": "-0.50", "total_tax": "0.00"}],
        "coupon_lines": [{"id": 47, "code": "ten", "discount": "2.20", "discount_tax": "0.44"}],
        "refunds": [], "payment_url": "https://shop.example/pay", "is_editable": False,
        "needs_payment": False, "needs_processing": True, "set_paid": False, "_links": {},
    }  # fmt: skip
    return whole | changes


WENT = {
    "id": "number", "date_modified_gmt": "version", "status": "state", "currency": "currency",
    "date_created_gmt": "placed_at", "date_paid_gmt": "paid_at", "customer_id": "buyer.id",
    "customer_note": "notes.buyer", "total": "total", "total_tax": "tax",
    "shipping_total": "freight", "payment_method": "payment.cod", "number": "extra.name",
    "payment_method_title": "extra.payment_method", "transaction_id": "extra.transaction_id",
    "created_via": "extra.created_via",
    "line_items.id": "lines.sub", "line_items.name": "lines.title",
    "line_items.product_id": "lines.shop_sku", "line_items.variation_id": "lines.shop_sku",
    "line_items.quantity": "lines.quantity", "line_items.subtotal": "lines.sale",
    "line_items.total": "lines.paid", "line_items.sku": "lines.sku",
    "fee_lines.total": "fee, adjustment", "coupon_lines.code": "extra.codes",
    "shipping_lines.method_title": "extra.freight",
    **{f"{of}.{name}": "receiver, buyer.name" for of in ("shipping", "billing") for name in
       (*ADDRESS, "phone")},
}  # fmt: skip
"""Where each field of an order goes."""
LEFT = {
    "parent_id": "of an order itself it is 0", "order_key": "lets its bearer see the order",
    "version": "of the software", "currency_symbol": "follows from the currency",
    "date_created": "in the site's zone", "date_modified": "in the site's zone",
    "date_paid": "in the site's zone", "date_completed": "in the site's zone",
    "date_completed_gmt": "the status says it", "discount_total": "the sum of the lines'",
    "discount_tax": "in total_tax", "shipping_tax": "in total_tax", "cart_tax": "in total_tax",
    "prices_include_tax": "totals are always without", "customer_ip_address": "nobody's business",
    "customer_user_agent": "nobody's business", "cart_hash": "of the basket",
    "meta_data": "of plugins", "tax_lines": "in total_tax", "refunds": "asked for by themselves",
    "payment_url": "for the buyer", "is_editable": "for the desk", "needs_payment": "as status",
    "needs_processing": "as status", "set_paid": "only ever written", "_links": "addresses",
    "billing.email": "not needed to ship", "line_items.taxes": "in total_tax",
    "line_items.tax_class": "in total_tax", "line_items.subtotal_tax": "in total_tax",
    "line_items.total_tax": "in total_tax", "line_items.meta_data": "in the name already",
    "line_items.price": "total by quantity, not exact", "line_items.image": "a picture",
    "line_items.parent_name": "in the name already",
    "shipping_lines.id": "of the row", "shipping_lines.method_id": "the title is told",
    "shipping_lines.total": "in shipping_total", "shipping_lines.total_tax": "in total_tax",
    "fee_lines.id": "of the row", "fee_lines.name": "of the row",
    "fee_lines.total_tax": "in total_tax", "coupon_lines.id": "of the row",
    "coupon_lines.discount": "in the lines", "coupon_lines.discount_tax": "in total_tax",
}  # fmt: skip
"""Why a field goes nowhere; what came is kept whole beside the order all the same."""


def fields(document: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in document.items():
        at = f"{path}{name}"
        rows = value if isinstance(value, list) else [value]
        inside = [row for row in rows if isinstance(row, dict) and row]
        if at in LEFT or not inside:
            yield at
        for row in inside if at not in LEFT else ():
            yield from fields(row, f"{at}.")


def read(document: dict[str, Any]) -> Any:
    return WOO.order(saying(document), LINK, "812")


def rows(*documents: Any, total: int | None = None, pages: int = 1) -> Answer:
    count = len(documents) if total is None else total
    headers = {"x-wp-total": str(count), "x-wp-totalpages": str(pages)}
    return answer(list(documents), headers=headers)


def test_every_field_of_an_order_goes_somewhere_or_is_left_aside_for_a_reason() -> None:
    assert set(fields(order())) == WENT.keys() | LEFT.keys()
    assert json.loads(read(order()).raw) == json.loads(json.dumps(order()), parse_float=str)


def test_a_whole_order_is_read_to_the_penny_and_without_a_fault() -> None:
    found = read(order())
    content = wire.taken(found)

    assert (found.number, found.state) == ("812", State.READY)
    assert found.version == 1795316702000
    assert content.currency == "GBP"
    assert content.placed_at == "2026-11-22T03:00:01.000+00:00"
    assert content.paid_at == "2026-11-22T03:01:03.000+00:00"
    mug, pen = content.lines
    assert (mug.sub, mug.sku, mug.shop_sku) == ("41", "MUG", "93:")
    assert (mug.unit_price, mug.discount, mug.share, mug.paid) == (600, 0, 120, 1080)
    assert (pen.sku, pen.shop_sku, pen.title) == ("", "22:23", "Pen - red")
    assert (pen.unit_price, pen.amount, pen.discount, pen.sale) == (334, 1002, 2, 1000)
    sums = content.amounts
    assert (sums.freight, sums.tax, sums.fee, sums.adjustment, sums.total) == (
        400, 476, 150, -50, 2956,
    )  # fmt: skip
    to = content.receiver
    assert (to.name, to.phone, to.city) == ("Ada Quill", "555 0100", "Leeds")
    assert to.address == "Quill Ltd 7 Mill Lane Flat 2"
    assert content.notes.buyer == "Ring"
    assert content.extra is not None
    assert content.extra["codes"] == "ten"


def test_where_only_the_bill_has_an_address_it_is_sent_there() -> None:
    blank = dict.fromkeys(ADDRESS, "")
    chinese = {"first_name": "明", "last_name": "李", "address_1": "文一路 1 号", "city": "杭州"}
    content = wire.taken(read(order(shipping=blank, billing=blank | chinese | {"phone": "1"})))

    assert (content.receiver.name, content.receiver.address) == ("李明", "文一路 1 号")


@pytest.mark.parametrize(
    ("status", "state"), [*woocommerce.STATES.items(), ("wc-packing", State.ON_HOLD)], ids=str
)
def test_each_status_is_a_state_and_a_sites_own_is_not_shipped(status: str, state: State) -> None:
    assert read(order(status=status)).state is state


@pytest.mark.parametrize(
    ("changes", "cod", "state"),
    [
        ({}, False, PaymentState.PAID),
        ({"payment_method": "cod", "date_paid_gmt": None}, True, PaymentState.UNPAID),
        ({"payment_method": "cod"}, True, PaymentState.PAID),
        ({"status": "on-hold", "date_paid_gmt": None}, False, PaymentState.UNPAID),
        ({"status": "pending", "date_paid_gmt": None}, False, PaymentState.UNPAID),
    ],
    ids=str,
)
def test_who_pays_at_the_door_or_by_transfer_has_not_paid(
    changes: dict[str, Any], cod: bool, state: PaymentState
) -> None:
    payment = wire.taken(read(order(**changes))).payment

    assert (payment.cod, payment.state) == (cod, state)


def test_one_page_is_asked_for_in_gmt_and_brings_whole_orders() -> None:
    asked = saying(rows(order()))

    page = WOO.pull(asked, LINK, WINDOW)

    (sent,) = asked.sent
    assert sent.url == (
        f"{HOME}/orders?modified_after=2026-11-22T02%3A59%3A59"
        "&modified_before=2026-11-22T03%3A30%3A00&dates_are_gmt=true&orderby=modified&order=asc"
        "&per_page=100&page=1&status=any"
    )
    assert sent.headers == {"Authorization": "Basic Y2tfMTpjc18x"}
    assert (page.cursor, page.total, page.items[0].number) == ("", 1, "812")
    assert page.items[0].found is not None


def test_pages_are_read_from_the_last_one_back() -> None:
    asked = saying(*[rows(order(), total=201, pages=3)] * 4)

    cursors = [WOO.pull(asked, LINK, WINDOW).cursor]
    while cursors[-1]:
        cursors.append(WOO.pull(asked, LINK, WINDOW, cursors[-1]).cursor)

    assert cursors == ["2", "1", ""]
    pages = [sent.url.split("&page=")[1].split("&")[0] for sent in asked.sent]
    assert pages == ["1", "3", "2", "1"]


def test_a_last_page_that_is_gone_by_now_is_empty() -> None:
    gone = answer({"code": "rest_post_invalid_page_number", "message": "no"}, 400)

    page = WOO.pull(saying(gone), LINK, WINDOW, "3")

    assert (page.items, page.cursor) == ((), "2")


def test_orders_can_be_looked_for_by_when_they_were_placed() -> None:
    asked = saying(rows())

    WOO.pull(asked, LINK, Window(WINDOW.start, WINDOW.end, By.CREATED))

    assert "orders?after=2026" in asked.sent[0].url
    assert "&orderby=date&" in asked.sent[0].url


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        *((400, {"code": code, "message": "no"}, why) for code, why in woocommerce.WHYS.items()),
        (401, {"code": "other"}, Why.SIGNATURE),
        (403, None, Why.DENIED),
        (404, {"code": "x"}, Why.ABSENT),
        (400, {"code": "rest_invalid_param"}, Why.REFUSED),
    ],
    ids=str,
)
def test_each_code_has_its_meaning(status: int, body: Any, why: Why) -> None:
    with pytest.raises(Rejected) as no:
        WOO.order(saying(Answer(status, {}, json.dumps(body).encode())), LINK, "1")

    assert no.value.why is why


def test_a_page_of_a_firewall_is_a_refusal_and_a_broken_answer_is_unclear() -> None:
    with pytest.raises(Rejected) as no:
        WOO.order(saying(Answer(403, {}, b"<html>")), LINK, "1")
    assert (no.value.why, no.value.code) == (Why.DENIED, "403")
    for broken in (b"<html>", b"[]", b'{"id": 1}'):
        with pytest.raises(Unclear):
            WOO.order(saying(Answer(200, {}, broken)), LINK, "1")


def test_the_last_parcel_completes_an_order_and_notes_its_number() -> None:
    asked = saying(order(), answer([]), {"id": 3}, order(status="completed"))

    WOO.ship(asked, LINK, SHIPMENT)

    note, done = asked.sent[2:]
    assert (note.method, note.url, note.safe) == ("POST", f"{HOME}/orders/812/notes", False)
    assert note.body == b'{"note":"SF Express SF100","customer_note":true}'
    assert (done.method, done.url) == ("PUT", f"{HOME}/orders/812")
    assert done.body == b'{"status":"completed"}'


def test_a_parcel_before_the_last_is_only_noted() -> None:
    asked = saying(order(), answer([]), {"id": 3})
    first = Shipment("812", "EMS", "E1", (), last=False, first=True, idem="o-1")

    WOO.ship(asked, LINK, first)

    assert [sent.method for sent in asked.sent] == ["GET", "GET", "POST"]


@pytest.mark.parametrize(
    ("status", "notes", "why"),
    [
        ("completed", [{"id": 3, "note": "SF Express SF100"}], Why.DONE),
        ("refunded", [], Why.REFUND),
        ("cancelled", [], Why.STATE),
    ],
)
def test_what_was_told_or_is_over_is_not_told(
    status: str, notes: list[dict[str, Any]], why: Why
) -> None:
    asked = saying(order(status=status), answer(notes))

    with pytest.raises(Rejected) as no:
        WOO.ship(asked, LINK, SHIPMENT)

    assert no.value.why is why
    assert all(sent.method == "GET" for sent in asked.sent)


def test_a_cut_between_note_and_status_ends_with_one_note() -> None:
    asked = saying(order(), answer([{"id": 3, "note": "SF Express SF100"}]), order())

    WOO.ship(asked, LINK, SHIPMENT)

    assert [sent.method for sent in asked.sent] == ["GET", "GET", "PUT"]


def test_stock_is_set_in_one_call_for_articles_and_one_for_each_ones_variations() -> None:
    wares = [
        Stocked("93:", "MUG", 5, "i"),
        Stocked("94:", "CUP", 0, "i"),
        Stocked("22:23", "PEN", 7, "i"),
        Stocked("by hand", "PEN", 7, "i"),
    ]
    gone = {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."}
    asked = saying(
        {"update": [{"id": 93, "stock_quantity": 5}, {"id": 94, "error": gone}]},
        {"update": [{"id": 23}]},
    )

    told = WOO.put_stock(asked, LINK, wares)

    assert [sent.url for sent in asked.sent] == [
        f"{HOME}/products/batch",
        f"{HOME}/products/22/variations/batch",
    ]
    assert asked.sent[1].body == (b'{"update":[{"id":23,"manage_stock":true,"stock_quantity":7}]}')
    whys = {code: no.why if no else None for code, no in told.items()}
    assert whys == {"93:": None, "22:23": None, "94:": Why.ABSENT, "by hand": Why.ABSENT}


def back(**changes: Any) -> dict[str, Any]:
    """A refund of one mug and two pens."""
    rows = [
        {"id": 61, "quantity": -1, "total": "-5.40", "total_tax": "-1.08",
         "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "41"}]},
        {"id": 62, "quantity": -2, "total": "-6.00", "total_tax": "-1.20",
         "meta_data": [{"id": 2, "key": "_refunded_item_id", "value": "42"}]},
        {"id": 63, "quantity": 0, "total": "0.00", "total_tax": "0.00", "meta_data": []},
    ]  # fmt: skip
    return {
        "id": 60, "date_created_gmt": "2026-11-22T03:20:00", "amount": "13.68",
        "reason": "Broken", "refunded_by": 1, "refunded_payment": True, "line_items": rows,
    } | changes  # fmt: skip


def test_a_refund_is_one_for_each_line_of_it() -> None:
    refunded = order(refunds=[{"id": 60, "reason": "Broken", "total": "-13.68"}])
    asked = saying(rows(order(), refunded), answer([back(), back(id=70, line_items=[])]))

    page = WOO.refunds(asked, LINK, WINDOW)

    assert [ref.number for ref in page.items] == ["812-60-41", "812-60-42", "812-70"]
    assert asked.sent[1].url == f"{HOME}/orders/812/refunds"


@pytest.mark.parametrize(
    ("number", "line", "quantity", "fen"),
    [("812-60-42", "42", 2, 720), ("812-60", "", 0, 1368)],
)
def test_a_refund_says_what_of_the_order_it_takes_back(
    number: str, line: str, quantity: int, fen: int
) -> None:
    found = WOO.refund(saying(order(), back()), LINK, RefundRef(number, 0))

    assert (found.order, found.sub, found.quantity, found.fen) == ("812", line, quantity, fen)
    assert (found.ask, found.stage, found.shipped) == (Ask.REFUND, Stage.DONE, False)
    assert (found.reason, found.created_at) == ("Broken", "2026-11-22T03:20:00.000+00:00")


def test_refunds_are_decided_on_the_site() -> None:
    found = WOO.refund(saying(order(), back()), LINK, RefundRef("812-60", 0))

    with pytest.raises(Rejected, match="not-offered"):
        WOO.decide(saying(), LINK, found, True, "")


def heard(body: bytes, **headers: str) -> Incoming:
    given = {"content-type": "application/json", "x-wc-webhook-topic": "order.updated"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Incoming("POST", {}, given | named, body)


SIGNED = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="


def test_a_push_is_signed_over_its_bytes() -> None:
    assert woocommerce.digest("hush", b'{"id":1}') == SIGNED


def test_a_push_hints_at_its_order() -> None:
    body = json.dumps(order()).encode()
    signed = woocommerce.digest("hush", body)

    (hint,) = WOO.hear(LINK, heard(body, x_wc_webhook_signature=signed), NOW).hints
    other = heard(body, x_wc_webhook_signature=signed, x_wc_webhook_topic="product.updated")

    assert hint.order == "812"
    assert WOO.hear(LINK, other, NOW).hints == ()


def test_the_first_call_only_tries_the_address() -> None:
    form = "application/x-www-form-urlencoded"

    assert WOO.hear(LINK, heard(b"webhook_id=7", content_type=form), NOW).hints == ()
    with pytest.raises(Forged):
        WOO.hear(LINK, heard(b'{"id":1}', content_type=form), NOW)


@pytest.mark.parametrize(
    ("body", "signature", "code"),
    [(b'{"id":2}', SIGNED, "signature"), (b'{"id":1}', "", "signature")],
)
def test_what_is_not_from_the_site_is_not_heard(body: bytes, signature: str, code: str) -> None:
    headers = {"x_wc_webhook_signature": signature} if signature else {}

    with pytest.raises(Forged, match=code):
        WOO.hear(LINK, heard(body, **headers), NOW)


def test_a_signed_push_that_does_not_read_is_not_heard() -> None:
    signed = woocommerce.digest("hush", b"[]")

    with pytest.raises(Forged, match="body"):
        WOO.hear(LINK, heard(b"[]", x_wc_webhook_signature=signed), NOW)


def test_a_shop_without_a_secret_for_pushes_hears_none() -> None:
    bare = wire.link("woocommerce", seller="shop.example")

    with pytest.raises(Forged):
        WOO.hear(bare, heard(b"{}", x_wc_webhook_signature=woocommerce.digest("", b"{}")), NOW)


def test_what_is_wrong_with_a_connection_is_named() -> None:
    assert WOO.check(LINK) == []
    assert WOO.check(wire.link("woocommerce", seller="", secrets={"app_secret": ""})) == [
        Fault("seller", "missing"),
        Fault("secrets.app_secret", "missing"),
    ]
    for site in ("http://shop.example", "localhost", "shop.example?x=1"):
        assert WOO.check(wire.link("woocommerce", seller=site)) == [Fault("seller", "bad-url")]


def test_any_answer_proves_the_keys() -> None:
    asked = saying(rows())

    assert WOO.probe(asked, LINK) == ""
    assert asked.sent[0].url == f"{HOME}/orders?per_page=1"
