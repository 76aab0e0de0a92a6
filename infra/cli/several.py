"""One deed for several things: each on its own, and an exit code that says how it went."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import typer

from infra.cli.commands import problem_of, tell
from infra.cli.exits import Exit, Stop
from infra.cli.session import Session

T = TypeVar("T")
PARALLEL = 4
FINAL = {Exit.UNREACHABLE, Exit.USAGE}  # the next one would fare no better


def several(
    session: Session,
    things: Iterable[T],
    do: Callable[[T], Any],
    *,
    name: Callable[[T], str] = str,
) -> None:
    """Do it to each, some at once; print what was done and what not; 5 if only some worked."""
    done: list[Any] = []
    failed: list[tuple[str, Stop]] = []
    with ThreadPoolExecutor(PARALLEL) as pool:
        for some in _by(PARALLEL, things):
            for thing, result in zip(some, pool.map(partial(_tried, do), some), strict=True):
                if isinstance(result, Stop):
                    failed.append((name(thing), result))
                else:
                    done.append(result)
            if any(stop.exit in FINAL for _, stop in failed):
                break
    _report(session, done, failed)


def _by(size: int, things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, size)):
        yield some


def _tried(do: Callable[[T], Any], thing: T) -> Any:
    try:
        return do(thing)
    except Stop as stop:
        return stop


def _report(session: Session, done: list[Any], failed: list[tuple[str, Stop]]) -> None:
    problems = [{"id": name, "problem": problem_of(session.out, stop)} for name, stop in failed]
    session.out.show(
        {"done": done, "failed": problems},
        lambda: session.words("done-failed", done=len(done), failed=len(failed)),
    )
    for name, stop in failed:
        session.out.say("about", name=name)
        tell(session.out, stop)
    if failed:
        raise typer.Exit(Exit.PARTLY if done else failed[0][1].exit)
