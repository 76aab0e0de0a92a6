"""What AWS takes, by its public price lists: USD, on demand, without any free tier.

Storage, traffic, logs and backups are not counted: they do not grow with the calls.
"""

from dataclasses import dataclass

REGION = "us-east-1"
CNY = 7.2  # for one USD
WRITE_UNITS = 0.625  # a million
READ_UNITS = 0.125  # a million
QUEUE_CALLS = 0.40  # a million
API_CALLS = 3.50  # a million, REST API
INVOCATIONS = 0.20  # a million
GB_SECOND = 0.0000133334  # arm64
MEMORY = 0.5  # GB of a function
ROUND_TRIP = 0.005  # seconds that a function waits for one answer of AWS


@dataclass(frozen=True, slots=True)
class Bill:
    """What one order used."""

    writes: float
    reads: float
    database_calls: float
    queue_calls: float
    invocations: float
    cpu: float  # seconds of our own code
    api_calls: float = 1.0

    @property
    def usd(self) -> float:
        """For a million orders."""
        waiting = (self.database_calls + self.queue_calls) * ROUND_TRIP
        return (
            self.writes * WRITE_UNITS
            + self.reads * READ_UNITS
            + self.queue_calls * QUEUE_CALLS
            + self.api_calls * API_CALLS
            + self.invocations * INVOCATIONS
            + (self.cpu + waiting) * MEMORY * GB_SECOND * 1_000_000
        )

    @property
    def cny(self) -> float:
        return self.usd * CNY
