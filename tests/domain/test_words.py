"""The catalogue: everything that can be said is said in both languages, with its figures."""

import re
import string
from typing import Any

import pytest

from shared.domain import event
from shared.domain.access import SCOPES
from shared.domain.errors import Refused
from shared.domain.hold import Reason, Then
from shared.domain.order import Status
from shared.domain.words import CATALOGUE, LANGUAGES, money, say

HAN = re.compile("[\u4e00-\u9fff]")
HOLDS = [
    {"reason": "amounts", "identity": "goods-total", "line": 0, "expected": 180000, "found": 5},
    {"reason": "manual", "note": "先打电话"},
]
ARGS: dict[str, Any] = {
    **dict.fromkeys(("lines", "version", "parcels", "most", "limit", "count", "needed"), 3),
    "parcel": 1,
    **dict.fromkeys(("total", "expected", "found", "result"), 123456),
    **dict.fromkeys(("warehouses", "passed", "tracking", "skus", "choices"), ("a", "b")),
    **dict.fromkeys(("rule", "note", "scope", "method", "id", "sku"), "x"),
    **dict.fromkeys(("rest", "figure", "steps"), "x"),
    **dict.fromkeys(("sum", "by"), "1"),
    **dict.fromkeys(("shows", "should", "on_hand", "promised", "units", "days"), 7),
    **dict.fromkeys(("free", "safety", "coming", "point", "lead_days"), 7),
    **dict.fromkeys(("place", "expires", "moved", "moment", "shop"), "x"),
    "brings": [{"what": "less", "less": 500}, {"what": "gift", "sku": "x", "count": 1}],
    "levels": ("a", "b"),
    **dict.fromkeys(("less", "lacks", "dropped"), 500),
    "code": "x",
    "counter": "held",
    "refused": "negative",
    **dict.fromkeys(("fact", "below", "until"), "x"),
    "kinds": ("split", "carrier"),
    **dict.fromkeys(("kits", "users", "tags", "orders", "codes", "rules"), ("a", "b")),
    **dict.fromkeys(("here", "there", "area"), "x"),
    **dict.fromkeys(("account", "accounts", "warehouse"), "x"),
    "gifts": {"cup": 3},
    "quote": "be64bcb7",
    **dict.fromkeys(("learned", "awaited", "scarce"), 7),
    **dict.fromkeys(("merge", "numbers", "was"), "x"),
    **dict.fromkeys(("members", "numbers"), ("a", "b")),
    "key": ["buyer", "phone"],
    "others": {"TB-2": "held"},
    "bar": "cod",
    "grams": 7,
    "carriers": {"sf": "suspended", "yto": "unreachable"},
    "chosen": [{"by": "rule", "rule": "far@7", "carrier": "sf", "fen": 600}],
    **dict.fromkeys(("carrier", "how"), "sf"),
    "lost": ("sf 6.00", "yto"),
    **dict.fromkeys(("places", "left", "held", "damaged"), 7),
    "other": "peak",
    "sellable": 53,
    "holds": HOLDS,
    "reasons": ["address", "manual"],
    "fields": ["name", "phone"],
    "matched": ["phone"],
    "missing": {"mug": 2},
    "identity": "shares",
    "state": "unpaid",
    "status": "held",
    "stage": "released",
    "to": "shipped",
    "kind": "order",
    "why": "imported",
    "reason": "channel",
    "then": "cancel",
    "line": 2,
    "least": 1,
    **dict.fromkeys(("collect", "refund", "packed"), 300),
    **dict.fromkeys(("what", "number"), "x"),
    **dict.fromkeys(("fen", "payment", "length"), 7),
    "provider": "wechat",
    "platform": "expired",
    "refusal": "not-allowed",
    "cause": "late",
    "cost": 800,
    "runner_up": {"warehouses": ["a", "b"], "cost": 1200},
    "hold": "x",
    **{"no": "01", "service": "return", "fen": 900, "good": 1, "text": "x"},  # after-sales
    **{"ended": "rejected", "step": "requested", "allowed": ("agree", "reject")},
    **dict.fromkeys(("opens", "closes", "campaign", "name"), "x"),
    **dict.fromkeys(("groups", "shops"), ("a", "b")),
    **dict.fromkeys(("n", "share", "orders", "minutes", "percent", "hours"), 7),
    **dict.fromkeys(("mean", "others", "next"), "x"),
    **dict.fromkeys(("bill", "ours", "due", "ref", "rate", "bill_day", "our_day", "times"), "x"),
    **dict.fromkeys(("bill_state", "our_state", "column", "text", "told", "parts"), "x"),
    "day": "2026-11-20",
}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def subclasses(kind: type[Refused]) -> list[type[Refused]]:
    return [kind, *(leaf for sub in kind.__subclasses__() for leaf in subclasses(sub))]


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_say_the_same_figures(code: str) -> None:
    zh, en = CATALOGUE[code]

    assert fields(zh) == fields(en)
    assert not HAN.search(en)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_is_said_with_its_figures(code: str, language: str) -> None:
    wanted = fields(CATALOGUE[code][0])
    assert wanted <= ARGS.keys(), "the test knows no example for one of its figures"

    said = say(code, language, {name: ARGS[name] for name in wanted})

    assert "{" not in said
    assert "[" not in said
    assert said != code
    if language == "en":
        assert not HAN.search(said.replace("先打电话", ""))


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_is_said_even_without_its_figures(code: str, language: str) -> None:
    assert say(code, language)


@pytest.mark.parametrize(
    "codes",
    [
        [f"event.{name}" for name in event.NAMES],
        [f"hold.{reason}" for reason in Reason],
        [f"reason.{reason}" for reason in Reason],
        [f"status.{status}" for status in Status],
        [f"then.{then}" for then in Then],
        [f"error.{kind.code}" for kind in subclasses(Refused)],
        [f"title.{kind.status}" for kind in subclasses(Refused)],
    ],
    ids=lambda codes: codes[0].partition(".")[0],
)
def test_nothing_is_left_without_words(codes: list[str]) -> None:
    assert [code for code in codes if code not in CATALOGUE] == []


def test_every_event_that_is_said_can_be_subscribed_to() -> None:
    said = {event.name_of(c.removeprefix("event.")) for c in CATALOGUE if "event." in c}

    assert said == set(event.NAMES)


def test_every_scope_is_explained_in_both_languages() -> None:
    for zh, en in SCOPES.values():
        assert HAN.search(zh)
        assert not HAN.search(en)


@pytest.mark.parametrize(
    ("code", "args", "zh", "en"),
    [
        (
            "event.accepted",
            {"lines": 2, "total": 123456},
            "已接单：2 行商品，应付 1,234.56",
            "Accepted: 2 lines, total 1,234.56",
        ),
        ("event.short", {"missing": {"mug": 2, "hat": 1}}, "缺货：mug x 2、hat x 1", None),
        ("event.short", {"missing": {}}, "缺货：-", "Short of stock: -"),
        (
            "event.held",
            {"holds": HOLDS},
            "挂起：金额不平（各行金额之和=商品总额，行 整单）：应为 1,800.00，实为 0.05"
            "、人工挂起 先打电话",
            None,
        ),
        (
            "error.not-allowed",
            {"status": "shipped", "to": "cancelled"},
            "订单状态为已发货，不能变为已取消",
            "The order is shipped and cannot become cancelled",
        ),
        ("fault.out-of-range", {"least": 0, "most": 500}, "应在 0 到 500 之间", None),
        ("event.cancelled", {"reason": "{id}"}, "已取消：{id}，库存已退回", None),
    ],
)
def test_how_it_sounds(code: str, args: dict[str, Any], zh: str, en: str | None) -> None:
    assert say(code, "zh", args) == zh
    if en:
        assert say(code, "en", args) == en


def test_an_unknown_code_says_itself() -> None:
    assert say("event.unheard-of", "en") == "event.unheard-of"


@pytest.mark.parametrize(
    ("fen", "said"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (100, "1.00"), (-123456789, "-1,234,567.89")],
)
def test_money_has_two_decimals_and_its_sign_in_front(fen: int, said: str) -> None:
    assert money(fen) == said
