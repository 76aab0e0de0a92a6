"""A platform in memory: as many orders as a test wants, and every kind of trouble on the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from shared.domain.errors import Fault
from shared.domain.platform import Ask, Found, Refund, Stage, State
from shared.domain.writeback import Numbers
from shared.gateways import units, web
from shared.gateways.channels import registry, wire
from shared.gateways.channels.port import (
    By,
    Caps,
    Heard,
    Hint,
    Incoming,
    Link,
    Page,
    Push,
    Rate,
    Ref,
    RefundRef,
    Rejected,
    Request,
    Shipment,
    Stocked,
    Tokens,
    Why,
    Window,
    Wire,
)
from shared.gateways.talk import Forged, Reply
from shared.gateways.web import Answer
from shared.runtime import clock
from shared.store import rates
from tests.support import build

Trouble = Exception | Callable[[], None]


CAPS = Caps(
    window=86400, lag=0, page=2, days=90, backwards=True, push=Push.HTTP, tokens=False,
    numbers=Numbers.MANY, decides=True, stock=20, rates={"": Rate(100_000)}, life=3600,
)  # fmt: skip


LINK = {
    "app_key": "12345678",
    "secrets": {
        "app_secret": "hush",
        "access_token": "tok-0",
        "refresh_token": "again-tok-0",
    },
}


@dataclass
class Bazaar:
    """Implements port.Channel. Its lists are by the time of change, and are turned last first."""

    name: str = "taobao"
    caps: Caps = CAPS
    secrets: tuple[str, ...] = ("app_secret",)
    carriers: Mapping[str, str] = field(default_factory=lambda: {"sf": "SF", "manual": "OTHER"})
    orders: dict[str, Found] = field(default_factory=dict)
    token: str = "tok-0"
    most: int = 1000  # orders of a window that pages reach
    whole: bool = True  # whether lists tell whole orders
    troubles: dict[str, list[Trouble]] = field(default_factory=dict)  # by call, each once
    calls: list[str] = field(default_factory=list)
    shipped: list[Shipment] = field(default_factory=list)
    backs: dict[str, Refund] = field(default_factory=dict)
    decided: list[tuple[str, bool, str]] = field(default_factory=list)  # refund, agreed, why
    shelves: dict[str, int] = field(default_factory=dict)

    def put(self, number: str, at: str, state: State = State.READY, **change: Any) -> None:
        """An order as it stands since `at`."""
        document = build.document(number, **change)
        for name in ("shop", "number"):
            del document[name]
        raw = wire.raw({"number": number, "at": at, "state": state.value})
        self.orders[number] = Found(number, units.millis(at), state, document, raw)

    def check(self, link: Link) -> list[Fault]:
        missing = [name for name in self.secrets if not link.secrets.get(name)]
        return [Fault(f"secrets.{name}", "missing") for name in missing]

    def consent_url(self, link: Link, state: str, back: str) -> str:
        return f"https://bazaar.test/consent?state={state}&back={back}"

    def exchange(self, wire: Wire, link: Link, code: str) -> Tokens:
        if code != "yes":
            raise Rejected(Why.REFUSED, "bad-code")
        return self._tokens(wire)

    def refresh(self, wire: Wire, link: Link) -> Tokens:
        self._asked("refresh", wire)
        if link.secrets.get("refresh_token") != f"again-{self.token}":
            raise Rejected(Why.EXPIRED, "bad-refresh")
        self.token = f"tok-{int(self.token[4:]) + 1}"
        return self._tokens(wire)

    def probe(self, wire: Wire, link: Link) -> str:
        self._asked("probe", wire, link)
        return "集市小店"

    def pull(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[Ref]:
        self._asked("pull", wire, link)
        rows = sorted(
            (found for found in self.orders.values() if self._in(found, window)),
            key=lambda found: (found.version, found.number),
        )
        if len(rows) > self.most:
            raise Rejected(Why.MANY, "too-many", str(len(rows)))
        last = -(-len(rows) // self.caps.page)
        page = int(cursor or last)
        some = rows[max(0, page - 1) * self.caps.page : page * self.caps.page]
        refs = tuple(Ref(f.number, f.version, f if self.whole else None) for f in some)
        return Page(refs, str(page - 1) if page > 1 else "", len(rows))

    def order(self, wire: Wire, link: Link, number: str) -> Found:
        self._asked("order", wire, link)
        if number not in self.orders:
            raise Rejected(Why.ABSENT, "no-such-order", number)
        return self.orders[number]

    def hear(self, link: Link, incoming: Incoming, now: str) -> Heard:
        if incoming.headers.get("x-sign") != link.secrets["app_secret"]:
            raise Forged("signature")
        order, _, refund = incoming.body.decode().partition("/")
        return Heard((Hint(order=order, refund=refund),))

    def ack(self, ok: bool) -> Reply:
        return Reply(200 if ok else 401, {"Content-Type": "text/plain"}, b"ok" if ok else b"no")

    def ship(self, wire: Wire, link: Link, shipment: Shipment) -> None:
        known = [one.tracking for one in self.shipped]
        if shipment.tracking in known:
            raise Rejected(Why.DONE, "shipped-before")
        self.shipped.append(shipment)
        found = self.orders[shipment.number]
        state = State.SHIPPED if shipment.last else State.PARTLY
        self.orders[shipment.number] = replace(found, state=state, version=found.version + 1000)
        self._asked("ship", wire, link)

    def put_stock(
        self, wire: Wire, link: Link, wares: Sequence[Stocked]
    ) -> Mapping[str, Rejected | None]:
        self._asked("stock", wire, link)
        self.shelves |= {ware.shop_sku: ware.units for ware in wares}
        return {ware.shop_sku: None for ware in wares}

    def refunds(self, wire: Wire, link: Link, window: Window, cursor: str = "") -> Page[RefundRef]:
        self._asked("refunds", wire, link)
        start, end = units.millis(window.start), units.millis(window.end)
        found = [one for one in self.backs.values() if start <= one.version < end]
        refs = (RefundRef(one.number, one.version, one.order) for one in found)
        return Page(tuple(refs))

    def refund(self, wire: Wire, link: Link, ref: RefundRef) -> Refund:
        self._asked("refund", wire, link)
        if ref.number not in self.backs:
            raise Rejected(Why.ABSENT, "no-such-refund", ref.number)
        return self.backs[ref.number]

    def decide(self, wire: Wire, link: Link, refund: Refund, agree: bool, why: str) -> None:
        """As platforms do: agreed to, the money is back at once, or the goods may come back."""
        known = self.backs[refund.number]
        if known.stage not in (Stage.ASKED, Stage.AGREED, Stage.RETURNING):
            raise Rejected(Why.STATE, "not-asked", known.stage)
        waits = known.ask is Ask.RETURN and known.stage is Stage.ASKED
        yes = Stage.AGREED if waits else Stage.DONE
        self.decided.append((refund.number, agree, why))
        self.back(refund.number, yes if agree else Stage.REFUSED)
        self._asked("decide", wire, link)

    def back(self, number: str, stage: Stage = Stage.ASKED, **change: Any) -> Refund:
        """A refund as it stands from now on, a second after it last changed."""
        known = self.backs.get(number)
        if known is None:
            version = units.millis(clock.now()) - 60_000
            known = Refund(number, "T1", version, Ask.REFUND, stage, fen=0)
        given = {"version": known.version + 1000, "stage": stage, **change}
        self.backs[number] = replace(known, **given)
        return self.backs[number]

    def same_receivers(
        self, wire: Wire, link: Link, pairs: Sequence[tuple[str, str]]
    ) -> Sequence[str]:
        """Whoever has the same token."""
        self._asked("same", wire, link)
        return [token for _, token in pairs]

    def _asked(self, call: str, wire: Wire, link: Link | None = None) -> None:
        """Every call is counted and written down; the next trouble that waits for it happens."""
        wire.ask(Request(call, "GET", "https://bazaar.test/", {}), lambda answer: answer)
        self.calls.append(call)
        if link and link.token != self.token:
            raise Rejected(Why.EXPIRED, "old-token")
        for trouble in [self.troubles[call].pop(0)] if self.troubles.get(call) else []:
            if isinstance(trouble, Exception):
                raise trouble
            trouble()

    def _in(self, found: Found, window: Window) -> bool:
        at = found.document["placed_at"] if window.by is By.CREATED else None
        moment = units.millis(at) if at else found.version
        return units.millis(window.start) <= moment < units.millis(window.end)

    def _tokens(self, wire: Wire) -> Tokens:
        ends = units.from_seconds(units.seconds(wire.now) + self.caps.life)
        return Tokens(self.token, f"again-{self.token}", ends, "集市")


def nowhere(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Stands for the network: the bazaar answers by itself."""
    assert url == "https://bazaar.test/"
    return Answer(200, {}, b"")


def opened(patch: pytest.MonkeyPatch) -> Bazaar:
    """A bazaar in the place of every platform."""
    bazaar = Bazaar()
    rates.forget()
    patch.setattr(registry, "of", lambda _: bazaar)
    patch.setattr(web, "call", nowhere)
    return bazaar
