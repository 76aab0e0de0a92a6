"""Where the orders of a group or a presale can stand with their money when things go wrong."""

from shared.domain.order import id_for
from tests.faults.course import quiet
from tests.faults.money_asks import begin, paying_ask
from tests.faults.money_scenes import HOUR, selling
from tests.faults.world import World
from tests.support import sales


def grouped(buyer: str) -> str:
    """The order of a buyer in the group."""
    return id_for("acme", "mall", f"two-{buyer}")


def ahead() -> str:
    """The order of the presale."""
    return id_for("acme", "mall", "early-amy")


def group_open(world: World) -> None:
    """A group of two: one has paid, the other has a place and has not."""
    selling(world)
    sales.begin(world.merchant, sales.grouping())
    first = sales.bought(world.merchant, "two", "amy", shop="mall")
    sales.bought(world.merchant, "two", "bob", shop="mall", group=first)
    quiet(world)
    for order in (first, grouped("bob")):
        begin(world, paying_ask(world, order=order))
    world.banks.pay(f"{first}-01")
    quiet(world)


def group_full(world: World) -> None:
    """The other has paid as well, and nobody has told us yet."""
    group_open(world)
    world.banks.pay(f"{grouped('bob')}-01")


def group_over(world: World) -> None:
    """Its time is over, and the clock has ended it: its orders are to follow."""
    group_open(world)
    world.advance(25 * HOUR)
    world.finish(world.timer("expire"))


def group_half(world: World) -> None:
    """One has a place and has paid; the other is about to join."""
    selling(world)
    sales.begin(world.merchant, sales.grouping())
    first = sales.bought(world.merchant, "two", "amy", shop="mall")
    quiet(world)
    begin(world, paying_ask(world, order=first))
    world.banks.pay(f"{first}-01")
    quiet(world)


def deposit_paid(world: World) -> None:
    """A deposit is paid, which is lost if the balance is not; it can be paid now."""
    selling(world)
    campaign = sales.presale()
    campaign["presale"]["unpaid"] = "keep"
    sales.begin(world.merchant, campaign)
    order = sales.bought(world.merchant, "early", "amy", shop="mall")
    quiet(world)
    begin(world, paying_ask(world, order=order))
    world.banks.pay(f"{order}-01")
    quiet(world)
    world.advance(25 * HOUR)


def balance_paying(world: World) -> None:
    """The balance is paid at the provider in its last minute, and nobody has told us yet."""
    deposit_paid(world)
    world.advance(22 * HOUR + 1800)
    begin(world, paying_ask(world, order=ahead(), key="balance"))
    world.banks.pay(f"{ahead()}-02")
