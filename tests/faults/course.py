"""How a run goes on: by chance while things go wrong, and in peace at its end."""

from collections.abc import Callable
from functools import partial
from typing import Any

from functions.timers import expire, sweep
from shared.gateways import queues
from tests.faults import people
from tests.faults.banks import Letter
from tests.faults.clients import Ask
from tests.faults.world import World

AT_ONCE = 4  # invocations in flight
TWO_DAYS = 48 * 3600


def play(world: World, steps: int = 20_000) -> None:
    """Let all go on together, in an order that chance chooses, until nothing is left to do."""
    for _ in range(steps):
        starts = _starts(world) if len(world.running) < AT_ONCE else []
        if not starts and not world.running:
            return
        if starts and (not world.running or world.chance.random() < 0.3):
            world.chance.choice(starts)()
        else:
            world.step(world.chance.choice(list(world.running)))
    raise AssertionError(f"{world}: it never ended")


def settle(world: World) -> None:
    """Nothing goes wrong any more: clients ask again, two days of sweeps find what is left."""
    assert not world.running, str(world)
    world.mishaps.end()
    quiet(world)
    asks = [ask for client in world.clients for ask in client]
    world.surprises += [surprise for ask in asks for surprise in _repeat(world, ask)]
    for _ in range(2):  # what a hold that ran out lets go may wait for others once more
        world.advance(TWO_DAYS)
        sweep.sweep(TWO_DAYS)
        expire.expire()
        queues.flush()
        quiet(world)
    for _ in range(people.ROUNDS):
        if people.wanted(world):
            people.see(world)
            quiet(world)
            people.tick(world)
            quiet(world)


def quiet(world: World) -> None:
    """Deliver all that waits, one after the other."""
    for _ in range(500):
        if names := world.queues.names():
            world.finish(world.batch(names[0], world.queues.take(names[0])))
        elif readers := world.changes.unread():
            world.finish(world.read(readers[0]))
        elif world.banks.letters:
            world.finish(world.hear(world.banks.letters.pop(0)))
        else:
            return
    raise AssertionError(f"{world}: the queues never went quiet")


def _starts(world: World) -> list[Callable[[], Any]]:
    """Every invocation that could begin now."""
    asks = _asks(world)
    starts: list[Callable[[], Any]] = [
        *(partial(world.ask, ask) for ask in asks if _ready(world, ask)),
        *(partial(_receive, world, name) for name in world.queues.names()),
        *(partial(world.read, reader) for reader in world.changes.unread()),
        *(partial(_tick, world, name) for name, left in world.timers.items() if left),
        *(partial(_hear, world, letter) for letter in world.banks.letters),
        *(partial(world.banks.pay, number) for _, number in _payable(world)),
        *([world.markets.come] if world.markets.coming else []),
    ]
    if starts or world.running:
        return starts
    return [partial(world.ask, ask) for ask in asks]  # what they wait for never came


def _asks(world: World) -> list[Ask]:
    """What each client sends next."""
    first = (next((ask for ask in asks if not ask.done), None) for asks in world.clients)
    return [ask for ask in first if ask and not ask.flying]


def _ready(world: World, ask: Ask) -> bool:
    return ask.after is None or world.changes.has_been(ask.order_id, ask.after)


def _receive(world: World, queue: str) -> None:
    world.batch(queue, world.queues.take(queue))


def _hear(world: World, letter: Letter) -> None:
    world.banks.letters.remove(letter)
    world.hear(letter)


def _payable(world: World) -> list[tuple[str, str]]:
    return world.banks.open() if world.banks.buyers else []


def _tick(world: World, timer: str) -> None:
    world.timers[timer] -= 1
    world.advance(60)
    world.timer(timer)


def _repeat(world: World, ask: Ask) -> list[str]:
    """The same request once more: what was acknowledged must be answered the same."""
    if not ask.key or not ask.taken:
        return []
    reply = world.send(ask)
    same = (reply.status, reply.body) == (ask.taken.status, ask.taken.body)
    return [] if same else [f"{ask.verb} {ask.key}: answered {reply.status} when repeated"]
