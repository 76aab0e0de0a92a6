"""/v1/orders/{order_id}/edit: change an accepted order, and see first what that means."""

from collections import Counter
from contextlib import suppress
from dataclasses import replace

from functions.api import edit_taking, effect_views, views
from functions.steps import accept, revive
from shared.domain import edit as rules
from shared.domain import effects as outcome
from shared.domain import planning, promise, split
from shared.domain.edit import Edit, Move, Part
from shared.domain.effects import Effects
from shared.domain.errors import Conflict, Locked, Short, Stale, Stopped, faulty
from shared.domain.hold import Hold, Reason
from shared.domain.order import Order, Source, Status
from shared.domain.stock import Place
from shared.gateways import queues
from shared.runtime.http import Answer, Call, Routes
from shared.store import desks, merchants, orders, sourcing, stock

routes = Routes()
ROUNDS = 3  # somebody may take the units that were found before we do
ELSEWHERE = frozenset({Part.RECEIVER, Part.WAREHOUSE})
"""What lets goods come from other places than before."""


@routes.on("POST", "/v1/orders/{order_id}/edit", "orders:write")
def edit(call: Call, order_id: str) -> Answer:
    order = orders.get(call.tenant, order_id)
    body = call.reader()
    preview, version = body.flag("preview"), body.whole("version", default=0)
    wanted = edit_taking.take(call, order, body.object("changes"))
    body.done()
    body.check()
    _check(order, wanted, version)
    return _shown(order, wanted, call) if preview else _confirmed(order, wanted, call)


@routes.on("POST", "/v1/orders/{order_id}/urgent", "orders:write")
def urgent(call: Call, order_id: str) -> Answer:
    body = call.reader()
    wanted = Edit(urgent=body.flag("urgent", default=True))
    body.done()
    body.check()
    order = orders.get(call.tenant, order_id)
    if order.urgent == wanted.urgent:
        return Answer(200, views.order(order))
    _check(order, wanted, 0)
    return _confirmed(order, wanted, call)


def _check(order: Order, wanted: Edit, version: int) -> None:
    """Whether the order's state allows it, and is still what was seen."""
    if faults := tuple(rules.refused(order, wanted.parts)):
        parts = [fault.field.removeprefix("changes.") for fault in faults]
        raise Locked(order=order.id, fields=parts, faults=faults)
    if version and version != order.version:
        seen = [entry.status.value for entry in order.timeline if entry.v <= version]
        was = {"version": version, "status": seen[-1] if seen else None}
        now = {"version": order.version, "status": order.status.value}
        changed = {name: {"was": was[name], "is": now[name]} for name in now}
        raise Stale(order=order.id, status=order.status, differences=changed)


def _shown(order: Order, wanted: Edit, call: Call) -> Answer:
    """What it would mean; units that lack are told here, and nothing is written."""
    after, missing = _edited(order, wanted, call.now), {}
    try:
        after = _stocked(order, after, wanted)
        if not order.sources and rules.stage(order) is rules.Stage.OPEN:
            _look(after)
    except Short as short:
        missing = short.figures["missing"]
    parts = [part.value for part in wanted.parts]
    shown = effect_views.effects(_meant(order, after, wanted, missing))
    return Answer(200, {"version": order.version, "fields": parts, "effects": shown})


def _confirmed(order: Order, wanted: Edit, call: Call) -> Answer:
    """The order, its stock by difference, the reason and the answer, all in one write."""
    for _ in range(ROUNDS):
        after = _stocked(order, _edited(order, wanted, call.now), wanted)
        meant = _meant(order, after, wanted)
        parts = [part.value for part in wanted.parts]
        money = {"collect": meant.money.collect, "refund": meant.money.refund}
        noted = after.noted(
            "edited", call.now, call.by, fields=parts, effects=meant.brief, **money
        )
        noted = rules.withdrawn(order, noted, wanted.cut or {}, call.now, call.by)
        answer = Answer(200, {**views.order(noted), "effects": effect_views.effects(meant)})
        _remember(order, wanted)
        try:
            queues.nudge(stock.write(order, noted, call.claim(answer)))
        except Short:  # somebody was faster: look again
            continue
        return answer
    raise Conflict(order=order.id)


def _remember(order: Order, wanted: Edit) -> None:
    """What the shop's codes stand for from now on; other orders that wait for it go on too."""
    if not wanted.codes:
        return
    shop, same = merchants.shops.look(order.tenant, order.shop)
    skus = {**shop.skus, **wanted.codes}
    if skus != shop.skus:
        merchants.shops.change(order.tenant, replace(shop, skus=skus), same, None)
        revive.revive(order.tenant, Reason.UNMAPPED, order.shop)


def _edited(order: Order, wanted: Edit, now: str) -> Order:
    after = rules.edited(order, wanted, now)
    if wanted.receiver is None:
        return after
    cipher = accept.cipher(order.tenant)
    return accept.marked(after, accept.opened(after.content, cipher, order.id), cipher)


def _meant(
    before: Order, after: Order, wanted: Edit, missing: dict[str, int] | None = None
) -> Effects:
    shop = merchants.shops.known(before.tenant, before.shop)
    due = (promise.ship_by(before, shop).at, promise.ship_by(after, shop).at)
    meant = outcome.effects(before, after, due, missing, wanted.cut)
    planned = None if missing else _planned(after)
    if planned is None:
        return meant
    return replace(meant, parcels=(meant.parcels[0], outcome.loads(planned)))


def _planned(order: Order) -> Order | None:
    """How its parcels would be made up from the goods that it holds, if nothing forbids it."""
    if order.parcels or not order.sources or order.gathering:
        return None
    ready = replace(order, status=Status.RESERVED, holds=())
    found = planning.planned(ready, desks.of(ready))
    return found if found.status is Status.PLANNED else None


def _stocked(before: Order, after: Order, wanted: Edit) -> Order:
    """The order with goods for all that it is now, if it holds any; what it has counts as free.

    A receiver alone is never refused: the goods stay where they were found.
    """
    if not before.sources or before.gathering:
        return after
    try:
        return _found(before, after, wanted)
    except (Short, Stopped) as refusal:
        if wanted.parts == (Part.RECEIVER,):
            return after
        if isinstance(refusal, Short):
            raise
        raise faulty("changes", "not-served", reasons=[refusal.figures["hold"].reason]) from None


def _found(before: Order, after: Order, wanted: Edit) -> Order:
    if wanted.moves:
        return _moved(before, after, wanted.moves)
    if not (wanted.lines or ELSEWHERE.intersection(wanted.parts)):
        return after
    own = Counter({place: -units for place, units in before.holding.items()})
    return replace(after, sources=sourcing.cover(after, own).sources)


def _look(order: Order) -> None:
    """Raises Short if it would be short; what else may hold it, its review tells."""
    with suppress(Stopped):
        sourcing.cover(order)


def _moved(before: Order, after: Order, moves: tuple[Move, ...]) -> Order:
    gone: Counter[Place] = Counter()
    for move in moves:
        found = _from(after, move, gone)
        for source in found:
            gone[source.place] += source.quantity
        after = rules.moved(after, before, move, found)
    if split.whole(after) and len({source.warehouse for source in after.sources}) > 1:
        raise faulty("changes.moves", "not-divided")
    return after


def _from(order: Order, move: Move, gone: Counter[Place]) -> tuple[Source, ...]:
    """Where the other warehouse has these pieces."""
    line = next(line for line in order.lines if line.no == move.line)
    alone = replace(order.content, lines=(replace(line, quantity=move.quantity),))
    asked = replace(order, content=alone, gifts=(), warehouse=move.target)
    found = sourcing.cover(asked, gone)
    if set(found.warehouses) - {move.target}:  # the platform has appointed another
        raise Stopped(hold=Hold(Reason.NO_WAREHOUSE))
    return found.sources
