"""The one HTTP client for the outside world. Private addresses are not called."""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPSConnection

from shared.runtime.settings import settings

TIMEOUT = urllib3.Timeout(connect=3, read=5)
LONGEST = 32_000_000  # bytes that an answer may have: the bill of a day with 100,000 payments
NOWHERE = "0.0.0.0"
UNSENT = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


class Unanswered(Exception):
    """No whole answer came. `sent`: what was asked may have been done all the same."""

    def __init__(self, note: str, *, sent: bool = True) -> None:
        super().__init__(note)
        self.note, self.sent = note, sent


def call(
    method: str, url: str, body: bytes, headers: Mapping[str, str], timeout: float = 8
) -> Answer:
    """Send exactly these bytes and give back the whole answer, or raise Unanswered."""
    if not allowed(url):
        raise Unanswered("address not allowed", sent=False)
    try:
        with _pool().request(
            method,
            url,
            body=body or None,
            headers=dict(headers),
            timeout=urllib3.Timeout(connect=3, read=timeout),
            retries=False,
            redirect=False,
            preload_content=False,  # what is too long is not read to its end
        ) as answer:
            content = answer.read(LONGEST + 1, decode_content=True)
    except urllib3.exceptions.HTTPError as error:
        raise Unanswered(type(error).__name__, sent=not isinstance(error, UNSENT)) from error
    if len(content) > LONGEST:
        raise Unanswered("answer too long")
    return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, content)


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """(HTTP status, or 0 when there was no answer; a short note for the log)."""
    if not allowed(url):
        return 0, "address not allowed"
    try:
        answer = _pool().request(
            "POST",
            url,
            body=body,
            headers=headers,
            timeout=TIMEOUT,
            retries=False,
            redirect=False,
            preload_content=False,  # the status is all that counts: a long answer is not read
        )
        answer.close()
    except urllib3.exceptions.HTTPError as error:
        return 0, type(error).__name__
    return answer.status, ""


def allowed(url: str) -> bool:
    """HTTPS to public addresses only; the local stack may call itself."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        return False
    if settings().webhook_private:
        return parts.scheme in ("http", "https") and bool(host)
    if parts.scheme != "https" or not host:
        return False
    return all(map(_public, _addresses(host, port)))


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return [NOWHERE]  # not public: unknown hosts are not called
    return [str(entry[4][0]) for entry in found]


def _public(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%")[0])
    return found.is_global and not found.is_multicast


class _Guarded(HTTPSConnection):
    """Looks whom it reached before it says a word: a name may have moved meanwhile."""

    def _new_conn(self) -> socket.socket:
        found = super()._new_conn()
        if settings().webhook_private or _public(found.getpeername()[0]):
            return found
        found.close()
        raise urllib3.exceptions.NewConnectionError(self, "address not allowed")


class _GuardedPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Guarded


@cache
def _pool() -> urllib3.PoolManager:
    manager = urllib3.PoolManager(maxsize=8)
    manager.pool_classes_by_scheme = {
        "http": urllib3.HTTPConnectionPool,
        "https": _GuardedPool,
    }
    return manager
