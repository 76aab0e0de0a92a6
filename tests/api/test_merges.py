"""/v1/merges: boxes that several orders share, and what stops them."""

from typing import Any

import pytest

from shared.domain.order import Order, Status
from shared.runtime import cache
from shared.store import merchants, merges, orders
from tests.support import build, mergers
from tests.support.build import Merchant, Reply
from tests.support.engine import Engine
from tests.support.mail import Mail

act, merge_of = mergers.act, mergers.merge_of


@pytest.fixture
def shop(acme: Merchant) -> Merchant:
    """A merchant whose shop lets orders meet, and whose parcels people ship."""
    for sku in ("mug", "hat"):
        acme.put_stock(sku, 50)
    return mergers.merging(acme)


@pytest.fixture
def three(shop: Merchant, mail: Mail) -> list[str]:
    """Three orders in one box."""
    return mergers.met(shop, mail, "TB-1", "TB-2", "TB-3")


def at(merchant: Merchant, order_id: str) -> Order:
    return orders.get(merchant.id, order_id)


def move(merchant: Merchant, order_id: str, deed: str, body: Any = None) -> Reply:
    return merchant.call("POST", f"/v1/orders/{order_id}/{deed}", body or {})


def by_hand(merchant: Merchant, *ids: str, **more: Any) -> Reply:
    return merchant.call("POST", "/v1/merges", {"orders": list(ids), **more})


def whys(reply: Reply) -> list[tuple[str, str]]:
    return [(fault["field"], fault["detail"]) for fault in reply.body["faults"]]


# --- what stops a box, and what lets it go on ---
def test_a_refund_stops_the_box_and_the_others_go_on_in_one_action(
    shop: Merchant, three: list[str]
) -> None:
    merge_id = merge_of(shop, three[0])["id"]
    shop.place(number="TB-2", version=2, marks=["refund"])
    assert at(shop, three[1]).status is Status.HELD

    weighed = act(shop, merge_id, "weigh", {"box": 1, "grams": 900})
    sent = act(shop, merge_id, "ship", {"boxes": [{"box": 1, "tracking": "SF1"}]})
    assert [(r.status, r.body["code"]) for r in (weighed, sent)] == [(409, "blocked")] * 2
    assert "TB-2" in sent.body["detail"]

    released = act(shop, merge_id, "release").body
    assert {m["number"] for m in released["members"]} == {"TB-1", "TB-3"}
    assert act(shop, merge_id, "ship", {"boxes": [{"box": 1, "tracking": "SF1"}]}).status == 200
    assert [at(shop, each).status for each in three] == ["shipped", "held", "shipped"]
    assert at(shop, three[1]).merge == ""
    assert mergers.boxes(shop, three[1]) == [""]
    assert "merge-released" in shop.codes(three[0])
    assert shop.stock("mug") == (44, 2)


@pytest.mark.parametrize("deed", ["hold", "cancel"])
def test_who_leaves_stops_its_box_with_the_same_write(
    shop: Merchant, three: list[str], deed: str
) -> None:
    assert move(shop, three[0], deed).status == 200

    merge = next(iter(shop.call("GET", "/v1/merges").body["merges"]))
    assert [m["id"] for m in merge["members"] if m["stopped"]] == [three[0]]


def test_a_new_address_takes_an_order_out(shop: Merchant, mail: Mail, three: list[str]) -> None:
    merge_id = merge_of(shop, three[0])["id"]

    moved = {"receiver": mergers.receiver(address="文三路 9 号")}
    shop.place(number="TB-1", version=2, **moved)
    mail.pump()

    assert at(shop, three[0]).merge == ""
    assert act(shop, merge_id, "ship").body["code"] == "blocked"
    assert act(shop, merge_id, "release").status == 200
    assert act(shop, merge_id, "ship").status == 200


def test_who_is_let_go_again_before_it_was_taken_out_stays_in_the_box(
    shop: Merchant, three: list[str]
) -> None:
    move(shop, three[0], "hold")
    move(shop, three[0], "release")

    merge = merge_of(shop, three[0])
    assert not any(member["stopped"] for member in merge["members"])
    assert act(shop, merge["id"], "ship").status == 200


@pytest.mark.parametrize("deed", ["hold", "cancel"])
def test_once_the_box_is_weighed_nobody_leaves_it(
    shop: Merchant, three: list[str], deed: str
) -> None:
    merge_id = merge_of(shop, three[0])["id"]
    assert act(shop, merge_id, "weigh", {"box": 1, "grams": 900}).status == 200

    refused = move(shop, three[0], deed)
    update = shop.place(number="TB-1", version=2, receiver=mergers.receiver(name="李雷"))

    assert (refused.status, refused.body["code"]) == (409, "not-allowed")
    assert "已称重" in refused.body["detail"]
    assert update.status == 409
    assert act(shop, merge_id, "undo").body["code"] == "wrong-state"
    assert all(at(shop, each).parcels[0].weighed_at for each in three)


def test_a_box_that_is_opened_again_lets_them_leave(shop: Merchant, three: list[str]) -> None:
    merge_id = merge_of(shop, three[0])["id"]
    act(shop, merge_id, "weigh", {"box": 1, "grams": 900})

    assert act(shop, merge_id, "weigh", {"box": 1, "grams": 0}).status == 200

    assert move(shop, three[0], "cancel").status == 200
    assert shop.codes(three[1])[-2:] == ["weighed", "opened"]


def test_of_two_only_one_is_left_and_goes_alone(shop: Merchant, mail: Mail) -> None:
    one, other = mergers.met(shop, mail, "TB-1", "TB-2")
    merge_id = merge_of(shop, one)["id"]
    move(shop, one, "cancel")

    released = act(shop, merge_id, "release").body

    assert released["stage"] == "undone"
    assert (at(shop, other).merge, at(shop, other).status) == ("", Status.PLANNED)
    assert move(shop, other, "ship", {"parcels": [{"parcel": 1}]}).status == 200


def test_releasing_where_nothing_is_stopped_changes_nothing(
    shop: Merchant, three: list[str], engine: Engine
) -> None:
    merge = merge_of(shop, three[0])
    once = engine.owned(shop.id)

    assert act(shop, merge["id"], "release").body == merge

    assert engine.owned(shop.id) == once


def test_who_is_no_longer_the_same_leaves_before_the_box_is_weighed(
    shop: Merchant, three: list[str]
) -> None:
    merge_id = merge_of(shop, three[0])["id"]
    orders.save(mergers.drifted(at(shop, three[2])))

    answer = act(shop, merge_id, "weigh", {"box": 1, "grams": 900})

    assert (answer.status, answer.body["code"]) == (409, "blocked")
    assert at(shop, three[2]).merge == ""
    entries = shop.call("GET", f"/v1/orders/{three[2]}/timeline").body["entries"]
    assert [e["args"]["why"] for e in entries if e["code"] == "unmerged"] == ["drifted"]
    assert act(shop, merge_id, "release").status == 200
    assert act(shop, merge_id, "weigh", {"box": 1, "grams": 900}).status == 200


# --- shipping ---
def test_one_order_alone_is_not_shipped_out_of_a_merge(shop: Merchant, three: list[str]) -> None:
    refused = [move(shop, three[0], "ship"), move(shop, three[0], "weigh", {"grams": 5})]

    assert [(r.status, r.body["code"]) for r in refused] == [(409, "merged")] * 2
    assert merge_of(shop, three[0])["id"] in refused[0].body["detail"]


def test_each_order_says_the_number_of_the_box(shop: Merchant, three: list[str]) -> None:
    body = {"boxes": [{"box": 1, "carrier": "sf", "tracking": "SF9"}]}

    shipped = act(shop, merge_of(shop, three[0])["id"], "ship", body).body

    assert shipped["stage"] == "shipped"
    parcels = [at(shop, each).parcels[0] for each in three]
    assert {(p.carrier, p.tracking) for p in parcels} == {("sf", "SF9")}
    assert shop.stock("mug") == (44, 0)


def test_a_box_ships_once(shop: Merchant, three: list[str], engine: Engine) -> None:
    merge_id = merge_of(shop, three[0])["id"]
    first = act(shop, merge_id, "ship", {"boxes": [{"box": 1, "tracking": "SF9"}]})
    once = engine.owned(shop.id)

    again = act(shop, merge_id, "ship", {"boxes": [{"box": 1, "tracking": "SF9"}]})

    assert again.body == first.body
    assert engine.owned(shop.id) == once


@pytest.mark.parametrize("deed", ["ship", "weigh", "undo", "release"])
def test_an_idempotency_key_is_answered_the_same(
    shop: Merchant, three: list[str], deed: str
) -> None:
    merge_id = merge_of(shop, three[0])["id"]
    if deed == "release":
        move(shop, three[0], "cancel")
    body = {"box": 1, "grams": 5} if deed == "weigh" else {}

    def call() -> Reply:
        path = f"/v1/merges/{merge_id}/{deed}"
        return shop.call("POST", path, body, None, Idempotency_Key=f"{deed}-1")

    first, again = call(), call()

    assert (first.status, first.body) == (again.status, again.body) == (200, first.body)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_boxes_that_do_not_exist_are_not_shipped(shop: Merchant, three: list[str]) -> None:
    merge_id = merge_of(shop, three[0])["id"]

    assert act(shop, merge_id, "ship", {"boxes": [{"box": 2}]}).status == 404
    assert act(shop, merge_id, "weigh", {"box": 2, "grams": 5}).status == 404
    assert whys(act(shop, merge_id, "weigh", {"grams": 5}))[0][0] == "box"
    twice = act(shop, merge_id, "ship", {"boxes": [{"box": 1}, {"box": 1}]})
    assert [fault["code"] for fault in twice.body["faults"]] == ["twice"]


def test_what_one_transaction_cannot_take_ships_order_by_order(
    shop: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.steps.ship.MOST_COUNTERS", 4)
    ids = mergers.met(shop, mail, "TB-1", "TB-2", "TB-3")

    answer = act(shop, merge_of(shop, ids[0])["id"], "ship")

    assert answer.body["stage"] == "shipped"
    assert [at(shop, each).status for each in ids] == [Status.SHIPPED] * 3
    assert shop.stock("mug") == (44, 0)


def test_who_stopped_half_way_is_ended_by_the_clock(
    shop: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.steps.ship.MOST_COUNTERS", 4)
    ids = mergers.met(shop, mail, "TB-1", "TB-2", "TB-3")
    merge_id = merge_of(shop, ids[0])["id"]
    mergers.breaking(monkeypatch, after=1)

    assert act(shop, merge_id, "ship", {"boxes": [{"box": 1, "tracking": "SF1"}]}).status == 500
    monkeypatch.undo()
    waiting = next(each for each in ids if at(shop, each).status is Status.PLANNED)
    assert move(shop, waiting, "cancel").status == 409  # its box has left
    mergers.lapse(shop, mail)

    assert {(at(shop, each).status, at(shop, each).parcels[0].tracking) for each in ids} == {
        (Status.SHIPPED, "SF1")
    }
    assert merges.folder.get(shop.id, merge_id).due == ""


# --- weighing an order's own parcel ---
def test_a_parcel_of_one_order_is_weighed(shop: Merchant, mail: Mail) -> None:
    (one,) = mergers.met(shop, mail, "TB-1")

    answer = move(shop, one, "weigh", {"parcel": 1, "grams": 640})

    assert answer.status == 200
    assert answer.body["parcels"][0]["grams"] == 640
    assert answer.body["parcels"][0]["weighed_at"]
    assert shop.codes(one)[-1] == "weighed"
    assert move(shop, one, "weigh", {"parcel": 2, "grams": 1}).status == 404
    assert move(shop, one, "ship").status == 200
    assert move(shop, one, "weigh", {"grams": 1}).status == 409


# --- taking apart ---
def test_undone_each_has_its_own_parcels_again(shop: Merchant, three: list[str]) -> None:
    merge_id = merge_of(shop, three[0])["id"]

    undone = act(shop, merge_id, "undo").body

    assert undone["stage"] == "undone"
    assert [mergers.boxes(shop, each) for each in three] == [[""]] * 3
    assert all(at(shop, each).merge == "" for each in three)
    assert [move(shop, each, "ship").status for each in three] == [200] * 3
    assert act(shop, merge_id, "undo").body["code"] == "wrong-state"
    assert act(shop, merge_id, "ship").body["code"] == "wrong-state"


def test_undone_while_one_is_held_that_one_is_alone_too(shop: Merchant, three: list[str]) -> None:
    merge_id = merge_of(shop, three[0])["id"]
    move(shop, three[0], "hold")

    assert act(shop, merge_id, "undo").status == 200

    assert (at(shop, three[0]).merge, mergers.boxes(shop, three[0])) == ("", [""])
    move(shop, three[0], "release")
    assert move(shop, three[0], "ship").status == 200


# --- by hand ---
def test_people_merge_across_shops_and_buyers_and_see_what_differs(
    shop: Merchant, mail: Mail
) -> None:
    mergers.merging(shop, on=False)
    shop.call("POST", "/v1/shops", {"id": "jd", "name": "京东店", "channel": "jd"})
    (one,) = mergers.wait(shop, mail, "TB-1")
    (other,) = mergers.wait(shop, mail, "TB-2", shop="jd", buyer={"id": "buyer-2"})

    preview = by_hand(shop, one, other, preview=True)
    made = by_hand(shop, one, other)

    assert (preview.status, made.status) == (200, 201)
    assert preview.body["boxes"] == made.body["boxes"]
    parts = [part["code"] for part in made.body["differences"][0]["parts"]]
    assert (made.body["differences"][0]["order"], parts) == (other, ["buyer", "shop"])
    assert at(shop, one).merge == at(shop, other).merge == made.body["id"]
    assert made.body["rule"] == "by-hand"


def test_a_preview_changes_nothing(shop: Merchant, mail: Mail, engine: Engine) -> None:
    ids = mergers.wait(shop, mail, "TB-1", "TB-2")
    once = engine.owned(shop.id)

    assert by_hand(shop, *ids, preview=True).body["members"][0]["number"] == "TB-1"

    assert engine.owned(shop.id) == once


def test_by_hand_there_is_no_limit_of_five(shop: Merchant, mail: Mail) -> None:
    ids = mergers.wait(shop, mail, *(f"TB-{no}" for no in range(1, 8)))

    assert len(by_hand(shop, *ids).body["members"]) == 7


def test_what_is_planned_already_can_be_merged_by_hand(shop: Merchant, mail: Mail) -> None:
    mergers.merging(shop, on=False)
    ids = mergers.wait(shop, mail, "TB-1", "TB-2")
    assert at(shop, ids[0]).status is Status.PLANNED

    merge_id = by_hand(shop, *ids).body["id"]

    assert act(shop, merge_id, "ship").body["stage"] == "shipped"
    assert shop.stock("mug") == (46, 0)


def test_a_merge_of_ones_own_number_is_made_once(shop: Merchant, mail: Mail) -> None:
    ids = mergers.wait(shop, mail, "TB-1", "TB-2")

    first, again = (by_hand(shop, *ids, id="m-1", note="同一家") for _ in range(2))

    assert (first.status, again.status) == (201, 201)
    assert again.body["note"] == "同一家"
    assert by_hand(shop, *reversed(ids), id="m-1").body["code"] == "exists"


@pytest.mark.parametrize(
    ("channel", "change", "said"),
    [
        ("zkh", {}, "渠道不支持合单"),
        ("jd", {"payment": {"cod": True}}, "货到付款订单不合单"),
        ("own", {"payment": {"cod": True}}, "有的货到付款"),
        ("own", {"pickup": "hz"}, "到店自提"),
        ("own", {"sealed": True}, "原封发出"),
    ],
)
def test_what_never_goes_together_is_refused_by_hand_as_well(
    shop: Merchant, mail: Mail, channel: str, change: dict[str, Any], said: str
) -> None:
    mergers.merging(shop, channel, on=False)
    (one,) = mergers.wait(shop, mail, "TB-1")
    (other,) = mergers.wait(shop, mail, "TB-2", **change)

    refused = by_hand(shop, one, other)

    assert refused.status == 422
    assert any(said in detail for field, detail in whys(refused) if field == "orders[1]")


def test_an_order_in_another_merge_held_or_unknown_is_refused(
    shop: Merchant, mail: Mail, three: list[str]
) -> None:
    (lone,) = mergers.wait(shop, mail, "TB-4")
    assert "已在别的合单里" in whys(by_hand(shop, lone, three[0]))[0][1]
    move(shop, lone, "hold")
    assert "已挂起" in whys(by_hand(shop, three[0], lone))[-1][1]
    assert whys(by_hand(shop, lone, "nobody"))[0] == ("orders[1]", "没有此订单")
    assert whys(by_hand(shop, lone))[0] == ("orders", "至少 2 项")


def test_goods_that_lie_apart_cannot_share_a_box(shop: Merchant, mail: Mail) -> None:
    shop.put_stock("cap", 9, "gz")
    (one,) = mergers.wait(shop, mail, "TB-1")
    (other,) = mergers.wait(shop, mail, "TB-2", lines=[build.line("cap", 1)])

    refused = by_hand(shop, one, other)

    assert [field for field, _ in whys(refused)] == ["orders[0]", "orders[1]"]
    assert "货在别的仓" in whys(refused)[0][1]


# --- looking ---
def test_candidates_say_who_goes_along_and_why_others_do_not(shop: Merchant, mail: Mail) -> None:
    one, same = mergers.wait(shop, mail, "TB-1", "TB-2")
    (held,) = mergers.wait(shop, mail, "TB-3", notes={"buyer": "急"})
    (there,) = mergers.wait(shop, mail, "TB-4", receiver=mergers.receiver(name="李雷"))

    found = shop.call("GET", f"/v1/orders/{one}/merge-candidates").body

    assert (found["order"], found["meeting"], found["why_not"]) == (one, True, [])
    by_id = {each["id"]: each for each in found["candidates"]}
    assert by_id.keys() == {same, held, there}
    assert (by_id[same]["by_itself"], by_id[same]["why_not"]) == (True, [])
    assert [why["code"] for why in by_id[held]["why_not"]] == ["held"]
    assert (by_id[there]["by_itself"], by_id[there]["by_hand"]) == (False, True)
    assert by_id[there]["why_not"][0]["zh"] == "收货信息不同"
    assert [part["code"] for part in by_id[there]["differs"]] == ["name"]


def test_where_the_shop_does_not_merge_there_are_no_candidates(acme: Merchant, mail: Mail) -> None:
    acme.put_stock("mug", 9)
    (one,) = mergers.wait(acme, mail, "TB-1")

    found = acme.call("GET", f"/v1/orders/{one}/merge-candidates").body

    assert found["candidates"] == []
    assert [why["code"] for why in found["why_not"]] == ["off"]


def test_merges_are_listed_page_by_page(shop: Merchant, mail: Mail) -> None:
    for at_, name in enumerate(("李雷", "韩梅梅", "王小明")):
        numbers = (f"TB-{at_}1", f"TB-{at_}2")
        mergers.met(shop, mail, *numbers, receiver=mergers.receiver(name=name))

    first = shop.call("GET", "/v1/merges?limit=2").body
    rest = shop.call("GET", f"/v1/merges?limit=2&cursor={first['next']}").body

    assert (len(first["merges"]), len(rest["merges"]), rest["next"]) == (2, 1, None)
    assert shop.call("GET", "/v1/merges?stage=shipped").body["merges"] == []
    assert shop.call("GET", "/v1/merges/none").status == 404


def test_a_rule_may_forbid_it(shop: Merchant, mail: Mail) -> None:
    mergers.ruled(shop, merge=False)

    one, other = mergers.met(shop, mail, "TB-1", "TB-2")

    assert not at(shop, one).merge
    assert not at(shop, other).merge
    assert merchants.shops.get(shop.id, "tmall").merge.on
    cache.forget()
