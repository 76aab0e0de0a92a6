"""Telling a platform what left: once, by the right number, not what the buyer wants back."""

import json
from dataclasses import replace

import pytest

from shared.domain.platform import State
from shared.domain.report import REPORT, Report
from shared.gateways.channels.port import Rejected, Why
from shared.gateways.talk import Unclear
from shared.runtime import clock
from shared.store import reports
from tests.channels.test_pull import ago, read, reading, there
from tests.channels.test_rests import trip
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream


@pytest.fixture
def order(shop: Merchant, bazaar: Bazaar, mail: Mail, engine: Engine) -> str:
    """An order that was pulled and has left with one parcel; the platform was not told yet."""
    stream = Stream(engine)
    shop.put_stock("mug", 5)
    bazaar.put("T1", ago(60))
    read(shop, mail)
    left = shop.call(
        "POST",
        f"/v1/orders/{there(shop, 'T1')}/ship",
        {"parcels": [{"parcel": 1, "carrier": "sf", "tracking": "SF1"}]},
    )
    assert left.status == 200, left.body
    stream.tell("publish")
    return there(shop, "T1")


def told(shop: Merchant, mail: Mail, order: str) -> Report:
    """Let the clock come round to it."""
    if known := reports.find(shop.id, order, REPORT):
        reports.save(shop.id, replace(known, due=clock.now() if known.due else ""))
    mail.deliver("report", [json.dumps({"tenant": shop.id, "order_id": order})])
    return reports.get(shop.id, order, REPORT)


def test_a_parcel_that_left_is_told_by_itself_and_once(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    mail.pump()
    again = told(shop, mail, order)

    (shipment,) = bazaar.shipped
    assert (shipment.number, shipment.carrier, shipment.tracking) == ("T1", "SF", "SF1")
    assert (shipment.first, shipment.last) == (True, True)
    assert [(one.state.value, one.tries) for one in again.tellings] == [("told", 1)]
    assert again.due == ""


@pytest.mark.parametrize("trouble", [Unclear("timeout"), Rejected(Why.LATER, "isp.error")])
def test_what_nobody_knows_is_looked_up_before_it_is_told_again(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, trouble: Exception
) -> None:
    bazaar.troubles["ship"] = [trouble]  # done, and then no good answer
    mail.pump()
    unclear = reports.get(shop.id, order, REPORT)

    after = told(shop, mail, order)

    assert [one.state.value for one in unclear.tellings] == ["due"]
    assert unclear.due > clock.now()
    assert [one.state.value for one in after.tellings] == ["told"]
    assert (len(bazaar.shipped), bazaar.calls.count("ship")) == (1, 1)


@pytest.mark.parametrize(
    ("state", "why"),
    [(State.READY, "refund"), (State.REFUNDED, "state"), (State.CANCELLED, "state")],
)
def test_what_the_buyer_wants_back_is_not_told_but_shown_to_a_person(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str, *, state: State, why: str
) -> None:
    marks = ["refund"] if why == "refund" else []
    bazaar.put("T1", ago(1), state, marks=marks)

    mail.pump()

    (one,) = reports.get(shop.id, order, REPORT).tellings
    assert (one.state.value, one.why, bazaar.shipped) == ("waits", why, [])
    (listed,) = shop.call("GET", "/v1/reports?waiting=true").body["reports"]
    assert listed["order"] == order
    assert listed["parcels"][0]["reason"]["zh"]


def test_a_carrier_without_a_code_waits_until_it_has_one(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.carriers = {}
    mail.pump()
    waits = reports.get(shop.id, order, REPORT)
    shop.call("PUT", "/v1/shops/mall/link", {"carriers": {"sf": "SF-2"}})
    again = shop.call("POST", f"/v1/orders/{order}/report", {"parcel": 1})
    mail.pump()

    assert [(one.state.value, one.why) for one in waits.tellings] == [("waits", "carrier")]
    assert again.status == 202
    assert [one.carrier for one in bazaar.shipped] == ["SF-2"]
    assert shop.call("GET", "/v1/reports?waiting=true").body["reports"] == []


def test_a_person_may_say_that_it_need_not_be_told(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    bazaar.put("T1", ago(1), State.REFUNDED)
    mail.pump()

    dropped = shop.call("POST", f"/v1/orders/{order}/report", {"parcel": 1, "drop": True})
    strange = shop.call("POST", f"/v1/orders/{order}/report", {"parcel": 7})

    assert dropped.body["parcels"][0]["state"] == "dropped"
    assert strange.status == 404


def test_one_parcel_of_two_is_told_as_not_the_last(
    shop: Merchant, bazaar: Bazaar, mail: Mail, engine: Engine
) -> None:
    shop.put_stock("mug", 2, "hz")
    shop.put_stock("hat", 2, "gz")
    lines = [
        {"sku": "mug", "quantity": 1, "unit_price": 900, "sub": "T1-1", "shop_sku": "1:11"},
        {"sku": "hat", "quantity": 1, "unit_price": 500, "sub": "T1-2", "shop_sku": "2:22"},
    ]
    bazaar.put("T1", ago(60), lines=lines)
    read(shop, mail)
    order, stream = there(shop, "T1"), Stream(engine)
    seen = []
    for no in (1, 2):
        parcels = [{"parcel": no, "carrier": "sf", "tracking": f"SF{no}"}]
        shop.call("POST", f"/v1/orders/{order}/ship", {"parcels": parcels})
        stream.tell("publish")
        mail.pump()
        seen.append(bazaar.orders["T1"].state)

    first, second = bazaar.shipped
    assert seen == [State.PARTLY, State.SHIPPED]
    assert [(one.first, one.last) for one in (first, second)] == [(True, False), (False, True)]
    assert [(one.sub, one.quantity, one.whole) for one in second.lines] in (
        [("T1-2", 1, True)],
        [("T1-1", 1, True)],
    )


def test_an_order_of_a_shop_of_our_own_tells_nobody(
    acme: Merchant, bazaar: Bazaar, mail: Mail, engine: Engine
) -> None:
    acme.put_stock("mug", 5)
    placed = acme.place().body["id"]
    mail.pump()
    acme.call("POST", f"/v1/orders/{placed}/ship", {})

    Stream(engine).tell("publish")

    assert mail.bodies("report") == []


def test_a_parcel_waits_as_long_as_its_platform_rests_and_loses_no_try(
    shop: Merchant, bazaar: Bazaar, mail: Mail, order: str
) -> None:
    mail.waiting["report"].clear()
    trip(shop, bazaar, mail)
    waiting = told(shop, mail, order)
    asked = list(bazaar.shipped)

    read(shop, mail)
    after = told(shop, mail, order)

    assert (asked, waiting.tellings[0].tries) == ([], 0)
    assert waiting.due > reading(shop).read_at
    assert (after.tellings[0].state.value, after.tellings[0].tries) == ("told", 1)
