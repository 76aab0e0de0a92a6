"""Each adapter against its carrier's sandbox, through sockets, with everything going wrong."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pkgutil import resolve_name
from typing import Any
from urllib.parse import parse_qsl

import pytest

from infra.sandbox import top
from infra.sandbox.carriers.depot import EVENTS, PATH, Depot
from infra.sandbox.kinds import CARRIERS
from infra.sandbox.mischief import WELL
from infra.sandbox.server import Answer, Request, Server
from shared.domain.tracking import Event, Kind, fold
from shared.gateways import web
from shared.gateways.carriers import registry
from shared.gateways.carriers.port import (
    Account,
    Carrier,
    Find,
    Form,
    Made,
    Parcel,
    Token,
    Waybill,
)
from shared.gateways.channels.line import Line
from shared.gateways.channels.port import Incoming, Rejected, Why
from shared.gateways.talk import Forged, Unclear
from shared.runtime import clock
from shared.runtime.settings import settings
from tests.support.build import Merchant
from tests.support.waybills import MASKED, RECEIVER, wanted

KINDS = {
    "booked": Kind.ACCEPTED,
    "picked": Kind.PICKED,
    "transit": Kind.TRANSIT,
    "arrived": Kind.ARRIVED,
    "out": Kind.DELIVERING,
    "locker": Kind.LOCKER,
    "problem": Kind.PROBLEM,
    "signed": Kind.SIGNED,
    "other": Kind.SIGNED_BY_OTHER,
    "refused": Kind.REFUSED,
    "returning": Kind.RETURNING,
    "returned": Kind.RETURNED,
    "lost": Kind.LOST,
}
BACK = ("sf", "jdl")  # they say that it was signed, and only the way before tells by whom
TIMED = ("sf", "cainiao", "jdl")  # they look at the time of a call
ASKED = ("sf", "kuaidi100", "kdniao", "jdl")  # they tell where a parcel is
SIGNING = ("kuaidi100", "kdniao", "cainiao")  # their pushes can be believed
UNCLEAR, OK = "unclear", 200
NUMBERS = {"sf": r"SF\d{13}", "jd": r"JDVC\d{11}", "zto": r"78\d{12}"}
LOOKS = {Form.PDF: b"%PDF-1.4", Form.IMAGE: b"\x89PNG", Form.HTML: b"<html>", Form.CLOUD: b""}
AWKWARD = "A栋#3 & \"2\" <东门> 50%+1 'x' \\"
WAY = ("booked", *PATH[:-1], "problem", "other")
_numbers = count(1)


@dataclass
class Stage:
    """A merchant with an account at a simulated carrier, who hears what it tells."""

    depot: Depot
    by: Carrier
    ours: str  # where we hear
    wire: Line
    account: Account
    heard: list[Event] = field(default_factory=list)
    forged: int = 0

    @property
    def carrier(self) -> str:
        return "zto" if "zto" in self.by.carriers else next(iter(self.by.carriers))

    def wanted(self, **changes: Any) -> Waybill:
        return wanted(self.carrier, **{"idem": f"T-{next(_numbers)}", **changes})

    def made(self, **changes: Any) -> Made:
        return self.create(self.wanted(**changes))

    def create(self, asked: Waybill) -> Made:
        return self.by.create(self.wire, self.account, asked)

    def cancel(self, made: Made) -> None:
        self.by.cancel(self.wire, self.account, made, "改地址")

    def found(self, asked: Waybill) -> Made | None:
        return self.by.find(self.wire, self.account, asked)

    def trick(self, on: str, what: str, **more: Any) -> None:
        self.depot.mischief.plan({"on": on, "what": what, **more})

    def of(self, idem: str) -> list[str]:
        """The waybills of a number that can still be used."""
        return [
            parcel.tracking
            for parcel in self.depot.parcels.values()
            if parcel.idem.split("/")[-1] == idem and not parcel.cancelled
        ]

    def move(self, made: Made, *events: str) -> None:
        for event in events:
            self.depot.move(self.depot.parcel(made.tracking), event)

    def parcel(self, made: Made) -> Parcel:
        return Parcel(made.carrier, made.tracking, RECEIVER.phone)

    def follow(self, made: Made) -> None:
        self.depot.push_url = self.ours
        if self.by.caps.subscribe:
            self.by.subscribe(self.wire, self.account, self.parcel(made), self.ours)

    def track(self, made: Made) -> tuple[Event, ...]:
        return self.by.track(self.wire, self.account, self.parcel(made))

    def hear(self, request: Request) -> Answer:
        query = dict(parse_qsl(request.query))
        incoming = Incoming(request.method, query, request.headers, request.body)
        try:
            told = self.by.hear(self.account, incoming, clock.now())
        except Forged:
            self.forged += 1
            told = None
        for each in told or ():
            self.heard += each.events
        reply = self.by.ack(self.account, incoming, told is not None, clock.now())
        return Answer(reply.status, reply.body, dict(reply.headers))


@pytest.fixture(scope="module", params=CARRIERS)
def standing(request: pytest.FixtureRequest) -> Iterator[Depot]:
    depot: Depot = resolve_name(CARRIERS[request.param])(pauses=(0.01, 0.01))
    server = Server(depot.answer)
    depot.url = server.url
    server.start()
    yield depot
    server.close()


@pytest.fixture
def stage(standing: Depot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr("shared.runtime.retry.pause", lambda _: None)
    monkeypatch.setenv("WEBHOOK_PRIVATE", "allow")
    settings.cache_clear()
    standing.mischief.clear()
    standing.notices.sent.clear()
    standing.ahead, standing.push_url = 0.0, ""
    by = registry.of(standing.name)
    wire = Line(f"{standing.name}/{next(_numbers)}", by.caps.rates, lambda *_: 0.0)
    made = Stage(standing, by, "", wire, account_of(standing))
    server = Server(made.hear)
    made.ours = f"{server.url}/push?key={made.account.secret('push_key')}"
    server.start()
    yield made
    server.close()
    settings.cache_clear()


def account_of(depot: Depot) -> Account:
    return Account(id="a1", **depot.link())


def at(*names: str) -> pytest.MarkDecorator:
    """Only these carriers."""
    return pytest.mark.parametrize("standing", names, indirect=True)


def outcome(ask: Callable[[], object]) -> str:
    """Empty if all is well, else why it was refused, or that nobody knows."""
    try:
        ask()
    except Rejected as no:
        return no.why
    except Unclear:
        return UNCLEAR
    return ""


def test_what_it_tells_of_itself_is_an_account(stage: Stage, acme: Merchant) -> None:
    made = acme.call("POST", "/v1/waybill-accounts", {"id": "main", **stage.depot.link()})

    assert (made.status, stage.by.check(stage.account)) == (201, [])
    told = acme.call("POST", "/v1/waybill-accounts/main/check", {}).body
    assert [fault["code"] for fault in told["faults"]] == [
        "no-sender"
    ]  # all else is as it must be


def test_a_waybill_has_a_number_of_its_carrier(stage: Stage) -> None:
    made = stage.made(note="轻放")

    assert re.fullmatch(NUMBERS[stage.carrier], made.tracking)
    assert stage.of(made.idem) == [made.tracking]
    assert made.label is None or made.label.form is stage.by.caps.print


def test_whatever_stands_in_an_address_goes_through(stage: Stage) -> None:
    made = stage.made(receiver=replace(RECEIVER, address=AWKWARD), note=AWKWARD)

    assert stage.of(made.idem) == [made.tracking]


def test_several_parcels_go_under_one_waybill_where_it_can(stage: Stage) -> None:
    asked = stage.wanted(parcels=2)

    if stage.by.caps.subs:
        assert len(stage.create(asked).subs) == 1
    else:
        assert outcome(lambda: stage.create(asked)) == Why.REFUSED
    assert len(stage.of(asked.idem)) == stage.by.caps.subs


@at("kuaidi100", "cainiao")
def test_a_token_is_opened_only_with_its_own_order(stage: Stage) -> None:
    token = Token("oaid", top.oaid("4200000000000000001"), "4200000000000000001", MASKED)
    other = replace(token, order="4200000000000000002")

    made = stage.made(receiver=token)

    assert stage.of(made.idem) == [made.tracking]
    assert outcome(lambda: stage.made(receiver=other)) == Why.REFUSED


def test_what_it_cannot_open_makes_no_waybill(stage: Stage) -> None:
    unknown = Token("another", "1", "2", MASKED)
    before = len(stage.depot.parcels)

    assert outcome(lambda: stage.made(receiver=unknown)) == Why.REFUSED
    assert outcome(lambda: stage.made(receiver=MASKED)) == Why.REFUSED
    assert len(stage.depot.parcels) == before


def test_the_same_number_again_is_the_same_waybill(stage: Stage) -> None:
    asked = stage.wanted()
    first = stage.create(asked)

    assert outcome(lambda: stage.create(asked)) in ("", Why.DONE)
    found = stage.found(asked)

    assert found is not None
    assert stage.of(asked.idem) == [first.tracking] == [found.tracking]


@pytest.mark.parametrize("what", ["cut", "half", "unknown", "twice"])
def test_a_waybill_whose_answer_was_lost_is_found_again(stage: Stage, what: str) -> None:
    asked = stage.wanted()
    stage.trick("create", what)
    told = ("", Why.DONE) if what == "twice" else (UNCLEAR,)

    assert outcome(lambda: stage.create(asked)) in told
    found = stage.found(asked)

    assert found is not None
    assert stage.of(asked.idem) == [found.tracking]


@pytest.mark.parametrize("what", ["lost", "broken"])
def test_a_waybill_that_was_never_made_is_none_or_made_now(stage: Stage, what: str) -> None:
    asked = stage.wanted()
    stage.trick("create", what)

    assert outcome(lambda: stage.create(asked)) == UNCLEAR
    found = stage.found(asked)

    assert (found is None) == (stage.by.caps.find is Find.SEARCH)
    assert len(stage.of(asked.idem)) == (0 if found is None else 1)


def test_a_waybill_is_cancelled_once_and_no_more_when_it_has_left(stage: Stage) -> None:
    gone, left = stage.made(), stage.made()
    stage.trick("cancel", "cut")
    stage.move(gone, "booked")
    stage.move(left, "booked", "picked")

    assert outcome(lambda: stage.cancel(gone)) == UNCLEAR
    assert outcome(lambda: stage.cancel(gone)) == Why.DONE
    assert outcome(lambda: stage.cancel(left)) == Why.STATE
    assert (stage.of(gone.idem), stage.of(left.idem)) == ([], [left.tracking])


def test_what_is_printed_is_of_the_form_that_was_promised(stage: Stage) -> None:
    label = stage.by.print_data(stage.wire, stage.account, stage.made())

    content = label.content or web.call("GET", label.url, b"", {}).body
    assert label.form is stage.by.caps.print
    assert content.startswith(LOOKS[label.form])
    assert content


@at(*ASKED)
def test_what_is_told_twice_and_backwards_is_what_is_asked_for(stage: Stage) -> None:
    made = stage.made()
    stage.follow(made)
    stage.trick("notice", "hold", times=len(WAY))
    stage.trick("notice", "double")

    stage.move(made, *WAY, "lost")
    assert stage.depot.notices.wait()
    assert stage.depot.notices.release() == len(WAY)
    asked = stage.track(made)

    assert all(notice.heard for notice in stage.depot.notices.sent)
    assert fold(stage.heard) == fold(asked)
    assert [event.kind for event in fold(asked).events] == [KINDS[each] for each in (*WAY, "lost")]


@at(*SIGNING)
@pytest.mark.parametrize("what", ["byte", "unsigned"])
def test_a_push_that_nobody_signed_so_is_refused_and_comes_again(stage: Stage, what: str) -> None:
    made = stage.made()
    stage.follow(made)
    stage.trick("notice", what)

    stage.move(made, "picked")
    assert stage.depot.notices.wait()

    (notice,) = stage.depot.notices.sent
    assert (stage.forged, len(notice.answers), notice.heard) == (1, 2, True)


@at("sf", "jdl")
def test_a_push_at_an_address_that_anybody_knows_is_refused(stage: Stage) -> None:
    made = stage.made()
    stage.follow(made)
    stage.depot.push_url = stage.ours.replace("key=", "key=x")

    stage.move(made, "picked")
    assert stage.depot.notices.wait()

    assert (stage.forged, stage.depot.notices.sent[0].heard) == (3, False)


@at(*ASKED)
@pytest.mark.parametrize("event", EVENTS)
def test_each_event_means_what_it_says(stage: Stage, event: str) -> None:
    made = stage.made()
    before = ("returning",) if event == "returned" else ()

    stage.move(made, *before, event)
    track = fold(stage.track(made))

    last = Kind.SIGNED if event == "returned" and stage.by.name in BACK else KINDS[event]
    assert (track.state, track.events[-1].kind) == (KINDS[event], last)


def test_nothing_is_known_of_a_parcel_before_it_has_left(stage: Stage) -> None:
    made = stage.made()
    why = Why.ABSENT if stage.by.caps.query else Why.REFUSED

    assert outcome(lambda: stage.track(made)) == why


@at(*TIMED)
def test_a_wrong_clock_is_set_by_the_carriers(stage: Stage) -> None:
    stage.depot.ahead = 7200.0

    assert outcome(stage.made) == Why.CLOCK
    assert stage.wire.learn_the_time()
    assert stage.made().tracking


@at("cainiao", "jdl")
def test_a_token_that_ended_is_renewed(stage: Stage) -> None:
    stage.trick("create", "expired")

    assert outcome(stage.made) == Why.EXPIRED
    tokens = stage.by.refresh(stage.wire, stage.account)
    assert outcome(lambda: stage.by.refresh(stage.wire, stage.account))  # each can be used once
    stage.account = account_of(stage.depot)

    assert tokens.access == stage.account.secret("access_token")
    assert tokens.expires_at > clock.later(clock.now(), 86_400)
    assert stage.made().tracking


def test_too_many_calls_make_nothing(stage: Stage) -> None:
    """Kuaidi100 says only that it failed, so nobody knows whether it did it."""
    stage.trick("create", "busy")
    asked = stage.wanted()

    told = outcome(lambda: stage.create(asked))

    assert told == (UNCLEAR if stage.by.name == "kuaidi100" else Why.LIMITED)
    assert stage.of(asked.idem) == []


def test_a_wrong_secret_is_told_as_such(stage: Stage) -> None:
    names = {"sf": "check_word", "kuaidi100": "secret", "kdniao": "api_key"}
    wrong = {names.get(stage.by.name, "app_secret"): "wrong"}
    stage.account = replace(stage.account, secrets={**stage.account.secrets, **wrong})

    assert outcome(stage.made) == Why.SIGNATURE


@at("sf")
def test_sf_reads_the_digest_that_is_set(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.depot, "digest", "sm3")
    stage.account = replace(stage.account, options={"digest": "sm3"})

    assert stage.made().tracking


@at("kuaidi100")
def test_kuaidi100_gives_up_and_is_asked_anew(stage: Stage) -> None:
    made = stage.made()
    stage.follow(made)
    parcel = stage.depot.parcel(made.tracking)
    kind, body = stage.depot.push(parcel, (), WELL)

    (told,) = stage.by.hear(stage.account, Incoming("POST", {}, {"content-type": kind}, body), "")
    assert outcome(lambda: stage.follow(made)) == Why.DONE
    asked = Request("POST", "/sandbox/abort", {}, json.dumps({"tracking": made.tracking}).encode())
    assert stage.depot.answer(asked).status == OK
    assert stage.depot.notices.wait()

    assert (told.tracking, told.again) == (made.tracking, True)
    assert outcome(lambda: stage.follow(made)) == ""
