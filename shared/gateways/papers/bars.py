"""Code 128, the barcode of waybills: two digits a sign where many follow, else a letter each."""

import re
from collections.abc import Iterator

_SIGNS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 "
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 "
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232"
)
"""How many modules each bar and gap of a sign has, by the sign's value."""
_WIDTHS = _SIGNS.split()
_STOP = "2331112"
_TO_DIGITS, _TO_LETTERS, _START_LETTERS, _START_DIGITS, _MODULUS = 99, 100, 104, 105, 103
_RUNS = re.compile(r"^(?:\d\d){2,}|\d(?=(?:\d\d){3,}(?!\d))|(?:\d\d){3,}(?!\d)|(?:\d\d){2,}$|.")


def code128(code: str) -> str:
    """The modules, 1 = black; empty for what has other letters than a barcode."""
    if not re.fullmatch("[ -~]+", code):
        return ""
    values = list(_values(code))
    check = sum(value * max(1, at) for at, value in enumerate(values)) % _MODULUS
    widths = "".join(_WIDTHS[value] for value in (*values, check)) + _STOP
    return "".join("10"[at % 2] * int(width) for at, width in enumerate(widths))


def _values(code: str) -> Iterator[int]:
    """The signs before the check sign."""
    runs = _RUNS.findall(code)
    digits = len(runs[0]) > 1
    yield _START_DIGITS if digits else _START_LETTERS
    for run in runs:
        if (len(run) > 1) is not digits:
            digits = not digits
            yield _TO_DIGITS if digits else _TO_LETTERS
        yield from (
            (int(run[at : at + 2]) for at in range(0, len(run), 2))
            if digits
            else (ord(run) - ord(" "),)
        )
