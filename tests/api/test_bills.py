"""Bills over HTTP: taken whole or not at all, once, in editions, in parts."""

import gzip
from base64 import b64encode
from typing import Any

import pytest

from functions.steps import reconcile
from shared.gateways.payments import providers
from shared.gateways.payments.port import Bill as Kind
from shared.gateways.payments.port import Forged, Rejected, Why
from shared.runtime import clock
from shared.store import bills
from tests.support import money, statements
from tests.support.bank import Written
from tests.support.build import Merchant
from tests.support.statements import DAY, Trade, alipay, wechat

BILL = wechat(Trade("a-01", 1000, 6), Trade("b-01", 500, 3))


@pytest.fixture(autouse=True)
def account(acme: Merchant) -> None:
    money.account(acme)


def send(acme: Merchant, data: bytes = BILL, **change: Any) -> Any:
    coded = {"encoding": "base64", "content": b64encode(data).decode()}
    body = {"kind": "trades", "account": "main", "day": DAY, **coded, **change}
    return acme.call("POST", "/v1/bills", body)


def listed(acme: Merchant, query: str = "") -> list[dict[str, Any]]:
    path = f"/v1/bills?from={DAY}&to={DAY}{query}"
    return list(acme.call("GET", path).body["bills"])


def faults(reply: Any) -> set[tuple[str, str]]:
    assert reply.status == 422, reply.body
    return {(fault["field"], fault["code"]) for fault in reply.body["faults"]}


def test_a_bill_is_kept_with_its_lines(acme: Merchant) -> None:
    sent = send(acme)

    bill = sent.body["bill"]
    shown = acme.call("GET", f"/v1/bills/{bill['id']}?limit=1").body
    rest = acme.call("GET", f"/v1/bills/{bill['id']}?limit=1&cursor={shown['next']}").body
    assert (sent.status, sent.body["new"], bill["lines"], bill["source"]) == (
        201,
        True,
        2,
        "wechat",
    )
    assert bill["sums"]["charges"] == 1500
    assert [row["number"] for row in shown["rows"] + rest["rows"]] == ["a-01", "b-01"]
    assert (shown["rows"][0]["flow"], rest["next"]) == (994, None)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Written:
    made = Written()
    monkeypatch.setattr(providers, "of", lambda _: made)
    monkeypatch.setattr(clock, "now", lambda: "2026-11-21T02:30:00.000+00:00")
    return made


def fetch(acme: Merchant, **change: Any) -> Any:
    body = {"account": "main", "day": DAY, **change}
    return acme.call("POST", "/v1/bills/fetch", body, Idempotency_Key=f"k-{change}")


def test_a_bill_is_fetched_when_it_is_asked_for(acme: Merchant, provider: Written) -> None:
    provider.bills[DAY, Kind.TRADES] = BILL

    first, again = fetch(acme), fetch(acme)
    funds = fetch(acme, kind="funds")

    assert (first.status, first.body["bill"]["lines"]) == (202, 2)
    assert first.body["day"]["standing"] == "open"
    assert again.body == first.body
    assert (funds.status, funds.body["bill"]) == (202, None)
    assert len(listed(acme)) == 1


def test_why_there_is_none_is_said_on_the_day(acme: Merchant, provider: Written) -> None:
    provider.trouble = Forged("signature")
    unclear = fetch(acme)
    provider.trouble = Rejected(Why.ABSENT, "NO_STATEMENT_EXIST")
    absent = fetch(acme, kind="trades")
    provider.bills[DAY, Kind.TRADES] = BILL
    there = fetch(acme, day=DAY, kind="trades", account="main")

    codes = [one.body["day"]["trouble"] for one in (unclear, absent, there)]
    assert [code and code["code"] for code in codes] == ["unclear", "absent", None]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"day": "2026-11-22"}, "day", "in-the-future"),
        ({"day": "2026-11-21"}, "day", "no-bill-yet"),
        ({"day": "tomorrow"}, "day", "not-a-date"),
        ({"account": "nobody"}, "account", "unknown-account"),
        ({"account": "tmall"}, "account", "unknown-account"),
        ({"kind": "platform"}, "kind", "not-one-of"),
        ({"year": 2026}, "year", "unknown-field"),
    ],
)
def test_a_bill_that_cannot_be_asked_for_is_refused(
    acme: Merchant, provider: Written, change: dict[str, Any], field: str, code: str
) -> None:
    assert faults(fetch(acme, **change)) == {(field, code)}
    assert provider.asked == []


def test_text_may_be_sent_as_it_is(acme: Merchant) -> None:
    sent = send(acme, encoding="text", content=BILL.decode("utf-8-sig"))

    assert sent.status == 201


def test_the_same_file_is_one_bill_and_another_is_the_next_edition(acme: Merchant) -> None:
    first, again = send(acme), send(acme)
    newer = send(acme, wechat(Trade("a-01", 1000, 6)))
    older = send(acme)

    assert again.status == older.status == 200
    assert first.body["bill"] == again.body["bill"] == older.body["bill"]
    assert newer.body["bill"]["id"].endswith(".0002")
    assert [one["lines"] for one in listed(acme)] == [1, 2]
    day = acme.call("GET", f"/v1/reconciliations/main/{DAY}").body
    assert [mark["id"] for mark in day["bills"]] == [newer.body["bill"]["id"]]


def test_a_bill_with_a_flaw_is_not_kept_at_all(acme: Merchant) -> None:
    found = faults(send(acme, BILL.replace(b"`5.00", b"`five")))

    assert found == {("content[3]", "not-yuan")}
    assert listed(acme) == []
    assert acme.call("GET", f"/v1/reconciliations/main/{DAY}").status == 404


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"account": "nobody"}, ("account", "unknown-account")),
        ({"day": "2026-13-01"}, ("day", "not-a-date")),
        ({"day": None}, ("day", "missing")),
        ({"day": "2999-01-01"}, ("day", "in-the-future")),
        ({"kind": "cash"}, ("kind", "not-one-of")),
        ({"kind": "funds"}, ("kind", "other-bill")),
        ({"content": "?"}, ("content", "not-base64")),
        ({"part": 2}, ("part", "out-of-range")),
        ({"parts": 2}, ("upload", "missing")),
        ({"parts": 9999, "upload": "u"}, ("parts", "out-of-range")),
        ({"part": 2, "parts": 2, "upload": "alone"}, ("part", "parts-missing")),
        ({"colour": "red"}, ("colour", "unknown-field")),
    ],
)
def test_a_faulty_request_is_refused(
    acme: Merchant, change: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert fault in faults(send(acme, **change))
    assert listed(acme) == []


def test_another_merchants_bill_is_refused(acme: Merchant) -> None:
    assert faults(send(acme, wechat(Trade("a-01", 1), owner="1900000009"))) == {
        ("account", "other-owner")
    }


def test_a_large_file_comes_in_parts(acme: Merchant) -> None:
    data = gzip.compress(BILL)
    some = {"upload": "u1", "parts": 2}

    first = send(acme, data[:100], part=1, **some)
    again = send(acme, data[:100], part=1, **some)
    last = send(acme, data[100:], part=2, **some)

    assert (first.status, again.status, last.status) == (202, 202, 201)
    assert last.body["bill"]["lines"] == 2


def test_a_large_bill_is_matched_by_the_clock(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "AT_ONCE", 1)

    send(acme)

    assert (acme.id, "main", DAY) in list(bills.stale())
    assert acme.call("GET", f"/v1/reconciliations/main/{DAY}").body["stale"]


def test_an_equal_request_is_answered_equally(acme: Merchant) -> None:
    acme.headers["Idempotency-Key"] = "k1"

    first, again = send(acme), send(acme)

    assert first.body == again.body
    assert again.headers["Idempotency-Replayed"] == "true"


def test_lists_are_filtered_and_paged(acme: Merchant) -> None:
    money.account(acme, "other", provider="alipay", merchant_id=statements.SELLER)
    send(acme)
    send(acme, alipay(Trade("c-01", 100)), account="other")
    send(acme, statements.wechat_funds(0), kind="funds")

    page = acme.call("GET", f"/v1/bills?from={DAY}&to={DAY}&limit=2").body
    rest = acme.call("GET", f"/v1/bills?from={DAY}&to={DAY}&limit=2&cursor={page['next']}").body

    assert len({one["id"] for one in page["bills"] + rest["bills"]}) == 3
    assert rest["next"] is None
    assert [one["source"] for one in listed(acme, "&account=other")] == ["alipay"]
    assert [one["kind"] for one in listed(acme, "&kind=funds")] == ["funds"]
    assert acme.call("GET", "/v1/bills?from=2026-11-21&to=2026-11-20").status == 422
    assert acme.call("GET", "/v1/bills?from=yesterday").status == 422
    assert acme.call("GET", "/v1/bills/none").status == 404


def test_the_columns_of_a_platform_are_set_for_a_shop(acme: Merchant) -> None:
    file = statements.platform(("TB-1", f"{DAY} 10:00:00", "货款", "18.00", "", "", "s1"))
    before = faults(send(acme, file, kind="platform", account="tmall"))

    made = acme.call("PUT", "/v1/bill-terms/tmall", {"preset": "generic", "rate": 60})
    sent = send(acme, file, kind="platform", account="tmall")

    assert before == {("account", "no-bill-columns")}
    assert made.body == acme.call("GET", "/v1/bill-terms/tmall").body
    assert (made.body["rate"], made.body["columns"]["number"]) == (60, "订单号")
    assert sent.status == 201


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"preset": "none"}, ("preset", "not-one-of")),
        ({"rate": 10001}, ("rate", "out-of-range")),
        ({"columns": {"number": "n"}}, ("columns.fen", "missing")),
        ({"columns": {"colour": "c"}}, ("columns", "not-one-of")),
        ({"kinds": {"x": "y"}}, ("kinds", "not-one-of")),
    ],
)
def test_faulty_terms_are_refused(
    acme: Merchant, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert fault in faults(acme.call("PUT", "/v1/bill-terms/main", body))


def test_terms_are_for_what_there_is(acme: Merchant) -> None:
    assert acme.call("GET", "/v1/bill-terms/main").status == 404
    assert acme.call("PUT", "/v1/bill-terms/nobody", {}).status == 404
