"""The parent of all processes: `python -m infra.local.supervisor HOME [--sandbox] [PORT]`."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

from infra.local import engines, env, leftovers, ports, processes, provision, saved_queues, state
from infra.local.child import Child
from infra.local.engines import Engines
from infra.local.home import Home
from infra.local.processes import Spec
from infra.local.state import Ports, Process, State

LOOK = 0.2  # seconds between two looks at the children
GRACE = 10  # seconds that a batch may take to end
SANDBOX = "--sandbox"
SETTLING = 30  # seconds for the engines to come up


class Supervisor:
    def __init__(self, home: Home, wanted: Ports, made: Engines) -> None:
        self._home = home
        self._state = State(os.getpid(), wanted)
        self._engines = made
        self._children: list[Child] = []
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()

    def run(self, ready: Callable[[str], None]) -> None:
        """Start everything, keep it up, and take it down again when told to."""
        self._home.make()
        saved_queues.move(self._home, self._state.ports.sqs)
        try:
            self._begin(processes.engines(self._home, self._state, self._engines))
            self._settle()
            self._begin(processes.sandboxes(self._home, self._state))
            self._begin(processes.product(self._home, self._state))
            self._state.ready = True
            self._note()
            ready(self._state.url)
            while not self._stopping.wait(LOOK):
                self._tend()
        finally:
            self._end()

    def _begin(self, specs: list[Spec]) -> None:
        begun = [Child(spec, self._home) for spec in specs]
        self._children += begun
        for child in begun:
            child.start()
        self._note()

    def _settle(self) -> None:
        until = time.monotonic() + SETTLING
        while not all(child.settled for child in self._children):
            if self._stopping.wait(0.05):
                return
            if time.monotonic() > until:
                late = [child.spec.name for child in self._children if not child.settled]
                raise TimeoutError(f"{', '.join(late)} did not answer; see its log")
            self._tend()

    def _tend(self) -> None:
        changes = [child.tend() for child in self._children]
        if any(changes):
            self._note()

    def _note(self) -> None:
        self._state.processes = {
            child.spec.name: Process(child.pid, child.spec.port, child.restarts)
            for child in self._children
        }
        state.write(self._home, self._state, env.environment(self._home, self._state))

    def _end(self) -> None:
        """What runs app.py first, the engines last: a batch that was begun can end."""
        runners = [child for child in self._children if child.spec.settle is None]
        for group in (runners, [child for child in self._children if child not in runners]):
            for child in group:
                child.ask_to_end()
            until = time.monotonic() + GRACE
            for child in group:
                child.end(max(0.0, until - time.monotonic()))


@contextlib.contextmanager
def supervising(
    home: Home, port: int | None, made: Engines, *, sandbox: bool
) -> Iterator[Supervisor]:
    """Hold the home's lock; an orderly end forgets the state, and the usual ports come back."""
    held = state.lock(home)
    if held is None:
        raise SystemExit("another supervisor runs here")
    with held:
        state.sign(held)
        before = state.read(home)
        if before:
            leftovers.end(before)
        try:
            yield Supervisor(home, ports.choose(port, before, sandbox=sandbox), made)
        finally:
            state.forget(home)


def serve(
    home: Home,
    port: int | None,
    ready: Callable[[str], None] = print,
    *,
    sandbox: bool = False,
) -> None:
    """Run until a signal to stop; `ready` hears the address."""
    made = engines.get(home.engines, print)
    with supervising(home, port, made, sandbox=sandbox) as supervisor:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: supervisor.stop())
        try:
            supervisor.run(ready)
        except (provision.Outdated, TimeoutError) as error:
            raise SystemExit(str(error)) from error


if __name__ == "__main__":
    where, *rest = sys.argv[1:]
    port = [int(each) for each in rest if each.isdecimal()]
    serve(Home.at(where), port[0] if port else None, sandbox=SANDBOX in rest)
