"""A day's reconciliation over HTTP: matched, worked on, matched again."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from functions.steps import settle
from shared.domain.payment import Event, Kind, Wait
from shared.domain.payment import State as Paid
from shared.store import bills, payments
from tests.support import money
from tests.support.build import Merchant
from tests.support.statements import DAY, Trade, alipay_funds, platform, wechat, wechat_funds
from tests.support.told import Stream

NEXT = "2026-11-21"
PATH = f"/v1/reconciliations/main/{DAY}"


@pytest.fixture(autouse=True)
def account(acme: Merchant) -> None:
    money.account(acme)


def send(acme: Merchant, data: bytes, day: str = DAY, kind: str = "trades") -> None:
    coded = {"encoding": "base64", "content": b64encode(data).decode()}
    body = {"kind": kind, "account": "main", "day": day, **coded}
    assert acme.call("POST", "/v1/bills", body).status == 201


def day(acme: Merchant, date: str = DAY) -> dict[str, Any]:
    return dict(acme.call("GET", f"/v1/reconciliations/main/{date}").body)


def types(shown: dict[str, Any]) -> list[tuple[str, str, str]]:
    return sorted((row["type"], row["ref"], row["state"]) for row in shown["rows"])


def explain(acme: Merchant, row: dict[str, Any], **change: Any) -> Any:
    body = {"state": "explained", "category": "ours", "note": "漏记", **change}
    return acme.call("POST", f"/v1/differences/{row['id']}/explain", body)


def test_a_perfect_day_is_balanced(acme: Merchant, stream: Stream) -> None:
    money.paid(acme, "a", 1000, f"{DAY}T02:00:00.000+00:00", 300)
    money.paid(acme, "b", 500)
    stream.tell("count")

    send(
        acme,
        wechat(Trade("a-01", 1000, 6), Trade("b-01", 500, 3), Trade("a-01", 300, -2, "a-01-01")),
    )

    shown = day(acme)
    assert (shown["standing"], shown["matched"], shown["rows"]) == ("balanced", 3, [])
    assert shown["balance"]["gap"] == 0
    assert shown["balance"]["bill"] == shown["balance"]["ours"]
    assert shown["balance"]["bill"]["closing"] == 1000 + 500 - 300 - 7


def test_differences_are_listed_until_they_are_explained(acme: Merchant, stream: Stream) -> None:
    money.paid(acme, "a", 1000)
    money.paid(acme, "lost", 70)
    stream.tell("count")
    send(acme, wechat(Trade("a-01", 990), Trade("other", 50)))

    waiting = acme.call("GET", "/v1/differences").body["differences"]
    shown = day(acme)

    assert types(shown) == [
        ("amount", "a-01", "open"),
        ("missing-here", "other", "open"),
        ("missing-there", "lost-01", "open"),
    ]
    assert [row["id"] for row in waiting] == [row["id"] for row in shown["rows"]]
    assert (shown["standing"], shown["open"], shown["balance"]["gap"]) == (
        "open",
        3,
        -10 + 50 - 70,
    )
    assert "9.90" in next(r["zh"] for r in waiting if r["type"] == "amount")

    for row in waiting:
        assert explain(acme, row).status == 200

    shown = day(acme)
    assert (shown["standing"], shown["open"]) == ("explained", 0)
    assert shown["balance"]["explained"] == shown["balance"]["gap"]
    assert acme.call("GET", "/v1/differences").body["differences"] == []


def test_what_was_resolved_stays_so_when_it_is_matched_again(acme: Merchant) -> None:
    send(acme, wechat(Trade("a-01", 990), Trade("b-01", 10)))
    first, second = day(acme)["rows"]
    explain(acme, first, state="booked")

    matched = acme.call("POST", f"{PATH}/match")
    send(acme, wechat(Trade("a-01", 990), Trade("b-01", 10), Trade("c-01", 1)))

    states = {row["id"]: row["state"] for row in day(acme)["rows"]}
    assert (matched.status, matched.body["open"]) == (200, 1)
    assert (states[first["id"]], states[second["id"]], len(states)) == ("booked", "open", 3)


def test_what_is_only_late_closes_when_the_next_bill_comes(acme: Merchant, stream: Stream) -> None:
    money.paid(acme, "a", 1000, f"{DAY}T15:59:59.000+00:00")
    stream.tell("count")
    send(acme, wechat())
    assert types(day(acme)) == [("missing-there", "a-01", "open")]

    send(acme, wechat(Trade("a-01", 1000, 6, at="00:00:01"), day=NEXT), NEXT)

    assert types(day(acme)) == [("late", "a-01", "explained"), ("missing-there", "a-01", "closed")]
    assert types(day(acme, NEXT)) == [("late", "a-01", "explained")]
    assert [day(acme, date)["standing"] for date in (DAY, NEXT)] == ["explained", "explained"]
    assert NEXT in day(acme)["rows"][0]["zh"] + day(acme)["rows"][1]["zh"]


def test_a_payment_that_the_stream_has_not_told_of_yet_is_no_difference(acme: Merchant) -> None:
    money.paid(acme, "a", 1000)

    send(acme, wechat(Trade("a-01", 1000)))

    assert day(acme)["standing"] == "balanced"


def test_a_late_projection_is_told_once(acme: Merchant, stream: Stream) -> None:
    money.paid(acme, "a", 1000)
    records = stream.read()

    for _ in range(2):
        stream.tell("count", records)
    send(acme, wechat())

    assert types(day(acme)) == [("missing-there", "a-01", "open")]


def test_a_time_that_is_told_otherwise_moves_the_payment_to_its_day(
    acme: Merchant, stream: Stream
) -> None:
    made = money.paid(acme, "a", 1000)
    stream.tell("count")
    told = Event(Kind.CHARGE, Paid.DONE, 1000, "a-01", f"{NEXT}T02:00:00.000+00:00")

    payments.save(acme.id, replace(made.heard(told), version=1))
    stream.tell("count")

    assert bills.facts(acme.id, "main", DAY) == {}
    assert len(bills.facts(acme.id, "main", NEXT)) == 1


def test_the_agreed_fee_is_checked(acme: Merchant, stream: Stream) -> None:
    acme.call("PUT", "/v1/bill-terms/main", {"rate": 60})
    money.paid(acme, "a", 1000)
    stream.tell("count")

    send(acme, wechat(Trade("a-01", 1000, 10)))

    (row,) = day(acme)["rows"]
    assert (row["type"], row["bill"], row["ours"], row["effect"]) == ("fee", 10, 6, -4)
    assert "0.6%" in row["en"]


def test_the_statement_gives_the_balance_and_what_left(acme: Merchant, stream: Stream) -> None:
    money.paid(acme, "a", 1000)
    stream.tell("count")
    send(acme, wechat(Trade("a-01", 1000, 6)))
    moves = [("交易", 1000), ("扣除交易手续费", -6), ("提现", -4000)]

    send(acme, wechat_funds(5000, *moves), kind="funds")

    balance = day(acme)["balance"]
    assert (balance["opening"], balance["bill"]["withdrawals"]) == (5000, 4000)
    assert balance["bill"]["closing"] == balance["told_closing"] == 5000 + 1000 - 6 - 4000
    assert day(acme)["standing"] == "balanced"


def test_an_account_that_does_not_add_up_is_a_difference(acme: Merchant) -> None:
    send(acme, wechat())

    send(acme, wechat_funds(5000, ("交易", 1000)), kind="funds")

    (row,) = day(acme)["rows"]
    assert (row["type"], row["bill"], row["ours"]) == ("balance", 6000, 5000)


def test_without_a_statement_a_day_opens_with_what_the_last_one_left(acme: Merchant) -> None:
    money.paid(acme, "a", 1000)
    send(acme, wechat(Trade("a-01", 1000, 6)))

    send(acme, wechat(day=NEXT), NEXT)

    assert day(acme, NEXT)["balance"]["opening"] == 994


def test_a_platforms_bill_is_matched_with_orders(acme: Merchant) -> None:
    acme.call("PUT", "/v1/bill-terms/tmall", {"preset": "generic"})
    acme.place(number="TB-1")  # 18.00
    acme.place(number="TB-2")
    rows = [
        ("TB-1", DAY, "货款", "10.00", "-0.05", "", "s1"),
        ("TB-1", DAY, "货款", "8.00", "", "", "s2"),
        ("TB-2", DAY, "货款", "17.00", "", "", "s3"),
        ("TB-3", DAY, "货款", "5.00", "", "", "s4"),
    ]
    coded = {"encoding": "base64", "content": b64encode(platform(*rows)).decode()}
    acme.call("POST", "/v1/bills", {"kind": "platform", "account": "tmall", "day": DAY, **coded})

    shown = acme.call("GET", f"/v1/reconciliations/tmall/{DAY}").body

    assert types(shown) == [("amount", "TB-2", "open"), ("missing-here", "TB-3", "open")]
    assert shown["balance"]["gap"] == 1700 - 1800 + 500


def test_days_are_listed_and_filtered(acme: Merchant) -> None:
    send(acme, wechat())
    send(acme, wechat(Trade("a-01", 1), day=NEXT), NEXT)
    path = f"/v1/reconciliations?from={DAY}&to={NEXT}"

    found = acme.call("GET", path).body["days"]

    assert [(one["day"], one["standing"]) for one in found] == [(NEXT, "open"), (DAY, "balanced")]
    assert len(acme.call("GET", f"{path}&standing=open").body["days"]) == 1
    assert acme.call("GET", f"{path}&account=other").body["days"] == []
    assert acme.call("GET", f"/v1/reconciliations?from=2020-01-01&to={DAY}").status == 422


def test_the_worklist_is_filtered_paged_and_given_out(acme: Merchant) -> None:
    send(acme, wechat(*(Trade(f"a{n}-01", 10) for n in range(5))))
    first = acme.call("GET", "/v1/differences?limit=3").body
    rest = acme.call("GET", f"/v1/differences?limit=3&cursor={first['next']}").body
    rows = first["differences"] + rest["differences"]

    given = acme.call("POST", f"/v1/differences/{rows[0]['id']}/assign", {"assignee": "李会计"})

    mine = acme.call("GET", "/v1/differences?assignee=李会计").body["differences"]
    assert (len({row["id"] for row in rows}), rest["next"]) == (5, None)
    assert (given.body["assignee"], [row["id"] for row in mine]) == ("李会计", [rows[0]["id"]])
    assert acme.call("GET", "/v1/differences?type=fee").body["differences"] == []
    page = acme.call("GET", f"{PATH}?limit=3").body
    more = acme.call("GET", f"{PATH}?limit=3&cursor={page['next']}").body
    assert len(page["rows"] + more["rows"]) == 5


def test_who_explained_what_is_written_down(acme: Merchant) -> None:
    send(acme, wechat(Trade("a-01", 10)))
    (row,) = day(acme)["rows"]

    said = explain(acme, row, state="booked", note="凭证 12")
    opened = explain(acme, row, state="open", category=None, note=None)

    shown = acme.call("GET", f"/v1/differences/{row['id']}").body
    audits = acme.call("GET", "/v1/audits").body["audits"]
    assert (said.body["state"], said.body["note"], opened.body["state"]) == (
        "booked",
        "凭证 12",
        "open",
    )
    assert [step["state"] for step in shown["steps"]] == ["booked", "open"]
    assert shown["steps"][0]["by"].startswith("key:")
    assert [(one["kind"], one["after"]["state"]) for one in audits] == [
        ("difference", "open"),
        ("difference", "booked"),
    ]
    assert day(acme)["open"] == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, "note"),
        ({"state": "closed"}, "state"),
        ({"state": "explained", "note": "x"}, "category"),
        ({"state": "explained", "category": "ours"}, "note"),
        ({"state": "booked", "category": "weather", "note": "x"}, "category"),
    ],
)
def test_a_faulty_explanation_is_refused(acme: Merchant, body: dict[str, Any], fault: str) -> None:
    send(acme, wechat(Trade("a-01", 10)))
    (row,) = day(acme)["rows"]

    reply = acme.call("POST", f"/v1/differences/{row['id']}/explain", body)

    assert reply.status == 422
    assert fault in {one["field"] for one in reply.body["faults"]}


def test_what_is_closed_is_not_explained(acme: Merchant) -> None:
    send(acme, wechat(Trade("a-01", 10)))
    (row,) = day(acme)["rows"]
    send(acme, wechat())

    reply = explain(acme, row)

    assert (reply.status, reply.body["code"]) == (409, "wrong-state")
    assert acme.call("POST", "/v1/differences/2026-11-20.none/explain", {}).status == 404
    assert acme.call("POST", "/v1/reconciliations/main/2026-01-01/match").status == 404


def test_an_equal_request_is_answered_equally(acme: Merchant) -> None:
    send(acme, wechat(Trade("a-01", 10)))
    (row,) = day(acme)["rows"]
    acme.headers["Idempotency-Key"] = "k1"

    first, again = explain(acme, row), explain(acme, row)

    assert first.body == again.body
    assert len(acme.call("GET", f"/v1/differences/{row['id']}").body["steps"]) == 1


def test_more_differences_than_are_kept_leave_the_day_open(
    acme: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.domain.matching.MOST", 3)
    send(acme, wechat(*(Trade(f"a{n}-01", 10) for n in range(5))))

    for row in day(acme)["rows"]:
        explain(acme, row)

    shown = day(acme)
    assert (shown["left_out"], shown["open"], shown["standing"]) == (2, 0, "open")


# --- order, payment and bill ------------------------------------------------------------


def own_order(acme: Merchant, **change: Any) -> str:
    """An order of 18.00 of an own shop."""
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "自营商城", "channel": "own"})
    reply = acme.place(shop="mall", payment={"state": "unpaid"}, **change)
    assert reply.status == 202, reply.body
    return str(reply.body["id"])


def dues(acme: Merchant) -> list[tuple[Any, ...]]:
    rows = [row for row in day(acme)["rows"] if row["type"] == "due"]
    return [(r["ref"], r["args"]["due"], r["ours"], r["bill"], r["state"]) for r in rows]


def test_an_order_whose_money_is_what_it_says_is_no_difference(
    acme: Merchant, stream: Stream
) -> None:
    order = own_order(acme)
    money.paid(acme, order, 1800)
    stream.tell("count")

    send(acme, wechat(Trade(f"{order}-01", 1800)))

    assert day(acme)["standing"] == "balanced"


def test_order_payment_and_bill_stand_side_by_side_until_they_agree(
    acme: Merchant, stream: Stream
) -> None:
    order = own_order(acme)
    made = money.paid(acme, order, 2000)
    stream.tell("count")
    send(acme, wechat(Trade(f"{order}-01", 2000)))
    (row,) = day(acme)["rows"]
    assert dues(acme) == [(order, 1800, 2000, 2000, "open")]
    assert (row["effect"], day(acme)["balance"]["gap"]) == (0, 0)
    assert "18.00" in row["zh"]
    assert "20.00" in row["en"]

    there = payments.get(acme.id, order, "01")
    back = Event(Kind.REFUND, Paid.DONE, 200, there.next_refund, f"{NEXT}T02:00:00.000+00:00")
    payments.save(acme.id, replace(there.heard(back), due=""))
    acme.call("POST", f"{PATH}/match", {})

    assert made.number == f"{order}-01"
    assert dues(acme) == [(order, 1800, 2000, 2000, "closed")]
    assert day(acme)["standing"] == "balanced"


def test_who_has_paid_a_part_only_lacks_nothing_and_who_called_it_off_gets_it_back(
    acme: Merchant, stream: Stream
) -> None:
    part, off = own_order(acme, number="P-1"), own_order(acme, number="P-2")
    for order in (part, off):
        money.paid(acme, order, 500)
    assert acme.call("POST", f"/v1/orders/{off}/cancel", {}).status == 200
    stream.tell("count")

    send(acme, wechat(Trade(f"{part}-01", 500), Trade(f"{off}-01", 500)))

    assert dues(acme) == [(off, 0, 500, 500, "open")]


# --- what the buyer's bank takes back -----------------------------------------------------


def test_a_chargeback_on_a_bill_is_heard_by_its_payment_once(
    acme: Merchant, stream: Stream
) -> None:
    order = own_order(acme)
    money.paid(acme, order, 1800)
    stream.tell("count")
    funds = alipay_funds(0, ("在线支付", f"{order}-01", 1800), ("拒付", f"{order}-01", -1800))

    send(acme, wechat(Trade(f"{order}-01", 1800)))
    send(acme, funds, kind="funds")
    acme.call("POST", f"{PATH}/match", {})
    settle.settle(acme.id, order)

    one = payments.get(acme.id, order, "01")
    sums = day(acme)["balance"]
    assert (one.totals.charged_back, one.totals.charged, one.waits) == (1800, 0, Wait.CHARGEBACK)
    assert (sums["bill"]["chargebacks"], sums["gap"], sums["bill"]["closing"]) == (1800, 0, 0)
    assert acme.codes(order).count("charged-back") == 1


def test_a_chargeback_of_no_payment_of_ours_is_told(acme: Merchant) -> None:
    send(acme, alipay_funds(500, ("拒付", "nobody-01", -500)), kind="funds")

    (row,) = day(acme)["rows"]
    assert (row["type"], row["kind"], row["bill"], row["effect"]) == (
        "missing-here",
        "chargeback",
        500,
        0,
    )
    assert "拒付" in row["zh"]
