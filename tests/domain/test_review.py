"""The default rules: what stops an order, what a person may set aside."""

from typing import Any

import pytest

from shared.domain import review
from shared.domain.hold import NATURE, Reason
from shared.domain.review import Facts
from tests.support import build

RECEIVER = build.document()["receiver"]
TOKEN = {"kind": "oaid", "value": "opaque"}


def held(waived: tuple[Reason, ...] = (), **change: Any) -> list[Reason]:
    facts = {name: change.pop(name) for name in ("blacklisted", "hold_notes") if name in change}
    verdict = review.default(Facts(build.content(**change), waived=waived, **facts))
    return [hold.reason for hold in verdict.holds]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"payment": {"state": "unpaid"}}, [Reason.UNPAID]),
        ({"payment": {"state": "part"}}, [Reason.UNPAID]),
        ({"payment": {"state": "unpaid", "cod": True}}, []),
        ({"lines": [{"shop_sku": "A-1", "quantity": 1, "unit_price": 1}]}, [Reason.UNMAPPED]),
        ({"total": 1}, [Reason.AMOUNTS]),
        ({"receiver": {**RECEIVER, "phone": ""}}, [Reason.ADDRESS]),
        ({"receiver": {**RECEIVER, "district": "", "town": ""}}, []),
        ({"receiver": {"token": TOKEN, "province": "浙江", "city": "杭州"}}, []),
        ({"receiver": {"token": TOKEN, "province": "浙江"}}, [Reason.ADDRESS]),
        ({"blacklisted": ("phone",)}, [Reason.BLACKLIST]),
        ({"notes": {"buyer": "请在周末送"}}, [Reason.BUYER_NOTE]),
        ({"notes": {"buyer": "请在周末送"}, "hold_notes": False}, []),
        ({"notes": {"seller": "老客户"}}, []),
        ({"payment": {"state": "unpaid"}, "total": 1}, [Reason.UNPAID, Reason.AMOUNTS]),
    ],
)
def test_the_default_rules(change: dict[str, Any], expected: list[Reason]) -> None:
    assert held(**change) == expected


@pytest.mark.parametrize("missing", ["name", "phone", "province", "city", "address"])
def test_what_the_address_lacks_is_named(missing: str) -> None:
    content = build.content(receiver={**RECEIVER, missing: ""})

    assert review.incomplete(content) == [missing]


def test_a_reason_that_a_person_set_aside_is_not_raised_again() -> None:
    change = {"notes": {"buyer": "快"}, "total": 1}

    assert held(waived=(Reason.AMOUNTS,), **change) == [Reason.BUYER_NOTE]
    assert held(waived=(Reason.AMOUNTS, Reason.BUYER_NOTE), **change) == []


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        (Reason.UNPAID, {"payment": {"state": "unpaid"}}),
        (Reason.UNMAPPED, {"lines": [{"shop_sku": "A-1", "quantity": 1, "unit_price": 1}]}),
    ],
)
def test_some_reasons_go_only_when_their_cause_goes(
    reason: Reason, change: dict[str, Any]
) -> None:
    assert not NATURE[reason].waivable
    assert held(waived=(reason,), **change) == [reason]


def test_every_reason_has_its_nature() -> None:
    assert NATURE.keys() == set(Reason)


def test_at_most_three_broken_sums_are_listed() -> None:
    lines = [build.line(f"s{n}", amount=1) for n in range(9)]

    assert held(lines=lines) == [Reason.AMOUNTS] * 3


def test_the_verdict_names_its_rule() -> None:
    assert review.default(Facts(build.content())).rule == "default/1"
