"""Taking money over HTTP: begun, told of, recorded by hand, given back, and seen to by finance."""

import json
from typing import Any

import pytest

from functions.steps import settle
from shared.gateways import queues
from shared.gateways.payments import providers
from shared.gateways.payments.port import Back, Forged, Rejected, Trade, Unclear, Why
from shared.runtime.settings import settings
from shared.store import merchants
from tests.support import bank as banks
from tests.support import build
from tests.support.bank import SIGNED, Bank
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail
from tests.support.told import Stream

TOTAL = 1800


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    one = Bank()
    monkeypatch.setattr(providers, "of", lambda name: one)
    return one


@pytest.fixture
def own(acme: Merchant, bank: Bank) -> Merchant:
    """A merchant with a shop of his own and an account to take money with."""
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "自营商城", "channel": "own"})
    banks.account(acme.id)
    return acme


@pytest.fixture
def order(own: Merchant, mail: Mail) -> str:
    """The path of an order that is to be paid."""
    reply = own.place(shop="mall", payment={"state": "unpaid"})
    mail.pump()
    return f"/v1/orders/{reply.body['id']}"


def begin(own: Merchant, order: str, **change: Any) -> Reply:
    body = {"account": "main", "method": "native", **change}
    return own.call("POST", f"{order}/payments", body)


def notify(own: Merchant, told: dict[str, Any], sign: str = SIGNED, account: str = "main") -> int:
    """The provider tells us; the status of what it hears."""
    path = f"/v1/notify/wechat/{own.id}/{account}"
    return build.spoken("POST", path, json.dumps(told).encode(), {"bank": sign})[0]


def paid(number: str, fen: int = TOTAL) -> dict[str, Any]:
    return {"number": number, "provider_no": "42", "state": "paid", "fen": fen, "at": ""}


def sums(own: Merchant, order: str) -> tuple[int, int, int]:
    """(Charged, refunded, under way)."""
    told = own.call("GET", f"{order}/money").body
    return told["charged"], told["refunded"], told["refund_pending"]


def test_a_payment_is_begun_told_of_and_booked(own: Merchant, order: str, mail: Mail) -> None:
    begun = begin(own, order)
    number = begun.body["number"]

    status = notify(own, paid(number))
    again = notify(own, paid(number))
    mail.pump()

    assert (begun.status, begun.body["params"]) == (201, {"code_url": f"weixin://{number}"})
    assert (status, again) == (204, 204)
    shown = own.call("GET", order).body
    assert (shown["status"], shown["axes"]["payment"]) == (
        "short",
        "captured",
    )  # it has gone on: it only lacks goods
    assert [code for code in own.codes(shown["id"]) if "paid" in code] == ["paid"]
    assert sums(own, order) == (TOTAL, 0, 0)


def test_the_money_of_an_order_tells_the_tax_in_it(own: Merchant, order: str) -> None:
    unknown = own.call("GET", f"{order}/money").body["taxes"]
    own.call("POST", "/v1/items", {"id": "mug", "name": "杯子", "tax_rate": 1300})

    told = own.call("GET", f"{order}/money").body["taxes"]

    assert (unknown["tax"], unknown["unknown"]) == (0, TOTAL)
    assert (told["tax"], told["unknown"]) == (207, 0)


def test_the_same_payment_is_not_begun_twice(own: Merchant, order: str, bank: Bank) -> None:
    first, second = begin(own, order), begin(own, order)
    other = begin(own, order, method="h5", client_ip="1.1.1.1")

    assert first.body["number"] == second.body["number"] != other.body["number"]
    listed = own.call("GET", f"{order}/payments").body["payments"]
    assert [one["no"] for one in listed] == ["01", "02"]
    assert own.call("GET", f"{order}/payments/01").body["standing"] == "open"


def test_an_answer_is_repeated_under_its_key(own: Merchant, order: str, bank: Bank) -> None:
    body = {"account": "main", "method": "native"}
    first = own.call("POST", f"{order}/payments", body, Idempotency_Key="k1")
    calls = len(bank.calls)

    second = own.call("POST", f"{order}/payments", body, Idempotency_Key="k1")

    assert (second.status, second.body) == (201, first.body)
    assert len(bank.calls) == calls


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"account": "none"}, ("account", "unknown-payment-account")),
        ({"method": "jsapi"}, ("payer", "missing")),
        ({"method": "h5"}, ("client_ip", "missing")),
        ({"method": "barter"}, ("method", "not-one-of")),
        ({"instalment": 3}, ("instalment", "not-in-document")),
        ({"minutes": 0}, ("minutes", "out-of-range")),
        ({"price": 1}, ("price", "unknown-field")),
    ],
)
def test_what_cannot_be_begun_is_said(
    own: Merchant, order: str, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    reply = begin(own, order, **change)

    assert reply.status == 422
    assert fault in [(one["field"], one["code"]) for one in reply.body["faults"]]


def test_a_platforms_order_is_not_paid_here(own: Merchant, order: str) -> None:
    theirs = own.place(number="TB-9").body["id"]

    reply = begin(own, f"/v1/orders/{theirs}")

    assert reply.body["faults"][0]["code"] == "not-own-shop"


def test_a_paid_order_and_a_cancelled_one_are_not_paid(
    own: Merchant, order: str, bank: Bank, mail: Mail
) -> None:
    own.call("POST", f"{order}/payments/offline", {"fen": TOTAL, "reference": "TT-1"})
    mail.pump()
    full = begin(own, order)
    own.call("POST", f"{order}/cancel", {})
    off = begin(own, order)

    assert (full.status, full.body["code"]) == (409, "not-allowed")
    assert (off.status, off.body["code"]) == (409, "not-allowed")


def test_what_was_paid_elsewhere_is_not_paid_here(own: Merchant, mail: Mail) -> None:
    elsewhere = own.place(shop="mall", number="P-1", payment={"state": "paid"}).body["id"]

    begun = begin(own, f"/v1/orders/{elsewhere}")
    by_hand = {"fen": 1, "reference": "TT-9"}
    recorded = own.call("POST", f"/v1/orders/{elsewhere}/payments/offline", by_hand)

    assert (begun.status, recorded.status) == (409, 409)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Rejected(Why.ACCOUNT, "NO_AUTH", "没有权限"), ("provider-refused", "closed")),
        (Unclear("timeout"), ("provider-unclear", "open")),
        (Forged("age"), ("provider-unclear", "open")),
    ],
)
def test_a_provider_that_does_not_take_it_is_named(
    own: Merchant, order: str, bank: Bank, trouble: Exception, told: tuple[str, str]
) -> None:
    (code, standing), bank.fail[1] = told, ("before", trouble)

    reply = begin(own, order)

    assert (reply.status, reply.body["code"]) == (409, code)
    assert own.call("GET", f"{order}/payments/01").body["standing"] == standing
    assert begin(own, order).status == 201


def test_who_calls_off_once_more_is_answered_the_same_whatever_came_since(
    own: Merchant, order: str, bank: Bank, mail: Mail, stream: Stream
) -> None:
    bank.pay(begin(own, order).body["number"])
    own.call("POST", f"{order}/payments/01/refresh", {})
    own.call("POST", f"{order}/cancel", {})
    first = own.call("POST", f"{order}/cancel", {}, Idempotency_Key="c-1")

    stream.tell("publish")
    mail.pump()
    again = own.call("POST", f"{order}/cancel", {}, Idempotency_Key="c-1")

    assert "refunded" in own.codes(order.rpartition("/")[2])
    assert (again.status, again.body) == (first.status, first.body) == (200, first.body)


def test_money_goes_back_when_the_order_is_called_off(
    own: Merchant, order: str, bank: Bank, mail: Mail, stream: Stream
) -> None:
    bank.pay(begin(own, order).body["number"])
    own.call("POST", f"{order}/payments/01/refresh", {})
    own.call("POST", f"{order}/cancel", {"reason": "buyer"})

    stream.tell("publish")
    mail.pump()

    assert sums(own, order) == (0, TOTAL, 0)
    assert bank.given_back == TOTAL
    assert own.call("GET", order).body["axes"]["refund"] == "whole"


def test_an_order_of_a_platform_settles_nothing(own: Merchant, mail: Mail, stream: Stream) -> None:
    theirs = own.place(number="TB-8").body["id"]
    own.call("POST", f"/v1/orders/{theirs}/cancel", {})
    mail.waiting.clear()

    stream.tell("publish")

    assert [one for one in mail.bodies("settle") if one["order_id"] == theirs] == []


def test_an_open_payment_is_closed_on_request(own: Merchant, order: str, bank: Bank) -> None:
    number = begin(own, order).body["number"]

    first = own.call("POST", f"{order}/payments/01/close", {})
    second = own.call("POST", f"{order}/payments/01/close", {})

    assert (first.status, first.body["standing"]) == (200, "closed")
    assert second.status == 200
    assert bank.trades[number].state is Trade.CLOSED


def test_a_paid_payment_is_not_closed(own: Merchant, order: str, bank: Bank) -> None:
    bank.pay(begin(own, order).body["number"])
    own.call("POST", f"{order}/payments/01/refresh", {})

    reply = own.call("POST", f"{order}/payments/01/close", {})

    assert (reply.status, reply.body["code"]) == (409, "wrong-state")


def test_money_that_came_by_bank_is_recorded_once(own: Merchant, order: str, mail: Mail) -> None:
    body = {"fen": TOTAL, "reference": "TT-1", "note": "工行"}
    first = own.call("POST", f"{order}/payments/offline", body)
    second = own.call("POST", f"{order}/payments/offline", body)
    other = own.call("POST", f"{order}/payments/offline", {**body, "fen": 1})
    mail.pump()

    assert (first.status, second.status) == (201, 200)
    assert other.body["faults"][0]["code"] == "other-figure"
    assert sums(own, order) == (TOTAL, 0, 0)
    (audit,) = [
        one for one in own.call("GET", "/v1/audits").body["audits"] if one["kind"] == "payment"
    ]
    assert audit["after"] == {"fen": TOTAL, "way": "bank"}


def test_money_collected_on_delivery_pays_for_the_order(
    own: Merchant, order: str, mail: Mail
) -> None:
    reply = own.call("POST", f"{order}/payments/cod", {"fen": TOTAL, "reference": "SF-1"})
    mail.pump()

    assert (reply.status, reply.body["method"]) == (201, "cod")
    assert own.call("GET", order).body["axes"]["payment"] == "captured"


RETURNED = {"number": "x", "refund_no": "y", "provider_no": "", "state": "done", "fen": 1}


@pytest.mark.parametrize(
    ("told", "by", "status"),
    [
        ({}, (SIGNED, "main"), 204),
        ({}, ("x", "main"), 400),
        ({}, (SIGNED, "none"), 400),
        (paid("0" * 24 + "-01"), (SIGNED, "main"), 400),
        (RETURNED, (SIGNED, "main"), 400),
    ],
)
def test_what_is_not_the_providers_or_not_ours_is_refused(
    own: Merchant, order: str, told: dict[str, Any], by: tuple[str, str], status: int
) -> None:
    begin(own, order)

    assert notify(own, told, *by) == status
    assert sums(own, order) == (0, 0, 0)


def test_another_figure_is_not_believed_but_asked_for(
    own: Merchant, order: str, bank: Bank, mail: Mail
) -> None:
    number = begin(own, order).body["number"]

    lied = notify(own, paid(number, 1))
    mail.pump()
    assert (lied, sums(own, order)) == (400, (0, 0, 0))
    bank.pay(number, 2000)
    told = notify(own, paid(number, 2000))
    mail.pump()

    assert (told, notify(own, paid(number, 2000))) == (400, 204)
    (desk,) = own.call("GET", "/v1/payments?waits=amount").body["payments"]
    assert (desk["no"], desk["waits"]["zh"]) == ("01", "实收与应收不符，请核对")
    assert own.call("GET", "/v1/payments?waits=refused").body["payments"] == []


def test_a_notification_that_is_too_long_is_not_read(own: Merchant, order: str) -> None:
    path = f"/v1/notify/wechat/{own.id}/main"

    status, body = build.spoken("POST", path, b"x" * 600_000, {"bank": SIGNED})

    assert (status, json.loads(body)["code"]) == (413, "too-large")
    assert build.spoken("POST", "/v1/notify/coins/a/b", b"{}", {})[0] == 404


def stuck(own: Merchant, order: str, bank: Bank) -> str:
    """A refund that the buyer's account cannot take; its number."""
    bank.back = Back.ABNORMAL
    bank.pay(begin(own, order).body["number"])
    own.call("POST", f"{order}/payments/01/refresh", {})
    own.call("POST", f"{order}/cancel", {})
    settle.settle(own.id, order.rpartition("/")[2])
    queues.drop()
    return next(iter(bank.refunds))


def test_finance_says_that_a_stuck_refund_was_paid_out_otherwise(
    own: Merchant, order: str, bank: Bank, mail: Mail
) -> None:
    ref = stuck(own, order, bank)
    path, body = f"{order}/payments/01/resolve", {"refund": ref, "outcome": "paid", "note": "转账"}

    first = own.call("POST", path, body)
    second = own.call("POST", path, body)
    mail.pump()

    assert (first.status, second.status) == (200, 409)
    assert sums(own, order) == (0, TOTAL, 0)
    assert own.call("GET", "/v1/payments").body["payments"] == []
    assert "refunded" in own.codes(order.rpartition("/")[2])


def test_a_refused_refund_is_tried_again_when_finance_says_so(
    own: Merchant, order: str, bank: Bank, mail: Mail
) -> None:
    bank.pay(begin(own, order).body["number"])
    own.call("POST", f"{order}/payments/01/refresh", {})
    own.call("POST", f"{order}/cancel", {})
    bank.fail[len(bank.calls) + 1] = ("before", Rejected(Why.REFUSED, "NO"))
    settle.settle(own.id, order.rpartition("/")[2])
    (waits,) = own.call("GET", "/v1/payments?waits=refused&provider=wechat").body["payments"]
    refund = waits["refunds"][0]["ref"]
    body = {"refund": refund, "outcome": "retry", "note": "已处理"}

    reply = own.call("POST", f"{order}/payments/01/resolve", body)
    for _ in range(2):
        mail.pump()

    assert reply.status == 200
    assert own.call("GET", f"{order}/payments/01").body["again_at"]


def test_the_months_payments_are_paged(own: Merchant, order: str, bank: Bank) -> None:
    begin(own, order)
    begin(own, order, method="app")
    month = own.call("GET", f"{order}/payments/01").body["created_at"][:7]

    first = own.call("GET", f"/v1/payments?month={month}&limit=1").body
    second = own.call("GET", f"/v1/payments?month={month}&cursor={first['next']}").body

    assert [one["no"] for one in first["payments"] + second["payments"]] == ["02", "01"]
    assert own.call("GET", "/v1/payments?month=2026-13").status == 422
    assert own.call("GET", "/v1/payments?cursor=x").status == 422


ACCOUNT = {
    "id": "wx",
    "provider": "wechat",
    "name": "微信收款",
    "app_id": "wx1",
    "merchant_id": "1900",
    "secrets": {"private_key": "top-secret"},
    "keys": {"PUB_KEY_ID_1": "-----BEGIN PUBLIC KEY-----\nAB\n-----END PUBLIC KEY-----"},
}


def test_an_account_never_shows_its_secrets(acme: Merchant, bank: Bank) -> None:
    made = acme.call("POST", "/v1/payment-accounts", ACCOUNT)
    changed = acme.call("PUT", "/v1/payment-accounts/wx", {"app_id": "wx2", "merchant_id": "1900"})

    assert (made.status, made.body["secrets"]) == (201, {"private_key": "set"})
    assert (changed.body["app_id"], changed.body["secrets"]) == ("wx2", {"private_key": "set"})
    told = json.dumps([acme.call("GET", "/v1/payment-accounts").body, made.body, changed.body])
    audits = acme.call("GET", "/v1/audits").body["audits"]
    assert "top-secret" not in told + json.dumps(audits)
    assert [one["kind"] for one in audits] == ["payment-account"] * 2
    opened = settle.opened(acme.id, merchants.payment_accounts.get(acme.id, "wx"))
    assert opened.secrets == {"private_key": "top-secret"}


def test_an_account_that_cannot_work_is_refused(acme: Merchant, bank: Bank) -> None:
    reply = acme.call("POST", "/v1/payment-accounts", {**ACCOUNT, "secrets": {}})
    strange = acme.call("POST", "/v1/payment-accounts", {**ACCOUNT, "provider": "coins"})

    assert reply.body["faults"][0]["field"] == "secrets.private_key"
    assert strange.body["faults"][0]["code"] == "unknown-provider"


@pytest.mark.parametrize(
    ("trouble", "faults"),
    [
        (None, []),
        (Rejected(Why.ACCOUNT, "SIGN_ERROR", "签名错误"), ["provider-account"]),
        (Unclear("timeout"), ["provider-silent"]),
        (Forged("signature"), ["provider-forged"]),
    ],
)
def test_a_connection_check_says_what_is_wrong(
    own: Merchant, bank: Bank, monkeypatch: pytest.MonkeyPatch, trouble: Any, faults: list[str]
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://oms.example.com/")
    settings.cache_clear()
    if trouble:
        bank.fail[1] = ("before", trouble)

    told = own.call("POST", "/v1/payment-accounts/main/check", {}).body
    monkeypatch.delenv("PUBLIC_URL")
    settings.cache_clear()

    assert (told["ok"], [one["code"] for one in told["faults"]]) == (not faults, faults)
    assert all(one["zh"] and one["en"] for one in told["faults"])
