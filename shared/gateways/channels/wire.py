"""What the adapters share: signatures, forms, and how an answer is read."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from shared.domain.errors import Fault
from shared.gateways import units
from shared.gateways.channels.port import Link
from shared.gateways.talk import Forged, Unclear
from shared.gateways.web import Answer

JSON = "application/json;charset=utf-8"
FORM = "application/x-www-form-urlencoded;charset=utf-8"
_UNREAD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)


def pairs(params: Mapping[str, str]) -> str:
    """k1v1k2v2..., sorted, without what is empty."""
    return "".join(f"{name}{params[name]}" for name in sorted(params) if params[name])


def md5(text: str | bytes) -> str:
    raw = text if isinstance(text, bytes) else text.encode()
    return hashlib.md5(raw, usedforsecurity=False).hexdigest()


def sandwich(secret: str, params: Mapping[str, str]) -> str:
    """The parameters between two slices of the secret, as TOP, PDD and JD sign."""
    return md5(secret + pairs(params) + secret).upper()


def hmac_sha256(key: str, text: str | bytes) -> bytes:
    return hmac.digest(key.encode(), text if isinstance(text, bytes) else text.encode(), "sha256")


def same(ours: str, theirs: str) -> bool:
    """Whether two signatures are equal, in a time that tells nothing."""
    return hmac.compare_digest(ours.encode(), theirs.encode())


def form(params: Mapping[str, str]) -> bytes:
    return urlencode(params).encode()


def compact(document: Any) -> str:
    """JSON without blanks or escapes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def raw(document: Any) -> bytes:
    """A part of what a platform sent, to be kept; its decimals as they were written."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def document(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer. What does not read as one leaves the outcome unknown."""
    with reading(Unclear("unreadable answer")):
        return parsed(answer.body)


def parsed(body: bytes) -> dict[str, Any]:
    """A JSON object, its decimals exact; ValueError for anything else."""
    found = json.loads(body, parse_float=Decimal)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


@contextmanager
def reading(failure: Exception) -> Iterator[None]:
    """What does not read as it should ends in `failure`."""
    try:
        yield
    except _UNREAD as error:
        raise failure from error


def readable(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A document, or an empty one: an order that does not read is kept and shown, not lost."""
    try:
        return make()
    except _UNREAD:
        return {}


@contextmanager
def believing() -> Iterator[None]:
    """A push that does not read as it should is none."""
    with reading(Forged("body")):
        yield


def fen(yuan: Any) -> int:
    """Yuan as a text or an exact number; nothing is nothing. Cents beyond two are refused."""
    text = "0" if yuan in (None, "") else str(yuan)
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, part = text.partition(".")
    return sign * units.to_fen(f"{whole}.{part.rstrip('0')}" if part.rstrip("0") else whole)


def lacking(link: Link, *secrets: str, seller: bool = False) -> list[Fault]:
    """Faults for the app's id and these secrets, where they are missing; the shop's own id too."""
    given = {"app_key": link.app_key, **({"seller": link.seller} if seller else {})}
    given |= {f"secrets.{name}": link.secrets.get(name, "") for name in secrets}
    return [Fault(name, "missing") for name, value in given.items() if not value]
