"""Who does what with money in a storm: buyers who pay, change their minds, and want it back."""

from shared.domain.order import Status
from tests.faults import campaign_scenes as campaigns
from tests.faults import money_scenes as scenes
from tests.faults.clients import Ask
from tests.faults.money_asks import bought, joining, of_order, order_of, paying_ask
from tests.faults.world import World

PAID = (Status.RECEIVED, Status.APPROVED, Status.PLANNED)


def stage(world: World) -> None:
    """The shop, its promotion for two orders, and buyers who pay whatever they can."""
    scenes.selling(world)
    world.listen("crm", "order.shipped", "order.cancelled")


def stage_with_a_group(world: World) -> None:
    """The same, and a group of two that one buyer has opened."""
    campaigns.group_half(world)


def buyers(world: World) -> None:
    """More orders than the promotion allows; paid twice, called off, cut, given back."""
    world.banks.buyers = True
    for number in ("M-1", "M-2", "M-3"):
        order = bought(number)
        first = order_of(world, number, buyer=number.lower(), codes=[])
        first.again = world.chance.randrange(2)
        world.clients.append([first])
        for provider in world.chance.sample(("wechat", "alipay"), world.chance.randint(1, 2)):
            _then(world, paying_ask(world, provider, order), Status.HELD)
        deeds = [
            of_order("cancel", "cancel", order=order),
            of_order("cut", "cancel", {"lines": [{"line": 1, "quantity": 1}]}, order),
            of_order("open", "after-sales", _refund(1), order),
        ]
        for ask in world.chance.sample(deeds, 2):
            _then(world, ask, world.chance.choice(PAID))
        for deed in world.chance.sample(("agree", "withdraw", "intercepted"), 2):
            ask = of_order(deed, f"after-sales/A1/{deed}", order=order)
            _then(world, ask, Status.PLANNED)


def returns(world: World) -> None:
    """What has left comes back, is exchanged, or is paid for though nothing comes back."""
    world.banks.buyers = True
    for number in ("M-1", "M-2"):
        order = bought(number)
        world.clients.append([order_of(world, number, buyer=number.lower(), codes=[])])
        _then(world, paying_ask(world, order=order), Status.HELD)
        _then(world, of_order("ship", "ship", order=order), Status.PLANNED)
        lines = [{"line": 1, "quantity": 2}]
        body = world.chance.choice(
            [
                {"kind": "return", "lines": lines, "no": "A1"},
                {"kind": "compensation", "fen": 300, "no": "A1"},
            ]
        )
        came = {"id": "D-1", "lines": [{"sku": "mug", "good": 2}]}
        world.clients.append(
            [
                _after(of_order("open", "after-sales", body, order), Status.SHIPPED),
                of_order("agree", "after-sales/A1/agree", order=order),
                of_order("receive", "after-sales/A1/receive", came, order),
            ]
        )
        again = {"kind": "compensation", "fen": 2600, "no": "A2"}
        then = of_order("open-more", "after-sales", again, order)
        _then(world, then, Status.SHIPPED)


def joiners(world: World) -> None:
    """Three who want the last place of a group; the first may leave it; its time runs out."""
    world.banks.buyers = True
    group = campaigns.grouped("amy")
    for buyer in ("bob", "eve", "joe"):
        world.clients.append([joining(world, group, buyer)])
        order = campaigns.grouped(buyer)
        _then(world, paying_ask(world, order=order), Status.HELD)
    if world.chance.randrange(2):
        world.clients.append([of_order("cancel", "cancel", order=group)])


def _refund(pieces: int) -> dict[str, object]:
    return {"kind": "refund", "lines": [{"line": 1, "quantity": pieces}], "no": "A1"}


def _then(world: World, ask: Ask, after: Status) -> None:
    world.clients.append([_after(ask, after)])


def _after(ask: Ask, status: Status) -> Ask:
    ask.after = status
    return ask
