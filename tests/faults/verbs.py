"""What can be done to an order: by clients, by its steps, by the clock, by the stream."""

from collections.abc import Callable
from typing import Any

from tests.faults.clients import Ask
from tests.faults.scheduler import Task
from tests.faults.world import PLACED, World, message
from tests.support import build

Verb = Callable[[World], Task]
HOT = "/v1/hot-sales/mug/hz"
STEPS = ("review", "reserve", "plan", "ship")


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


def edit_more(world: World) -> Task:
    return world.ask(client(world, edited({"lines": [{"line": 1, "quantity": 3}]}, "more")))


def edit_receiver(world: World) -> Task:
    """So far away that its goods come from elsewhere."""
    south = {"province": "广东省", "city": "广州市", "address": "天河路 1 号"}
    return world.ask(client(world, edited({"receiver": south}, "south")))


def edit_warehouse(world: World) -> Task:
    return world.ask(client(world, edited({"warehouse": "gz"}, "gz")))


def edit_aside(world: World) -> Task:
    return world.ask(client(world, edited({"note": "易碎", "tags": ["vip"]}, "aside")))


def move_units(world: World) -> Task:
    moves = [{"line": 1, "quantity": 1, "from": "hz", "to": "gz"}]
    return world.ask(client(world, edited({"moves": moves}, "moves")))


def cut(world: World) -> Task:
    return world.ask(client(world, cut_ask()))


def cut_all(world: World) -> Task:
    return world.ask(client(world, cut_ask(2)))


def resend(world: World) -> Task:
    body = {"lines": [{"line": 1, "quantity": 1}], "reason": "破损"}
    return world.ask(client(world, move("resend", body)))


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


def heat(world: World) -> Task:
    return world.ask(client(world, Ask("heat", "PUT", HOT, {"buckets": 3}, "heat-1")))


def cool(world: World) -> Task:
    return world.ask(client(world, Ask("cool", "DELETE", HOT, None, "cool-1")))


def look_after(world: World) -> Task:
    """The clock looks at the sale: a minute later it does."""
    world.advance(61)
    return world.timer("expire")


def plan_other(world: World) -> Task:
    return _nudged(world, "plan", "TB-2")


def ship_other_by_robot(world: World) -> Task:
    return _nudged(world, "ship", "TB-2")


def merge_by_hand(world: World) -> Task:
    ids = [world.id_of("TB-1"), world.id_of("TB-2")]
    return world.ask(client(world, of_merge(world, "merge", "", {"orders": ids, "id": "m-1"})))


def undo_merge(world: World) -> Task:
    return world.ask(client(world, of_merge(world, "undo")))


def take_out(world: World) -> Task:
    return world.ask(client(world, of_merge(world, "take-out", "release")))


def weigh_box(world: World) -> Task:
    return world.ask(client(world, of_merge(world, "weigh", body={"box": 1, "grams": 900})))


def ship_boxes(world: World) -> Task:
    return world.ask(client(world, of_merge(world, "ship-boxes", "ship")))


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


# --- their parts ---
def document(number: str = "TB-1", **change: Any) -> dict[str, Any]:
    return build.document(number, placed_at=PLACED, **change)


def order_ask(number: str = "TB-1", order_id: str = "", **change: Any) -> Ask:
    return Ask("accept", "POST", "/v1/orders", document(number, **change), order_id=order_id)


def newer(number: str = "TB-1", version: int = 2, **change: Any) -> Ask:
    return Ask("update", "POST", "/v1/orders", document(number, version=version, **change))


def move(verb: str, body: Any = None, number: str = "TB-1", key: str | None = None) -> Ask:
    given = f"{verb}-{number}" if key is None else key
    return Ask(verb, "POST", f"/v1/orders/{number}/{verb}", body or {}, given)


def of_merge(world: World, verb: str, deed: str | None = None, body: Any = None) -> Ask:
    """What is asked of the merge of the first order, or of a new one; the second tells of it."""
    merge_id = world.order("TB-1").merge
    path = "/v1/merges" if verb == "merge" else f"/v1/merges/{merge_id}/{deed or verb}"
    return Ask(verb, "POST", path, body or {}, f"{verb}-1", world.id_of("TB-2"))


def edited(changes: Any, key: str, number: str = "TB-1") -> Ask:
    return move("edit", {"changes": changes}, number, f"edit-{key}-{number}")


def cut_ask(pieces: int = 1, number: str = "TB-1") -> Ask:
    """Call off so many pieces of the first line."""
    body = {"lines": [{"line": 1, "quantity": pieces}]}
    return Ask("cut", "POST", f"/v1/orders/{number}/cancel", body, f"cut-{pieces}-{number}")


def client(world: World, ask: Ask) -> Ask:
    """A client that sends this one request; numbers in it become the ids of their orders."""
    number = (ask.body or {}).get("number") or next(
        (part for part in ask.path.split("/") if part.startswith("TB-")), ""
    )
    if number:
        ask.order_id = world.id_of(number)
        ask.path = ask.path.replace(number, ask.order_id)
    world.clients.append([ask])
    return ask


def _nudged(world: World, queue: str, number: str = "TB-1") -> Task:
    return world.batch(queue, [message(world.id_of(number))])
