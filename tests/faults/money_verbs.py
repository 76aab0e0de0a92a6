"""What can be done to the money of an order: by buyers, providers, people, and the clock."""

from tests.faults import campaign_scenes as campaigns
from tests.faults.clients import Ask
from tests.faults.money_asks import (
    after_sale,
    joining,
    of_order,
    order_of,
    paying_ask,
    settle_of,
)
from tests.faults.scheduler import Task
from tests.faults.world import World, message

HOUR = 3600


def place(world: World) -> Task:
    return _ask(world, order_of(world))


def place_other(world: World) -> Task:
    """Another buyer, who wants the promotion and the coupon as well."""
    return _ask(world, order_of(world, "M-2", buyer="u-2"))


def begin(world: World) -> Task:
    return _ask(world, paying_ask(world))


def begin_anew(world: World) -> Task:
    """The page was opened once more: the same payment goes on."""
    return _ask(world, paying_ask(world, key="anew"))


def begin_with_alipay(world: World) -> Task:
    return _ask(world, paying_ask(world, "alipay"))


def hear(world: World) -> Task:
    """The letter stays with the provider as well: it will tell it twice."""
    return world.hear(world.banks.letters[0])


def settle(world: World) -> Task:
    return settle_of(world)


def settle_in_time(world: World) -> Task:
    """When the clock looks at it."""
    world.advance(61)
    return settle_of(world)


def settle_at_the_end(world: World) -> Task:
    """When nobody may pay any more."""
    world.advance(31 * 60)
    return settle_of(world)


def run_out(world: World) -> Task:
    """The time to pay is over."""
    world.advance(31 * 60)
    return world.timer("expire")


def close(world: World) -> Task:
    return _ask(world, of_order("close", "payments/01/close"))


def refresh(world: World) -> Task:
    return _ask(world, of_order("refresh", "payments/01/refresh"))


def cancel(world: World) -> Task:
    return _ask(world, of_order("cancel", "cancel"))


def cut(world: World) -> Task:
    lines = [{"line": 1, "quantity": 1}]
    return _ask(world, of_order("cut", "cancel", {"lines": lines}))


def publish(world: World) -> Task:
    return world.read("publish")


def open_refund(world: World) -> Task:
    body = {"kind": "refund", "lines": [{"line": 1, "quantity": 1}], "no": "A1"}
    return _ask(world, of_order("open", "after-sales", body))


def agree(world: World) -> Task:
    return _ask(world, after_sale(world, "agree"))


def approve(world: World) -> Task:
    return _ask(world, after_sale(world, "approve"))


def withdraw(world: World) -> Task:
    return _ask(world, after_sale(world, "withdraw"))


def intercept(world: World) -> Task:
    return _ask(world, after_sale(world, "intercepted"))


def miss(world: World) -> Task:
    return _ask(world, after_sale(world, "not-intercepted"))


def receive(world: World) -> Task:
    return _ask(world, _came(world, 2))


def receive_one(world: World) -> Task:
    return _ask(world, _came(world, 1))


def answer(world: World) -> Task:
    """The clock looks whether the money is back."""
    world.advance(HOUR + 60)
    return world.timer("expire")


def follow(world: World) -> Task:
    return _follow(world, "amy")


def follow_other(world: World) -> Task:
    return _follow(world, "bob")


def settle_other(world: World) -> Task:
    return settle_of(world, campaigns.grouped("bob"))


def end_group(world: World) -> Task:
    return world.timer("expire", 25 * HOUR)


def leave_group(world: World) -> Task:
    order = campaigns.grouped("amy")
    return _ask(world, of_order("cancel", "cancel", order=order))


def join(world: World) -> Task:
    return _ask(world, _joining(world, "bob"))


def join_as_well(world: World) -> Task:
    return _ask(world, _joining(world, "eve"))


def pay_balance(world: World) -> Task:
    return _ask(world, paying_ask(world, order=campaigns.ahead(), key="balance"))


def settle_ahead(world: World) -> Task:
    return settle_of(world, campaigns.ahead())


def balance_over(world: World) -> Task:
    world.advance(24 * HOUR)
    return world.timer("expire")


def fetch_bills(world: World) -> Task:
    return world.timer("reconcile")


# --- their parts ---
def _ask(world: World, ask: Ask) -> Task:
    world.clients.append([ask])
    return world.ask(ask)


def _came(world: World, units: int) -> Ask:
    lines = [{"sku": "mug", "good": units}]
    return after_sale(world, "receive", {"id": "D-1", "lines": lines})


def _follow(world: World, buyer: str) -> Task:
    return world.batch("group", [message(campaigns.grouped(buyer))])


def _joining(world: World, buyer: str) -> Ask:
    return joining(world, campaigns.grouped("amy"), buyer)
