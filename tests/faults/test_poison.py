"""A batch with messages that nobody can serve: its other messages are served all the same."""

import json

import pytest

from shared.domain.order import Status
from shared.store import payments
from tests.faults import money_scenes, scenes
from tests.faults.course import quiet
from tests.faults.database import Database
from tests.faults.money_asks import bought
from tests.faults.sqs import MOST_RECEIVES, Message
from tests.faults.tally import Tally
from tests.faults.world import World, message
from tests.support import build

PAID = 2600  # for three mugs with the promotion and the coupon
POISON = {
    "no JSON": "{",
    "no object": "[1]",
    "no ids": "{}",
    "another field": json.dumps({"tenant": "acme", "order_id": "x", "and": "more"}),
    "no such order": json.dumps({"tenant": "acme", "order_id": "x"}),
    "no such tenant": json.dumps({"tenant": "nobody", "order_id": "x"}),
}


@pytest.mark.parametrize("body", POISON.values(), ids=POISON)
@pytest.mark.parametrize("place", range(3))
def test_poison_in_a_batch_hurts_nobody_else(
    body: str, place: int, database: Database, tally: Tally
) -> None:
    with World(database, f"poison {body}, place {place}") as world:
        world.begin(scenes.the_last_units)
        world.give("mug", 10, "gz")
        batch = world.queues.take("reserve")
        batch.insert(place, Message(body))

        world.finish(world.batch("reserve", batch))

        assert [world.order(number).status for number in ("TB-1", "TB-2")] == [Status.PLANNED] * 2
        quiet(world)
        world.surprises.clear()  # the poison was logged, each time that it came
        tally.judge(world, "poison")


@pytest.mark.parametrize("body", POISON.values(), ids=POISON)
def test_poison_among_money_hurts_nobody_else(body: str, database: Database, tally: Tally) -> None:
    with World(database, f"poison {body} among money") as world:
        world.begin(money_scenes.cancelled)
        world.queues.waiting["settle"].insert(0, Message(body))

        world.finish(world.batch("settle", world.queues.take("settle")))

        (refund,) = world.banks.desks["wechat"].book.refunds
        assert refund.fen == PAID
        quiet(world)
        world.surprises.clear()
        tally.judge(world, "poison")


def test_what_nobody_signed_moves_no_money(database: Database, tally: Tally) -> None:
    with World(database, "forged letters") as world:
        world.begin(money_scenes.begun)
        for provider in ("wechat", "alipay"):
            path = f"/v1/notify/{provider}/acme/{provider}"
            for body in (b"{", b"{}", b"out_trade_no=1&sign=x", bytes(range(256))):
                status, said = build.spoken("POST", path, body, {"Wechatpay-Signature": "x"})
                assert (status, said) != (204, b"")
                assert said != b"success"

        assert not payments.of("acme", bought())[0].totals.captured
        tally.judge(world, "poison")


def test_poison_ends_among_the_dead_letters(database: Database) -> None:
    with World(database, "poison") as world:
        world.begin(scenes.nothing_yet)
        world.queues.send("reserve", ["{"])

        quiet(world)

        assert [letter.receives for letter in world.queues.dead] == [MOST_RECEIVES]


def test_a_message_of_one_tenant_touches_no_order_of_another(
    database: Database, tally: Tally
) -> None:
    with World(database, "foreign") as world:
        world.begin(scenes.approved)
        build.merchant("rival")
        foreign = message(world.id_of("TB-1"), tenant="rival")

        world.finish(world.batch("reserve", [foreign]))

        assert world.order().status is Status.APPROVED
        assert not world.queues.waiting["plan"]
        tally.judge(world, "poison")
