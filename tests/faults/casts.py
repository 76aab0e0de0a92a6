"""Who does what in a storm: clients, and the orders that they send, move and quarrel about."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.domain.order import Status
from tests.faults import scenes, verbs
from tests.faults.clients import Ask
from tests.faults.verbs import client, move, newer, order_ask
from tests.faults.world import World
from tests.support import build

Cast = Callable[[World], None]
MOVING = (Status.RECEIVED, Status.APPROVED, Status.RESERVED, Status.PLANNED)
SOON = "2026-11-20T04:03:00+00:00"


def stage(world: World) -> None:
    """Goods in two warehouses, parcels taken by the simulated carrier, somebody who listens."""
    scenes.robots(world)
    world.give("mug", 6)
    world.give("mug", 4, "gz")
    world.give("hat", 3, "gz")
    world.listen("crm", "order.shipped", "order.cancelled", "order.held")


def stage_with_ears(world: World) -> None:
    """The same, and somebody wants to hear of everything."""
    stage(world)
    world.listen("erp")


def stage_by_hand(world: World) -> None:
    """The same, but people ship."""
    stage(world)
    scenes.people(world)


def stage_hot(world: World) -> None:
    """Few units in three buckets, parcels taken by the simulated carrier, and a listener."""
    scenes.robots(world)
    scenes.hot(world, 9)
    world.listen("crm", "order.shipped", "order.cancelled")


def stage_hot_by_hand(world: World) -> None:
    """The same, but people ship."""
    stage_hot(world)
    scenes.people(world)


def market(world: World) -> None:
    """Goods for everyone, and nobody listens."""
    scenes.robots(world)
    for sku in ("mug", "hat"):
        world.give(sku, 300)
        world.give(sku, 100, "gz")


def crowd(world: World, orders: int) -> None:
    for number in range(orders):
        client(world, order_ask(f"TB-{number}", lines=_lines(world, 3)))


def flow(world: World) -> None:
    """Orders that only want to arrive; some are sent twice."""
    for number in range(1, 5):
        ask = client(world, order_ask(f"TB-{number}", lines=_lines(world, 2)))
        ask.again = world.chance.randrange(2)


def scarcity(world: World) -> None:
    """More wanted than there is, the same SKU on two lines, and a little more comes in."""
    for number in range(1, 6):
        client(world, order_ask(f"TB-{number}", lines=_lines(world, 4)))
    body = {"orders": [verbs.document("TB-6"), verbs.document("TB-7")], "stock": "now"}
    world.clients.append([Ask("batch", "POST", "/v1/orders/batch", body)])
    world.clients.append([Ask("restock", "PUT", "/v1/stock/hat/hz", {"on_hand": 2}, "restock")])


def quarrel(world: World) -> None:
    """Cancel against ship against update against hold and release, on every order."""
    for number in ("TB-1", "TB-2"):
        client(world, order_ask(number))
        for ask in (move("cancel", number=number), move("hold", number=number), newer(number)):
            client(world, ask).after = world.chance.choice(MOVING)
        client(world, move("ship", number=number)).after = Status.PLANNED
        client(world, move("release", number=number)).after = Status.HELD


def second_thoughts(world: World) -> None:
    """Edits and cancels in part against ship, cancel and the channel's updates."""
    for number in ("TB-1", "TB-2"):
        lines = [build.line(quantity=3), build.line("hat", 1)]
        client(world, order_ask(number, lines=lines))
        south = {"province": "广东省", "city": "广州市", "address": "天河路 1 号"}
        more = {"lines": [{"line": 2, "quantity": 0}, {"line": 1, "quantity": 4}]}
        asks = [
            verbs.edited(more, "more", number),
            verbs.edited({"receiver": south}, "south", number),
            verbs.edited({"warehouse": "gz"}, "gz", number),
            verbs.cut_ask(1, number),
            newer(number, lines=[build.line(quantity=2), build.line("hat", 1)]),
        ]
        for ask in world.chance.sample(asks, 3):
            client(world, ask).after = world.chance.choice(MOVING)
        client(world, move("ship", number=number)).after = Status.PLANNED
        if number == "TB-2":
            client(world, move("cancel", number=number)).after = Status.PLANNED


def same_keys(world: World) -> None:
    """Equal requests under one Idempotency-Key, three at a time."""
    asks = [verbs.cut_ask(), *(move(verb, number="TB-1") for verb in ("ship", "cancel", "hold"))]
    chosen = world.chance.choice(asks)
    for _ in range(3):
        client(world, order_ask("TB-1"))
        client(world, replace(chosen, replies=[])).after = Status.PLANNED
        ask = Ask("restock", "PUT", "/v1/stock/hat/hz", {"on_hand": 9}, "restock", again=1)
        world.clients.append([ask])


def waiting(world: World) -> None:
    """Orders that are held and run out, by the clock or by a person, whoever is first."""
    for number, then in (("TB-1", "release"), ("TB-2", "cancel")):
        client(world, order_ask(number, notes={"buyer": "请尽快"}))
        hold = client(world, move("hold", {"until": SOON, "then": then}, number))
        hold.after = world.chance.choice((Status.HELD, Status.RECEIVED))
        client(world, move("release", number=number)).after = Status.HELD


def long_story(world: World) -> None:
    """One order, held and released until its history no longer fits its row."""
    asks = [client(world, order_ask("TB-1", notes={"buyer": "请尽快"}))]
    for turn in range(10):
        for verb in ("release", "hold"):
            asks.append(client(world, move(verb, number="TB-1", key=f"{verb}-{turn}")))
    asks.append(client(world, move("release", number="TB-1", key="last")))
    asks[1].after = Status.HELD
    world.clients[:] = [asks]


def stage_of_boxes(world: World) -> None:
    """Goods for all, people who ship, and a shop whose orders wait for each other for a minute."""
    stage_by_hand(world)
    scenes.merging(world, buffer=1)


def stage_of_boxes_for_robots(world: World) -> None:
    """The same, but the simulated carrier takes the boxes."""
    stage(world)
    scenes.merging(world, buffer=1)


def sharing(world: World) -> None:
    """Orders of one buyer that meet; some are called off, held and let go meanwhile."""
    for number in range(1, 6):
        name = f"TB-{number}"
        client(world, order_ask(name, lines=[build.line(("mug", "hat")[number % 2], 1)]))
        verb = world.chance.choice(("cancel", "hold", "hold"))
        client(world, move(verb, number=name)).after = world.chance.choice(MOVING)
        client(world, move("release", number=name)).after = Status.HELD
    world.timers["sweep"] += 3


def quarrel_over_boxes(world: World) -> None:
    """One merge by hand; it is weighed, shipped, taken apart, while its orders come and go."""
    for number in ("TB-1", "TB-2", "TB-3"):
        client(world, order_ask(number, lines=[build.line("mug", 1)]))
    ids = [world.id_of(number) for number in ("TB-1", "TB-2", "TB-3")]
    asks = [
        Ask("merge", "POST", "/v1/merges", {"orders": ids, "id": "m-1"}, "merge", ids[1]),
        *(_of_box(verb, ids[1]) for verb in world.chance.sample(["release", "weigh", "undo"], 2)),
        _of_box("ship", ids[1]),
    ]
    asks[0].after, asks[1].after = Status.RESERVED, Status.PLANNED
    world.clients.append(asks)
    for verb in world.chance.sample(["cancel", "hold", "release"], 2):
        client(world, move(verb, number="TB-1")).after = Status.PLANNED
    client(world, newer("TB-3", lines=[build.line("hat", 1)])).after = Status.PLANNED


def _of_box(verb: str, order_id: str) -> Ask:
    body = {"box": 1, "grams": 500} if verb == "weigh" else {}
    name = {"ship": "ship-boxes", "release": "take-out"}.get(verb, verb)
    return Ask(name, "POST", f"/v1/merges/m-1/{verb}", body, f"box-{verb}", order_id)


def hot_sale(world: World) -> None:
    """More wanted than there is, some of it called off; it is cooled, and made hot again."""
    for number in range(1, 8):
        lines = [build.line("mug", world.chance.choice((1, 1, 2, 4)))]
        client(world, order_ask(f"TB-{number}", lines=lines)).again = world.chance.randrange(2)
    for number in world.chance.sample(range(1, 8), 3):
        client(world, move("cancel", number=f"TB-{number}")).after = world.chance.choice(MOVING)
    body = {"orders": [verbs.document("TB-8", lines=[build.line("mug", 3)])], "stock": "now"}
    world.clients.append([Ask("batch", "POST", "/v1/orders/batch", body)])
    world.clients.append([*_sales(), _receipt("late")])
    world.clients.append([_receipt("early")])


def hot_quarrel(world: World) -> None:
    """Cancel against ship on every order, while the buckets are closed and opened again."""
    for number in range(1, 6):
        name = f"TB-{number}"
        client(world, order_ask(name, lines=[build.line("mug", world.chance.choice((1, 2)))]))
        for verb in ("cancel", "ship"):
            client(world, move(verb, number=name)).after = Status.PLANNED
    world.clients.append(_sales())


def _sales() -> list[Ask]:
    """One client who ends the sale and begins another, again and again."""
    verbs_ = [("cool", "DELETE", None), ("heat", "PUT", {"buckets": 4})] * 2
    return [
        Ask(verb, method, verbs.HOT, body, f"{verb}-{no}")
        for no, (verb, method, body) in enumerate(verbs_)
    ]


def _receipt(key: str) -> Ask:
    lines = [{"sku": "mug", "units": 2}]
    body = {"type": "receipt", "warehouse": "hz", "lines": lines}
    return Ask("receive", "POST", "/v1/movements", body, key)


def _lines(world: World, most: int) -> list[dict[str, Any]]:
    skus = [world.chance.choice(("mug", "mug", "hat")) for _ in range(world.chance.choice((1, 2)))]
    return [build.line(sku, world.chance.randint(1, most)) for sku in skus]
