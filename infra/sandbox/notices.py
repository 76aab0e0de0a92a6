"""How a provider tells the merchant: again and again until it hears what it wants to hear."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from infra.sandbox.mischief import WELL, Mischief, Trick

PAUSES = (1, 2, 4, 8, 15, 30, 60, 180, 600, 1800)
"""Seconds between two tries: faster than the real ones (15 s to 6 hours), for people who wait."""
PATIENCE = 5  # seconds that the merchant has to answer


@dataclass
class Notice:
    """One thing to tell. `write` makes its bytes anew for each try, as the provider does."""

    about: str
    url: str
    write: Callable[[Trick], tuple[dict[str, str], bytes]] = field(repr=False)
    answers: list[tuple[int, str]] = field(default_factory=list)
    heard: bool = False


class Notices:
    def __init__(
        self,
        mischief: Mischief,
        good: Callable[[int, bytes], bool],
        pauses: tuple[float, ...] = PAUSES,
    ) -> None:
        self._mischief, self._good, self._pauses = mischief, good, pauses
        self._held: list[tuple[Notice, Trick]] = []
        self._running: list[threading.Thread] = []
        self.sent: list[Notice] = []

    def send(self, notice: Notice) -> None:
        """Tell it in the background, unless mischief has other plans."""
        trick = self._mischief.take("notice")
        self.sent.append(notice)
        if trick.is_("hold"):
            self._held.append((notice, trick))
        elif not trick.is_("drop"):
            for _ in range(2 if trick.is_("double") else 1):
                self._begin(notice, trick)

    def release(self) -> int:
        """Tell what was held, the last first, each heard before the next; how many there were."""
        held, self._held = self._held, []
        for notice, trick in reversed(held):
            self._begin(notice, trick).join()
        return len(held)

    def wait(self, seconds: float = 10) -> bool:
        """Until all that is being told has been heard, or given up; False if time is over."""
        until = time.monotonic() + seconds
        for each in list(self._running):
            each.join(max(0.0, until - time.monotonic()))
        self._running = [each for each in self._running if each.is_alive()]
        return not self._running

    def shown(self) -> list[dict[str, object]]:
        names = ("about", "url", "heard", "answers")
        return [{name: getattr(each, name) for name in names} for each in self.sent]

    def _begin(self, notice: Notice, trick: Trick) -> threading.Thread:
        run = threading.Thread(target=self._tell, args=(notice, trick), daemon=True)
        self._running.append(run)
        run.start()
        return run

    def _tell(self, notice: Notice, trick: Trick) -> None:
        time.sleep(trick.seconds if trick.is_("delay") else 0)
        for pause in (*self._pauses, 0):
            status, body = post(notice.url, *notice.write(trick))
            trick = WELL  # the next try is as it should be
            notice.answers.append((status, body.decode(errors="replace")[:200]))
            if self._good(status, body):
                notice.heard = True
                return
            time.sleep(pause)


def post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """(HTTP status, or 0 when there was no answer; its body)."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE)
    try:
        connection.request(
            "POST", f"{parts.path or '/'}{parts.query and '?'}{parts.query}", body, headers
        )
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
