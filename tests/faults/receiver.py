"""The merchant's end of a webhook: it stands where the HTTP client would connect."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any

import urllib3

from tests.faults.faults import Fault
from tests.faults.sqs import Strikes


@dataclass(frozen=True, slots=True)
class Said:
    status: int

    def close(self) -> None:
        """There is no connection."""


class Receiver:
    def __init__(self, chance: Random, strikes: Strikes) -> None:
        self.heard: Counter[tuple[str, str]] = Counter()  # (address, event) that it took
        self._chance, self._strikes = chance, strikes

    def request(self, method: str, url: str, *, headers: dict[str, str], **_: Any) -> Said:
        if self._strikes(Fault.DEAF):
            return self._fail()
        self.heard[url, headers["webhook-id"]] += 1
        return Said(200)

    def _fail(self) -> Said:
        status = self._chance.choice((0, 429, 500))
        if status == 0:
            raise urllib3.exceptions.TimeoutError
        return Said(status)
