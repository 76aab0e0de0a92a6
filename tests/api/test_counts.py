"""/v1/counts: what somebody found, against what we thought was there when it was counted."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.domain.stock import Level, Place
from shared.runtime import clock
from shared.store import stock
from tests.support.build import Merchant, Reply
from tests.support.mail import Mail


def begin(acme: Merchant, *skus: str, **more: Any) -> Reply:
    lines = [{"sku": sku} for sku in skus or ("mug",)]
    body = {"id": "C-1", "warehouse": "hz", "lines": lines, **more}
    return acme.call("POST", "/v1/counts", body)


def found(acme: Merchant, *lines: dict[str, Any], **more: Any) -> Reply:
    return acme.call("POST", "/v1/counts/C-1/figures", {"lines": list(lines), **more})


def say(acme: Merchant, verb: str, **body: Any) -> Reply:
    return acme.call("POST", f"/v1/counts/C-1/{verb}", body)


def move(acme: Merchant, kind: str, units: int, **more: Any) -> None:
    line = {"sku": "mug", "units": units, **more}
    body = {"type": kind, "warehouse": "hz", "lines": [line], "reason": "r"}
    assert acme.call("POST", "/v1/movements", body).status == 201


def level(acme: Merchant, sku: str = "mug", lot: str = "") -> Level:
    return stock.find_level(acme.id, Place(sku, "hz", lot)) or Level(sku, "hz", lot)


def line(reply: Reply, at: int = 0) -> dict[str, Any]:
    return dict(reply.body["lines"][at])


def faults(reply: Reply) -> list[tuple[str, str]]:
    return [(fault["field"], fault["code"]) for fault in reply.body.get("faults", ())]


@pytest.fixture
def milk(acme: Merchant) -> str:
    """An item that is kept by lot, with two lots."""
    acme.call("POST", "/v1/items", {"id": "milk", "name": "牛奶", "lots": True})
    for lot in "AB":
        goods = {"sku": "milk", "units": 5, "lot": lot, "expires": "2099-12-31"}
        body = {"type": "receipt", "warehouse": "hz", "lines": [goods]}
        assert acme.call("POST", "/v1/movements", body).status == 201
    return "milk"


def test_what_was_found_shows_its_difference_and_its_approval_makes_it_so(acme: Merchant) -> None:
    move(acme, "receipt", 10, damaged=2)
    begin(acme)

    counted = found(acme, {"sku": "mug", "sound": 8, "damaged": 3})
    untouched = level(acme)
    approved = say(acme, "approve")

    assert counted.body["state"] == "counted"
    shown = line(counted)
    assert (shown["book"], shown["difference"]) == (10, -2)
    assert (shown["book_damaged"], shown["damaged_difference"]) == (2, 1)
    assert (untouched.free, untouched.damaged) == (10, 2)
    assert (approved.body["state"], line(approved)) == ("approved", shown)
    assert (level(acme).free, level(acme).damaged) == (8, 3)


def test_approved_twice_is_once(acme: Merchant) -> None:
    begin(acme)
    found(acme, {"sku": "mug", "sound": 8})

    first, again = say(acme, "approve"), say(acme, "approve")

    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert level(acme).on_hand == 8


def test_begun_twice_is_once_and_another_of_that_id_is_refused(acme: Merchant) -> None:
    first, again, other = begin(acme), begin(acme), begin(acme, "hat")

    assert (again.status, again.body) == (first.status, first.body)
    assert (other.status, other.body["code"]) == (409, "exists")


def test_whoever_counts_blind_sees_no_figure_of_ours_until_all_was_counted(
    acme: Merchant,
) -> None:
    move(acme, "receipt", 10)

    begun = begin(acme, "mug", "hat", blind=True)
    part = found(acme, {"sku": "mug", "sound": 8})
    whole = found(acme, {"sku": "hat", "sound": 1})
    rejected = say(acme, "reject", note="再数")

    for reply in (begun, part, rejected):
        assert not {"book", "difference"} & line(reply).keys()
    assert (line(whole)["book"], line(whole)["difference"]) == (10, -2)


def test_whoever_does_not_count_blind_sees_what_we_think_is_there(acme: Merchant) -> None:
    move(acme, "receipt", 10, damaged=1)

    shown = line(begin(acme))

    assert (shown["book"], shown["book_damaged"], shown["sound"]) == (10, 1, None)


def test_what_left_after_it_was_counted_is_no_difference(acme: Merchant, mail: Mail) -> None:
    move(acme, "receipt", 10)
    begin(acme)
    taken_at = clock.now()
    move(acme, "issue", 3)
    acme.place()
    mail.pump()

    shown = line(found(acme, {"sku": "mug", "sound": 9}, taken_at=taken_at))
    say(acme, "approve")

    assert (shown["book"], shown["difference"]) == (10, -1)
    assert (level(acme).on_hand, level(acme).held) == (6, 2)


def test_what_changes_between_counting_and_approval_is_not_lost(acme: Merchant) -> None:
    begin(acme)
    found(acme, {"sku": "mug", "sound": 8})

    move(acme, "receipt", 5)
    say(acme, "approve")

    assert level(acme).on_hand == 13


def test_a_newer_count_of_the_warehouse_stands(acme: Merchant) -> None:
    begin(acme)
    found(acme, {"sku": "mug", "sound": 8})
    line_ = {"sku": "mug", "units": 5}
    feed = {"id": "F-1", "warehouse": "hz", "kind": "full", "taken_at": clock.now()}
    acme.call("POST", "/v1/feeds", {**feed, "lines": [line_]})

    approved = say(acme, "approve")

    assert line(approved)["difference"] is None
    assert level(acme).on_hand == 5


def test_goods_that_nobody_looked_at_for_damage_keep_their_damaged_units(acme: Merchant) -> None:
    move(acme, "receipt", 10, damaged=2)
    begin(acme)

    found(acme, {"sku": "mug", "sound": 10})
    say(acme, "approve")

    assert level(acme).damaged == 2


def test_what_is_rejected_is_counted_anew(acme: Merchant) -> None:
    begin(acme)
    found(acme, {"sku": "mug", "sound": 8})

    early = say(acme, "reject", note="再数")
    refused = say(acme, "approve")
    found(acme, {"sku": "mug", "sound": 9})
    say(acme, "approve")
    late = say(acme, "reject")

    assert (early.body["state"], early.body["note"], line(early)["sound"]) == (
        "rejected", "再数", None,
    )  # fmt: skip
    assert (refused.status, refused.body["code"]) == (409, "wrong-state")
    assert (level(acme).on_hand, late.body["code"]) == (9, "wrong-state")


def test_a_figure_may_be_given_again_before_its_approval(acme: Merchant) -> None:
    begin(acme)
    found(acme, {"sku": "mug", "sound": 8})

    found(acme, {"sku": "mug", "sound": 9})
    say(acme, "approve")

    assert level(acme).on_hand == 9
    assert found(acme, {"sku": "mug", "sound": 7}).body["code"] == "wrong-state"


def test_nothing_is_approved_before_all_of_it_was_counted(acme: Merchant) -> None:
    begin(acme, "mug", "hat")

    part = found(acme, {"sku": "mug", "sound": 8})

    assert (part.body["state"], part.body["counted"]) == ("open", 1)
    assert say(acme, "approve").body["code"] == "wrong-state"
    assert level(acme).on_hand == 0


def test_every_lot_is_counted_and_one_that_nobody_knew_may_turn_up(
    acme: Merchant, milk: str
) -> None:
    begun = begin(acme, milk)

    part = found(acme, {"sku": milk, "lot": "A", "sound": 5})
    undated = found(acme, {"sku": milk, "lot": "C", "sound": 1})
    new = {"sku": milk, "lot": "C", "sound": 1, "expires": "2099-01-01"}
    whole = found(acme, {"sku": milk, "lot": "B", "sound": 4}, new)
    say(acme, "approve")

    assert [one["lot"] for one in begun.body["lines"]] == ["A", "B"]
    assert part.body["state"] == "open"
    assert faults(undated) == [("lines[0].expires", "missing")]
    assert [one["difference"] for one in whole.body["lines"]] == [0, -1, 1]
    assert (level(acme, milk, "B").free, level(acme, milk, "C").free) == (4, 1)
    assert level(acme, milk, "C").expires == "2099-01-01"


def test_one_lot_may_be_counted_alone(acme: Merchant, milk: str) -> None:
    body = {"warehouse": "hz", "lines": [{"sku": milk, "lot": "A"}]}

    begun = acme.call("POST", "/v1/counts", body)

    assert [one["lot"] for one in begun.body["lines"]] == ["A"]


def test_all_faults_are_told_at_once(acme: Merchant, milk: str) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯子"})
    lines = [{"sku": "nothing"}, {"sku": "mug", "lot": "A"}, {"sku": "mug", "lot": "A"}]

    form = acme.call("POST", "/v1/counts", {"warehouse": "moon", "lines": lines})
    goods = acme.call("POST", "/v1/counts", {"warehouse": "hz", "lines": lines[:2]})
    begin(acme)
    strange = found(acme, {"sku": milk, "lot": "A", "sound": 1})
    future = found(acme, {"sku": "mug", "sound": -1}, taken_at=clock.later(clock.now(), 900))

    assert faults(form) == [("warehouse", "unknown-warehouse"), ("lines[2].lot", "twice")]
    assert faults(goods) == [("lines[0].sku", "unknown-item"), ("lines[1].lot", "not-by-lot")]
    assert faults(strange) == [("lines[0].sku", "not-in-document")]
    assert faults(future) == [("taken_at", "in-the-future"), ("lines[0].sound", "out-of-range")]


def test_counts_that_race_with_feeds_are_not_lost(acme: Merchant) -> None:
    """Each is as of its own moment; whoever was slower reads again and reckons anew."""
    begin(acme)
    found(acme, {"sku": "mug", "sound": 100})

    def feed(number: int) -> Reply:
        body = {"id": f"F-{number}", "warehouse": "hz", "kind": "adjust", "taken_at": clock.now()}
        lines = [{"sku": "mug", "units": 1}]
        while (r := acme.call("POST", "/v1/feeds", {**body, "lines": lines})).status == 409:
            pass
        return r

    def approve(_: int) -> Reply:
        while (reply := say(acme, "approve")).body.get("code") == "conflict":
            pass
        return reply

    with ThreadPoolExecutor(6) as pool:
        replies = [pool.submit(approve if n == 2 else feed, n) for n in range(6)]

    assert {reply.result().status for reply in replies} == {200, 201}
    assert level(acme).on_hand == 105


def test_counts_are_listed_by_state(acme: Merchant) -> None:
    begin(acme)
    begin(acme, id="C-2")
    found(acme, {"sku": "mug", "sound": 1})

    listed = acme.call("GET", "/v1/counts?state=open").body["counts"]

    assert [(one["id"], one["lines"], one["counted"]) for one in listed] == [("C-2", 1, 0)]
