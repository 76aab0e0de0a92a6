"""The judge of money sees what is wrong."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.sandbox.book import Refund
from shared.domain.aftersale import AfterSale, Kind, State
from shared.domain.content import Use
from shared.domain.payment import Event, Payment
from shared.domain.payment import Kind as Of
from shared.domain.payment import State as Is
from shared.store import aftersales, orders, payments, usages
from shared.store.table import transact
from tests.faults import money, money_scenes
from tests.faults.course import settle
from tests.faults.database import Database
from tests.faults.money_asks import bought
from tests.faults.world import World

Wrong = Callable[[World], None]


def money_went_back_and_we_do_not_know(world: World) -> None:
    world.banks.desks["wechat"].book.refunds.append(_refund(100))


def money_went_back_twice(world: World) -> None:
    world.banks.desks["wechat"].book.refunds += [_refund(2600), _refund(2600)]


def money_is_said_to_be_back_and_is_not(world: World) -> None:
    one = _payment()
    ref = one.next_refund
    _heard(one, Event(Of.REFUND, Is.DONE, 100, ref, world.now(), cause="edit"))


def more_was_taken_than_is_due(world: World) -> None:
    one = _payment()
    trade = world.banks.desks["wechat"].book.trades[one.number]
    trade.fen += 100
    charge = next(event for event in one.events if event.state is Is.DONE)
    _heard(one, replace(charge, fen=trade.fen, at=world.now()))


def an_agreed_refund_is_forgotten(world: World) -> None:
    _agreed(world, State.REFUNDING)


def an_agreed_refund_is_said_to_be_made(world: World) -> None:
    _agreed(world, State.REFUNDED)


def a_use_is_counted_that_nobody_has(world: World) -> None:
    deal = orders.get("acme", bought()).content.deal
    assert deal
    use = deal.uses[0]
    transact(puts=[], updates=[usages.counted("acme", Use(use.counter, 1, use.most + 1))])


def a_payment_is_open_that_we_do_not_know(world: World) -> None:
    book = world.banks.desks["alipay"].book
    trade = world.banks.desks["wechat"].book.trades[_payment().number]
    book.trades["nobody-01"] = replace(trade, number="nobody-01")


WRONGS = [
    money_went_back_and_we_do_not_know,
    money_went_back_twice,
    money_is_said_to_be_back_and_is_not,
    more_was_taken_than_is_due,
    an_agreed_refund_is_forgotten,
    an_agreed_refund_is_said_to_be_made,
    a_use_is_counted_that_nobody_has,
    a_payment_is_open_that_we_do_not_know,
]


@pytest.mark.parametrize("wrong", WRONGS, ids=lambda wrong: wrong.__name__.replace("_", " "))
def test_the_judge_sees_that(wrong: Wrong, database: Database) -> None:
    with World(database, "judge of money") as world:
        world.begin(money_scenes.paid)
        settle(world)
        before = money.wrong(world)

        wrong(world)

        assert before == []
        assert money.wrong(world) != []


def _payment() -> Payment:
    return payments.get("acme", bought(), "01")


def _refund(fen: int) -> Refund:
    number = _payment().number
    return Refund(number, f"{number}-09", fen, state="done")


def _heard(one: Payment, event: Event) -> None:
    after = one.heard(event)
    payments.save("acme", replace(after, told=len(after.events)))


def _agreed(world: World, state: State) -> None:
    now = world.now()
    sale = AfterSale(bought(), "A9", Kind.COMPENSATION, (), 100, now, "key:x", "-", state=state)
    transact(puts=[aftersales.put("acme", sale)])
