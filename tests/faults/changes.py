"""What the orders table has told: its stream, and the readers that follow it."""

from collections import defaultdict
from random import Random
from typing import Any

from shared.domain import event
from shared.domain.event import Event
from shared.domain.order import Order, Status
from shared.store import orders
from tests.faults.faults import Fault
from tests.faults.sqs import Strikes

BATCH = 100
BESIDE = ("payment#", "aftersale#")


class Changes:
    """New images in the order of their commits, and how far each reader has come."""

    def __init__(self, chance: Random, strikes: Strikes) -> None:
        self.images: list[dict[str, Any]] = []
        self.versions: dict[str, dict[int, Order]] = defaultdict(dict)
        self.read = {"count": 0, "publish": 0}
        self._chance, self._strikes = chance, strikes

    def tell(self, image: dict[str, Any]) -> None:
        """Orders as they become; and what lies beside them, which readers follow as well."""
        if image["sk"]["S"].startswith(BESIDE) and image not in self.images:
            self.images.append(image)
        for order in orders.from_image(image):
            if order.version not in self.versions[order.id]:  # a call that was sent twice
                self.versions[order.id][order.version] = order
                self.images.append(image)

    def events(self) -> list[Event]:
        """Every event that these changes mean."""
        versions = (order for known in self.versions.values() for order in known.values())
        return [one for order in versions for one in event.news(order)]

    def has_been(self, order_id: str, status: Status) -> bool:
        return any(order.status is status for order in self.versions[order_id].values())

    def unread(self) -> list[str]:
        return [name for name, at in self.read.items() if at < len(self.images)]

    def take(self, reader: str) -> tuple[list[dict[str, Any]], int]:
        """A batch of records, and how far the reader has come when it is done."""
        start = self.read[reader]
        if start and self._strikes(Fault.REPEAT):
            start = self._chance.randrange(start)
        records = [_record(at, image) for at, image in enumerate(self.images)][start:][:BATCH]
        end = start + len(records)
        if len(records) > 1 and self._strikes(Fault.SHUFFLE):
            self._chance.shuffle(records)
        return records, end

    def done(
        self, reader: str, records: list[dict[str, Any]], end: int, failed: list[int]
    ) -> None:
        """The reader came so far: to the first that failed, if they were in their order."""
        numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
        if not failed:
            self.read[reader] = max(self.read[reader], end)
        elif numbers == sorted(numbers):
            self.read[reader] = max(self.read[reader], failed[0])


def _record(number: int, image: dict[str, Any]) -> dict[str, Any]:
    return {
        "eventName": "MODIFY",
        "dynamodb": {"SequenceNumber": str(number), "NewImage": image},
        "eventSourceARN": "arn:aws:dynamodb:cn-north-1:000000000000:table/tongdan-orders/stream/1",
    }
