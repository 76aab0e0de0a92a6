"""What every simulated platform and carrier has: a clock, tokens, tricks, pushes and a control."""

import json
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, ClassVar

from infra.sandbox.desk import BROKEN, KEPT, played
from infra.sandbox.mischief import ANSWERS, WELL, Mischief, Trick
from infra.sandbox.notices import PAUSES, Notices
from infra.sandbox.server import Answer, Request, said

TRICKS = {
    "expired": "has ended the token",
    "twice": "does it twice, and answers the second time",
}
LIFE = 30 * 86400  # seconds of a token


class No(Exception):
    """What is refused; each says it in its own code."""

    def __init__(self, why: str, note: str = "") -> None:
        super().__init__(why)
        self.why, self.note = why, note


@dataclass
class Tokens:
    access: str = field(default_factory=lambda: f"tok-{secrets.token_hex(8)}")
    refresh: str = field(default_factory=lambda: f"again-{secrets.token_hex(8)}")
    ends: float = field(default_factory=lambda: time.time() + LIFE)

    def renewed(self, refresh: str) -> "Tokens":
        """New ones; the old ones end with it."""
        if refresh != self.refresh:
            raise No("refresh")
        return Tokens()


class Stand(ABC):
    """One who is called: `provide` answers, in its own words."""

    name = ""
    app_key, app_secret = "12345678", "sandbox-app-secret"
    expires = True  # whether its tokens end, and can be renewed
    tricks: ClassVar[dict[str, str]] = {}  # of its own, beside what all of them play

    def __init__(self, pauses: tuple[float, ...] = PAUSES) -> None:
        self.tokens = Tokens()
        self.mischief = Mischief({**ANSWERS, **TRICKS, **self.tricks})
        self.notices = Notices(self.mischief, self.heard_well, pauses)
        self.heard: list[Request] = []
        self.fired: dict[str, int] = {}
        self.ahead = 0.0
        self.url = self.push_url = ""

    @abstractmethod
    def provide(self, request: Request, trick: Trick) -> Answer:
        """The answer to a call; raises No."""

    @abstractmethod
    def refuse(self, _: Request, no: No) -> Answer:
        """The same refusal in its own words."""

    @abstractmethod
    def call_of(self, request: Request) -> str:
        """By what name tricks are played on a call."""

    @abstractmethod
    def link(self) -> dict[str, Any]:
        """What a merchant enters to be connected."""

    @abstractmethod
    def shown(self) -> dict[str, Any]:
        """What there is, for whoever looks."""

    @abstractmethod
    def truth(self) -> dict[str, Any]:
        """How everything stands, for whoever compares."""

    def heard_well(self, status: int, body: bytes) -> bool:  # noqa: ARG002
        """Whether a push was answered as it must be."""
        return status // 100 == 2  # noqa: PLR2004

    @property
    def now(self) -> float:
        return time.time() + self.ahead

    def wait(self, seconds: float) -> None:
        """Time goes by, without anybody waiting."""
        self.ahead += seconds

    def answer(self, request: Request) -> Answer:
        if request.path == "/sandbox" or request.path.startswith("/sandbox/"):
            return self._control(request)
        self.heard = [*self.heard[-KEPT:], request]
        trick = self.mischief.take(self.call_of(request))
        if trick is not WELL:
            self.fired[trick.what] = self.fired.get(trick.what, 0) + 1
        answer = played(trick, lambda: self._answered(request, trick))
        date = formatdate(self.now, usegmt=True)
        return replace(answer, headers={"Date": date, **answer.headers})

    def _answered(self, request: Request, trick: Trick) -> Answer:
        try:
            self._tricked(request, trick)
            answer = self.provide(request, trick)
        except No as no:
            return self.refuse(request, no)
        except (LookupError, TypeError, ValueError) as error:
            return self.refuse(request, No("param", str(error)))
        return BROKEN if trick.is_("unknown") else answer

    def _tricked(self, request: Request, trick: Trick) -> None:
        """What goes wrong before a call is answered, in the words of whoever answers."""
        if trick.is_("busy"):
            raise No("busy")
        if trick.is_("expired"):
            self.tokens = replace(self.tokens, access=f"tok-{secrets.token_hex(8)}")
            raise No("token")
        if trick.is_("twice"):
            self.provide(request, WELL)

    def _control(self, request: Request) -> Answer:
        action = self._actions().get(f"{request.method} {request.path.removeprefix('/sandbox')}")
        if action is None:
            return said({"message": "see docs/sandbox.md"}, 404)
        try:
            return action(json.loads(request.body or b"{}"))
        except No as no:
            return said({"message": no.why}, 409)
        except (LookupError, TypeError, ValueError) as error:
            return said({"message": str(error)}, 422)

    def _actions(self) -> dict[str, Callable[[dict[str, Any]], Answer]]:
        return {
            "GET ": lambda _: said(self.shown()),
            "GET /account": lambda _: said(self.link()),
            "GET /truth": lambda _: said(self.truth()),
            "POST /push": self._push_to,
            "POST /release": lambda _: said({"released": self.notices.release()}),
            "POST /clock": self._clock,
            "POST /mischief": self._plan,
            "DELETE /mischief": self._behave,
        }

    def _push_to(self, asked: dict[str, Any]) -> Answer:
        self.push_url = str(asked["url"])
        return said({"url": self.push_url})

    def _clock(self, asked: dict[str, Any]) -> Answer:
        self.ahead = float(asked["ahead"])
        return said({"ahead": self.ahead})

    def _plan(self, asked: dict[str, Any]) -> Answer:
        self.mischief.plan(asked)
        return said(self.mischief.shown(), 201)

    def _behave(self, _: dict[str, Any]) -> Answer:
        self.mischief.clear()
        return said(self.mischief.shown())
