"""Code 128: known values, and a reader of its own that gets back what was written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.gateways.papers.bars import code128

TABLE = (
    "6cc66c66649848c44c4c84c446464864462459c4dc4ce5cc4ec4e667265c64e6e467476e74c72c726764734732"
    "6d86c66365184584465884684626886286225b858e46e5d85c647677668e62e6e86e26ee75874671676876271a"
    "77a64278a53050c4b048642c4265905844d04c24344326126507ba61447a53c4bc49e5e44f44f27a47947926de"
    "6f67b657851e45e5e85e27a87a25de5ee75e7ae68469069c"
)
"""The modules of every sign as three hexadecimal digits, as readers have them."""
SIGNS = {TABLE[at : at + 3]: at // 3 for at in range(0, len(TABLE), 3)}
STOP = "1100011101011"
KNOWN = {
    "A": "1101001000010100011000100010110001100011101011",
    "PJJ123C": "1101001000011101110110101101110001011011100010011100110110011100101100101110010001"
    "000110111010001101100011101011",
    "78310012345678": "11010011100110000101001101100011011011001100101100111001000101100011100"
    "01011011000010100100110010001100011101011",
}


def read(modules: str) -> str:
    """What a reader says of a barcode; it trusts none whose check sign is another."""
    body = modules.removesuffix(STOP)
    assert body != modules
    values = [SIGNS[f"{int(body[at : at + 11], 2):03x}"] for at in range(0, len(body), 11)]
    start, *signs, check = values
    assert check == (start + sum(at * sign for at, sign in enumerate(signs, 1))) % 103
    said, digits = "", {104: False, 105: True}[start]
    for sign in signs:
        if sign == (100 if digits else 99):
            digits = not digits
        else:
            said += f"{sign:02d}" if digits else chr(32 + sign)
    return said


@pytest.mark.parametrize("code", KNOWN)
def test_a_known_code_has_its_known_modules(code: str) -> None:
    assert code128(code) == KNOWN[code]


@pytest.mark.parametrize(
    ("code", "signs"),
    [("SF1234567890123", 10), ("YT8812345678901", 10), ("123456", 4), ("AB12", 4), ("12345", 4)],
)
def test_digits_go_in_pairs_where_that_is_shorter(code: str, signs: int) -> None:
    modules = code128(code)

    assert read(modules) == code
    assert len(modules) <= (signs + 2) * 11 + len(STOP)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("0123456789" * 3 + "AZaz -/~!"), min_size=1, max_size=30))
def test_whatever_is_written_is_read_back(code: str) -> None:
    assert read(code128(code)) == code


@pytest.mark.parametrize("code", ["", "单号", "SF１", "a\tb"])
def test_what_has_other_letters_is_no_barcode(code: str) -> None:
    assert code128(code) == ""
