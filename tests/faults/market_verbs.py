"""What is done with a platform: it is read, told of parcels, and hints at what changed."""

import json

from shared.domain.order import Order, Status, id_for
from shared.store import orders
from tests.faults.clients import Ask
from tests.faults.scheduler import Task
from tests.faults.sqs import Message
from tests.faults.world import World


def pull(world: World) -> Task:
    return reading(world, "taobao")


def pull_from_douyin(world: World) -> Task:
    return reading(world, "douyin")


def fetch(world: World) -> Task:
    return _hinted(world, "taobao")


def fetch_from_douyin(world: World) -> Task:
    return _hinted(world, "douyin")


def report(world: World) -> Task:
    return world.batch("report", [message(order_id=first(world, "taobao").id)])


def report_to_douyin(world: World) -> Task:
    return world.batch("report", [message(order_id=first(world, "douyin").id)])


def ship(world: World) -> Task:
    ask = shipping(first(world, "taobao"))
    world.clients.append([ask])
    return world.ask(ask)


def cancel(world: World) -> Task:
    order = first(world, "taobao")
    path = f"/v1/orders/{order.id}/cancel"
    ask = Ask("cancel", "POST", path, {}, f"cancel-{order.number}", order.id)
    world.clients.append([ask])
    return world.ask(ask)


def sweep(world: World) -> Task:
    world.advance(120)
    return world.timer("sweep")


def reading(world: World, platform: str) -> Task:
    return world.batch("pull", [message(shop=platform)])


def shipping(order: Order) -> Ask:
    labels = [
        {"parcel": parcel.no, "carrier": "sf", "tracking": f"SF{order.number[-8:]}{parcel.no}"}
        for parcel in order.parcels
    ]
    path = f"/v1/orders/{order.id}/ship"
    return Ask("ship", "POST", path, {"parcels": labels}, f"ship-{order.number}", order.id)


def first(world: World, platform: str) -> Order:
    """The first order of a platform that has parcels, or that at least is here."""
    ids = [id_for("acme", platform, one.number) for one in world.markets.desks[platform].orders]
    here = orders.get_many("acme", ids).values()
    packed = [o for o in here if o.status in (Status.PLANNED, Status.SHIPPED)]
    return min(packed or list(here), key=lambda order: order.number)


def _hinted(world: World, platform: str) -> Task:
    number = min(world.markets.desks[platform].orders.by_number)
    return world.batch("fetch", [message(shop=platform, number=number)])


def message(**about: str) -> Message:
    return Message(json.dumps({"tenant": "acme", **about}))
