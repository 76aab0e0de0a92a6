"""Handlers as tasks: each runs in a thread of its own, but only while it holds the baton.

A task gives the baton back before each call to AWS: between two calls nothing that others can
see happens, so every interleaving that matters is an order of these steps.

In AWS each invocation has an environment to itself. Here they share a process, so what the
product keeps in globals (Chalice's current request, the nudges that wait to be sent) belongs to
an Environment, which is put in place when its task gets the baton and taken away with it.
"""

import threading
from collections.abc import Callable
from typing import Any

import app as product
from shared.gateways import queues
from tests.faults.faults import Fault


class Crash(BaseException):
    """The function dies here: no `except Exception` sees it."""


class Environment:
    """The globals of one Lambda environment, and by how much its clock is off."""

    def __init__(self, skew: float = 0.0) -> None:
        self.skew = skew
        self._waiting: dict[str, list[dict[str, str]]] = {}
        self._request: Any = None
        self._context: Any = None

    def swap(self) -> None:
        """Put these globals in place and keep those that were there; once more undoes it."""
        app: Any = product.app
        self._waiting, queues._waiting = queues._waiting, self._waiting
        request = getattr(
            app, "current_request", None
        )  # Chalice has neither before its first call
        context = getattr(app, "lambda_context", None)
        self._request, app.current_request = request, self._request
        self._context, app.lambda_context = context, self._context


class Task(threading.Thread):
    """One invocation of one handler."""

    def __init__(self, name: str, work: Callable[[], Any], environment: Environment) -> None:
        super().__init__(name=name, daemon=True)
        self.environment = environment
        self.calls = 0  # to AWS, tries of the SDK counted
        self.lasting: Fault | None = None  # what goes wrong at every further call
        self.result: Any = None
        self.error: BaseException | None = None
        self.crashed = False
        self.done = False
        self._work = work
        self._mine, self._others = threading.Semaphore(0), threading.Semaphore(0)

    def step(self) -> None:
        """Let the task run up to its next call, or to its end."""
        if self.ident is None:
            self.start()
        self.environment.swap()
        self._mine.release()
        self._others.acquire()
        self.environment.swap()

    def pause(self) -> None:
        """Called by the task itself: let others go on."""
        self._others.release()
        self._mine.acquire()

    def run(self) -> None:
        self._mine.acquire()
        try:
            self.result = self._work()
        except Crash:
            self.crashed = True
        except BaseException as error:
            self.error = error
        self.done = True
        self._others.release()


def current() -> Task | None:
    """The task that holds the baton, or None in the test itself."""
    thread = threading.current_thread()
    return thread if isinstance(thread, Task) else None
