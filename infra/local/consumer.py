"""One consumer of a stream: reads its shards in order and remembers how far it came."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from infra.local import shard
from infra.local.batches import deliver
from infra.local.checkpoints import Checkpoints
from infra.local.shard import Record, Shard
from infra.local.wire import TROUBLE, Refusal, Wire

log = logging.getLogger(__name__)
IDLE = 0.5  # seconds between two looks at a quiet stream


@dataclass(frozen=True, slots=True)
class Consumer:
    """`window` is how many seconds records may wait for company before the function is called."""

    wire: Wire
    table: str
    handler: Callable[[dict[str, Any]], Any]
    give_up: Callable[[str, Record], None]
    checkpoints: Checkpoints
    batch: int
    window: float = 0

    def run(self) -> None:
        """Read until the process ends."""
        while True:
            try:
                self._read()
            except (*TROUBLE, Refusal) as error:
                log.info("%s: %s", self.table, error)
            time.sleep(IDLE)

    def _read(self) -> None:
        stream, ids = shard.of_table(self.wire, self.table)
        for id in ids:
            found = Shard(self.wire, stream, id, self.checkpoints.get(id))
            while not found.closed:
                if self.once(found) == 0:
                    time.sleep(IDLE)

    def once(self, found: Shard) -> int:
        """Work off one batch of a shard; says how many records it had."""
        records = self._gather(found)
        deliver(
            records,
            self.handler,
            done=lambda last: self.checkpoints.put(found.id, last["dynamodb"]["SequenceNumber"]),
            give_up=partial(self.give_up, found.id),
        )
        return len(records)

    def _gather(self, found: Shard) -> list[Record]:
        records = found.read(self.batch)
        until = time.monotonic() + self.window
        while 0 < len(records) < self.batch and not found.closed:
            left = until - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(left, IDLE))
            records += found.read(self.batch - len(records))
        return records
