"""Whom the product asks over HTTP in a run: sandboxes without a socket, in the run's time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType, SimpleNamespace
from typing import Any, Protocol
from urllib.parse import urlsplit

import pytest
import urllib3

from infra.sandbox.mischief import WELL, Mischief, Trick
from infra.sandbox.server import WHOLE, Answer, Request
from shared.runtime import clock
from tests.faults.faults import Fault
from tests.faults.scheduler import Crash, Task, current

TRICKS = {
    Fault.UNHEARD: Trick(what="lost"),
    Fault.UNTOLD: Trick(what="cut"),
    Fault.HALF: Trick(what="half"),
    Fault.BUSY: Trick(what="busy"),
    Fault.NO: Trick(what="refuse", code="over"),
    Fault.POOR: Trick(what="refuse", code="balance"),
    Fault.DOWN: Trick(what="broken"),
    Fault.UNKNOWN: Trick(what="unknown"),
    Fault.PENDING: Trick(what="processing"),
    Fault.FORGED: Trick(what="byte"),
    Fault.DELAY: Trick(what="delay", seconds=90),
}


class Surroundings(Protocol):
    """What they ask of the world."""

    def moment(self) -> str: ...
    def advance(self, seconds: float) -> None: ...
    def fault(self, task: Task, operation: str) -> Fault | None: ...


class Outside:
    """Some that are asked, each under its name."""

    def __init__(self, world: Surroundings, desks: Mapping[str, Any]) -> None:
        self.world, self.desks = world, desks
        self.next: dict[str, Fault] = {}  # what happens at the next call of this kind
        self.asked: list[str] = []  # every call that was answered, by what it does
        self._fault: Fault | None = None  # at the call that is being answered
        self._again = False
        for name, one in desks.items():
            one.url, one.mischief = f"https://{name}.example", _Tricks(self._take)

    def live(self, patch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
        """Let what these modules do happen in the time of this world."""
        time = SimpleNamespace(time=self.seconds, sleep=self.world.advance)
        for module in modules:
            patch.setattr(module, "time", time)

    def seconds(self) -> float:
        return float(clock.epoch(self.world.moment()))

    def knows(self, url: str) -> bool:
        return _name(url) in self.desks

    def request(
        self, method: str, url: str, *, body: bytes | None, headers: dict[str, str], **_: Any
    ) -> "Said":
        """Stands where the HTTP client would connect."""
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        given = {name.lower(): value for name, value in headers.items()}
        asked, one = Request(method, target, given, body or b""), self.desks[_name(url)]
        answer = one.answer(asked)
        fault = self._fault
        if fault is Fault.TWICE:  # somebody on the way sent it again
            self._again = True
            answer = one.answer(asked)
            self._again = False
        if fault is Fault.CRASH_AFTER:
            raise Crash
        if answer.sent == 0:
            raise urllib3.exceptions.ProtocolError("no answer")
        return Said(answer)

    def _take(self, on: str) -> Trick:
        """What happens to this call. Others go on before it is made."""
        if self._again:
            return WELL
        task = current()
        fault = self._struck(task, on) if task else None
        self._fault = fault = self.next.pop(on, fault)
        if fault is Fault.CRASH_BEFORE:
            raise Crash
        self.asked.append(on)
        return replace(TRICKS[fault], on=on) if fault in TRICKS else WELL

    def _struck(self, task: Task, on: str) -> Fault | None:
        task.pause()
        task.calls += 1
        if task.lasting is Fault.CUT_OFF:
            return Fault.UNHEARD
        return self.world.fault(task, on)


class Said:
    """An answer as the HTTP client gives it."""

    def __init__(self, answer: Answer) -> None:
        self.status, self.headers, self._answer = answer.status, answer.headers, answer

    def __enter__(self) -> "Said":
        return self

    def __exit__(self, *_: object) -> None:
        """There is no connection."""

    def read(self, most: int, *, decode_content: bool) -> bytes:
        if self._answer.sent != WHOLE:
            raise urllib3.exceptions.ProtocolError("broken off")
        return self._answer.body


class _Tricks(Mischief):
    def __init__(self, take: Callable[[str], Trick]) -> None:
        super().__init__()
        self._take = take

    def take(self, on: str) -> Trick:
        return self._take(on)


def _name(url: str) -> str:
    return (urlsplit(url).hostname or "").partition(".")[0]
