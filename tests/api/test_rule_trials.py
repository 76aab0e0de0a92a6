"""Trials: past orders by the rules that count and by others, with nothing written."""

from typing import Any

import pytest

from shared.domain.merchant import Merging, Shop
from shared.domain.order import id_for
from shared.domain.place import Tariff, Warehouse
from shared.runtime import cache
from shared.store import merchants
from shared.store.orders import find_order
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.rulebook import leaf, rule

DEAR = leaf("total", at_least=10_000)
HOLD_DEAR = rule("dear", when=DEAR, then={"result": "hold", "note": "look"})


@pytest.fixture(autouse=True)
def _goods(acme: Merchant) -> None:
    for item in ({"id": "mug", "cost": 300, "weight": 400}, {"id": "pen", "cost": 50}):
        acme.call("POST", "/v1/items", {"name": "x", **item})
    for sku, warehouse in (("mug", "hz"), ("mug", "gz"), ("pen", "hz"), ("pen", "gz")):
        acme.put_stock(sku, 100, warehouse)


def placed(acme: Merchant, mail: Mail, *prices: int, **change: Any) -> None:
    for no, price in enumerate(prices, 1):
        lines = [build.line("mug", 2, price)]
        acme.place(number=f"TB-{no}", lines=lines, placed_at=f"2026-11-20T01:0{no}:00Z", **change)
    mail.pump()


def simulate(acme: Merchant, *rules: dict[str, Any], **more: Any) -> Any:
    body = {"rules": list(rules), "from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}
    reply = acme.call("POST", "/v1/rules/simulate", body | more)
    assert reply.status == 200, reply.body
    return reply.body


def test_orders_that_a_draft_would_hold_are_counted_and_shown(acme: Merchant, mail: Mail) -> None:
    placed(acme, mail, 900, 9000, 9500)

    found = simulate(acme, HOLD_DEAR)

    assert (found["before"]["orders"], found["before"]["held"]) == (3, 0)
    assert (found["after"]["held"], found["after"]["reasons"]) == (2, {"rule": 2})
    assert found["difference"]["reasons"] == {"rule": 2}
    assert found["difference"]["parcels"] == 0  # what is held leaves later
    assert [each["number"] for each in found["examples"]] == ["TB-2", "TB-3"]
    assert found["examples"][0]["changes"] == ["holds"]
    assert found["examples"][0]["after"]["rules"] == ["dear@0"]
    assert (found["changed"], found["next"]) == (2, None)


def test_a_trial_writes_nothing_at_all(acme: Merchant, mail: Mail, engine: Engine) -> None:
    placed(acme, mail, 900, 9000)
    before = engine.owned(acme.id)

    simulate(acme, HOLD_DEAR, rule("g", "gift"), rule("t", "tags"))

    assert engine.owned(acme.id) == before
    assert not any(mail.waiting.values())


def test_gifts_cost_what_their_items_cost(acme: Merchant, mail: Mail) -> None:
    placed(acme, mail, 900, 9000)
    gift = rule("pens", "gift", then={"sku": "pen", "per": 2, "quantity": 3})

    found = simulate(acme, gift)

    assert found["difference"]["gifts"] == {"pen": 6}
    assert found["difference"]["gift_cost"] == 300
    assert found["difference"]["margin"] == -300
    assert found["before"]["margin"] == 2 * (900 + 9000) - 4 * 300


def test_goods_sent_from_elsewhere_cost_other_freight(acme: Merchant, mail: Mail) -> None:
    for name, province, fee in (("hz", "浙江", 500), ("gz", "广东", 900)):
        tariff = Tariff(1000, fee, 1000, 100)
        merchants.warehouses.replace(acme.id, Warehouse(name, name, province, tariff=tariff))
    placed(acme, mail, 900)

    found = simulate(acme, rule("south", "routing", then={"warehouses": ["gz"]}))

    assert (found["before"]["freight"], found["difference"]["freight"]) == (500, 400)
    (example,) = found["examples"]
    assert example["before"]["parcels"] == [
        {"warehouse": "hz", "carrier": "manual", "freight": 500}
    ]
    assert example["after"]["parcels"][0]["warehouse"] == "gz"


def test_orders_of_one_buyer_share_a_box_unless_a_rule_says_no(acme: Merchant, mail: Mail) -> None:
    merchants.shops.replace(acme.id, Shop("tmall", "天猫店", "own", merge=Merging(on=True)))
    cache.forget()
    placed(acme, mail, 900, 900)

    found = simulate(acme, rule("apart", "merge", then={"merge": False}))

    assert (found["before"]["merged"], found["before"]["parcels"]) == (2, 1)
    assert (found["after"]["merged"], found["difference"]["parcels"]) == (0, 1)
    assert found["examples"][0]["before"]["merged_with"] == ["TB-2"]


def test_what_was_called_off_is_not_replayed(acme: Merchant, mail: Mail) -> None:
    placed(acme, mail, 900, 900)
    order = acme.call("GET", "/v1/orders?number=TB-1&shop=tmall").body["orders"][0]
    acme.call("POST", f"/v1/orders/{order['id']}/cancel", {"reason": "changed her mind"})

    found = simulate(acme)

    assert (found["skipped"], found["before"]["orders"]) == (1, 1)


def test_notes_are_read_where_a_rule_asks_and_never_told(acme: Merchant, mail: Mail) -> None:
    placed(acme, mail, 900, notes={"buyer": "加急，电话 13812345678"})
    urgent = rule("u", "tags", when=leaf("buyer_note", any=["加急"]), then={"tags": ["急"]})

    found = simulate(acme, urgent)

    assert found["examples"][0]["after"]["tags"] == ["急"]
    assert "13812345678" not in str(found)


def test_pages_add_up_and_limited_gifts_are_counted_over_all_of_them(
    acme: Merchant, mail: Mail
) -> None:
    placed(acme, mail, 900, 900, 900, 900, 900)
    limit = {"orders": 3, "each": "day"}
    gift = rule("few", "gift", then={"sku": "pen", "limit": limit})

    pages, cursor = [], ""
    while cursor is not None:
        pages.append(simulate(acme, gift, limit=2, **({"cursor": cursor} if cursor else {})))
        cursor = pages[-1]["next"]

    assert [page["after"]["orders"] for page in pages] == [2, 2, 1]
    assert [page["after"]["gifts"] for page in pages] == [{"pen": 2}, {"pen": 1}, {}]


def test_what_a_trial_says_comes_true(acme: Merchant, mail: Mail) -> None:
    rules = [
        HOLD_DEAR,
        rule("pens", "gift", when=leaf("total", below=10_000), then={"sku": "pen", "per": 2}),
        rule("south", "routing", when=leaf("pieces", below=3), then={"warehouses": ["gz"]}),
        rule("vip", "tags", when=leaf("area", in_=["浙江/杭州"]), then={"tags": ["近"]}),
    ]
    placed(acme, mail, 900, 9000)
    said = {each["number"]: each["after"] for each in simulate(acme, *rules)["examples"]}

    acme.call("PUT", "/v1/rules/draft", {"version": 0, "rules": rules})
    acme.call("POST", "/v1/rules/publish", {"note": "now"})
    for number, price in (("TB-1", 900), ("TB-2", 9000)):
        acme.place(number=f"{number}-again", lines=[build.line("mug", 2, price)])
    mail.pump()

    for number, after in said.items():
        order = find_order(acme.id, id_for(acme.id, "tmall", f"{number}-again"))
        assert order is not None
        assert [hold.reason for hold in order.holds] == after["holds"]
        assert list(order.tags) == after["tags"]
        if not after["holds"]:
            assert {line.sku: line.quantity for line in order.gifts} == after["gifts"]
            assert [p.warehouse for p in order.parcels] == [
                p["warehouse"] for p in after["parcels"]
            ]
    assert said["TB-1"]["gifts"] == {"pen": 1}
    assert said["TB-2"]["holds"] == ["rule"]


def test_the_draft_is_tried_against_what_is_published(acme: Merchant, mail: Mail) -> None:
    placed(acme, mail, 9000)
    acme.call("PUT", "/v1/rules/draft", {"version": 0, "rules": [HOLD_DEAR]})

    first = acme.call("POST", "/v1/rules/simulate", DAY | {"draft": True}).body
    acme.call("POST", "/v1/rules/publish", {"note": "x"})
    after = acme.call("POST", "/v1/rules/simulate", DAY | {"draft": True}).body

    assert (first["difference"]["held"], first["version"]) == (1, 0)
    assert (after["difference"]["held"], after["version"]) == (0, 1)
    assert after["before"]["held"] == 1


DAY = {"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z"}


def test_rules_of_another_time_can_be_tried_now(acme: Merchant, mail: Mail) -> None:
    placed(acme, mail, 9000)
    later = HOLD_DEAR | {"since": "2027-01-01T00:00:00Z"}

    assert simulate(acme, later)["difference"]["held"] == 0
    assert simulate(acme, later, at="2027-01-02T00:00:00Z")["difference"]["held"] == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({}, "rules", "missing"),
        ({"draft": True, "rules": []}, "rules", "either-or"),
        ({"rules": [rule(then={"result": "?"})]}, "rules[0].then.result", "not-one-of"),
        ({"rules": [rule(kind="carrier")]}, "rules[0].then.carrier", "unknown-carrier"),
        ({"rules": [], "to": "2026-11-01T00:00:00Z"}, "to", "not-after"),
        ({"rules": [], "from": "2024-01-01T00:00:00Z"}, "from", "out-of-range"),
        ({"rules": [], "limit": 501}, "limit", "out-of-range"),
        ({"rules": [], "cursor": "x"}, "cursor", "bad-cursor"),
        ({"rules": [], "colour": 1}, "colour", "unknown-field"),
    ],
)
def test_a_trial_that_cannot_be_is_refused(
    acme: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    reply = acme.call("POST", "/v1/rules/simulate", DAY | change)

    assert reply.status == 422
    assert [(fault["field"], fault["code"]) for fault in reply.body["faults"]] == [(field, code)]
