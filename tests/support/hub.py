"""A carrier in memory: it tells what a test lets happen to its parcels."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest

from shared.domain.errors import Fault
from shared.domain.tracking import Event, Kind
from shared.domain.waybill import Account as Stored
from shared.gateways import web
from shared.gateways.carriers import registry
from shared.gateways.carriers.port import (
    Account,
    Caps,
    Find,
    Form,
    Made,
    Parcel,
    Print,
    Push,
    Told,
    Waybill,
)
from shared.gateways.channels.port import Incoming, Rate, Rejected, Request, Tokens, Why, Wire
from shared.gateways.talk import Forged, Reply
from shared.gateways.web import Answer
from shared.runtime import cache
from shared.runtime.settings import settings
from shared.store import rates, waybills

CAPS = Caps(
    tokens=(), print=Form.PDF, find=Find.AGAIN, push=Push.SIGNED, query=True, subscribe=True,
    subs=False, collect=False, rates={"": Rate(100_000)},
)  # fmt: skip
SIGN = "hub"


@dataclass
class Hub:
    """Implements port.Carrier."""

    name: str = "kuaidi100"
    caps: Caps = CAPS
    secrets: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    carriers: Mapping[str, str] = field(default_factory=lambda: {"sf": "SF", "yto": "YTO"})
    events: dict[str, tuple[Event, ...]] = field(default_factory=dict)  # by number
    troubles: dict[str, list[Exception]] = field(default_factory=dict)  # by call, each once
    calls: list[tuple[str, Parcel]] = field(default_factory=list)

    def happen(self, tracking: str, *events: Event) -> None:
        self.events[tracking] = (*self.events.get(tracking, ()), *events)

    def check(self, account: Account) -> list[Fault]:
        return []

    def refresh(self, wire: Wire, account: Account) -> Tokens:
        return Tokens("fresh")

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        raise Rejected(Why.REFUSED, "not-here")

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        return None

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        raise Rejected(Why.REFUSED, "not-here")

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print:
        raise Rejected(Why.REFUSED, "not-here")

    def subscribe(self, wire: Wire, account: Account, parcel: Parcel, back: str) -> None:
        self._asked("subscribe", wire, parcel)

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        self._asked("track", wire, parcel)
        if parcel.tracking not in self.events:
            raise Rejected(Why.ABSENT, "no-such-parcel", parcel.tracking)
        return self.events[parcel.tracking]

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        if incoming.headers.get("x-sign") != SIGN:
            raise Forged("signature")
        return [
            Told(
                row["tracking"],
                tuple(event(at, kind) for at, kind in row.get("events", ())),
                carrier=row.get("carrier", ""),
                again=row.get("again", False),
            )
            for row in json.loads(incoming.body)
        ]

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        return Reply(200, {"Content-Type": "text/plain"}, b"ok" if ok else b"once more")

    def _asked(self, call: str, wire: Wire, parcel: Parcel) -> None:
        wire.ask(Request(call, "GET", "https://hub.test/", {}), lambda answer: answer)
        self.calls.append((call, parcel))
        if self.troubles.get(call):
            raise self.troubles[call].pop(0)


def event(at: str, kind: str, text: str = "") -> Event:
    return Event(at, Kind(kind), "杭州", text or f"快件 {kind}，电话 13800001234", "7")


def nowhere(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    return Answer(200, {}, b"")


def opened(patch: pytest.MonkeyPatch, *, reachable: bool = True) -> Hub:
    """A hub in the place of every carrier."""
    hub = Hub()
    rates.forget()
    there = replace(settings(), public_url="https://td.test" if reachable else "")
    patch.setattr(registry, "of", lambda _: hub)
    patch.setattr(web, "call", nowhere)
    patch.setattr("functions.carriers.calls.settings", lambda: there)
    return hub


def follow(tenant: str, account: str = "hub") -> None:
    """Let an account follow a merchant's parcels."""
    waybills.accounts.add(tenant, Stored(account, "kuaidi100", app_key="1", tracks=True))
    cache.forget()
