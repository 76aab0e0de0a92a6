"""Parcels on their way: begun by themselves, told once however often it comes, seen to the end."""

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from functions.timers import sweep, watch
from shared.domain import following
from shared.domain.following import Following
from shared.domain.tracking import Kind
from shared.gateways import queues
from shared.gateways.carriers.port import Push
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Unclear
from shared.runtime import cache, clock
from shared.runtime.http import MAX_LETTER
from shared.store import alerts, orders, tracks
from tests.support import build, hub, mergers
from tests.support.build import Merchant
from tests.support.hub import Hub, event
from tests.support.mail import Mail
from tests.support.told import Stream


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Hub:
    return hub.opened(monkeypatch)


@pytest.fixture
def shop(acme: Merchant, carrier: Hub) -> Merchant:
    acme.put_stock("mug", 50)
    hub.follow(acme.id)
    return acme


def left(shop: Merchant, mail: Mail, stream: Stream, tracking: str = "SF1") -> str:
    """An order that left with one parcel, and is followed."""
    placed = str(shop.place(number=f"N-{tracking}").body["id"])
    mail.pump()
    parcels = [{"parcel": 1, "carrier": "sf", "tracking": tracking}]
    sent = shop.call("POST", f"/v1/orders/{placed}/ship", {"parcels": parcels})
    assert sent.status == 200, sent.body
    stream.tell("publish")
    mail.pump()
    return placed


@pytest.fixture
def order(shop: Merchant, mail: Mail, stream: Stream) -> str:
    return left(shop, mail, stream)


def of(shop: Merchant, order: str) -> Following:
    return tracks.get(shop.id, order, "01")


def ago(hours: float) -> str:
    return clock.later(clock.now(), -3600 * hours)


def look(shop: Merchant, mail: Mail, order: str, **change: Any) -> Following:
    """Let the clock come round to it."""
    one = of(shop, order)
    tracks.save(shop.id, one, replace(one, ask_at=clock.now(), due=clock.now(), **change))
    mail.deliver("track", [json.dumps({"tenant": shop.id, "order_id": order})])
    queues.flush()
    mail.pump()
    return of(shop, order)


def pushed(shop: Merchant, *rows: dict[str, Any], sign: str = hub.SIGN) -> tuple[int, bytes]:
    body = json.dumps(rows).encode()
    path = f"/v1/push-waybills/kuaidi100/{shop.id}/hub"
    return build.spoken("POST", path, body, {"X-Sign": sign})


def row(*events: tuple[str, str], tracking: str = "SF1", **more: Any) -> dict[str, Any]:
    return {"tracking": tracking, "events": events, **more}


def standing(shop: Merchant) -> list[tuple[str, int]]:
    found = shop.call("GET", "/v1/alerts").body["alerts"]
    return sorted((one["kind"], one["figures"]["parcels"]) for one in found)


def test_a_parcel_that_left_is_subscribed_by_itself_and_once(
    shop: Merchant, carrier: Hub, mail: Mail, order: str
) -> None:
    mail.deliver("track", [json.dumps({"tenant": shop.id, "order_id": order})] * 2)

    (asked,) = carrier.calls
    assert asked[0] == "subscribe"
    assert (asked[1].tracking, asked[1].phone) == ("SF1", "5678")
    assert (of(shop, order).subscribe_at, of(shop, order).account) == ("", "hub")
    assert clock.seconds_between(clock.now(), of(shop, order).ask_at) > 23 * 3600


def test_a_carrier_whose_pushes_nobody_signs_is_subscribed_to_for_its_hints(
    shop: Merchant, carrier: Hub, mail: Mail, stream: Stream
) -> None:
    carrier.caps = replace(carrier.caps, push=Push.UNSIGNED)

    order = left(shop, mail, stream)

    assert [call for call, _ in carrier.calls] == ["subscribe"]
    assert clock.seconds_between(clock.now(), of(shop, order).ask_at) < 24 * 3600


def test_where_nobody_follows_nothing_is_written(
    acme: Merchant, carrier: Hub, mail: Mail, stream: Stream
) -> None:
    acme.put_stock("mug", 5)
    order = left(acme, mail, stream)

    assert (tracks.of(acme.id, order), carrier.calls) == ([], [])
    assert acme.call("GET", f"/v1/orders/{order}/tracks").body == {"tracks": []}
    assert acme.call("GET", "/v1/tracks/SF1").status == 404


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_kept_and_shown(shop: Merchant, order: str, kind: Kind) -> None:
    at = ago(1)

    assert pushed(shop, row((at, kind.value))) == (200, b"ok")

    (shown,) = shop.call("GET", f"/v1/orders/{order}/tracks").body["tracks"]
    assert (shown["state"], shown["since"], shown["parcel"]) == (kind.value, at, 1)
    assert shown["said"]["zh"]
    assert [one["state"] for one in shown["events"]] == [kind.value]


def test_doubled_and_reordered_pushes_end_the_same(
    shop: Merchant, mail: Mail, stream: Stream
) -> None:
    told = [(ago(9), "picked"), (ago(5), "delivering"), (ago(4), "problem"), (ago(1), "signed")]
    ends = set()
    for at, some in enumerate(list(permutations(told))[::5]):
        tracking = f"SF{at}"
        order = left(shop, mail, stream, tracking)
        for each in (*some, *some[:2]):
            pushed(shop, row(each, tracking=tracking))
        pushed(shop, row(*told, tracking=tracking))
        mail.pump()
        one = of(shop, order)
        ends.add((one.track, one.wrong, bool(one.ended), one.due))

    (end,) = ends
    assert (end[0].state, end[0].out_since, end[2:]) == (Kind.SIGNED, told[1][0], (True, ""))


def test_a_forged_push_changes_nothing(shop: Merchant, order: str) -> None:
    before = of(shop, order)

    assert pushed(shop, row((ago(1), "signed")), sign="mine") == (200, b"once more")
    assert of(shop, order) == before


def test_what_nobody_follows_is_taken_and_dropped(shop: Merchant, order: str) -> None:
    assert pushed(shop, row((ago(1), "signed"), tracking="SF9")) == (200, b"ok")
    assert tracks.numbered(shop.id, "SF9") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [("sf/{}/hub", 404), ("kuaidi100/{}/another", 404), ("kuaidi100/nobody/hub", 404)],
)
def test_another_address_is_nobody(shop: Merchant, path: str, status: int) -> None:
    said, _ = build.spoken("POST", f"/v1/push-waybills/{path.format(shop.id)}", b"[]", {})

    assert said == status


def test_a_push_that_is_too_long_is_not_even_read(shop: Merchant) -> None:
    path = f"/v1/push-waybills/kuaidi100/{shop.id}/hub"

    said, _ = build.spoken("POST", path, b"x" * (MAX_LETTER + 1), {"X-Sign": hub.SIGN})

    assert said == 413


def test_a_push_that_nobody_signs_only_lets_it_be_looked_up(
    shop: Merchant, carrier: Hub, mail: Mail, order: str
) -> None:
    carrier.caps = replace(carrier.caps, push=Push.UNSIGNED, subscribe=False)
    carrier.happen("SF1", event(ago(1), "delivering"))

    pushed(shop, row((ago(1), "signed")))
    mail.pump()

    assert of(shop, order).track.state is Kind.DELIVERING
    assert [call for call, _ in carrier.calls][-1] == "track"


def test_the_words_are_sealed_and_their_phones_masked_unless_a_purpose_is_told(
    shop: Merchant, order: str
) -> None:
    pushed(shop, row((ago(1), "delivering")))
    path = f"/v1/orders/{order}/tracks"

    (hidden,) = shop.call("GET", path).body["tracks"]
    (plain,) = shop.call("GET", f"{path}?purpose=call").body["tracks"]

    assert hidden["events"][0]["text"].endswith("138****1234")
    assert plain["events"][0]["text"].endswith("13800001234")
    assert "delivering，".encode() not in of(shop, order).events


def test_an_order_is_signed_when_all_of_it_is_there(
    shop: Merchant, mail: Mail, order: str
) -> None:
    pushed(shop, row((ago(1), "signed")))
    mail.pump()

    one = of(shop, order)
    assert (bool(one.ended), one.due, shop.order(order)["status"]) == (True, "", "signed")
    assert orders.get(shop.id, order).timeline[-1].by == "carrier"

    pushed(shop, row((ago(0.5), "returning")))
    assert (of(shop, order).ended, of(shop, order).wrong[0].what) == ("", "returned")


def test_what_stopped_between_the_signature_and_the_end_is_ended_later(
    shop: Merchant, mail: Mail, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(orders, "save", lambda *_: (_ for _ in ()).throw(OSError("cut")))
        pushed(shop, row((ago(1), "signed")))
        body = json.dumps({"tenant": shop.id, "order_id": order})
        assert mail.deliver("track", [body]) == {0}
    assert not of(shop, order).ended

    sweep.sweep()
    queues.flush()
    mail.pump()

    assert (bool(of(shop, order).ended), shop.order(order)["status"]) == (True, "signed")


@pytest.mark.parametrize(
    ("trouble", "why", "stuck"),
    [
        (Unclear("timeout"), "unclear", False),
        (Rejected(Why.LIMITED, "502"), "limited", False),
        (Rejected(Why.REFUSED, "408", "phone"), "refused", True),
        (Rejected(Why.DENIED, "601"), "denied", True),
    ],
)
def test_what_fails_is_asked_again_and_what_is_refused_is_shown(  # noqa: PLR0917
    shop: Merchant,
    carrier: Hub,
    mail: Mail,
    order: str,
    trouble: Exception,
    why: str,
    stuck: bool,
) -> None:
    carrier.troubles["track"] = [trouble]
    one = look(shop, mail, order)

    assert (one.why, one.stuck, one.tries) == (why, stuck, 1)
    assert one.ask_at > clock.now()
    listed = shop.call("GET", "/v1/tracks?waiting=true").body["tracks"]
    assert [each["reason"]["zh"] != "" for each in listed] == [True] * stuck

    carrier.happen("SF1", event(ago(1), "transit"))
    healed = look(shop, mail, order)
    assert (healed.why, healed.tries, healed.track.state) == ("", 0, "transit")


def test_a_carrier_that_gave_up_is_asked_to_begin_anew(
    shop: Merchant, carrier: Hub, mail: Mail, order: str
) -> None:
    pushed(shop, {"tracking": "SF1", "again": True, "carrier": "yto"})
    waits = of(shop, order)
    look(shop, mail, order, subscribe_at=clock.now())

    assert (waits.carrier, waits.subscribe_at > clock.now()) == ("yto", True)
    assert [(call, parcel.carrier) for call, parcel in carrier.calls] == [
        ("subscribe", "sf"),
        ("subscribe", "yto"),
        ("track", "yto"),
    ]


def test_old_events_of_a_number_that_is_used_again_do_not_count(
    shop: Merchant, order: str
) -> None:
    pushed(shop, row((ago(24 * 300), "signed"), (ago(1), "picked")))

    assert of(shop, order).track.state is Kind.PICKED


@pytest.mark.parametrize(
    ("state", "kind", "cure"),
    [
        ("problem", "parcel-problem", "delivering"),
        ("lost", "parcel-lost", "transit"),
        ("refused", "parcel-returned", "delivering"),
    ],
)
def test_an_alert_comes_with_what_is_wrong_and_goes_when_it_is_cured(
    shop: Merchant, order: str, state: str, kind: str, cure: str
) -> None:
    pushed(shop, row((ago(2), state)))
    wrong = standing(shop)
    pushed(shop, row((ago(1), cure)))

    assert (wrong, standing(shop)) == ([(kind, 1)], [])


def test_silence_is_found_by_the_clock(shop: Merchant, mail: Mail, order: str) -> None:
    shop.call("PUT", "/v1/alert-settings", {"quiet_hours": 10})
    cache.forget()
    before = of(shop, order)

    one = look(shop, mail, order, shipped_at=ago(11))

    assert (before.wrong, [each.what for each in one.wrong]) == ((), ["no-movement"])
    assert standing(shop) == [("parcel-no-movement", 1)]
    pushed(shop, row((clock.now(), "transit")))
    assert standing(shop) == []


def test_parcels_of_one_day_are_one_alert_whose_list_is_a_call_away(
    shop: Merchant, mail: Mail, stream: Stream
) -> None:
    for at in range(3):
        left(shop, mail, stream, f"SF{at}")
        pushed(shop, row((ago(1), "problem"), tracking=f"SF{at}"))
    three = standing(shop)
    pushed(shop, row((ago(0.5), "delivering"), tracking="SF0"))

    (alert,) = shop.call("GET", "/v1/alerts").body["alerts"]
    assert (three, standing(shop)) == ([("parcel-problem", 3)], [("parcel-problem", 2)])
    assert (alert["carrier"], alert["warehouse"], len(alert["day"])) == ("sf", "hz", 10)
    path = f"/v1/tracks?trouble=problem&carrier=sf&warehouse=hz&day={alert['day']}"
    first = shop.call("GET", f"{path}&limit=1").body
    rest = shop.call("GET", f"{path}&limit=1&cursor={first['next']}").body
    found = [one["tracking"] for page in (first, rest) for one in page["tracks"]]
    assert (found, rest["next"]) == (["SF1", "SF2"], None)


def test_an_alert_that_was_lost_is_found_by_the_hourly_look(
    shop: Merchant, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(alerts, "settle", lambda *_: [])
        pushed(shop, row((ago(1), "problem")))
    lost = standing(shop)

    watch._tell(shop.id, "", 1)

    assert (lost, standing(shop)) == ([], [("parcel-problem", 1)])


def test_a_person_closes_what_he_has_seen_to(shop: Merchant, mail: Mail, order: str) -> None:
    pushed(shop, row((ago(1), "returned")))
    mail.pump()
    wrong = standing(shop)

    closed = shop.call("POST", f"/v1/orders/{order}/tracks/close", {"parcel": 1})

    assert (wrong, standing(shop)) == ([("parcel-returned", 1)], [])
    assert (closed.status, closed.body["closed"], closed.body["troubles"]) == (200, True, [])
    strange = shop.call("POST", f"/v1/orders/{order}/tracks/close", {"parcel": 2})
    assert strange.status == 404


def test_a_parcel_is_not_followed_for_ever(shop: Merchant, mail: Mail, order: str) -> None:
    one = look(shop, mail, order, created_at=ago(61 * 24), shipped_at=ago(61 * 24))

    assert (bool(one.ended), one.due, standing(shop)) == (True, "", [])


def test_orders_that_share_a_box_are_told_of_together_and_asked_for_once(
    shop: Merchant, carrier: Hub, mail: Mail, stream: Stream
) -> None:
    mergers.merging(shop)
    ids = mergers.met(shop, mail, "A", "B")
    body = {"boxes": [{"box": 1, "carrier": "sf", "tracking": "SF7"}]}
    sent = mergers.act(shop, mergers.merge_of(shop, ids[0])["id"], "ship", body)
    assert sent.status == 200, sent.body
    stream.tell("publish")
    mail.pump()
    carrier.calls.clear()
    carrier.happen("SF7", event(ago(1), "signed"))

    for each in ids:
        shop.call("POST", f"/v1/orders/{each}/tracks/refresh", {})
    mail.pump()

    assert [call for call, _ in carrier.calls] == ["track"]
    assert [shop.order(each)["status"] for each in ids] == ["signed", "signed"]
    found = shop.call("GET", "/v1/tracks/sf7").body["tracks"]
    assert sorted(one["order"] for one in found) == sorted(ids)


def test_what_left_before_anybody_followed_is_followed_when_asked_for(
    acme: Merchant, carrier: Hub, mail: Mail, stream: Stream
) -> None:
    acme.put_stock("mug", 5)
    order = left(acme, mail, stream)
    hub.follow(acme.id)
    carrier.happen("SF1", event(ago(1), "transit"))

    asked = acme.call("POST", f"/v1/orders/{order}/tracks/refresh", {})
    mail.pump()

    assert (asked.status, of(acme, order).track.state) == (202, Kind.TRANSIT)


def test_another_merchant_sees_and_changes_nothing(
    shop: Merchant, other: Merchant, mail: Mail, order: str
) -> None:
    hub.follow(other.id)
    before = of(shop, order)

    pushed(other, row((ago(1), "signed")))

    assert of(shop, order) == before
    assert other.call("GET", "/v1/tracks/SF1").status == 404
    assert other.call("GET", f"/v1/orders/{order}/tracks").status == 404
    assert other.call("POST", f"/v1/orders/{order}/tracks/refresh", {}).status == 404


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("快递员 13800001234 派送", "快递员 138****1234 派送"),
        ("电话0571-88880000。", "电话057******0000。"),
        ("请拨 138 0000 1234", "请拨 138******1234"),
        ("单号 SF1380000123456，客服 95338", "单号 SF1380000123456，客服 95338"),
        ("单号 773138000012345", "单号 773138000012345"),
    ],
)
def test_phones_in_a_carriers_words_are_masked(text: str, shown: str) -> None:
    assert following.covered(text) == shown


@pytest.mark.parametrize(
    ("query", "field"),
    [("trouble=none", "trouble"), ("state=gone", "state"), ("month=5", "month"), ("x=1", "x")],
)
def test_a_list_says_what_is_wrong_with_a_question(acme: Merchant, query: str, field: str) -> None:
    reply = acme.call("GET", f"/v1/tracks?{query}")

    assert reply.status in (400, 422)
    assert [one["field"] for one in reply.body["faults"]] == [field]
