"""/v1/orders/{order_id}/after-sales: what buyers ask for afterwards, and what becomes of it"""

from typing import Any

from functions.api import aftersale_acts as acts
from functions.api import aftersale_deciding as deciding
from functions.api import aftersale_lists as lists
from functions.api import aftersale_taking as taking
from functions.api import aftersale_views as views
from shared.domain import aftersale_reading as reading
from shared.domain import answering
from shared.domain.access import Role
from shared.domain.aftersale import Payer, Settings, State, must
from shared.domain.answering import Case
from shared.domain.audit import Audit
from shared.domain.errors import Denied, faulty
from shared.runtime.http import Answer, Call, Routes
from shared.store import aftersales, audits, merchants, orders
from shared.store.table import Put

routes = Routes()
ALL, ONE = "/v1/orders/{order_id}/after-sales", "/v1/orders/{order_id}/after-sales/{no}"
READ, WRITE, APPROVE = "aftersales:read", "aftersales:write", "aftersales:approve"
FOR_WAREHOUSE = ("receive", "intercepted", "not-intercepted")


@routes.on("GET", "/v1/after-sales", READ)
def list_aftersales(call: Call) -> dict[str, Any]:
    found, cursor = lists.page(call)
    return {"after_sales": [views.summary(one) for one in found], "next": cursor}


@routes.on("GET", ALL, READ)
def list_of_order(call: Call, order_id: str) -> dict[str, Any]:
    order = orders.get(call.tenant, order_id)
    found = aftersales.of(call.tenant, order.id)
    return {"after_sales": [views.aftersale(one, order) for one in found]}


@routes.on("POST", ALL, WRITE)
def open_aftersale(call: Call, order_id: str) -> Answer:
    """Take a request in, once, however often it is sent; a platform may send a newer version."""
    _check_role(call, "open")
    order = orders.get(call.tenant, order_id)
    wanted = taking.request(call)
    sales = aftersales.of(call.tenant, order.id)
    before = next((one for one in sales if one.no == wanted.no), None)
    if before is None:
        return taking.first(call, order, sales, wanted)
    if before.digest == wanted.digest:
        return Answer(200, views.aftersale(before, order))
    return taking.newer(call, acts.of(call, order, before, sales), wanted)


@routes.on("POST", f"{ALL}/preview", READ)
def preview(call: Call, order_id: str) -> dict[str, Any]:
    """What it would come to; nothing is written."""
    return taking.preview(call, orders.get(call.tenant, order_id))


@routes.on("GET", ONE, READ)
def show_aftersale(call: Call, order_id: str, no: str) -> dict[str, Any]:
    case = acts.case(call, order_id, no)
    told = deciding.told(call, case)
    return views.aftersale(case.one, case.order) | ({"told": told} if told else {})


@routes.on("POST", f"{ONE}/agree", WRITE)
def agree(call: Call, order_id: str, no: str) -> Answer:
    """Say yes, to another amount too; above one's limit somebody else must."""
    case = _case(call, order_id, no, "agree")
    return deciding.agree(call, case) if deciding.concerns(call, case) else acts.agree(call, case)


@routes.on("POST", f"{ONE}/approve", APPROVE)
def approve(call: Call, order_id: str, no: str) -> Answer:
    """Say yes to what somebody agreed to who may not give so much."""
    case = _case(call, order_id, no, "approve")
    if deciding.concerns(call, case):
        return deciding.approve(call, case)
    return acts.approve(call, case)


@routes.on("POST", f"{ONE}/reject", WRITE)
def reject(call: Call, order_id: str, no: str) -> Answer:
    return _end(call, _case(call, order_id, no, "reject"), "reject", State.REJECTED)


@routes.on("POST", f"{ONE}/withdraw", WRITE)
def withdraw(call: Call, order_id: str, no: str) -> Answer:
    return _end(call, _case(call, order_id, no, "withdraw"), "withdraw", State.WITHDRAWN)


@routes.on("POST", f"{ONE}/close", WRITE)
def close(call: Call, order_id: str, no: str) -> Answer:
    return _end(call, _case(call, order_id, no, "close"), "close", State.CLOSED)


@routes.on("POST", f"{ONE}/offer", WRITE)
def offer(call: Call, order_id: str, no: str) -> Answer:
    """Offer another amount."""
    return acts.offer(call, _case(call, order_id, no, "offer"))


@routes.on("POST", f"{ONE}/accept-offer", WRITE)
def accept_offer(call: Call, order_id: str, no: str) -> Answer:
    """What was offered last is what it is about from now on."""
    return acts.accept_offer(call, _case(call, order_id, no, "accept-offer"))


@routes.on("POST", f"{ONE}/message", WRITE)
def message(call: Call, order_id: str, no: str) -> Answer:
    return acts.message(call, _case(call, order_id, no, "message"))


@routes.on("POST", f"{ONE}/evidence", WRITE)
def evidence(call: Call, order_id: str, no: str) -> Answer:
    return acts.evidence(call, _case(call, order_id, no, "evidence"))


@routes.on("POST", f"{ONE}/return-tracking", WRITE)
def return_tracking(call: Call, order_id: str, no: str) -> Answer:
    return acts.tracking(call, _case(call, order_id, no, "return-tracking"))


@routes.on("POST", f"{ONE}/receive", WRITE)
def receive(call: Call, order_id: str, no: str) -> Answer:
    """Take in what came back; sound goods may be sold again, damaged ones are put aside."""
    return acts.receive(call, _case(call, order_id, no, "receive"))


@routes.on("POST", f"{ONE}/intercepted", WRITE)
def intercepted(call: Call, order_id: str, no: str) -> Answer:
    case = _case(call, order_id, no, "intercepted")
    return acts.stopped(call, case, "intercepted", answering.intercepted)


@routes.on("POST", f"{ONE}/not-intercepted", WRITE)
def not_intercepted(call: Call, order_id: str, no: str) -> Answer:
    case = _case(call, order_id, no, "not-intercepted")
    return acts.stopped(call, case, "not-intercepted", answering.not_intercepted)


@routes.on("POST", f"{ONE}/complete", WRITE)
def complete(call: Call, order_id: str, no: str) -> Answer:
    """What was repaired is on its way back."""
    return acts.complete(call, _case(call, order_id, no, "complete"))


@routes.on("POST", f"{ONE}/refunded", WRITE)
def refunded(call: Call, order_id: str, no: str) -> Answer:
    """Note that the money is back where others gave it; what we give back, the provider tells."""
    case = _case(call, order_id, no, "refunded")
    acts.nothing_more(call)
    if case.one.state is State.REFUNDED:
        return acts.same(call, case)
    if must(case.one, "refunded").payer is Payer.US:
        raise faulty("payer", "paid-by-us")
    return acts.noted(call, case, case.one.to(State.REFUNDED, call.now, call.by))


@routes.on("GET", "/v1/after-sale-settings", "settings:read")
def show_settings(call: Call) -> dict[str, Any]:
    return views.settings(_settings(call))


@routes.on("PUT", "/v1/after-sale-settings", "settings:write")
def change_settings(call: Call) -> Answer:
    body = call.reader()
    changed = reading.settings(body)
    warehouse = changed.warehouse
    if warehouse and merchants.warehouses.find(call.tenant, warehouse) is None:
        body.fault("warehouse", "unknown-warehouse")
    body.done()
    body.check()
    before, answered = _settings(call), Answer(200, views.settings(changed))
    noted = _noted(call, before, changed)
    aftersales.save_settings(call.tenant, changed, call.claim(answered), noted)
    return answered


def _settings(call: Call) -> Settings:
    return aftersales.shelf.find(call.tenant, aftersales.USUAL.id) or aftersales.USUAL


def _noted(call: Call, before: Settings, after: Settings) -> Put:
    was, now = views.settings(before), views.settings(after)
    audit = Audit(call.now, call.by, "after-sale-settings", "-", was, now)
    return audits.writes(call.tenant, audit)


def _case(call: Call, order_id: str, no: str, deed: str) -> Case:
    _check_role(call, deed)
    return acts.case(call, order_id, no)


def _check_role(call: Call, deed: str) -> None:
    """A warehouse takes in and stops parcels; who only looks changes nothing."""
    role = call.key.acts_as
    if role is Role.VIEWER or (role is Role.WAREHOUSE and deed not in FOR_WAREHOUSE):
        raise Denied(scope=f"{WRITE} ({role.value}: {deed})")


def _end(call: Call, case: Case, deed: str, how: State) -> Answer:
    """Nothing comes of it; what has ended so may be ended so again."""
    body = call.reader()
    text = body.text("reason", default="", limit=200)
    if how is State.REJECTED and not text:
        body.fault("reason", "missing")
    body.done()
    body.check()
    if case.one.state is how:
        return acts.same(call, case)
    must(case.one, deed)
    if how is State.REJECTED and deciding.concerns(call, case):
        return deciding.reject(call, case, text)
    return acts.written(call, case.order, answering.ended(case, how, text))
