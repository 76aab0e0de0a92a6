"""Coupons: issued one by one, used once, given back, taken back."""

from collections import Counter
from typing import Any

import pytest

from shared.domain.coupon import ALPHABET
from shared.runtime import clock
from shared.store import usages
from tests.support import deals
from tests.support.build import Merchant

COUPON = deals.less(500, 1000, coupon=True, codes=["WELCOME"])
ISSUED = {"promotion": "less", "count": 1}


@pytest.fixture
def mall(acme: Merchant) -> Merchant:
    deals.shop(acme)
    deals.publish(acme, COUPON)
    return acme


def issue(mall: Merchant, **change: Any) -> list[str]:
    reply = mall.call("POST", "/v1/coupons", {**ISSUED, **change})
    assert reply.status == 201, reply.body
    return [one["code"] for one in reply.body["coupons"]]


def state(mall: Merchant, code: str) -> str:
    return str(mall.call("GET", f"/v1/coupons/{code}").body["state"])


def with_(*codes: str, buyer: str = "u-1") -> dict[str, Any]:
    return deals.cart(codes=list(codes), buyer={"id": buyer})


def test_codes_are_random_and_easy_to_read(mall: Merchant) -> None:
    codes = issue(mall, count=90)

    assert len(set(codes)) == 90
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in codes)


def test_a_code_that_was_issued_counts_once(mall: Merchant) -> None:
    (code,) = issue(mall)
    quote = deals.ask(mall, with_(code))

    placed = deals.order(mall, "N-1", with_(code))
    again = deals.ask(mall, with_(code, buyer="u-2"))

    assert (quote["amounts"]["total"], quote["codes"]) == (2500, [code])
    assert quote["applied"][0]["coupon"] == code
    assert (placed.body["total"], state(mall, code)) == (2500, "used")
    assert (again["amounts"]["total"], deals.why(again)) == (3000, ["used-up"])


def test_a_code_for_everybody_counts_for_everybody(mall: Merchant) -> None:
    placed = [deals.order(mall, f"N-{n}", with_("WELCOME")).body["total"] for n in range(3)]

    assert placed == [2500] * 3


def test_an_order_that_is_called_off_gives_its_coupon_back(mall: Merchant) -> None:
    (code,) = issue(mall)
    placed = deals.order(mall, "N-1", with_(code)).body["id"]

    mall.call("POST", f"/v1/orders/{placed}/cancel")

    assert state(mall, code) == "open"
    assert deals.order(mall, "N-2", with_(code)).body["total"] == 2500


def test_of_two_who_use_one_code_at_once_one_has_it(mall: Merchant) -> None:
    (code,) = issue(mall)
    cart = with_(code)
    quote = deals.ask(mall, cart)["id"]

    told = deals.crowd(mall, {f"N-{n}": cart for n in range(8)}, quote)

    assert Counter(told.values()) == {"202": 1, "stale-quote": 7}
    assert usages.used(mall.id, f"code|{code}") == 1


@pytest.mark.parametrize(
    ("change", "buyer", "why"),
    [
        ({"buyers": ["u-9"], "count": None}, "u-1", "coupon-of-another"),
        ({"until": "2100-01-01T00:00:00+00:00"}, "u-1", ""),
        ({"buyers": ["u-1"], "count": None}, "u-1", ""),
    ],
)
def test_a_coupon_may_be_for_one_buyer_alone(
    mall: Merchant, change: dict[str, Any], buyer: str, why: str
) -> None:
    (code,) = issue(mall, **change)

    quote = deals.ask(mall, with_(code, buyer=buyer))

    assert deals.why(quote) == ([why] if why else [])


def test_a_coupon_ends(mall: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = issue(mall, until=clock.later(clock.now(), 60))
    late = clock.later(clock.now(), 61)
    monkeypatch.setattr(clock, "now", lambda: late)

    assert deals.why(deals.ask(mall, with_(code))) == ["coupon-expired"]
    assert state(mall, code) == "expired"


def test_nobody_knows_a_code_that_was_never_issued(mall: Merchant) -> None:
    quote = deals.ask(mall, with_("welcome", "AAAA"))

    assert deals.why(quote) == ["no-such-code", "no-such-code"]
    assert quote["passed"][0]["zh"]


def test_a_coupon_that_is_taken_back_is_void(mall: Merchant) -> None:
    (code,) = issue(mall)

    done = [mall.call("POST", f"/v1/coupons/{code}/void").status for _ in range(2)]

    assert (done, state(mall, code)) == ([200, 200], "void")
    assert deals.why(deals.ask(mall, with_(code))) == ["coupon-void"]


def test_a_coupon_that_is_used_is_not_taken_back(mall: Merchant) -> None:
    (code,) = issue(mall)
    deals.order(mall, "N-1", with_(code))

    reply = mall.call("POST", f"/v1/coupons/{code}/void")

    assert (reply.status, reply.body["code"]) == (409, "wrong-state")


def test_who_takes_a_coupon_back_and_who_uses_it_do_not_both_win(mall: Merchant) -> None:
    (code,) = issue(mall)
    quote = deals.ask(mall, with_(code))["id"]
    mall.call("POST", f"/v1/coupons/{code}/void")

    reply = deals.order(mall, "N-1", with_(code), quote)

    assert (reply.status, deals.why(reply.body["quote"])) == (409, ["coupon-void"])


def test_coupons_are_listed_by_what_is_asked(mall: Merchant) -> None:
    (mine,) = issue(mall, buyers=["u-1"], count=None)
    (other,) = issue(mall, note="双十一")
    deals.order(mall, "N-1", with_(other))

    def listed(query: str) -> list[str]:
        found = mall.call("GET", f"/v1/coupons?{query}").body["coupons"]
        return [one["code"] for one in found]

    assert listed("promotion=less") == [other, mine]
    assert listed("buyer=u-1") == [mine]
    assert listed("state=used") == [other]
    assert listed("state=open") == [mine]
    first = mall.call("GET", "/v1/coupons?limit=1").body
    assert listed(f"limit=1&cursor={first['next']}") == [mine]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"promotion": "none"}, "promotion", "unknown-promotion"),
        ({"promotion": "plain"}, "promotion", "needs-no-coupon"),
        ({"count": 91}, "count", "out-of-range"),
        ({"count": None}, "count", "either-or"),
        ({"buyers": ["u-1"]}, "count", "either-or"),
        ({"until": "2000-01-01T00:00:00+00:00"}, "until", "not-in-the-future"),
    ],
)
def test_what_cannot_be_issued_is_refused(
    mall: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    deals.publish(mall, COUPON, deals.less() | {"id": "plain"})

    reply = mall.call("POST", "/v1/coupons", {**ISSUED, **change})

    assert reply.status == 422
    assert [(one["field"], one["code"]) for one in reply.body["faults"]] == [(field, code)]


def test_coupons_are_issued_once_under_one_key(mall: Merchant) -> None:
    first, again = (
        mall.call("POST", "/v1/coupons", ISSUED, Idempotency_Key="k-1") for _ in range(2)
    )

    assert first.body == again.body
    assert len(mall.call("GET", "/v1/coupons").body["coupons"]) == 1


def test_what_the_platform_bears_is_told_apart(mall: Merchant) -> None:
    deals.publish(mall, COUPON | {"bearer": "platform"})

    quote = deals.ask(mall, with_("WELCOME"))

    assert [off["platform"] for off in quote["lines"][0]["offs"]] == [True]
    assert quote["applied"][0]["platform"] is True
