"""Who gets goods that have come: the urgent, then whoever must leave first."""

from dataclasses import replace

import pytest

from functions.steps import wake
from shared.gateways import queues
from shared.runtime import clock
from shared.store import orders
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.told import Stream

HOUR = 3600


def wait(acme: Merchant, number: str, hours: float, quantity: int = 1) -> str:
    """An order that waits for mugs, placed so many hours ago."""
    placed_at = clock.later(clock.now(), -hours * HOUR)
    reply = acme.place(number=number, placed_at=placed_at, lines=[build.line(quantity=quantity)])
    return str(reply.body["id"])


@pytest.fixture
def waiting(acme: Merchant, mail: Mail, stream: Stream) -> dict[str, str]:
    """Three orders, the one that was taken in last placed first; the second is urgent."""
    ids = {"late": wait(acme, "late", 1), "urgent": wait(acme, "urgent", 0.5)}
    ids["early"] = wait(acme, "early", 30)
    mail.pump()
    before = orders.get(acme.id, ids["urgent"])
    orders.save(replace(before, urgent=True).noted("edited", clock.now()))
    stream.tell("count")
    return ids


def nudged(mail: Mail) -> list[str]:
    queues.flush()
    return [body["order_id"] for body in mail.bodies("reserve")]


def test_all_are_nudged_in_the_order_in_which_they_must_leave(
    acme: Merchant, mail: Mail, waiting: dict[str, str]
) -> None:
    wake.wake(acme.id, ["mug"])

    assert nudged(mail) == [waiting[name] for name in ("urgent", "early", "late")]


def test_no_more_are_nudged_than_there_are_units_for(
    acme: Merchant, mail: Mail, waiting: dict[str, str]
) -> None:
    acme.put_stock("mug", 1)

    wake.look(acme.id, "mug")

    assert nudged(mail) == [waiting["urgent"]]
