"""What shops may sell and are told: shown, tried out, pushed by hand, listed."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest

from shared.domain.sellable import NAMES
from shared.domain.stock import Cause, Change, Place
from shared.runtime import clock
from shared.store import figures, stock
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream


def push_rule(merchant: Merchant, shop: str = "tmall", **rule: Any) -> None:
    body = {"name": shop, "push": {"on": True, **rule}}
    assert merchant.call("PUT", f"/v1/shops/{shop}", body).status == 200


def put(merchant: Merchant, warehouse: str, **units: int) -> None:
    """Let there be so many units on each counter."""
    place, cause = Place("mug", warehouse), Cause("hand", "-", clock.now())
    stock.apply(merchant.id, [Change(place, "adjusted", dict(units))], cause)


def shown(merchant: Merchant, sku: str = "mug", shop: str = "tmall") -> dict[str, Any]:
    reply = merchant.call("GET", f"/v1/shops/{shop}/sellable?sku={quote(sku)}")
    assert reply.status == 200, reply.body
    (one,) = reply.body["skus"]
    return dict(one)


@pytest.fixture
def example(acme: Merchant, mail: Mail, stream: Stream) -> Merchant:
    """Two warehouses, safety stock, and an order of another shop that waits for twelve."""
    item = {"id": "mug", "name": "mug", "safety": {"hz": 20, "gz": 10}}
    acme.call("POST", "/v1/items", item)
    acme.call("POST", "/v1/shops", {"id": "jd", "name": "京东", "warehouses": ["gz"]})
    put(acme, "hz", free=85, held=10, appointed=5)
    put(acme, "gz", free=5, held=3)
    acme.place(shop="jd", lines=[build.line("mug", 12)])
    stream.tell("count")
    return acme


@pytest.mark.parametrize(("form", "sellable"), [("plain", 78), ("safe", 53)])
def test_both_forms_of_a_shop_that_shares_a_warehouse(
    example: Merchant, form: str, sellable: int
) -> None:
    push_rule(example, form=form)

    one = shown(example)

    assert (one["form"], one["figures"]["sellable"], one["units"]) == (form, sellable, sellable)
    assert one["figures"].keys() == set(NAMES)
    assert one["figures"]["unrouted"] == 12


def test_the_sum_is_told_in_both_languages(example: Merchant) -> None:
    one = shown(example)

    steps = "gz 8-3-0-10=-5→0, hz 100-10-5-20=65, -12"
    assert one["zh"].startswith(steps)
    assert one["en"].startswith(steps)
    assert one["zh"].endswith("可售 53")
    assert one["en"].endswith("53 sellable")


def test_a_shop_of_other_warehouses_does_not_feel_the_order(example: Merchant) -> None:
    north = {"id": "north", "name": "north", "warehouses": ["hz"]}
    example.call("POST", "/v1/shops", north)

    assert shown(example, shop="north")["figures"]["sellable"] == 65


def test_the_formula_is_shown_with_what_it_gives(example: Merchant) -> None:
    push_rule(example, formula="sellable * 0.8 + 10")

    one = shown(example)

    assert (one["result"], one["units"], one["refused"]) == ("52.4", 52, None)


def test_a_preview_writes_nothing(example: Merchant, engine: Engine, mail: Mail) -> None:
    before = engine.owned(example.id)
    rule = {"formula": "sellable - 60", "form": "safe"}

    reply = example.call(
        "POST", "/v1/shops/tmall/push-rule/preview", {"rule": rule, "skus": ["mug", "hat"]}
    )

    assert reply.status == 200
    assert reply.body["rule"] == {
        **{"on": False, "form": "safe", "formula": "sellable - 60", "rounding": "down"},
        **{"floor": 0, "ceiling": None, "inbound": False, "presale": None},
    }
    mug, hat = reply.body["skus"]
    assert (mug["units"], mug["result"], mug["refused"]["code"]) == (None, "-7", "negative")
    assert "-7" in mug["refused"]["zh"]
    assert (hat["sku"], hat["figures"]["sellable"], hat["result"]) == ("hat", 0, "-60")
    assert engine.owned(example.id) == before
    assert mail.bodies("push") == []


def test_a_preview_without_skus_shows_some_of_the_shops(example: Merchant) -> None:
    reply = example.call("POST", "/v1/shops/tmall/push-rule/preview", {"rule": {}})

    assert [one["sku"] for one in reply.body["skus"]] == ["mug"]


@pytest.mark.parametrize(
    ("formula", "code", "said"),
    [
        ("sellable.__class__", "not-a-formula", ".__class__"),
        ("9**9**9", "not-a-formula", "**9"),
        ("stock", "unknown-figure", "on_hand"),
        ("1" + "+1" * 60, "too-deep", "30"),
        ("1" * 201, "too-long", "200"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_formula_is_refused_in_the_readers_language(
    acme: Merchant, formula: str, code: str, said: str, language: str
) -> None:
    body = {"name": "x", "push": {"formula": formula}}

    reply = acme.call("PUT", "/v1/shops/tmall", body, Accept_Language=language)

    (fault,) = reply.body["faults"]
    assert (reply.status, fault["field"], fault["code"]) == (422, "push.formula", code)
    assert said in fault["detail"]
    assert acme.call("GET", "/v1/shops/tmall").body["push"]["formula"] == "sellable"


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"form": "bold"}, "rule.form"),
        ({"rounding": "sideways"}, "rule.rounding"),
        ({"floor": -1}, "rule.floor"),
        ({"floor": 5, "ceiling": 4}, "rule.ceiling"),
        ({"presale": "many"}, "rule.presale"),
        ({"on": "yes"}, "rule.on"),
        ({"formula": 5}, "rule.formula"),
        ({"colour": "red"}, "rule.colour"),
    ],
)
def test_a_faulty_rule_is_refused(acme: Merchant, rule: dict[str, Any], field: str) -> None:
    reply = acme.call("POST", "/v1/shops/tmall/push-rule/preview", {"rule": rule})

    assert reply.status == 422
    assert field in [fault["field"] for fault in reply.body["faults"]]


def test_the_rule_of_a_shop_is_kept_with_it(acme: Merchant) -> None:
    rule = {"on": True, "form": "plain", "formula": "sellable // 2", "rounding": "nearest"}
    more = {"floor": 1, "ceiling": 99, "inbound": True, "presale": 20}

    acme.call("PUT", "/v1/shops/tmall", {"name": "x", "push": {**rule, **more}})

    assert acme.call("GET", "/v1/shops/tmall").body["push"] == {**rule, **more}


def test_goods_that_are_coming_count_for_a_shop_that_says_so(acme: Merchant) -> None:
    put(acme, "hz", free=5, coming=40, presold=10)

    assert shown(acme)["figures"]["sellable"] == 5
    push_rule(acme, inbound=True, presale=30)
    assert shown(acme)["figures"]["sellable"] == 25


def test_pages_show_every_sku_once(acme: Merchant) -> None:
    for n in range(5):
        acme.put_stock(f"s{n}", n)
        acme.put_stock(f"s{n}", n, "gz")

    assert pages(acme) == [f"s{n}" for n in range(5)]


def test_a_shop_that_maps_skus_shows_those(acme: Merchant) -> None:
    skus = {"T1": "mug", "T2": "hat", "T3": "mug"}
    acme.call("PUT", "/v1/shops/tmall", {"name": "x", "skus": skus})
    acme.put_stock("pot", 5)

    assert pages(acme) == ["hat", "mug"]


def test_a_merchant_who_keeps_items_sees_those_with_kits(acme: Merchant) -> None:
    for sku in ("A", "B"):
        acme.call("POST", "/v1/items", {"id": sku, "name": sku})
    parts = [{"sku": "A", "quantity": 2, "share": 5000}, {"sku": "B", "share": 5000}]
    acme.call("POST", "/v1/items", {"id": "set", "name": "set", "parts": parts})
    acme.put_stock("A", 7)
    acme.put_stock("B", 5)

    assert pages(acme) == ["A", "B", "set"]
    assert shown(acme, "set")["units"] == 3
    assert shown(acme, "set")["en"] == "A 7÷2=3, B 5÷1=5, the least of them = 3 sellable"


def pages(merchant: Merchant) -> list[str]:
    seen, cursor = [], ""
    for _ in range(9):
        more = {"cursor": cursor} if cursor else {}
        query = urlencode({"limit": 2, **more})
        answer = merchant.call("GET", f"/v1/shops/tmall/sellable?{query}").body
        seen += [one["sku"] for one in answer["skus"]]
        if not (cursor := answer["next"]):
            break
    return seen


def test_a_push_by_hand_tells_even_what_is_known(acme: Merchant, mail: Mail) -> None:
    push_rule(acme)
    acme.put_stock("mug", 7)

    first = acme.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})
    again = acme.call("POST", "/v1/shops/tmall/push", {})

    assert [(one["units"], one["seq"]) for one in first.body["pushes"]] == [(7, 1)]
    assert [(one["units"], one["seq"]) for one in again.body["pushes"]] == [(7, 2)]
    assert len(mail.bodies("push")) == 2
    assert again.body["next"] is None


def test_a_push_by_hand_of_a_refused_result_queues_nothing(acme: Merchant, mail: Mail) -> None:
    push_rule(acme, formula="sellable - 9")
    acme.put_stock("mug", 7)

    reply = acme.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})

    (one,) = reply.body["pushes"]
    assert (one["units"], one["state"], one["refused"]["code"]) == (None, "idle", "negative")
    assert mail.bodies("push") == []
    assert [figure.sku for figure in figures.refused(acme.id)] == ["mug"]


def test_a_shop_that_does_not_push_is_not_pushed(acme: Merchant, mail: Mail) -> None:
    reply = acme.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})

    assert (reply.status, reply.body["faults"][0]["code"]) == (422, "push-off")
    assert mail.bodies("push") == []


def test_pushes_are_listed_by_shop_and_state(acme: Merchant, mail: Mail) -> None:
    acme.call("POST", "/v1/shops", {"id": "jd", "name": "jd", "push": {"on": True}})
    push_rule(acme, formula="sellable - 6")
    for sku, units in (("mug", 7), ("hat", 5), ("pot", 9)):
        acme.put_stock(sku, units)
    for shop in ("tmall", "jd"):
        acme.call("POST", f"/v1/shops/{shop}/push", {})
    mail.pump()

    everything = acme.call("GET", "/v1/pushes").body["pushes"]
    of_shop = acme.call("GET", "/v1/pushes?shop=tmall").body["pushes"]
    refused = acme.call("GET", "/v1/pushes?shop=tmall&state=refused").body["pushes"]
    idle = acme.call("GET", "/v1/pushes?state=idle").body["pushes"]

    places = [(one["shop"], one["sku"]) for one in everything]
    assert places == [(shop, sku) for shop in ("jd", "tmall") for sku in ("hat", "mug", "pot")]
    assert [one["sku"] for one in of_shop] == ["hat", "mug", "pot"]
    assert [one["sku"] for one in refused] == ["hat", "mug", "pot"]
    assert [(one["shop"], one["sku"]) for one in idle] == [("tmall", "hat")]
    assert refused[1]["fault"]["code"] == "no-receiver"
    assert refused[0]["refused"]["code"] == "negative"


def test_pushes_come_in_pages(acme: Merchant, mail: Mail) -> None:
    acme.call("POST", "/v1/shops", {"id": "jd", "name": "jd", "push": {"on": True}})
    push_rule(acme)
    for n in range(3):
        acme.put_stock(f"s{n}", 1)
    for shop in ("tmall", "jd"):
        acme.call("POST", f"/v1/shops/{shop}/push", {})

    seen, cursor = [], ""
    for _ in range(9):
        more = {"cursor": cursor} if cursor else {}
        answer = acme.call("GET", f"/v1/pushes?{urlencode({'limit': 2, **more})}").body
        seen += [(one["shop"], one["sku"]) for one in answer["pushes"]]
        if not (cursor := answer["next"]):
            break

    assert seen == [(shop, f"s{n}") for shop in ("jd", "tmall") for n in range(3)]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/pushes?state=lost",
        "/v1/pushes?limit=0",
        "/v1/pushes?cursor=x",
        "/v1/shops/tmall/sellable?limit=101",
        "/v1/shops/tmall/sellable?cursor=a%23b",
        "/v1/shops/tmall/sellable?sku=a%23b",
    ],
)
def test_a_faulty_query_is_refused(acme: Merchant, path: str) -> None:
    assert acme.call("GET", path).status == 422


def test_a_webhook_may_ask_for_figures_by_name(acme: Merchant) -> None:
    hook = {"id": "erp", "url": "http://127.0.0.1:9/", "events": ["stock.sellable"]}

    assert acme.call("POST", "/v1/webhooks", hook).status == 201


def test_a_lot_is_gone_from_the_figure_after_its_last_day_without_any_job(acme: Merchant) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "mug", "lots": True})
    today, cause = clock.now()[:10], Cause("hand", "-", clock.now())
    for lot, expires, units in (("old", "2026-01-01", 7), ("new", f"9{today[1:]}", 5)):
        sets = {"expires": expires}
        change = Change(Place("mug", "hz", lot), "received", {"free": units}, sets=sets)
        stock.apply(acme.id, [change], cause)

    figures = shown(acme)["figures"]

    assert (figures["sellable"], figures["on_hand"], figures["expired"]) == (5, 5, 7)
