"""Rules over HTTP: the draft, its check, publishing, versions and bringing back."""

from typing import Any

import pytest

from shared.domain.rules import reading
from shared.domain.rules.facts import FACTS
from shared.domain.rules.rule import Book, Kind
from shared.store import books, merchants
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.rulebook import leaf, rule

BIG = leaf("total", at_least=100_000)


def draw(acme: Merchant, *rules: dict[str, Any], version: int = 0) -> Any:
    return acme.call("PUT", "/v1/rules/draft", {"version": version, "rules": list(rules)})


def publish(acme: Merchant, *rules: dict[str, Any], note: str = "first") -> Any:
    now = acme.call("GET", "/v1/rules/draft").body["version"]
    drawn = draw(acme, *rules, version=now)
    assert drawn.status == 200, drawn.body
    return acme.call("POST", "/v1/rules/publish", {"note": note})


def ids(body: Any) -> list[str]:
    return [one["id"] for one in body["rules"]]


def test_who_has_no_rules_has_an_empty_book(acme: Merchant) -> None:
    nothing = acme.call("GET", "/v1/rules").body

    assert (nothing["version"], nothing["rules"]) == (0, [])
    assert acme.call("GET", "/v1/rules/draft").body["version"] == 0
    assert acme.call("GET", "/v1/rules/versions").body == {"versions": [], "next": None}
    assert books.rules.current(acme.id) == Book()


def test_a_draft_is_kept_and_changes_nothing_until_it_is_published(acme: Merchant) -> None:
    drawn = draw(acme, rule("big", when=BIG))

    assert drawn.status == 200
    assert (drawn.body["version"], drawn.body["base"], drawn.body["warnings"]) == (1, 0, [])
    assert drawn.body == acme.call("GET", "/v1/rules/draft").body
    assert acme.call("GET", "/v1/rules").body["version"] == 0


def test_publishing_gives_a_numbered_version_that_counts_at_once(acme: Merchant) -> None:
    before = books.rules.current(acme.id)
    answer = publish(acme, rule("big", when=BIG), note="双十一")

    assert before.version == 0
    assert answer.status == 201
    assert answer.body["version"] == 1
    now = acme.call("GET", "/v1/rules").body
    assert (now["note"], now["of"], now["count"], ids(now)) == ("双十一", None, 1, ["big"])
    assert [one.id for one in books.rules.current(acme.id).rules] == ["big"]
    assert acme.call("GET", "/v1/rules/draft").body["base"] == 1


def test_versions_are_kept_as_they_were(acme: Merchant) -> None:
    publish(acme, rule("a"))
    publish(acme, rule("b"))
    publish(acme, rule("c"))

    first = acme.call("GET", "/v1/rules/versions?limit=2").body
    rest = acme.call("GET", f"/v1/rules/versions?limit=2&cursor={first['next']}")

    assert [one["version"] for one in first["versions"]] == [3, 2]
    assert [one["version"] for one in rest.body["versions"]] == [1]
    assert rest.body["next"] is None
    assert "rules" not in first["versions"][0]
    assert ids(acme.call("GET", "/v1/rules/versions/1").body) == ["a"]


def test_bringing_back_publishes_the_old_rules_anew(acme: Merchant) -> None:
    publish(acme, rule("a"))
    publish(acme, rule("b"))

    back = acme.call("POST", "/v1/rules/rollback", {"version": 1, "note": "b holds too much"})

    assert (back.status, back.body["version"], back.body["of"]) == (201, 3, 1)
    assert ids(acme.call("GET", "/v1/rules").body) == ["a"]
    assert ids(acme.call("GET", "/v1/rules/versions/2").body) == ["b"]
    none = acme.call("POST", "/v1/rules/rollback", {"version": 0, "note": "stop"}).body
    assert (none["version"], none["count"]) == (4, 0)


def test_going_back_is_not_stopped_by_what_is_gone_meanwhile(acme: Merchant) -> None:
    publish(acme, rule("a", "routing", then={"warehouses": ["hz"]}))
    publish(acme, rule("b"))
    merchants.warehouses.remove(acme.id, "hz")

    back = acme.call("POST", "/v1/rules/rollback", {"version": 1, "note": "again"})

    assert back.status == 201
    assert [one["code"] for one in back.body["warnings"]] == ["unknown-warehouse"]


def test_what_was_published_is_written_down_with_who_did_it(acme: Merchant) -> None:
    publish(acme, rule("a"), note="first")
    publish(acme, rule("a"), rule("b", "hold"), note="second")

    (newest, oldest) = acme.call("GET", "/v1/audits").body["audits"]

    assert (newest["kind"], newest["id"]) == ("rules", "2")
    assert newest["before"] == {"version": 1, "rules": 1}
    assert newest["after"] == {"version": 2, "rules": 2, "note": "second"}
    assert oldest["before"] == {"version": 0, "rules": 0}


def test_a_draft_that_somebody_else_changed_is_not_written_over(acme: Merchant) -> None:
    draw(acme, rule("a"))

    late = draw(acme, rule("b"), version=0)

    assert (late.status, late.body["code"]) == (409, "conflict")
    assert ids(acme.call("GET", "/v1/rules/draft").body) == ["a"]


def test_only_the_draft_that_was_looked_at_is_published(acme: Merchant) -> None:
    draw(acme, rule("a"))
    draw(acme, rule("b"), version=1)

    late = acme.call("POST", "/v1/rules/publish", {"note": "a", "version": 1})

    assert late.status == 409
    assert acme.call("POST", "/v1/rules/publish", {"note": "b", "version": 2}).status == 201


def test_without_a_draft_there_is_nothing_to_publish(acme: Merchant) -> None:
    answer = acme.call("POST", "/v1/rules/publish", {"note": "x"})

    assert (answer.status, answer.body["code"]) == (404, "not-found")


def test_faulty_rules_are_not_kept(acme: Merchant) -> None:
    answer = draw(acme, rule("a", when={"all": [leaf("total", is_=True)]}), rule("a"))

    assert answer.status == 422
    assert [(f["field"], f["code"]) for f in answer.body["faults"]] == [
        ("rules[0].when.all[0].is", "wrong-operator"),
        ("rules[1].id", "twice"),
    ]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"when": leaf("shop", in_=["jd"])}, "when.in[0]", "unknown-shop"),
        ({"then": {"warehouses": ["x"]}}, "then.warehouses[0]", "unknown-warehouse"),
        ({"kind": "carrier", "then": {"carrier": "yto"}}, "then.carrier", "unknown-carrier"),
    ],
)
def test_what_the_merchant_does_not_have_cannot_be_named(
    acme: Merchant, change: dict[str, Any], field: str, code: str
) -> None:
    answer = draw(acme, rule(kind="routing") | change)

    assert [(f["field"], f["code"]) for f in answer.body["faults"]] == [
        (f"rules[0].{field}", code)
    ]


def test_a_sku_must_be_an_item_where_items_are_kept(acme: Merchant) -> None:
    gift = rule(kind="gift", then={"sku": "pen"})
    before = draw(acme, gift)
    acme.call("POST", "/v1/items", {"id": "mug", "name": "马克杯"})

    after = draw(acme, gift, version=1)

    assert before.status == 200
    assert [f["field"] for f in after.body["faults"]] == ["rules[0].then.sku"]


def test_rules_are_checked_once_more_when_they_are_published(acme: Merchant) -> None:
    draw(acme, rule("a", "routing", then={"warehouses": ["hz"]}))
    merchants.warehouses.remove(acme.id, "hz")

    answer = acme.call("POST", "/v1/rules/publish", {"note": "x"})

    assert (answer.status, answer.body["faults"][0]["code"]) == (422, "unknown-warehouse")
    assert acme.call("GET", "/v1/rules").body["version"] == 0


def test_a_check_tells_faults_and_warnings_and_writes_nothing(
    acme: Merchant, engine: Engine
) -> None:
    shadowed = [rule("a", weight=9), rule("b", when=BIG)]
    before = engine.owned(acme.id)

    fine = acme.call("POST", "/v1/rules/validate", {"rules": shadowed}).body
    wrong = acme.call("POST", "/v1/rules/validate", {"rules": [rule("", colour=1)]}).body

    assert (fine["valid"], fine["faults"]) == (True, [])
    assert [(w["field"], w["code"]) for w in fine["warnings"]] == [("rules[1]", "shadowed")]
    assert (wrong["valid"], len(wrong["faults"]), wrong["warnings"]) == (False, 2, [])
    assert engine.owned(acme.id) == before


def test_a_warning_does_not_keep_rules_from_being_published(acme: Merchant) -> None:
    answer = publish(acme, rule("a", weight=9), rule("b", when=BIG))

    assert answer.status == 201
    assert [w["code"] for w in answer.body["warnings"]] == ["shadowed"]


def test_publishing_twice_with_one_key_is_publishing_once(acme: Merchant) -> None:
    draw(acme, rule("a"))

    answers = [
        acme.call("POST", "/v1/rules/publish", {"note": "x"}, idempotency_key="k")
        for _ in range(2)
    ]

    assert answers[0].body == answers[1].body
    assert acme.call("GET", "/v1/rules").body["version"] == 1


def test_the_facts_are_listed_with_their_operators_and_words(acme: Merchant) -> None:
    facts = {one["name"]: one for one in acme.call("GET", "/v1/rule-facts").body["facts"]}

    assert list(facts) == list(FACTS)
    assert facts["total"] == {
        "name": "total",
        "type": "number",
        "operators": list(reading.OPERATORS["number"]),  # type: ignore[index]
        "unit": "fen",
        "choices": [],
        "kinds": [kind.value for kind in Kind],
        "zh": "订单总额",
        "en": "total",
    }
    assert facts["grams"]["kinds"] == ["carrier"]


def test_rules_take_a_scope_of_their_own(acme: Merchant) -> None:
    reader = Merchant(acme.id, build.key(acme.id, "rules:read"))

    assert reader.call("GET", "/v1/rules").status == 200
    assert draw(reader, rule("a")).status == 403
    assert reader.call("POST", "/v1/rules/publish", {"note": "x"}).status == 403


def test_another_merchants_rules_are_not_to_be_seen(acme: Merchant, other: Merchant) -> None:
    publish(acme, rule("a"))

    assert other.call("GET", "/v1/rules").body["version"] == 0
    assert other.call("GET", "/v1/rules/versions/1").status == 404
    back = other.call("POST", "/v1/rules/rollback", {"version": 1, "note": "mine now"})
    assert (back.status, acme.call("GET", "/v1/rules").body["version"]) == (404, 1)


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "limit=51"])
def test_a_page_of_versions_that_cannot_be_is_refused(acme: Merchant, query: str) -> None:
    assert acme.call("GET", f"/v1/rules/versions?{query}").status == 422


@pytest.mark.parametrize("version", ["9", "x", "-1", "999999999"])
def test_a_version_that_there_is_not_is_not_found(acme: Merchant, version: str) -> None:
    assert acme.call("GET", f"/v1/rules/versions/{version}").status == 404


def test_what_counts_is_remembered_for_a_while(acme: Merchant) -> None:
    publish(acme, rule("a"))

    assert books.rules.current(acme.id) is books.rules.current(acme.id)
