"""Where an order can stand when things go wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.domain.merchant import Merging
from shared.domain.order import Status
from shared.gateways import queues
from shared.runtime import cache
from shared.store import merchants, orders
from tests.faults.verbs import HOT, order_ask
from tests.faults.world import World, message
from tests.support import build

Scene = Callable[[World], None]
LATER = "2026-11-20T05:00:00+00:00"


def nothing_yet(world: World) -> None:
    world.give("mug", 5)
    world.give("mug", 3, "gz")


def received(world: World, **change: Any) -> None:
    nothing_yet(world)
    place(world, **change)


def received_for_robots(world: World) -> None:
    robots(world)
    received(world)


def noted(world: World) -> None:
    received(world, notes={"buyer": "请尽快"})


def held(world: World) -> None:
    noted(world)
    steps(world, "review")


def held_for_a_while(world: World) -> None:
    planned(world)
    world.merchant.call("POST", _path(world, "hold"), {"until": LATER, "then": "cancel"})


def approved(world: World, **change: Any) -> None:
    received(world, **change)
    steps(world, "review")


def approved_for_robots(world: World) -> None:
    robots(world)
    approved(world)


def approved_in_two_lines(world: World) -> None:
    """The same SKU on two lines, more than one warehouse has."""
    approved(world, lines=[build.line(quantity=4), build.line(quantity=3, unit_price=800)])


def approved_too_big(world: World) -> None:
    approved(world, lines=[build.line(quantity=9)])


def short(world: World) -> None:
    approved_too_big(world)
    steps(world, "reserve")


def refilled(world: World) -> None:
    short(world)
    world.give("mug", 20)


def the_last_units(world: World) -> None:
    """Two orders, and goods for one."""
    world.give("mug", 2)
    place(world)
    place(world, number="TB-2")
    steps(world, "review")


def reserved(world: World) -> None:
    """Stock is held, but nothing divided into parcels yet."""
    planned(world)
    order = world.order("TB-1")
    undone = replace(order, status=Status.RESERVED, parcels=())
    queues.nudge(orders.save(undone.noted("reserved-nearest", world.now(), warehouses=["hz"])))
    queues.flush()


def reserved_for_robots(world: World) -> None:
    robots(world)
    reserved(world)


def planned(world: World) -> None:
    approved(world)
    steps(world, "reserve")


def planned_in_two_parcels(world: World) -> None:
    approved_in_two_lines(world)
    steps(world, "reserve")


def shipped(world: World) -> None:
    planned(world)
    world.merchant.call("POST", _path(world, "ship"))


def planned_for_robots(world: World) -> None:
    robots(world)
    planned(world)


def told(world: World) -> None:
    world.listen("erp")
    world.listen("crm", "order.reserved", "order.planned")
    planned(world)


def published(world: World) -> None:
    told(world)
    world.finish(world.read("publish"))


def hot(world: World, units: int = 6) -> None:
    """Three buckets with two units each: whichever an order chooses, it makes the same calls."""
    world.give("mug", units)
    heat(world)


def heated_anew(world: World) -> None:
    """Its first order was placed in a sale that is over, and the second sale is on."""
    hot_planned(world)
    cool(world)
    heat(world)


def hot_approved(world: World) -> None:
    hot(world)
    place(world)
    steps(world, "review")


def hot_approved_too_big(world: World) -> None:
    """More than any bucket has, but no more than all of them."""
    hot(world, 4)
    place(world, lines=[build.line(quantity=4)])
    steps(world, "review")


def the_last_units_are_hot(world: World) -> None:
    """Two orders, and goods for one."""
    hot(world, 2)
    place(world)
    place(world, number="TB-2")
    steps(world, "review")


def hot_planned(world: World) -> None:
    hot_approved(world)
    steps(world, "reserve")


def hot_sold_out(world: World) -> None:
    """The first order has everything, and the second was told so."""
    the_last_units_are_hot(world)
    steps(world, "reserve")


def waiting(world: World) -> None:
    """Two orders of one buyer that have waited for each other long enough."""
    merging(world)
    nothing_yet(world)
    for number in ("TB-1", "TB-2"):
        place(world, number=number, lines=[build.line(quantity=1)])
    steps(world, "review", "reserve")
    world.advance(31 * 60)


def waiting_apart(world: World) -> None:
    """Two that wait, one of them for goods that lie elsewhere: they can be moved to the other."""
    merging(world)
    world.give("mug", 5)
    world.give("hat", 3, "gz")
    place(world, lines=[build.line(quantity=1)])
    place(world, number="TB-2", lines=[build.line("hat", 1)])
    steps(world, "review", "reserve")
    world.give("hat", 2)
    world.advance(31 * 60)


def merged(world: World) -> None:
    """Two orders in one box."""
    waiting(world)
    world.finish(world.batch("plan", [message(world.id_of("TB-1"))]))


def merged_for_robots(world: World) -> None:
    robots(world)
    merged(world)


def merged_and_stopped(world: World) -> None:
    """One of the two is held: its goods must be taken out."""
    merged(world)
    world.merchant.call("POST", _path(world, "hold"), {})


# --- the ways there ---
def merging(world: World, buffer: int = 30) -> None:
    """A shop whose orders wait for each other, so many minutes."""
    shop = merchants.shops.get("acme", "tmall")
    merchants.shops.replace("acme", replace(shop, merge=Merging(on=True, buffer=buffer)))
    cache.forget()


def heat(world: World) -> None:
    world.merchant.call("PUT", HOT, {"buckets": 3})


def cool(world: World) -> None:
    world.merchant.call("DELETE", HOT)


def place(world: World, **change: Any) -> None:
    world.send(order_ask(**change))


def steps(world: World, *names: str) -> None:
    for name in names:
        world.finish(world.batch(name, world.queues.take(name)))


def robots(world: World) -> None:
    """Warehouses whose parcels the simulated carrier takes."""
    _carried_by("simulated")


def people(world: World) -> None:
    _carried_by("manual")


def _carried_by(carrier: str) -> None:
    for warehouse in list(merchants.warehouses.list_("acme")):
        merchants.warehouses.replace("acme", replace(warehouse, carrier=carrier))


def _path(world: World, verb: str) -> str:
    return f"/v1/orders/{world.id_of('TB-1')}/{verb}"
