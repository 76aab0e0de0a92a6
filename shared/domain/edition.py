"""A book as it is kept: a draft that is worked on, and numbered editions that never change.

What stands in them are rules, or promotions: price rules. They lie there as documents: who reads
an old edition reads it by today's code.
"""

from dataclasses import dataclass
from typing import Any

Documents = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """What was published; number 0 is what stands before anything was. `of`: brought back."""

    number: int = 0
    rules: Documents = ()
    at: str = ""
    by: str = ""
    note: str = ""
    of: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """`base`: the edition that it was made from, or that was made from it last."""

    rules: Documents = ()
    base: int = 0
    at: str = ""
    by: str = ""
    version: int = 0  # how often it was written; kept by the store
