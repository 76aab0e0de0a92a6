"""/v1/orders/{order_id}/resend: send some of an order once more, for nothing."""

from itertools import count

from functions.api import views
from functions.steps import accept
from functions.steps.accept import Manner
from shared.domain import resend as rules
from shared.domain.intake import MAX_LINES, Draft
from shared.domain.order import Order, id_for
from shared.domain.reader import Reader
from shared.gateways import queues
from shared.runtime.http import Answer, Call, Routes
from shared.store import orders, stock

routes = Routes()


@routes.on("POST", "/v1/orders/{order_id}/resend", "orders:write")
def resend(call: Call, order_id: str) -> Answer:
    order = orders.get(call.tenant, order_id)
    body = call.reader()
    reason = body.text("reason", limit=200)
    pieces = _pieces(body, order)
    body.done()
    body.check()
    again = _again(call, order, pieces, reason)
    told = {"order": again.id, "number": again.number, "reason": reason}
    sent = order.noted("resent", call.now, call.by, **told)
    answer = Answer(201, views.receipt(again))
    first, second = stock.write_all([(order, sent), (again, again)], call.claim(answer))
    queues.nudge(first)
    queues.nudge(second)
    return answer


def _pieces(body: Reader, order: Order) -> dict[int, int]:
    """Line -> pieces, no more than were ordered."""
    there = {line.no: line.quantity for line in order.lines}
    pieces: dict[int, int] = {}
    for row in body.objects("lines", limit=MAX_LINES):
        no = row.whole("line", least=1)
        if no not in there:
            row.fault("line", "not-in-document")
        elif no in pieces:
            row.fault("line", "twice")
        pieces[no] = row.whole("quantity", least=1, most=there.get(no, 1))
        row.done()
    return pieces


def _again(call: Call, order: Order, pieces: dict[int, int], reason: str) -> Order:
    """The new order, its receiver sealed for its own id; nothing is written yet."""
    number = next(n for no in count(1) if _is_free(order, n := rules.number(order, no)))
    cipher = accept.cipher(call.tenant)
    clear = accept.opened(order.content, cipher, order.id)
    draft = Draft(order.shop, number, rules.content(order, clear, pieces, call.now))
    fresh = accept.new(call.tenant, draft, cipher, Manner(call.now, call.by))
    told = {"order": order.id, "number": order.number, "reason": reason}
    return fresh.noted("resend-of", call.now, call.by, **told)


def _is_free(order: Order, number: str) -> bool:
    return orders.find_order(order.tenant, id_for(order.tenant, order.shop, number)) is None
