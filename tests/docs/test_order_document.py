"""The field table of docs/api.md against what the reader of orders really asks for."""

import re
from typing import Any

import pytest

from shared.domain import intake
from shared.domain.content import PERSONAL
from shared.domain.errors import Invalid
from shared.domain.words import CATALOGUE
from tests.docs import pages
from tests.support import build

ROWS = [(pages.code(row[0]), row) for row in pages.table("docs/api.md", "document")]
LATEST = "2027-01-01T00:00:00.000+00:00"
LIMITED = [
    (path, int(row[3])) for path, row in ROWS if row[3].isdecimal() and "整数" not in row[1]
]
PARTS = {"buyer", "payment", "notes", "invoice"}  # told by their own fields
NEEDED = [path for path, row in ROWS if row[2] == "是"]


class Asked(dict[str, Any]):
    """A JSON object that notes which of its fields somebody looks for."""

    def __init__(self, given: dict[str, Any], path: str, notes: set[str]) -> None:
        super().__init__(given)
        self.path, self.notes = path, notes

    def get(self, name: str, default: Any = None) -> Any:
        self.notes.add(f"{self.path}{name}")
        return super().get(name, default)


def asked() -> set[str]:
    notes: set[str] = set()
    parts = {name: Asked({"x": 1}, f"{name}.", notes) for name in PARTS}
    token = Asked({"kind": "oaid"}, "receiver.token.", notes)
    receiver = Asked({"token": token}, "receiver.", notes)
    lines = [Asked({"sku": "mug"}, "lines[].", notes)]
    payments = [Asked({"amount": 1}, "payments[].", notes)]
    listed = {"receiver": receiver, "lines": lines, "payments": payments}
    given = {**build.document(), **parts, **listed}
    with pytest.raises(Invalid):
        intake.read(Asked(given, "", notes), latest=LATEST)
    return notes


def test_the_fields_are_those_that_the_code_reads() -> None:
    told = {path for path, _ in ROWS}

    assert told | PARTS | {"receiver.token"} == asked()
    assert len(told) == len(ROWS)


def test_every_field_in_the_table_may_be_given_together() -> None:
    given: dict[str, Any] = {}
    for path, row in ROWS:
        put(given, path, example(path, row[1]))

    draft = intake.read(given, latest=LATEST)

    assert draft.content.invoice
    assert draft.content.receiver.token


@pytest.mark.parametrize("path", NEEDED)
def test_a_field_that_is_needed_is_missed(path: str) -> None:
    given = build.document()
    at, name = place(given, path)
    del at[name]

    assert (path.replace("[]", "[0]"), "missing") in faults(given)


@pytest.mark.parametrize(("path", "limit"), LIMITED)
def test_a_text_is_taken_up_to_its_limit(path: str, limit: int) -> None:
    fits, longer = build.document(), build.document()
    put(fits, path, "x" * limit)
    put(longer, path, "x" * (limit + 1))

    assert (path.replace("[]", "[0]"), "too-long") not in faults(fits)
    assert (path.replace("[]", "[0]"), "too-long") in faults(longer)


def test_the_personal_fields_are_the_ones_that_are_said_to_be_encrypted() -> None:
    told = {path for path, row in ROWS if "加密" in row[1]}

    assert told == {f"{part}.{name}" for part, names in PERSONAL.items() for name in names}


def test_the_largest_figures_are_those_of_the_code() -> None:
    rows = dict(ROWS)

    assert rows["lines"][3] == f"{intake.MAX_LINES} 行"
    assert rows["lines[].quantity"][3].replace(" ", "") == f"1到{intake.MAX_QUANTITY}"
    assert "fault.too-many" in CATALOGUE


def example(path: str, kind: str) -> Any:
    """A value of the kind that the table names."""
    if path == "receiver":
        return {}
    if path in ("lines", "payments"):
        return [{}]
    kinds = {
        "布尔": True,
        "文本列表": ["x"],
        "文本映射": {"x": "y"},
        "时间": "2026-11-20T10:00:00+08:00",
        "日期": "2026-11-20",
    }
    if kind in kinds:
        return kinds[kind]
    if kind.startswith("`"):
        first = pages.codes(kind)[0]
        return [first] if "列表" in kind else first
    return 1 if re.match("整数|分|克", kind) else "x"


def put(document: dict[str, Any], path: str, value: Any) -> None:
    at, name = place(document, path)
    at[name] = value


def place(document: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """The object that holds the field, made where it lacks, and the field's own name."""
    *parents, name = path.split(".")
    for parent in parents:
        name_of_list = parent.removesuffix("[]")
        listed = name_of_list != parent
        document = document[name_of_list][0] if listed else document.setdefault(parent, {})
    return document, name


def faults(document: dict[str, Any]) -> set[tuple[str, str]]:
    try:
        intake.read(document, latest=LATEST)
    except Invalid as invalid:
        return {(fault.field, fault.code) for fault in invalid.faults}
    return set()
