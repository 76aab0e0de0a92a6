"""How documents lie in their rows: every dictionary stays as it was when it was first used."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.store import pack as packing
from shared.store.pack import CURRENT, DICTIONARIES, pack, unpack
from tests.support import build

DIGESTS = {
    1: "f60882e24a6c7149b38dce5fa6057c175291f57723b00cb71882459b15227c7d",
    2: "aeabdedc9c5a0bff4d12f4d7187cb9f8cf7a61e8faae6673f98fc51a107f0cc0",
}
GOLDEN = {
    1: "0178bb8719dd6babc617d1086fe28c591d5803e1f9ec49c0680600261c1af1",
    2: "0278bb94f2333eabc617d7086f628f5c7d432578a7e3f9ec49c0980600261c1af1",
}
"""`DOCUMENT` as each dictionary's first writer left it: it must stay readable for ever."""

DOCUMENT = {"code": "approved", "status": "planned", "args": {"rule": "default/1", "note": "盒"}}


def test_a_dictionary_that_was_in_use_is_never_changed() -> None:
    known = {number: sha256(words).hexdigest() for number, words in DICTIONARIES.items()}

    assert known == DIGESTS


@pytest.mark.parametrize("number", sorted(GOLDEN))
def test_what_was_written_with_any_dictionary_is_still_read(number: int) -> None:
    body = bytes.fromhex(GOLDEN[number])

    assert body[0] == number
    assert unpack(body, dict[str, Any]) == DOCUMENT


def test_what_is_written_names_its_dictionary() -> None:
    assert pack(DOCUMENT)[0] == CURRENT


def test_a_body_of_a_dictionary_that_nobody_knows_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        unpack(bytes([99]) + pack(DOCUMENT)[1:], dict[str, Any])


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_goes_in_comes_out(document: Any) -> None:
    assert unpack(pack(document), Any) == document


def test_an_order_of_two_lines_fits_one_write_unit() -> None:
    lines = [build.line("SKU-A-100", 2, title="白色马克杯"), build.line("SKU-B-200", 1)]
    order = build.order(content=build.content(lines=lines, notes={"buyer": "请周末送"}))
    for code in ("accepted", "approved", "reserved-nearest", "planned", "shipped"):
        order = order.noted(code, build.NOON, "key:ab12cd34")

    assert len(pack(order)) < 800  # of 1024: room for keys, indexes and encryption


def test_the_module_says_which_dictionary_it_writes() -> None:
    assert max(packing.DICTIONARIES) == packing.CURRENT
