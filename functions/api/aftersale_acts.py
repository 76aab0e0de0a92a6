"""Acts on an after-sale: each reads its body, lets the rules decide, and writes all at once."""

from collections.abc import Callable
from dataclasses import replace

from functions.api import aftersale_making as making
from functions.api import aftersale_views as views
from functions.api import documents
from functions.steps import answer
from functions.steps.answer import Move
from shared.domain import aftersale_reading as reading
from shared.domain import answering, goods, movement, refunding
from shared.domain.aftersale import AfterSale, Came, Kind, State, must
from shared.domain.answering import Both, Case
from shared.domain.audit import Audit
from shared.domain.errors import Fault, NotFound, faulty
from shared.domain.goods import Goods
from shared.domain.movement import Movement, Type
from shared.domain.order import Order
from shared.domain.reader import MEDIUM, Reader
from shared.domain.stock import Change
from shared.runtime.http import Answer, Call
from shared.store import aftersales, audits, claims, merchants, orders, papers
from shared.store.table import Put


def case(call: Call, order_id: str, no: str) -> Case:
    order = orders.get(call.tenant, order_id)
    sales = aftersales.of(call.tenant, order.id)
    one = next((each for each in sales if each.no == no), None)
    if one is None:
        raise NotFound(kind="aftersale", id=no)
    return of(call, order, one, sales)


def of(call: Call, order: Order, one: AfterSale, sales: list[AfterSale]) -> Case:
    others = [each for each in sales if each.no != one.no]
    return Case(order, one, others, call.now, call.by, aftersales.settings(call.tenant))


def same(call: Call, case: Case) -> Answer:
    """It is so already; whoever asks once more under his key is answered the same."""
    answered = Answer(200, views.aftersale(case.one, case.order))
    claims.keep(call.claim(answered))
    return answered


def written(call: Call, before: Order, both: Both, *beside: Put, status: int = 200) -> Answer:
    """The order and the after-sale, and an order of other goods where one follows."""
    one, moves = _moves(call, before, both)
    answered = Answer(status, views.aftersale(one, both[0]))
    answer.write(moves, one, call.claim(answered), *beside)
    return answered


def _moves(call: Call, before: Order, both: Both) -> tuple[AfterSale, list[Move]]:
    order, (one, fresh) = both[0], making.other(call, *both)
    timed = answer.timed(call.tenant, one)
    return timed, [(before, order), *((new, new) for new in fresh)]


def noted(call: Call, case: Case, one: AfterSale) -> Answer:
    """The after-sale alone."""
    if len(one.said) > reading.MOST_SAID:
        raise faulty("text", "too-many", limit=reading.MOST_SAID)
    one = answer.timed(call.tenant, one)
    answered = Answer(200, views.aftersale(one, case.order))
    answer.note(call.tenant, one, call.claim(answered))
    return answered


def nothing_more(call: Call) -> None:
    body = call.reader()
    body.done()
    body.check()


def agree(call: Call, case: Case) -> Answer:
    body = call.reader()
    fen = body.whole("fen") if body.has("fen") else None
    warehouse = body.id("warehouse", default="")
    body.seen.add("fen")
    check_warehouse(call, body, warehouse)
    body.done()
    body.check()
    if case.one.was("agreed") and case.one.state is not State.RETURNED:
        return same(call, case)
    one = priced(case, must(case.one, "agree"), fen)
    one = replace(one, warehouse=warehouse or one.warehouse)
    if case.settings.above(call.key.acts_as.value, one.fen):
        return above(call, case, one)
    return _agreed(call, replace(case, one=one), case.one)


def _agreed(call: Call, case: Case, before: AfterSale) -> Answer:
    both = answering.agreed(case)
    return written(call, case.order, both, _audit(call, before, both[1]))


def above(call: Call, case: Case, one: AfterSale) -> Answer:
    """Somebody who may give more must say yes. What came back is decided by whoever may."""
    if one.state is State.RETURNED:
        check_limit(call, case, one)
    return _changed(call, case, one.to(State.APPROVING, call.now, call.by, "above-limit"))


def check_limit(call: Call, case: Case, one: AfterSale) -> None:
    if case.settings.above(role := call.key.acts_as.value, one.fen):
        raise faulty("fen", "above-limit", most=case.settings.limits[role])


def _changed(call: Call, case: Case, one: AfterSale) -> Answer:
    """Written with the order, so that no two change what may still go back at once."""
    changed = replace(case, one=one)
    return written(call, case.order, (changed.noted("after-sale-changed"), one))


def approve(call: Call, case: Case) -> Answer:
    nothing_more(call)
    if case.one.was("agreed") and case.one.state is not State.APPROVING:
        return same(call, case)
    one = priced(case, must(case.one, "approve"), None)
    check_limit(call, case, one)
    return _agreed(call, case, one)


def offer(call: Call, case: Case) -> Answer:
    body = call.reader()
    fen, text = body.whole("fen"), _text(body, required=False)
    side = _side(body)
    body.done()
    body.check()
    one = priced(case, must(case.one, "offer"), fen)
    said = case.one.noted(f"{side}-offer", call.now, call.by, text, one.fen)
    return noted(call, case, said)


def accept_offer(call: Call, case: Case) -> Answer:
    nothing_more(call)
    offers = [said for said in must(case.one, "accept-offer").said if said.code.endswith("-offer")]
    if not offers or offers[-1].fen is None:
        raise faulty("offer", "no-offer")
    one = priced(case, case.one, offers[-1].fen)
    if one.fen == case.one.fen and case.one.said[-1].code == "offer-accepted":
        return same(call, case)
    return _changed(call, case, one.noted("offer-accepted", call.now, call.by, fen=one.fen))


def message(call: Call, case: Case) -> Answer:
    body = call.reader()
    text, side = _text(body), _side(body)
    body.done()
    body.check()
    one = must(case.one, "message").noted(f"{side}-message", call.now, call.by, text)
    return noted(call, case, one)


def evidence(call: Call, case: Case) -> Answer:
    body = call.reader()
    more, side = reading.evidence(body), _side(body)
    body.done()
    every = tuple(dict.fromkeys((*case.one.evidence, *more)))
    if len(every) > reading.MOST_EVIDENCE:
        body.fault("evidence", "too-many", limit=reading.MOST_EVIDENCE)
    body.check()
    must(case.one, "evidence")
    if every == case.one.evidence:
        return same(call, case)
    one = replace(case.one, evidence=every).noted(f"{side}-evidence", call.now, call.by)
    return noted(call, case, one)


def tracking(call: Call, case: Case) -> Answer:
    body = call.reader()
    carrier, number = body.id("carrier", default=""), body.id("tracking")
    body.done()
    body.check()
    if (case.one.carrier, case.one.tracking) == (carrier, number):
        return same(call, case)
    one = replace(must(case.one, "return-tracking"), carrier=carrier, tracking=number)
    if one.state is State.AWAITING_RETURN:
        one = one.to(State.RETURNING, call.now, call.by, text=f"{carrier} {number}".strip())
    else:
        one = one.noted("return-tracking", call.now, call.by, f"{carrier} {number}".strip())
    return noted(call, case, one)


def stopped(call: Call, case: Case, deed: str, act: Callable[[Case], Both]) -> Answer:
    nothing_more(call)
    if case.one.was(deed) and case.one.state is not State.INTERCEPTING:
        return same(call, case)
    return written(call, case.order, act(case))


def complete(call: Call, case: Case) -> Answer:
    body = call.reader()
    text = _text(body, required=False)
    body.done()
    body.check()
    if case.one.state is State.DONE:
        return same(call, case)
    if must(case.one, "complete").kind is not Kind.REPAIR:
        raise faulty("kind", "not-for-kind", service=case.one.kind.value)
    return noted(call, case, case.one.to(State.DONE, call.now, call.by, text=text))


def receive(call: Call, case: Case) -> Answer:
    """One delivery, once however often it is told."""
    body = call.reader()
    delivery = body.id("id", default="") or call.now
    arrived, final = reading.came(body, delivery), body.flag("final")
    warehouse = _warehouse(call, body, case)
    body.done()
    body.check()
    if any(each.delivery == delivery for each in case.one.came):
        return same(call, case)
    must(case.one, "receive")
    some = tuple(each for each, _ in arrived)
    found, changes = _changes(call, case, arrived, warehouse)
    documents.check([*answering.too_many(case.order, case.one, some), *found])
    there = replace(case, one=replace(case.one, warehouse=warehouse))
    both = answering.came(there, some, final=final)
    one, moves = _moves(call, case.order, both)
    answered = Answer(200, views.aftersale(one, both[0]))
    answer.take_in(moves, one, changes, call.claim(answered))
    return answered


def _changes(
    call: Call, case: Case, arrived: tuple[tuple[Came, Goods], ...], warehouse: str
) -> tuple[list[Fault], list[Change]]:
    """A customer's return. What is to be repaired stays the buyer's, and is not counted."""
    if case.one.kind is Kind.REPAIR:
        return [], []
    lines = tuple(movement.Line(goods_, came.good, came.damaged) for came, goods_ in arrived)
    about = papers.known(call.tenant, warehouse, [line.goods for line in lines])
    paper = Movement("-", Type.CUSTOMER_RETURN, warehouse, lines, call.now, call.by, "")
    dated = [
        replace(ln, goods=goods.dated(ln.goods, about[ln.goods.at(warehouse)])) for ln in lines
    ]
    changes = [
        movement.change(paper, line, about[each.goods.at(warehouse)], negative=False)
        for line, each in zip(dated, lines, strict=True)
    ]
    return movement.wrong(paper, about, call.now), changes


def _warehouse(call: Call, body: Reader, case: Case) -> str:
    """Where the goods came: as told, or as agreed, or as usual, or from where they were sent."""
    told = body.id("warehouse", default="")
    check_warehouse(call, body, told)
    usual = case.settings.warehouse
    sources = [s.warehouse for s in case.order.sources if s.line in case.one.pieces]
    found = told or case.one.warehouse or usual or (sources[0] if sources else "")
    if not found:
        body.fault("warehouse", "missing")
    return found


def check_warehouse(call: Call, body: Reader, warehouse: str) -> None:
    if warehouse and merchants.warehouses.find(call.tenant, warehouse) is None:
        body.fault("warehouse", "unknown-warehouse")


def priced(case: Case, one: AfterSale, fen: int | None) -> AfterSale:
    """The same about another amount, if there is still so much."""
    if fen and one.kind in (Kind.RESEND, Kind.REPAIR):
        raise faulty("fen", "not-for-kind", service=one.kind.value)
    wanted = one if fen is None else replace(one, fen=fen, freight=min(one.freight, fen))
    if not refunding.affordable(case.order, wanted, case.others):
        left = refunding.left(case.order, case.others, one.payer) + one.cut
        raise faulty("fen", "more-than-left", left=left)
    return wanted


def _text(body: Reader, *, required: bool = True) -> str:
    if required:
        return body.text("text", limit=MEDIUM)
    return body.text("text", default="", limit=MEDIUM)


def _side(body: Reader) -> str:
    """Who speaks: `buyer` or `merchant`."""
    return body.one_of("from", reading.Side, reading.Side.MERCHANT).value


def _audit(call: Call, before: AfterSale, after: AfterSale) -> Put:
    """Who gave what back is kept for as long as the merchant's audits are."""
    was = {"state": before.state.value, "fen": before.fen}
    now = {"state": after.state.value, "fen": after.fen, "role": call.key.acts_as.value}
    audit = Audit(call.now, call.by, "aftersale", f"{after.order}-{after.no}", was, now)
    return audits.writes(call.tenant, audit)
