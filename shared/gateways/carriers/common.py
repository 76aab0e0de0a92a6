"""What the adapters of carriers share: accounts, people, events, and what none of them has."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from shared.domain import tracking
from shared.domain.content import Receiver
from shared.domain.errors import Fault
from shared.domain.tracking import Event, Kind
from shared.gateways import units
from shared.gateways.carriers.port import Account, Parcel, Token, Waybill
from shared.gateways.channels import wire as bytes_
from shared.gateways.channels.port import Incoming, Rejected, Tokens, Why, Wire
from shared.gateways.talk import Forged, Reply, Unclear

T = TypeVar("T")
JSON = {"Content-Type": "application/json;charset=UTF-8"}
NOT_HERE = 404


class Untokened:
    """The part of port.Carrier for those that know no tokens that end."""

    def refresh(self, wire: Wire, account: Account) -> Tokens:
        raise Rejected(Why.REFUSED, "no-tokens")


class Unsubscribed:
    """The part of port.Carrier for those that tell of every parcel, or of none, unasked."""

    def subscribe(self, wire: Wire, account: Account, parcel: Parcel, back: str) -> None:
        raise Rejected(Why.REFUSED, "no-subscription")


def digest(text: str) -> str:
    """MD5 in base64, as SF and Cainiao write it."""
    return base64.b64encode(hashlib.md5(text.encode(), usedforsecurity=False).digest()).decode()


def lacking(account: Account, *secrets: str, customer: bool = False) -> list[Fault]:
    given = {"app_key": account.app_key}
    given |= {"customer": account.customer} if customer else {}
    given |= {f"secrets.{name}": account.secret(name) for name in secrets}
    return [Fault(name, "missing") for name, value in given.items() if not value]


def known(carriers: Mapping[str, str], code: str) -> str:
    """The carrier's own code for our code of one."""
    if code not in carriers:
        raise Rejected(Why.CARRIER, "no-code", code)
    return carriers[code]


def ours(carriers: Mapping[str, str], code: str) -> str:
    """Our code of a carrier; empty for one that we do not know."""
    return next((name for name, theirs in carriers.items() if theirs == code), "")


def opened(wanted: Waybill) -> Receiver:
    """The receiver in plain, for a carrier that opens no tokens."""
    if isinstance(wanted.receiver, Token):
        raise Rejected(Why.REFUSED, "token", wanted.receiver.kind)
    return wanted.receiver


def uncollected(wanted: Waybill) -> None:
    """For a carrier that takes no money: such a parcel must not leave unpaid."""
    if wanted.collect:
        raise Rejected(Why.REFUSED, "no-collect")


def street(person: Receiver) -> str:
    """The part of an address below the district."""
    return person.town + person.address


def whole(person: Receiver) -> str:
    """All of an address in one line; a city that is its own province is named once."""
    province = "" if person.city.startswith(person.province) else person.province
    return province + person.city + person.district + street(person)


def kilograms(grams: int) -> float:
    return round(grams / 1000, 3)


def goods(wanted: Waybill) -> str:
    """What is in it, in a few words."""
    return "，".join(dict.fromkeys(each.name for each in wanted.goods))[:60]


def count(wanted: Waybill) -> int:
    return sum(each.quantity for each in wanted.goods)


def number(row: Mapping[str, Any], name: str) -> str:
    """One that must be there: a LookupError, or else."""
    if not row.get(name):
        raise KeyError(name)
    return str(row[name])


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


def event(at: Any, kind: Kind | None, text: Any, place: Any = "", code: Any = "") -> Event:
    """`kind` None: read it from the words. Times are China's."""
    said = str(text or "")
    found = tracking.read(said) if kind is None else tracking.finer(kind, said)
    return Event(units.from_local(str(at)), found, str(place or ""), said, str(code or ""))


def form(incoming: Incoming) -> dict[str, str]:
    """The fields of a form that came; Forged for what is none."""
    with bytes_.believing():
        return dict(parse_qsl(incoming.body.decode(), keep_blank_values=True))


def keyed(account: Account, incoming: Incoming) -> None:
    """A push that nobody signs comes to an address that nobody guesses: its `key` is ours."""
    key = account.secret("push_key")
    if not (key and bytes_.same(key, incoming.query.get("key", ""))):
        raise Forged("key")


def signed(key: str, ours: str, theirs: str) -> None:
    """`key`: without one anybody could sign."""
    if not (key and theirs and bytes_.same(ours, theirs)):
        raise Forged("signature")


def answer(document: Mapping[str, Any]) -> Reply:
    return Reply(200, JSON, bytes_.compact(document).encode())


def refused(why: Why, code: str, text: str, safe: bool) -> Exception:
    """What stands behind a gateway that failed may have done it all the same."""
    return Unclear(code) if why is Why.LATER and not safe else Rejected(why, code, text)


def by_words(words: tuple[tuple[str, Why], ...], text: str) -> Why:
    return next((why for word, why in words if word in text), Why.REFUSED)


def understood(make: Callable[[], T], what: str) -> T:
    """What does not read as documented leaves the outcome unknown."""
    with bytes_.reading(Unclear(f"{what} not understood")):
        return make()
