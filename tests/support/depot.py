"""A carrier in memory: it makes waybills, forgets them, and has every kind of trouble."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from shared.domain.errors import Fault
from shared.domain.tracking import Event
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
from shared.gateways.talk import Reply
from shared.store import rates
from tests.support.bazaar import nowhere

Trouble = Exception | Callable[[], object]
CAPS = Caps(
    tokens=("oaid",), print=Form.PDF, find=Find.AGAIN, push=Push.NONE, query=True, subscribe=False,
    subs=False, collect=False, rates={"": Rate(100_000)},
)  # fmt: skip
SENDER = {"name": "仓库老李", "phone": "13900000000", "province": "浙江省", "city": "杭州市"}
ACCOUNT = {
    **{"id": "depot", "kind": "sf", "app_key": "me", "secrets": {"check_word": "hush"}},
    "senders": {"": {**SENDER, "address": "仓前街 1 号"}},
}


@dataclass
class Depot:
    """Implements port.Carrier. The same number of ours is the same waybill, cancelled or not."""

    name: str = "sf"
    caps: Caps = CAPS
    secrets: tuple[str, ...] = ("check_word",)
    options: tuple[str, ...] = ("template",)
    carriers: Mapping[str, str] = field(default_factory=lambda: {"sf": "SF", "manual": "OTHER"})
    living: dict[str, Waybill] = field(default_factory=dict)  # by tracking number
    asked: list[Waybill] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    label: Print | None = None  # what making one tells to print
    before: dict[str, list[Trouble]] = field(default_factory=dict)  # nothing was done
    after: dict[str, list[Trouble]] = field(default_factory=dict)  # it was done, and then

    def check(self, account: Account) -> list[Fault]:
        return [] if account.secret("check_word") else [Fault("secrets.check_word", "missing")]

    def refresh(self, wire: Wire, account: Account) -> Tokens:
        raise Rejected(Why.REFUSED, "no-tokens")

    def create(self, wire: Wire, account: Account, wanted: Waybill) -> Made:
        self._asked("create", wire, self.before)
        made = self._made(wanted)
        self._asked("", wire, self.after, "create")
        return made

    def find(self, wire: Wire, account: Account, wanted: Waybill) -> Made | None:
        self._asked("find", wire, self.before)
        if self.caps.find is Find.AGAIN:
            return self._made(wanted)
        return self._made(wanted) if self._number(wanted.idem) in self.living else None

    def cancel(self, wire: Wire, account: Account, made: Made, why: str) -> None:
        self._asked("cancel", wire, self.before)
        if self.living.pop(made.tracking, None) is None:
            raise Rejected(Why.DONE, "cancelled-before")
        self._asked("", wire, self.after, "cancel")

    def print_data(self, wire: Wire, account: Account, made: Made) -> Print:
        self._asked("print", wire, self.before)
        return Print(Form.PDF, b"%PDF " + made.tracking.encode())

    def subscribe(self, wire: Wire, account: Account, parcel: Parcel, back: str) -> None:
        raise Rejected(Why.REFUSED, "no-subscription")

    def track(self, wire: Wire, account: Account, parcel: Parcel) -> tuple[Event, ...]:
        self._asked("track", wire, self.before)
        raise Rejected(Why.ABSENT, "no-routes")

    def hear(self, account: Account, incoming: Incoming, now: str) -> Sequence[Told]:
        return ()

    def ack(self, account: Account, incoming: Incoming, ok: bool, now: str) -> Reply:
        return Reply(200, {}, b"")

    def _number(self, idem: str) -> str:
        return f"SF-{idem}"

    def _made(self, wanted: Waybill) -> Made:
        number = self._number(wanted.idem)
        self.living[number] = wanted
        self.asked.append(wanted)
        return Made(wanted.idem, wanted.carrier, number, label=self.label, codes={"sort": "571-A"})

    def _asked(
        self, call: str, wire: Wire, troubles: dict[str, list[Trouble]], of: str = ""
    ) -> None:
        if call:
            wire.ask(Request(call, "GET", "https://bazaar.test/", {}), lambda answer: answer)
            self.calls.append(call)
        for trouble in [troubles[call or of].pop(0)] if troubles.get(call or of) else []:
            if isinstance(trouble, Exception):
                raise trouble
            trouble()


def opened(patch: pytest.MonkeyPatch) -> Depot:
    """A depot in the place of every carrier."""
    depot = Depot()
    rates.forget()
    patch.setattr(registry, "of", lambda _: depot)
    patch.setattr(web, "call", nowhere)
    return depot
