"""Everything that decides on an order, together: rules, gifts, freight, carriers, boxes, edits."""

from typing import Any

from tests.support import build, mergers
from tests.support.build import Merchant
from tests.support.mail import Mail

KILO = {"first_weight": 1000, "step_weight": 1000}
RULES: list[dict[str, Any]] = [
    {
        "id": "big",
        "name": "大单财审",
        "kind": "review",
        "weight": 10,
        "when": {"fact": "total", "at_least": 100_000, "below": 200_000},
        "then": {"result": "finance"},
    },
    {
        "id": "pens",
        "name": "每 2 件送 1 支",
        "kind": "gift",
        "when": {"fact": "skus", "any": ["mug"]},
        "then": {"sku": "pen", "per": 2, "most": 3, "limit": {"orders": 1, "each": "day"}},
    },
    {
        "id": "near",
        "name": "江浙沪包装",
        "kind": "tags",
        "when": {"fact": "area", "in": ["浙江", "江苏", "上海"]},
        "then": {"tags": ["纸箱"]},
    },
    {
        "id": "heavy",
        "name": "十公斤一包",
        "kind": "split",
        "then": {"cuts": [{"by": "weight", "limit": 10_000}]},
    },
]


def ready(acme: Merchant) -> None:
    """Two carriers with tariffs, weights, stock in both warehouses, and rules in force."""
    for carrier, home, away in (("zto", 400, 900), ("sf", 1200, 1800)):
        zones = [
            {"warehouse": "hz", "tariff": {**KILO, "first_fee": home, "step_fee": 100}},
            {"warehouse": "gz", "tariff": {**KILO, "first_fee": away, "step_fee": 300}},
        ]
        done(acme, "POST", "/v1/carriers", {"id": carrier, "name": carrier, "zones": zones})
    for name in ("hz", "gz"):
        before = acme.call("GET", f"/v1/warehouses/{name}").body
        done(acme, "PUT", f"/v1/warehouses/{name}", {**before, "carriers": ["zto", "sf"]})
    for sku, weight in (("mug", 3000), ("pen", 10)):
        done(acme, "POST", "/v1/items", {"id": sku, "name": sku, "weight": weight})
        acme.put_stock(sku, 20, "hz")
        acme.put_stock(sku, 20, "gz")
    done(acme, "PUT", "/v1/rules/draft", {"version": 0, "rules": RULES})
    done(acme, "POST", "/v1/rules/publish", {"note": "开业"})


def done(acme: Merchant, method: str, path: str, body: Any) -> Any:
    reply = acme.call(method, path, body)
    assert reply.status < 300, reply.body
    return reply.body


def why(acme: Merchant, order_id: str, code: str) -> dict[str, Any]:
    """What is told of the decision with this code."""
    told = acme.call("GET", f"/v1/orders/{order_id}/why").body["decisions"]
    return next(each for each in told if each["code"] == code)


def test_each_decision_on_the_way_is_made_by_the_rules_and_explained(
    acme: Merchant, mail: Mail
) -> None:
    ready(acme)

    order_id = acme.place(lines=[build.line("mug", 5)]).body["id"]
    mail.pump()

    order = acme.order(order_id)
    assert order["status"] == "planned"
    assert {parcel["warehouse"] for parcel in order["parcels"]} == {"hz"}
    assert sorted(p["grams"] for p in order["parcels"]) == [6000, 9020]
    assert {parcel["carrier"] for parcel in order["parcels"]} == {"zto"}
    assert [p["freight"] for p in order["parcels"]] == [
        400 + 100 * (-(-p["grams"] // 1000) - 1) for p in order["parcels"]
    ]
    chosen = why(acme, order_id, "reserved-cheapest")
    assert chosen["losers"][0]["what"] == "hz+gz"  # the pen from elsewhere
    assert chosen["losers"][0]["cost"] > chosen["cost"]
    assert why(acme, order_id, "planned-chosen")["rules"] == ["heavy@1"]
    assert why(acme, order_id, "gifted")["rules"] == ["pens@1"]
    assert why(acme, order_id, "tagged")["rules"] == ["near@1"]


def test_the_second_order_of_the_day_gets_no_gift_and_hears_why(
    acme: Merchant, mail: Mail
) -> None:
    ready(acme)
    acme.place()
    mail.pump()

    second = acme.place(number="TB-2").body["id"]
    mail.pump()

    assert "pen" not in {source["sku"] for source in acme.order(second)["sources"]}
    assert "not-gifted" in acme.codes(second)


def test_finance_looks_at_what_a_rule_says_and_then_it_goes_on(acme: Merchant, mail: Mail) -> None:
    ready(acme)
    dear = [build.line("mug", 1, 100_000)]
    order_id = acme.place(lines=dear).body["id"]
    mail.pump()
    assert [hold["reason"] for hold in acme.order(order_id)["holds"]] == ["finance"]

    done(acme, "POST", f"/v1/orders/{order_id}/release", {"note": "核过"})
    mail.pump()

    assert acme.order(order_id)["status"] == "planned"


def test_three_orders_share_a_box_one_is_stopped_and_the_others_go(
    acme: Merchant, mail: Mail
) -> None:
    ready(acme)
    mergers.merging(acme)
    ids = mergers.met(acme, mail, "TB-1", "TB-2", "TB-3", lines=[build.line("mug", 1)])
    merge = mergers.merge_of(acme, ids[0])
    boxes = {box for each in ids for box in mergers.boxes(acme, each)}
    assert boxes == {f"{merge['id']}-1"}

    marked = build.document("TB-2", lines=[build.line("mug", 1)], version=1, marks=["refund"])
    done(acme, "POST", "/v1/orders", marked)
    refused = mergers.act(acme, merge["id"], "ship", {"boxes": [{"box": 1, "tracking": "Z1"}]})
    done(acme, "POST", f"/v1/merges/{merge['id']}/release", {})
    done(acme, "POST", f"/v1/merges/{merge['id']}/ship", {"boxes": [{"box": 1, "tracking": "Z1"}]})
    mail.pump()

    assert (refused.status, refused.body["code"]) == (409, "blocked")
    assert [acme.order(each)["status"] for each in ids] == ["shipped", "held", "shipped"]
    assert acme.stock("mug", "hz") == (17, 1)


def test_a_change_is_shown_before_it_is_made_and_every_fen_is_accounted_for(
    acme: Merchant, mail: Mail
) -> None:
    ready(acme)
    order_id = acme.place(lines=[build.line("mug", 3, 999, share=100)]).body["id"]
    mail.pump()
    less = {"lines": [{"line": 1, "quantity": 1}]}

    shown = done(acme, "POST", f"/v1/orders/{order_id}/edit", {"changes": less, "preview": True})
    before = acme.order(order_id)
    done(acme, "POST", f"/v1/orders/{order_id}/edit", {"changes": less})
    mail.pump()

    after = acme.order(order_id)
    left = after["amounts"]["total"]
    assert [each["lines"][0]["quantity"] for each in (before, after)] == [3, 1]
    assert shown["effects"]["money"]["refund"] == before["amounts"]["total"] - left > 0
    assert shown["effects"]["stock"]["given_back"][0]["units"] == 2
    assert acme.stock("mug", "hz") == (19, 1)
