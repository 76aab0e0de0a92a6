"""The wire to one shop's platform: time-outs, limits, repeats by the kind of failure."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from shared.gateways import web
from shared.gateways.channels.port import Rate, Rejected, Request, Why
from shared.gateways.talk import Unclear
from shared.gateways.web import Answer, Unanswered
from shared.runtime import clock, retry

T = TypeVar("T")
Take = Callable[[str, int, int], float]
"""(Name, calls, seconds) -> 0, or the seconds until a call is free: see `rates.take`."""
Send = Callable[[str, str, bytes, Mapping[str, str]], Answer]
TRIES = 3
WAITS = (0.2, 0.8)  # seconds before the second, the third
PATIENT = 1.5  # seconds that a call waits for its turn rather than fail
FAILED, BUSY = 500, 429
OURS = "our-limit"  # the code of a refusal by our own counting: the platform was not asked
_ahead: dict[str, float] = {}  # seconds by which a platform's clock is before ours


class Line:
    """Implements port.Wire. `name`: the platform and app whose limits are shared."""

    def __init__(
        self, name: str, rates: Mapping[str, Rate], take: Take, send: Send | None = None
    ) -> None:
        self.name, self._rates, self._take, self._send = name, rates, take, send or web.call
        self._date = ""

    @property
    def now(self) -> str:
        return clock.later(clock.now(), _ahead.get(self.name, 0.0))

    def ask(self, request: Request, read: Callable[[Answer], T]) -> T:
        """Raises Rejected, and Unclear where it may have been done all the same."""
        for wait in WAITS:
            try:
                return self._tried(request, read)
            except Rejected as no:
                if no.why is not Why.LATER:
                    raise
            except Unclear:
                if not request.safe:
                    raise
            retry.pause(wait)
        return self._tried(request, read)

    def learn_the_time(self) -> bool:
        """Go by the platform's clock from now on; whether it told us its time."""
        try:
            theirs = parsedate_to_datetime(self._date).astimezone(UTC)
        except (TypeError, ValueError):
            return False
        _ahead[self.name] = (theirs - datetime.fromisoformat(clock.now())).total_seconds()
        return True

    def _tried(self, request: Request, read: Callable[[Answer], T]) -> T:
        self._turn(request.api)
        answer = self._sent(request)
        self._date = answer.headers.get("date", "")
        if answer.status == BUSY:
            raise Rejected(Why.LIMITED, str(BUSY), "", _seconds(answer))
        if answer.status >= FAILED:
            raise Unclear(f"HTTP {answer.status}")
        return read(answer)

    def _sent(self, request: Request) -> Answer:
        try:
            return self._send(request.method, request.url, request.body, request.headers)
        except Unanswered as cut:
            if cut.sent:
                raise Unclear(cut.note) from cut
            raise Rejected(Why.LATER, "unreachable", cut.note) from cut

    def _turn(self, api: str) -> None:
        rate = self._rates.get(api) or self._rates.get("")
        if rate is None:
            return
        wait = self._take(f"{self.name}#{api}", rate.calls, rate.seconds)
        if 0 < wait <= PATIENT:
            retry.pause(2 * wait)  # a pause may be as short as half of what is asked
            wait = self._take(f"{self.name}#{api}", rate.calls, rate.seconds)
        if wait:
            raise Rejected(Why.LIMITED, OURS, api, wait)


def _seconds(answer: Answer) -> float:
    try:
        return float(answer.headers.get("retry-after", ""))
    except ValueError:
        return 0.0
