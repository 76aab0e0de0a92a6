"""A wire whose platform says what a test wants it to say, and that remembers what was sent."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from shared.domain import intake
from shared.domain.content import Content
from shared.domain.identities import broken
from shared.domain.platform import Found, documented
from shared.gateways.channels.port import Link, Request
from shared.gateways.web import Answer

T = TypeVar("T")
NOW = "2026-11-22T03:31:07.000+00:00"  # 11:31:07 in China


@dataclass
class Wire:
    """Implements port.Wire. An answer that is an exception is raised in its place."""

    answers: list[Answer | Exception]
    now: str = NOW
    sent: list[Request] = field(default_factory=list)

    def ask(self, request: Request, read: Callable[[Answer], T]) -> T:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return read(answer)


def saying(*documents: Any, now: str = NOW) -> Wire:
    """A platform that answers with these: JSON documents, or whole answers or exceptions."""
    kept = (Answer, Exception)
    return Wire([one if isinstance(one, kept) else answer(one) for one in documents], now)


def answer(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, json.dumps(document, ensure_ascii=False).encode())


def form(request: Request) -> dict[str, str]:
    """The fields of a form that was sent, the empty ones too."""
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))


def link(channel: str, **changes: Any) -> Link:
    secrets = {"app_secret": "helloworld", "access_token": "tok", "refresh_token": "again"}
    given = {
        "shop": "s1",
        "channel": channel,
        "app_key": "12345678",
        "seller": "1001",
        "secrets": secrets | changes.pop("secrets", {}),
    }
    return Link(**{**given, **changes})


def taken(found: Found) -> Content:
    """The order as we take it in: with no fault, and its sums right."""
    content = intake.read(documented("s1", found), latest="2027-01-01T00:00:00.000+00:00").content
    assert not list(broken(content))
    return content
