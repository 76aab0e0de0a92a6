"""What a timeline tells of decisions, whoever wrote them there."""

from typing import Any

import pytest

from shared.domain import why
from shared.domain.hold import NATURE, Hold, Reason
from shared.domain.order import Entry, Status
from shared.domain.why import Loser
from tests.support.build import NOON

LATER = "2026-11-20T12:00:07.000+00:00"


def entry(code: str = "decided", at: str = NOON, **args: Any) -> Entry:
    return Entry(1, 1, at, code, Status.RECEIVED, args=args)


def test_what_decided_nothing_is_left_out() -> None:
    history = [entry("accepted", lines=1), entry("approved", at=LATER, rule="default@0")]

    (found,) = why.decisions(history)

    assert (found.entry.code, found.rules, found.after) == ("approved", ("default@0",), 7)


@pytest.mark.parametrize(
    ("args", "rules", "losers"),
    [
        ({"rules": ["a@1", "b@1", "a@1"]}, ("a@1", "b@1"), ()),
        ({"holds": [{"reason": "rule", "rule": "big@2"}]}, ("big@2",), ()),
        ({"passed": ["hz", "gz"]}, (), (Loser("hz", "lacks"), Loser("gz", "lacks"))),
        (
            {"cost": 900, "runner_up": {"warehouses": ["hz", "gz"], "cost": 1200}},
            (),
            (Loser("hz+gz", "dearer", 1200),),
        ),
        (
            {"losers": [{"what": "x", "why": "late", "cost": 5}]},
            (),
            (Loser("x", "late", 5),),
        ),
        (
            {"chosen": [{"by": "speed", "carrier": "SF", "lost": [{"carrier": "YT", "fen": 3}]}]},
            (),
            (Loser("YT", "slower", 3),),
        ),
        (
            {
                "chosen": [
                    {"by": "rule", "rule": "c@4", "lost": [{"carrier": "YT", "why": "no-cod"}]}
                ]
            },
            ("c@4",),
            (Loser("YT", "no-cod"),),
        ),
    ],
)
def test_every_part_tells_in_its_own_words(
    args: dict[str, Any], rules: tuple[str, ...], losers: tuple[Loser, ...]
) -> None:
    (found,) = why.decisions([entry(**args)])

    assert (found.rules, found.losers) == (rules, losers)


@pytest.mark.parametrize(
    ("loser", "zh"),
    [
        (Loser("hz", "lacks"), "hz 落选：缺货"),
        (Loser("hz+gz", "dearer", 1200), "hz+gz 12.00，落选：更贵"),
        (Loser("TB-2", "held", of="bar"), "TB-2 落选：已挂起"),
        (Loser("x", "unheard-of"), "x 落选：unheard-of"),
    ],
)
def test_how_a_loser_is_told(loser: Loser, zh: str) -> None:
    assert loser.told("zh") == zh
    assert loser.told("en").isascii()


def test_orders_that_did_not_go_along_tell_why() -> None:
    (found,) = why.decisions([entry("unmet", rule="m@1", others={"TB-2": "held"})])

    assert found.losers == (Loser("TB-2", "held", of="bar"),)


def test_rules_that_were_asked_tell_what_they_saw_and_why_they_lost() -> None:
    looked = [{"fact": "total", "value": 5, "held": False}]
    tried = [{"rule": "big@1", "held": False, "looked": looked}]

    (found,) = why.decisions([entry(tried=tried, inputs={"cod": True})])

    assert found.inputs == (("cod", True), ("total", 5))
    assert found.losers == (Loser("big@1", "not-met"),)


def test_a_deadline_runs_from_when_the_reason_was_last_raised() -> None:
    holds = [{"reason": "buyer-note"}]
    history = [entry("held", holds=holds), entry("held", at=LATER, holds=holds)]

    due = why.deadline(Hold(Reason.BUYER_NOTE), history)

    assert NATURE[Reason.BUYER_NOTE].hours == 24
    assert due == "2026-11-21T12:00:07.000+00:00"


def test_what_nobody_has_to_do_has_no_deadline() -> None:
    history = [entry("held", holds=[{"reason": "unpaid"}])]

    assert why.deadline(Hold(Reason.UNPAID), history) == ""
