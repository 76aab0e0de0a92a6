"""Why an order is where it is: the decisions in their order, and what lost against them."""

from typing import Any

from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail


def why(acme: Merchant, order_id: str) -> dict[str, Any]:
    return dict(acme.call("GET", f"/v1/orders/{order_id}/why").body)


def test_every_decision_tells_its_rule_and_what_lost(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 9, "gz")
    order_id = str(acme.place().body["id"])
    mail.pump()

    told = why(acme, order_id)

    decided = {one["code"]: one for one in told["decisions"]}
    assert decided["approved"]["rules"]
    (lost,) = decided["reserved"]["losers"]
    assert (lost["what"], lost["why"], lost["cost"]) == ("hz", "lacks", None)
    assert (lost["zh"], lost["en"]) == ("hz 落选：缺货", "hz lost: it lacks goods")
    assert [one["seq"] for one in told["decisions"]] == sorted(
        one["seq"] for one in told["decisions"]
    )
    assert all(one["after"] >= 0 for one in told["decisions"])


def test_it_tells_what_it_waits_for_and_until_when(acme: Merchant, mail: Mail) -> None:
    order_id = str(acme.place(notes={"buyer": "请尽快"}).body["id"])
    mail.pump()

    told = why(acme, order_id)

    (hold,) = told["holds"]
    assert (hold["reason"], hold["way_out"]) == ("buyer-note", "hand")
    assert hold["deadline"] > build.PLACED
    assert told["ship_by"]["at"] > build.PLACED
    assert told["stages"]["held-service"] >= 0


def test_it_says_nothing_of_a_person(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 9)
    order_id = str(acme.place().body["id"])
    mail.pump()
    changes = {"receiver": {"name": "李雷", "phone": "13900001111"}}
    acme.call("POST", f"/v1/orders/{order_id}/edit", {"changes": changes})

    assert not any(each in str(why(acme, order_id)) for each in ("李雷", "13900001111", "王小明"))
