"""/v1/coupons: codes that are issued one by one, for a promotion that needs one"""

import secrets
from dataclasses import asdict, replace
from typing import Any

from functions.api import documents
from shared.domain.coupon import ALPHABET, LENGTH, Coupon, State
from shared.domain.errors import WrongState
from shared.domain.reader import Reader
from shared.runtime.http import Answer, Call, Routes
from shared.store import coupons, promotions

routes = Routes()
MOST = 90  # that are written in one transaction
Json = dict[str, Any]


@routes.on("GET", "/v1/coupons", "promotions:read")
def list_coupons(call: Call) -> Json:
    filters = ("promotion", "buyer", "state")
    found, cursor = documents.page(call, coupons.folder, shown, *filters)
    return {"coupons": found, "next": cursor}


@routes.on("POST", "/v1/coupons", "promotions:write")
def issue_coupons(call: Call) -> Answer:
    """Issue codes: one for each buyer that is named, or so many for whoever has them."""
    body = call.reader()
    model, buyers = _read(call, body)
    issued = [replace(model, id=_code(), buyer=buyer) for buyer in buyers]
    answer = Answer(201, {"coupons": list(map(shown, issued))})
    coupons.issue(call.tenant, issued, call.claim(answer))
    return answer


@routes.on("GET", "/v1/coupons/{code}", "promotions:read")
def show_coupon(call: Call, code: str) -> Json:
    return shown(coupons.folder.get(call.tenant, code))


@routes.on("POST", "/v1/coupons/{code}/void", "promotions:write")
def void_coupon(call: Call, code: str) -> Answer:
    """Take a coupon back, unless it is used. What is void may be made so again."""
    body = call.reader()
    body.done()
    body.check()
    before = coupons.folder.get(call.tenant, code)
    if before.state is State.USED:
        raise WrongState(kind="coupon", id=code, stage=before.state.value)
    if before.state is State.VOID:
        return Answer(200, shown(before))
    after = replace(before, void_at=call.now, state=State.VOID)
    answer = Answer(200, shown(after))
    coupons.void(call.tenant, after, call.claim(answer))
    return answer


def shown(one: Coupon) -> Json:
    document = asdict(one)
    del document["version"]
    return {"code": document.pop("id"), **document}


def _read(call: Call, body: Reader) -> tuple[Coupon, tuple[str, ...]]:
    """What is the same of all of them, and for whom each is: empty is for anybody."""
    model = Coupon(
        id="",
        promotion=body.id("promotion"),
        until=body.time("until", default=""),
        note=body.text("note", default=""),
        created_at=call.now,
        by=call.by,
    )
    buyers = body.texts("buyers", limit=MOST)
    count = body.whole("count", default=0, least=1, most=MOST)
    if bool(buyers) == bool(count) and not body.faults_here("buyers", "count"):
        body.fault("count", "either-or", other="buyers")
    if model.until and model.until <= call.now:
        body.fault("until", "not-in-the-future")
    if model.promotion:
        _check_promotion(call, body, model.promotion)
    body.done()
    body.check()
    return model, buyers or ("",) * count


def _check_promotion(call: Call, body: Reader, name: str) -> None:
    found = [one for one in promotions.books.fresh(call.tenant).promotions if one.id == name]
    if not found:
        body.fault("promotion", "unknown-promotion")
    elif not found[0].coupon:
        body.fault("promotion", "needs-no-coupon")


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
