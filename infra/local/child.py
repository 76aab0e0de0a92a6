"""One process that is kept alive: started again when it ends, later each time it ends early."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import time

from infra.local import bonds
from infra.local.home import ROOT, Home
from infra.local.processes import Spec
from infra.local.wire import TROUBLE, Refusal

STEADY = 10  # seconds after which a start counts as good
FIRST, LONGEST = 0.2, 5.0  # seconds before the next start
LARGEST_LOG = 20_000_000  # bytes, after which a start begins a new log and keeps the old one


class Child:
    def __init__(self, spec: Spec, home: Home) -> None:
        self.spec = spec
        self.restarts = -1
        self._log = home.log(spec.name)
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._pause = FIRST
        self._due = 0.0
        self.settled = spec.settle is None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        self._signal(signal.SIGKILL)  # children of its own that outlived it hold the port
        self._turn_log()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.spec.command,
                cwd=ROOT,
                env=self.spec.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for the supervisor alone
                preexec_fn=bonds.tie,
            )
        self._began = time.monotonic()
        self._due = 0.0
        self.restarts += 1
        self.settled = self.spec.settle is None

    def tend(self) -> bool:
        """Start again if it is time to, settle if it answers; says whether anything changed."""
        if self._process is None or self._process.poll() is not None:
            return self._revive()
        return not self.settled and self._settle()

    def ask_to_end(self) -> None:
        self._signal(signal.SIGTERM)

    def end(self, patience: float) -> None:
        """Wait for the end that was asked for, then insist; also what it left behind."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _revive(self) -> bool:
        now = time.monotonic()
        if not self._due:
            lived = now - self._began
            self._pause = FIRST if lived > STEADY else min(self._pause * 2, LONGEST)
            self._due = now + self._pause
        if now < self._due:
            return False
        self.start()
        return True

    def _settle(self) -> bool:
        try:
            if self.spec.settle:
                self.spec.settle()
        except (*TROUBLE, Refusal, sqlite3.OperationalError):
            return False  # not up yet, or busy: the next look tries again
        self.settled = True
        return True

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _turn_log(self) -> None:
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
