"""Where the orders of a platform can stand when things go wrong."""

from shared.runtime import clock
from tests.faults.course import quiet
from tests.faults.market_verbs import first, reading, shipping
from tests.faults.world import World

HOUR = 3600
SEED = 4  # whose orders are of one, two and three articles, and all to be shipped


def connected(world: World) -> None:
    """Goods, and a shop where some orders wait to be read."""
    _connected(world, "taobao")


def connected_with_douyin(world: World) -> None:
    _connected(world, "douyin")


def read(world: World) -> None:
    """All is here, and packed."""
    _read(world, "taobao")


def changed(world: World) -> None:
    """One was cancelled there since, one shipped, and one is noted otherwise."""
    read(world)
    _change(world, "taobao")


def changed_with_douyin(world: World) -> None:
    _read(world, "douyin")
    _change(world, "douyin")


def cancelled(world: World) -> None:
    """The first was cancelled there, and nobody here knows."""
    read(world)
    world.markets.desks["taobao"].change(first(world, "taobao").number, "cancelled")


def shipped(world: World) -> None:
    """The parcels of the first have left, and the platform does not know."""
    read(world)
    world.send(shipping(first(world, "taobao")))


def shipped_with_douyin(world: World) -> None:
    _read(world, "douyin")
    world.send(shipping(first(world, "douyin")))


def wanted_back(world: World) -> None:
    """The same, and the buyer wants the money back."""
    shipped(world)
    desk = world.markets.desks["taobao"]
    number = first(world, "taobao").number
    for line in desk.orders.by_number[number].lines:
        line.refund = "asked"
    desk.change(number)


def _connected(world: World, platform: str) -> None:
    for sku in ("mug", "hat", "tea"):
        world.give(sku, 30)
    desk = world.markets.desks[platform]
    desk.orders.make(3, desk.now - HOUR, desk.now - HOUR / 2, seed=SEED)
    shop = {"id": platform, "name": platform, "channel": platform, "hold_notes": False}
    world.merchant.call("POST", "/v1/shops", shop)
    since = clock.later(world.moment(), -2 * HOUR)
    given = {**desk.link(), "since": since}
    connection = world.merchant.call("POST", f"/v1/shops/{platform}/link", given)
    assert connection.status == 201, connection.body


def _read(world: World, platform: str) -> None:
    _connected(world, platform)
    world.finish(reading(world, platform))
    quiet(world)
    world.advance(HOUR)


def _change(world: World, platform: str) -> None:
    desk = world.markets.desks[platform]
    numbers = sorted(desk.orders.by_number)
    desk.change(numbers[0], "cancelled")
    desk.change(numbers[1], "shipped")
    desk.change(numbers[2], memo="加急")
    world.advance(HOUR / 6)
