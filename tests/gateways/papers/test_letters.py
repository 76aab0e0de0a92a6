"""Text in boxes: it wraps, shrinks, and is never lost without a sign of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.gateways.papers import letters
from shared.gateways.papers.letters import LACKING, LEAD, MORE, POINT

WIDE, HIGH, LARGEST, LEAST = 40.0, 12.0, 14.0, 5.0
PLAIN = st.text(st.sampled_from("浙江省杭州市文三路AWil09 -/().，"), max_size=400)
ANY = st.text(max_size=80)


@settings(max_examples=300, deadline=None)
@given(PLAIN | ANY)
def test_text_stays_in_its_box_and_is_whole_or_says_that_it_is_not(text: str) -> None:
    fitted = letters.fit(text, WIDE, HIGH, LARGEST, LEAST)

    assert LEAST <= fitted.size <= LARGEST
    assert len(fitted.lines) * fitted.size * LEAD * POINT <= HIGH + 1e-6
    assert all(letters.width(line) * fitted.size * POINT <= WIDE + 1e-6 for line in fitted.lines)
    said, wanted = "".join(fitted.lines), letters.shown(text)
    if fitted.whole:
        assert said.replace(" ", "") == wanted.replace(" ", "")
    else:
        assert said.endswith(MORE)
        assert wanted.replace(" ", "").startswith(said.removesuffix(MORE).replace(" ", ""))


def test_text_is_as_large_as_its_box_allows() -> None:
    short, long = (letters.fit("杭" * n, WIDE, HIGH, LARGEST, LEAST) for n in (2, 30))

    assert (short.size, len(short.lines)) == (LARGEST, 1)
    assert LEAST < long.size < LARGEST
    assert long.whole


def test_a_word_is_parted_only_where_it_is_longer_than_a_line() -> None:
    assert list(letters.wrapped("Hello World", 4)) == ["Hello", "World"]
    assert list(letters.wrapped("0" * 10, 4)) == ["0" * 7, "000"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张\u3007三", "张〇三"),
        ("\u4ddd㐀", LACKING + "㐀"),  # no letter of a person, and one of extension A
        ("𬱖某😀", f"{LACKING}某{LACKING}"),
        ("é ñ ½", "é n 12"),
        (" a\n\tb\u200d\ufe0f\x07 ", "a b"),
        ("\U0001f468\u200d\U0001f469", LACKING * 2),
    ],
)
def test_a_letter_that_no_printer_has_is_shown_as_one_that_all_have(text: str, shown: str) -> None:
    assert letters.shown(text) == shown
