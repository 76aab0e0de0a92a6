"""Coupons that were issued by themselves: what has become of one, and who may use it."""

from dataclasses import replace

import pytest

from shared.domain.coupon import Coupon, State

NOW, BEFORE, LATER = "2026-11-20T12", "2026-11-20T11", "2026-11-20T13"
PLAIN = Coupon("A2", "less")


@pytest.mark.parametrize(
    ("change", "used", "state"),
    [
        ({}, 0, State.OPEN),
        ({}, 1, State.USED),
        ({"until": LATER}, 0, State.OPEN),
        ({"until": NOW}, 0, State.EXPIRED),
        ({"until": BEFORE}, 1, State.USED),
        ({"void_at": BEFORE}, 1, State.VOID),
    ],
)
def test_what_has_become_of_it(change: dict[str, str], used: int, state: State) -> None:
    assert replace(PLAIN, **change).seen(used, NOW) is state  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "buyer", "why"),
    [
        ({}, "u-1", ""),
        ({"buyer": "u-1"}, "u-1", ""),
        ({"buyer": "u-1"}, "u-2", "coupon-of-another"),
        ({"buyer": "u-1"}, "", "coupon-of-another"),
        ({"until": NOW}, "u-1", "coupon-expired"),
        ({"void_at": BEFORE, "until": BEFORE}, "u-1", "coupon-void"),
    ],
)
def test_who_may_use_it(change: dict[str, str], buyer: str, why: str) -> None:
    code = replace(PLAIN, **change).code(buyer, NOW)  # type: ignore[arg-type]

    assert (code.code, code.promotion, code.most, code.why) == ("A2", "less", 1, why)
