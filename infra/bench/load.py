"""Clients that call an API over HTTP, each with a connection of its own."""

import http.client
import itertools
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlsplit

TIMEOUT = 35.0  # seconds
AWAY = 0  # the status of a call that got no answer
AGAIN = (AWAY, 429, 502, 503, 504)  # the same may be sent again
LOOK = 0.1  # seconds
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Call:
    body: bytes = b""
    method: str = "POST"
    path: str = "/v1/orders"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many clients of one API; `tries` is how often a call is made while nobody answers."""

    url: str
    key: str
    clients: int = 1
    tries: int = 1


def fire(crowd: Crowd, calls: Sequence[Call], progress: Progress | None = None) -> list[Answer]:
    """Make every call; the answers come in the order of the calls."""
    answers: list[Answer | None] = [None] * len(calls)
    numbers = itertools.count()

    def work() -> None:
        with closing(Client(crowd.url, crowd.key)) as client:
            while (no := next(numbers)) < len(calls):
                answers[no] = client.persist(calls[no], crowd.tries)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(crowd.clients)]
    for thread in threads:
        thread.start()
    _watch(threads, progress or (lambda _: None), answers)
    return [answer for answer in answers if answer is not None]


def _watch(
    threads: list[threading.Thread], progress: Progress, answers: list[Answer | None]
) -> None:
    for thread in threads:
        while thread.is_alive():
            thread.join(LOOK)
            progress(sum(answer is not None for answer in answers))


class Client:
    """Not to be shared between threads."""

    def __init__(self, url: str, key: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def close(self) -> None:
        self._connection.close()

    def persist(self, call: Call, tries: int) -> Answer:
        answer = self.send(call)
        for attempt in range(1, tries):
            if answer.status not in AGAIN:
                break
            time.sleep(0.2 * 2**attempt)
            answer = self.send(call)
        return answer

    def send(self, call: Call) -> Answer:
        began = time.perf_counter()
        headers = {**self._headers, **call.headers}
        try:
            self._connection.request(call.method, call.path, call.body or None, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return Answer(AWAY, b"", time.perf_counter() - began)
        return Answer(response.status, content, time.perf_counter() - began)
