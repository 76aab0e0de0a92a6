"""Reading an order: every fault is told with its field, and nothing else ever comes out."""

import copy
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.domain import intake, words
from shared.domain.content import ChannelState, PaymentState
from shared.domain.errors import Invalid
from shared.domain.intake import Draft
from shared.store.pack import pack
from tests.support import build

LATEST = "2026-11-21T00:00:00.000+00:00"
HUGE = 10**13 + 1
DROP = object()


def read(document: Any, *, keep: bool = False) -> Draft:
    return intake.read(document, latest=LATEST, keep=keep)


def faults(document: Any, *, keep: bool = False) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read(document, keep=keep)
    return [(fault.field, fault.code) for fault in refused.value.faults]


def changed(path: str, value: Any) -> dict[str, Any]:
    """A whole order with one field set, or taken out."""
    document = copy.deepcopy(WHOLE)
    place: Any = document
    *steps, last = path.replace("]", "").replace("[", ".").split(".")
    for step in steps:
        place = place[int(step) if step.isdecimal() else step]
    if value is DROP:
        del place[last]
    else:
        place[last] = value
    return document


WHOLE = build.document(
    placed_at="2026-11-20T10:00:00+08:00",
    paid_at="2026-11-20T10:01:00+08:00",
    version=3,
    state="open",
    currency="CNY",
    lines=[build.line("mug", 2, 900, discount=100, share=50, title="杯子", weight=400)],
    freight=600,
    insurance=0,
    adjustment=-100,
    tax=0,
    fee=0,
    goods_total=1800,
    discount=50,
    total=2150,
    payment={"state": "paid", "cod": False},
    notes={"buyer": "快点", "seller": "老客户"},
    invoice={"kind": "person", "title": "王小明"},
    tags=["vip"],
    extra={"campaign": "1111"},
)


def test_a_whole_order_is_read_as_it_was_sent() -> None:
    draft = read(WHOLE)

    content = draft.content
    assert (draft.shop, draft.number, draft.dropped) == ("tmall", "TB-1", ())
    assert content.placed_at == "2026-11-20T02:00:00.000+00:00"
    assert (content.version, content.state) == (3, ChannelState.OPEN)
    assert content.receiver.address == "文三路 1 号 2 幢 301"
    assert content.amounts.total == 2150
    assert (content.tags, content.extra) == (("vip",), {"campaign": "1111"})
    assert content.invoice is not None
    assert content.invoice.title == "王小明"


def test_what_was_left_out_follows_from_the_rest() -> None:
    lines = [build.line("mug", 3, 900, discount=100, share=200)]
    document = build.document(placed_at="2026-11-20T10:00:00Z", lines=lines, freight=5)

    content = read(document).content

    line = content.lines[0]
    assert (line.no, line.amount, line.sale, line.paid) == (1, 2700, 2600, 2400)
    assert (content.amounts.goods_total, content.amounts.discount) == (2700, 200)
    assert content.amounts.total == 2405
    assert (content.payment.state, content.payment.cod) == (PaymentState.PAID, False)
    assert (content.invoice, content.extra, content.currency) == (None, None, "CNY")


def test_figures_that_do_not_add_up_are_kept_as_they_were_sent() -> None:
    content = read(changed("total", 1)).content

    assert content.amounts.total == 1


def test_a_token_stands_for_the_receiver() -> None:
    receiver = {"province": "浙江", "city": "杭州", "token": {"kind": "oaid", "value": "x" * 2000}}

    content = read(changed("receiver", receiver)).content

    assert (content.receiver.token_kind, len(content.receiver.token)) == ("oaid", 2000)


def test_tags_are_kept_once_each() -> None:
    assert read(changed("tags", ["a", " a ", "b"])).content.tags == ("a", "b")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("shop", DROP, "missing"),
        ("shop", None, "missing"),
        ("shop", "  ", "missing"),
        ("shop", 7, "wrong-type"),
        ("shop", "a#b", "not-an-id"),
        ("shop", "a\x7fb", "not-an-id"),
        ("shop", "x" * 65, "too-long"),
        ("number", DROP, "missing"),
        ("number", "x" * 101, "too-long"),
        ("number", ["TB-1"], "wrong-type"),
        ("placed_at", DROP, "missing"),
        ("placed_at", "2026-11-20", "not-a-time"),
        ("placed_at", "2026-11-20T10:00:00", "not-a-time"),
        ("placed_at", "yesterday", "not-a-time"),
        ("placed_at", "0001-01-01T00:00:00+14:00", "not-a-time"),
        ("placed_at", "2026-11-21T08:00:00.001+08:00", "in-the-future"),
        ("placed_at", 1795139200, "wrong-type"),
        ("paid_at", "soon", "not-a-time"),
        ("version", -1, "out-of-range"),
        ("version", True, "wrong-type"),
        ("version", 1.0, "wrong-type"),
        ("state", "lost", "not-one-of"),
        ("state", 1, "wrong-type"),
        ("currency", "YUAN", "too-long"),
        ("total", "2150", "wrong-type"),
        ("total", -1, "out-of-range"),
        ("total", HUGE, "out-of-range"),
        ("total", False, "wrong-type"),
        ("total", float("nan"), "wrong-type"),
        ("total", float("inf"), "wrong-type"),
        ("adjustment", -HUGE, "out-of-range"),
        ("lines", DROP, "missing"),
        ("lines", [], "empty"),
        ("lines", {}, "wrong-type"),
        ("lines[0].sku", DROP, "missing"),
        ("lines[0].sku", "a#", "not-an-id"),
        ("lines[0].sku", 5, "wrong-type"),
        ("lines[0].quantity", DROP, "missing"),
        ("lines[0].quantity", 0, "out-of-range"),
        ("lines[0].quantity", -1, "out-of-range"),
        ("lines[0].quantity", 1_000_001, "out-of-range"),
        ("lines[0].quantity", True, "wrong-type"),
        ("lines[0].quantity", 1.5, "wrong-type"),
        ("lines[0].unit_price", DROP, "missing"),
        ("lines[0].unit_price", -1, "out-of-range"),
        ("lines[0].weight", -1, "out-of-range"),
        ("lines[0].presale", "yes", "wrong-type"),
        ("lines[0].presale", 1, "wrong-type"),
        ("lines[0].title", "x" * 301, "too-long"),
        ("lines[0].title", "a\x00b", "control-characters"),
        ("lines[0].title", "a\ud800", "control-characters"),
        ("lines[0].colour", "red", "unknown-field"),
        ("receiver", DROP, "missing"),
        ("receiver", "王小明", "wrong-type"),
        ("receiver.phone", "1" * 41, "too-long"),
        ("receiver.address", "x" * 301, "too-long"),
        ("receiver.street", "文三路", "unknown-field"),
        ("receiver.token", "x", "wrong-type"),
        ("buyer", [], "wrong-type"),
        ("buyer.id", "a#b", "not-an-id"),
        ("payment.state", "maybe", "not-one-of"),
        ("payment.cod", "no", "wrong-type"),
        ("notes.buyer", "x" * 1001, "too-long"),
        ("notes.buyer", "\x1b[2J", "control-characters"),
        ("invoice.title", DROP, "missing"),
        ("invoice", 5, "wrong-type"),
        ("tags", "vip", "wrong-type"),
        ("tags", ["x" * 65], "not-short-texts"),
        ("tags", [""], "not-short-texts"),
        ("tags", [1], "not-short-texts"),
        ("tags", [f"{n}" for n in range(51)], "too-many"),
        ("extra", [], "wrong-type"),
        ("extra", {"a": 1}, "not-short-texts"),
        ("extra", {"": "a"}, "not-short-texts"),
        ("extra", {"a": "x" * 501}, "not-short-texts"),
        ("extra", {f"{n}": "" for n in range(51)}, "too-many"),
        ("Total", 5, "unknown-field"),
    ],
)
def test_a_fault_is_told_with_its_field(path: str, value: Any, code: str) -> None:
    assert (path, code) in faults(changed(path, value))


def test_half_a_token_is_told() -> None:
    told = faults(changed("receiver.token", {"kind": "oaid"}))

    assert told == [("receiver.token.value", "missing")]


def test_a_discount_larger_than_the_amount_is_told_where_it_was_given() -> None:
    told = faults(changed("lines[0].discount", 1801))

    assert ("lines[0].discount", "too-much") in told


@pytest.mark.parametrize("value", ["\ud800", "a\x00b", "\x1b"])
@pytest.mark.parametrize("part", ["tags", "extra", "extra-key"])
def test_what_cannot_be_kept_as_text_is_told(part: str, value: str) -> None:
    given_as: dict[str, Any] = {
        "tags": {"tags": [value]},
        "extra": {"extra": {"a": value}},
        "extra-key": {"extra": {value: "a"}},
    }

    told = faults({**WHOLE, **given_as[part]})

    assert [field.split("[")[0].split(".")[0] for field, _ in told] == [part.split("-")[0]]


def test_too_many_lines_are_told_once() -> None:
    assert faults({**WHOLE, "lines": [build.line()] * 501}) == [("lines", "too-many")]


@pytest.mark.parametrize("document", [None, [], "order", 5, True, 1.5])
def test_a_document_that_is_no_object_is_told(document: Any) -> None:
    assert ("", "not-an-object") in faults(document)


def test_a_line_that_is_no_object_is_told() -> None:
    assert ("lines[1]", "not-an-object") in faults({**WHOLE, "lines": [build.line(), "mug"]})


def test_every_fault_is_told_at_once() -> None:
    document = {
        **WHOLE,
        "number": "",
        "total": "free",
        "lines": [build.line(), build.line(quantity=0)],
        "colour": "red",
    }

    assert faults(document) == [
        ("number", "missing"),
        ("lines[1].quantity", "out-of-range"),
        ("total", "wrong-type"),
        ("colour", "unknown-field"),
    ]


@pytest.mark.parametrize("part", ["notes", "tags", "extra", "invoice"])
def test_a_spare_part_with_a_fault_is_dropped_where_the_caller_asks_for_that(part: str) -> None:
    draft = read({**WHOLE, part: 5}, keep=True)

    assert [fault.field for fault in draft.dropped] == [part]
    whole, kept = read(WHOLE).content, draft.content
    assert getattr(kept, part) != getattr(whole, part)
    assert kept.amounts == whole.amounts


def test_a_fault_in_what_matters_is_never_dropped() -> None:
    document = {**changed("notes.buyer", "x" * 1001), "total": -1}

    assert ("total", "out-of-range") in faults(document, keep=True)


def test_every_fault_can_be_said_in_both_languages() -> None:
    document = {**WHOLE, "number": "x" * 101, "total": -1, "state": "lost", "tags": 5}
    with pytest.raises(Invalid) as refused:
        read(document)

    for fault in refused.value.faults:
        said = {words.say(f"fault.{fault.code}", lang, fault.args) for lang in words.LANGUAGES}
        assert len(said) == 2
        assert not any("{" in text or text.startswith("fault.") for text in said)


names = st.sampled_from([*WHOLE, "lines", "sku", "quantity", "token", "value", "kind", "x"])
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["2026-11-20T10:00:00Z", "open", "paid", "\ud83d", "a#b", 10**30]),
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=300)
@given(document=anything, keep=st.booleans())
def test_any_document_is_either_an_order_or_invalid(document: Any, keep: bool) -> None:
    with suppress(Invalid):
        pack(read(document, keep=keep).content)  # what was taken can also be written


@settings(max_examples=300)
@given(path=st.sampled_from(sorted(WHOLE)), value=anything, keep=st.booleans())
@example(path="tags", value=["\ud800"], keep=False)
@example(path="extra", value={"\ud800": "a"}, keep=False)
@example(path="lines", value=[build.line("a", 10**6, 10**13)] * 500, keep=False)
def test_an_order_with_anything_in_one_field_is_either_an_order_or_invalid(
    path: str, value: Any, keep: bool
) -> None:
    with suppress(Invalid):
        pack(read({**WHOLE, path: value}, keep=keep).content)
