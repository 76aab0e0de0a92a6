"""A sale of one SKU: so many orders a second, and what became of them."""

from collections import Counter, deque
from dataclasses import dataclass, field
from math import inf
from random import Random

from infra.simulator.events import Clock, Work
from infra.simulator.holds import End, Shelf
from infra.simulator.partition import KEPT, Database

WORKERS = 1000  # instances of the function, as many as an account may have unless it asks
PLENTY = 10**9


@dataclass(frozen=True, slots=True)
class Offer:
    """Orders come at random times, `rate` a second on average."""

    buckets: int  # 0: one counter
    rate: float
    seconds: float
    units: int = PLENTY
    each: tuple[int, ...] = (1,)  # units of an order, one of these
    kept: tuple[float, float] = KEPT
    workers: int = WORKERS
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one order."""

    came: float
    ended: float
    units: int
    end: End
    left: int = 0  # units that were free when it was told that there are none
    spent: float = 0.0  # write units of all orders until then

    @property
    def seconds(self) -> float:
        """Until it was held, if it was."""
        return self.ended - self.came if self.end is End.HELD else inf


@dataclass(slots=True)
class Result:
    offer: Offer
    shelf: Shelf
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def ends(self) -> Counter[End]:
        return Counter(outcome.end for outcome in self.outcomes)

    @property
    def held(self) -> list[Outcome]:
        """In the order in which they were."""
        return [outcome for outcome in self.outcomes if outcome.end is End.HELD]

    @property
    def sold(self) -> int:
        return sum(each.units for each in self.held)

    @property
    def a_second(self) -> float:
        """Holds a second while orders came in."""
        return sum(each.ended <= self.offer.seconds for each in self.held) / self.offer.seconds

    @property
    def spent(self) -> float:
        """Write units, all together."""
        return self.shelf.db.spent

    def percentile(self, percent: float) -> float:
        """Seconds until an order was held, of those that were not refused; infinite: not yet."""
        times = sorted(each.seconds for each in self.outcomes if each.end is not End.SHORT)
        return times[min(len(times) - 1, int(len(times) * percent / 100))]


def run(offer: Offer) -> Result:
    return _Sale(offer).run()


class _Sale:
    def __init__(self, offer: Offer) -> None:
        self.offer, self.clock = offer, Clock()
        self.buyers = Random(offer.seed)  # the same ones, whatever becomes of their orders
        database = Database(self.clock, Random(offer.seed), offer.kept)
        self.shelf = Shelf(database, offer.units, offer.buckets)
        self.result = Result(offer, self.shelf)
        self.queue: deque[tuple[float, int]] = deque()  # when each order came, and its units
        self.idle = offer.workers

    def run(self) -> Result:
        self.clock.start(0.0, self._orders())
        self.clock.run()
        self.result.outcomes += [
            Outcome(came, self.offer.seconds, units, End.WAITING) for came, units in self.queue
        ]
        return self.result

    def _orders(self) -> Work[None]:
        while True:
            yield self.buyers.expovariate(self.offer.rate)
            if self.clock.now > self.offer.seconds:
                return
            self.queue.append((self.clock.now, self.buyers.choice(self.offer.each)))
            if self.idle:
                self.idle -= 1
                self.clock.start(self.clock.now, self._worker())

    def _worker(self) -> Work[None]:
        """Take from the queue while the sale goes on and something is in it."""
        while self.queue and self.clock.now <= self.offer.seconds:
            came, units = self.queue.popleft()
            end = yield from self.shelf.reserve(units)
            left = self.shelf.free if end is End.SHORT else 0
            spent = self.shelf.db.spent
            self.result.outcomes.append(Outcome(came, self.clock.now, units, end, left, spent))
        self.idle += 1
