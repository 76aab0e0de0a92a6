"""Durations counted in buckets that grow by a tenth: few numbers, any percentile within 5 %."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log, sqrt

LEAST = 100  # milliseconds: what is shorter counts as nothing
GROWTH = 1.1
_STEP = log(GROWTH)


def bucket(milliseconds: int) -> int:
    """The number of the bucket; 0 holds everything below LEAST."""
    if milliseconds < LEAST:
        return 0
    return 1 + int(log(milliseconds / LEAST) / _STEP + 1e-9)  # a border belongs to what follows


def middle(number: int) -> float:
    """Seconds that stand for a bucket: the geometric middle, at most 4.9 % from its borders."""
    return LEAST * GROWTH ** (number - 1) * sqrt(GROWTH) / 1000 if number else 0.0


@dataclass(frozen=True, slots=True)
class Durations:
    """How often something was done, and how long it took."""

    buckets: Mapping[int, int]
    milliseconds: int = 0  # all together

    @property
    def count(self) -> int:
        return sum(self.buckets.values())

    @property
    def mean(self) -> float:
        """Seconds."""
        return self.milliseconds / self.count / 1000 if self.count else 0.0

    def percentile(self, percent: int) -> float:
        """Seconds within which so many of a hundred were done; 0 where there is none."""
        left = ceil(self.count * percent / 100)
        for number in sorted(self.buckets):
            left -= self.buckets[number]
            if left <= 0:
                return middle(number)
        return 0.0
