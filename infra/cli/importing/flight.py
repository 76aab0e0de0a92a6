"""Batches on their way: so many at once, settled one by one in the main thread."""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from infra.cli.exits import Stop
from infra.cli.importing.batches import Batch
from infra.cli.importing.sending import Sent


class Flight:
    """After a failure or Ctrl-C no batch starts any more; those on their way are waited for."""

    def __init__(
        self, send: Callable[[Batch], Sent], settle: Callable[[Batch, Sent], None], parallel: int
    ) -> None:
        self._send = send
        self._settle = settle
        self._most = parallel
        self._pool = ThreadPoolExecutor(parallel, thread_name_prefix="import")
        self._flying: dict[Future[Sent], Batch] = {}
        self.failure: Stop | None = None
        self.interrupted = False

    def carry(self, batches: Iterable[Batch]) -> None:
        with self._pool:
            try:
                self._start_all(batches)
            except KeyboardInterrupt:
                self.interrupted = True
            while self._flying:
                self._land()

    def _start_all(self, batches: Iterable[Batch]) -> None:
        for batch in batches:
            while len(self._flying) >= self._most:
                self._land()
            if self.failure:
                return
            self._flying[self._pool.submit(self._send, batch)] = batch

    def _land(self) -> None:
        landed, _ = wait(self._flying, return_when=FIRST_COMPLETED)
        for future in landed:
            batch = self._flying.pop(future)
            try:
                sent = future.result()
            except Stop as stop:
                self.failure = self.failure or stop
            else:
                self.failure = self.failure or sent.halt
                self._settle(batch, sent)
