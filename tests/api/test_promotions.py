"""Promotions over HTTP: their life, and what they would bring before they count."""

from typing import Any

import pytest

from shared.runtime import clock
from tests.support import build, deals
from tests.support.build import Merchant, Reply
from tests.support.engine import Engine


@pytest.fixture
def mall(acme: Merchant) -> Merchant:
    deals.shop(acme)
    return acme


def draw(mall: Merchant, *promotions: dict[str, Any], version: int = 0) -> Reply:
    body = {"version": version, "promotions": list(promotions)}
    return mall.call("PUT", "/v1/promotions/draft", body)


def total(mall: Merchant) -> int:
    return int(deals.ask(mall, deals.cart())["amounts"]["total"])


def test_who_has_no_promotions_has_an_empty_book(acme: Merchant) -> None:
    nothing = acme.call("GET", "/v1/promotions").body

    assert (nothing["version"], nothing["promotions"]) == (0, [])
    assert acme.call("GET", "/v1/promotions/versions").body == {"versions": [], "next": None}


def test_a_draft_changes_no_price_until_it_is_published(mall: Merchant) -> None:
    drawn = draw(mall, deals.less())
    before = total(mall)
    published = mall.call("POST", "/v1/promotions/publish", {"note": "双十一"})

    assert (drawn.status, drawn.body["version"], drawn.body["warnings"]) == (200, 1, [])
    assert (before, total(mall)) == (3000, 2700)
    assert (published.status, published.body["version"], published.body["count"]) == (201, 1, 1)
    now = mall.call("GET", "/v1/promotions").body
    assert [one["id"] for one in now["promotions"]] == ["less"]


def test_bringing_back_publishes_the_old_promotions_anew(mall: Merchant) -> None:
    deals.publish(mall, deals.less(300))
    deals.publish(mall, deals.less(100))

    back = mall.call("POST", "/v1/promotions/rollback", {"version": 1, "note": "退回"})

    assert (back.body["version"], back.body["of"], total(mall)) == (3, 1, 2700)
    assert mall.call("GET", "/v1/promotions/versions/2").body["count"] == 1


def test_whoever_publishes_is_written_down(mall: Merchant) -> None:
    deals.publish(mall, deals.less())

    (audit,) = mall.call("GET", "/v1/audits").body["audits"]

    assert (audit["kind"], audit["after"]["promotions"]) == ("promotions", 1)


def test_two_that_leave_it_to_chance_are_refused_by_their_names(mall: Merchant) -> None:
    one, other = deals.less(exclusive=True), deals.less(exclusive=True) | {"id": "more"}

    reply = draw(mall, one, other)
    checked = mall.call("POST", "/v1/promotions/validate", {"promotions": [one, other]})

    (fault,) = reply.body["faults"]
    assert (reply.status, fault["code"]) == (422, "both-exclusive")
    assert "less" in fault["detail"]
    assert (checked.body["valid"], checked.body["faults"]) == (False, [fault])
    assert mall.call("GET", "/v1/promotions/draft").body["version"] == 0


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"scope": {"shops": ["moon"]}}, "promotions[0].scope.shops[0]", "unknown-shop"),
        ({"scope": {"skus": ["moon"]}}, "promotions[0].scope.skus[0]", "unknown-item"),
        ({"benefit": {"kind": "sale"}}, "promotions[0].benefit.kind", "not-one-of"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    mall: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    reply = draw(mall, deals.less(**change))

    assert (field, code) in [(one["field"], one["code"]) for one in reply.body["faults"]]


def test_a_draft_is_written_only_over_the_one_that_was_read(mall: Merchant) -> None:
    draw(mall, deals.less())

    assert draw(mall, deals.less()).body["code"] == "conflict"


def test_who_may_only_see_promotions_changes_none(mall: Merchant) -> None:
    reader = Merchant(mall.id, build.key(mall.id, "promotions:read"))

    assert draw(reader, deals.less()).status == 403
    assert reader.call("POST", "/v1/promotions/publish", {"note": "n"}).status == 403
    assert reader.call("GET", "/v1/promotions").status == 200


# --- dry runs ------------------------------------------------------------------


def test_a_cart_is_tried_by_the_draft_and_nothing_is_written(
    mall: Merchant, engine: Engine
) -> None:
    deals.publish(mall, deals.less(300))
    draw(mall, deals.less(800), version=2)
    before = engine.owned(mall.id)

    def tried(**by: Any) -> int:
        found = mall.call("POST", "/v1/promotions/try", {"cart": deals.cart(), **by})
        return int(found.body["amounts"]["total"])

    given = [deals.less(1000)]
    assert (tried(), tried(draft=True), tried(promotions=given)) == (2700, 2200, 2000)
    assert engine.owned(mall.id) == before


def simulate(mall: Merchant, **by: Any) -> dict[str, Any]:
    span = {"to": clock.later(clock.now(), 60)}
    found = mall.call("POST", "/v1/promotions/simulate", {**span, **by})
    assert found.status == 200, found.body
    return dict(found.body)


def test_past_orders_are_compared_with_what_they_would_have_cost(
    mall: Merchant, engine: Engine
) -> None:
    deals.publish(mall, deals.less(300))
    deals.order(mall, "N-1", deals.cart())
    deals.order(mall, "N-2", deals.cart(("mug", 1)))
    mall.place(shop="mall", number="by-channel")
    given = {"kind": "tiers", "tiers": [{"gifts": ["bowl"]}]}
    gift = {"id": "bowls", "name": "满赠", "benefit": given}
    before = engine.owned(mall.id)

    found = simulate(mall, promotions=[deals.less(500), gift])

    assert engine.owned(mall.id) == before
    assert (found["before"]["orders"], found["skipped"]) == (2, 1)
    difference = found["difference"]
    assert (difference["total"], difference["off"], difference["gifts"]) == (
        -200,
        200,
        {"bowl": 2},
    )
    assert difference["margin"] == -200 - 2 * 637
    assert found["changed"] == 2
    first = found["examples"][0]
    assert (first["number"], first["changes"]) == ("N-1", ["total", "off", "gifts"])
    assert first["before"]["rules"] == ["less@1"]


def test_what_is_limited_is_limited_over_all_pages(mall: Merchant) -> None:
    for n in range(3):
        deals.order(mall, f"N-{n}", deals.cart())
    by = {"promotions": [deals.less(limits={"total": 2})], "limit": 2}

    first = simulate(mall, **by)
    rest = simulate(mall, **by, cursor=first["next"])

    assert (first["difference"]["off"], rest["difference"]["off"]) == (600, 0)


def test_orders_that_were_called_off_are_not_compared(mall: Merchant) -> None:
    placed = deals.order(mall, "N-1", deals.cart()).body["id"]
    mall.call("POST", f"/v1/orders/{placed}/cancel")

    found = simulate(mall, draft=True)

    assert (found["after"]["orders"], found["skipped"]) == (0, 1)
