"""Where an order can stand, and what can be done to it there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.store import merchants
from tests.faults.clients import Ask
from tests.faults.scheduler import Task
from tests.faults.world import PLACED, World, message
from tests.support import build

Scene = Callable[[World], None]
Verb = Callable[[World], Task]
STEPS = ("review", "reserve", "plan", "ship")
LATER = "2026-11-20T05:00:00+00:00"


# --- where it stands --------------------------------------------------------
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
    approved(world)
    steps(world, "reserve")


def reserved_for_robots(world: World) -> None:
    robots(world)
    reserved(world)


def planned(world: World) -> None:
    reserved(world)
    steps(world, "plan")


def planned_in_two_parcels(world: World) -> None:
    approved_in_two_lines(world)
    steps(world, "reserve", "plan")


def planned_for_robots(world: World) -> None:
    reserved_for_robots(world)
    steps(world, "plan")


def told(world: World) -> None:
    world.listen("erp")
    world.listen("crm", "order.reserved", "order.planned")
    planned(world)


def published(world: World) -> None:
    told(world)
    world.finish(world.read("publish"))


# --- what is done -----------------------------------------------------------
def accept(world: World) -> Task:
    return world.ask(client(world, order_ask()))


def accept_batch(world: World) -> Task:
    documents = [document(f"TB-{number}") for number in (1, 2, 3)]
    return world.ask(
        client(world, Ask("batch", "POST", "/v1/orders/batch", {"orders": documents}))
    )


def accept_with_stock(world: World) -> Task:
    body = {"orders": [document()], "stock": "now"}
    return world.ask(client(world, Ask("batch", "POST", "/v1/orders/batch", body)))


def review(world: World) -> Task:
    return _nudged(world, "review")


def reserve(world: World) -> Task:
    return _nudged(world, "reserve")


def reserve_other(world: World) -> Task:
    return _nudged(world, "reserve", "TB-2")


def plan(world: World) -> Task:
    return _nudged(world, "plan")


def ship_by_robot(world: World) -> Task:
    return _nudged(world, "ship")


def ship(world: World) -> Task:
    return world.ask(client(world, move("ship")))


def ship_first_parcel(world: World) -> Task:
    return world.ask(client(world, move("ship", {"parcels": [{"parcel": 1}]}, key="ship-1")))


def cancel(world: World) -> Task:
    return world.ask(client(world, move("cancel")))


def cancel_without_key(world: World) -> Task:
    return world.ask(client(world, move("cancel", key="")))


def hold(world: World) -> Task:
    return world.ask(client(world, move("hold")))


def release(world: World) -> Task:
    return world.ask(client(world, move("release")))


def update(world: World) -> Task:
    return world.ask(client(world, newer(lines=[build.line(quantity=3)])))


def cancel_by_channel(world: World) -> Task:
    return world.ask(client(world, newer(state="cancelled")))


def restock(world: World) -> Task:
    ask = Ask("restock", "PUT", "/v1/stock/mug/hz", {"on_hand": 30}, "restock-1")
    return world.ask(client(world, ask))


def open_warehouse(world: World) -> Task:
    body = {"id": "bj", "name": "北京仓", "province": "北京市"}
    return world.ask(client(world, Ask("open", "POST", "/v1/warehouses", body, "open-1")))


def sweep(world: World) -> Task:
    world.advance(61)
    return world.timer("sweep")


def expire(world: World) -> Task:
    world.advance(2 * 3600)
    return world.timer("expire")


def count(world: World) -> Task:
    return world.read("count")


def publish(world: World) -> Task:
    return world.read("publish")


def notify(world: World) -> Task:
    """The message stays in its queue as well: it will come twice."""
    return world.batch("notify", world.queues.waiting["notify"][:1])


# --- their parts ------------------------------------------------------------
def document(number: str = "TB-1", **change: Any) -> dict[str, Any]:
    return build.document(number, placed_at=PLACED, **change)


def order_ask(number: str = "TB-1", order_id: str = "", **change: Any) -> Ask:
    return Ask("accept", "POST", "/v1/orders", document(number, **change), order_id=order_id)


def newer(number: str = "TB-1", version: int = 2, **change: Any) -> Ask:
    return Ask("update", "POST", "/v1/orders", document(number, version=version, **change))


def move(verb: str, body: Any = None, number: str = "TB-1", key: str | None = None) -> Ask:
    given = f"{verb}-{number}" if key is None else key
    return Ask(verb, "POST", f"/v1/orders/{number}/{verb}", body or {}, given)


def client(world: World, ask: Ask) -> Ask:
    """A client that sends this one request; numbers in it become the ids of their orders."""
    number = ask.body.get("number") or next(
        (part for part in ask.path.split("/") if part.startswith("TB-")), ""
    )
    if number:
        ask.order_id = world.id_of(number)
        ask.path = ask.path.replace(number, ask.order_id)
    world.clients.append([ask])
    return ask


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


def _nudged(world: World, queue: str, number: str = "TB-1") -> Task:
    return world.batch(queue, [message(world.id_of(number))])
