"""As much of GraphQL as a sandbox needs: read a document, and answer with what it selects."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

TOKENS = re.compile(r'\.\.\.|"(?:\\.|[^"\\])*"|[{}()\[\]:!=$@|]|-?\d+(?:\.\d+)?|[_A-Za-z]\w*')
CONSTANTS = {"true": True, "false": False, "null": None}


class Unknown(Exception):
    """A document that does not read, or asks for what there is not."""


@dataclass(slots=True)
class Field:
    name: str  # of a fragment's type, for what is spread
    key: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    inner: list["Field"] = field(default_factory=list)
    spread: bool = False


@dataclass(slots=True)
class Rows:
    """A connection: `mark` tells the place of a row, by which the next page is asked for."""

    rows: list[Any]
    mark: Callable[[Any], str] = field(default=lambda row: str(row["id"]))
    make: Callable[[Any], Any] = field(default=lambda row: row)  # what is shown of a row

    def page(self, first: int, after: str) -> Mapping[str, Any]:
        marks = [self.mark(row) for row in self.rows]
        start = next((no for no, mark in enumerate(marks) if mark > after), len(marks))
        some = [self.make(row) for row in self.rows[start : start + first]]
        seen = marks[start : start + first]
        return {
            "nodes": some,
            "edges": [{"node": row, "cursor": mark} for row, mark in zip(some, seen, strict=True)],
            "pageInfo": {
                "hasNextPage": start + first < len(marks),
                "hasPreviousPage": start > 0,
                "startCursor": seen[0] if seen else None,
                "endCursor": seen[-1] if seen else None,
            },
        }


class Reader:
    """The one operation of a document, its variables put in."""

    def __init__(self, text: str, variables: Mapping[str, Any]) -> None:
        self._tokens = TOKENS.findall(re.sub(r"#[^\n]*", "", text))
        self._variables, self._at = variables, 0
        self._fragments: dict[str, list[Field]] = {}
        self.kind, self.fields = "query", list[Field]()
        while self._at < len(self._tokens):
            self._definition()

    def _definition(self) -> None:
        word = self._next() if self._see() != "{" else "query"
        if word == "fragment":
            name = self._next()
            kind = [self._next(), self._next()][1]
            self._fragments[name] = [Field(kind, spread=True, inner=self._selection())]
            return
        self.kind = word
        while self._see() != "{":
            if self._next() == "(":
                self._skip()
        self.fields = self._selection()

    def _skip(self) -> None:
        while self._next() != ")":
            pass

    def _selection(self) -> list[Field]:
        self._expect("{")
        found: list[Field] = []
        while self._see() != "}":
            found.append(self._spread() if self._see() == "..." else self._field())
        self._next()
        return found

    def _spread(self) -> Field:
        self._next()
        word = self._next()
        if word != "on":
            return Field(word, key=word, spread=True)
        return Field(self._next(), spread=True, inner=self._selection())

    def _field(self) -> Field:
        key = name = self._next()
        if self._see() == ":":
            self._next()
            name = self._next()
        made = Field(name, key, self._arguments() if self._see() == "(" else {})
        while self._see() == "@":
            self._next(), self._next()
            made.args["@"] = self._arguments() if self._see() == "(" else {}
        if self._see() == "{":
            made.inner = self._selection()
        return made

    def _arguments(self) -> dict[str, Any]:
        self._expect("(")
        return self._pairs(")")

    def _pairs(self, end: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._see() != end:
            name = self._next()
            self._expect(":")
            found[name] = self._value()
        self._next()
        return found

    def _value(self) -> Any:
        word = self._next()
        if word == "{":
            return self._pairs("}")
        if word == "[":
            return list(self._items())
        if word == "$":
            return self._variables.get(self._next())
        plain = word[0] in '"-0123456789'
        return json.loads(word) if plain else CONSTANTS.get(word, word)

    def _items(self) -> Iterator[Any]:
        while self._see() != "]":
            yield self._value()
        self._next()

    def _see(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise Unknown("Expected NAME, actual: (none)")
        self._at += 1
        return str(self._tokens[self._at - 1])

    def _expect(self, token: str) -> None:
        if (found := self._next()) != token:
            raise Unknown(f"Expected {token}, actual: {found}")

    def selected(self, value: Any, fields: list[Field], args: Mapping[str, Any]) -> Any:
        """What the fields ask for of a value."""
        if isinstance(value, Rows):
            first = int(args.get("first") or 0)
            value = value.page(first, args.get("after") or "")
        if isinstance(value, list):
            return [self.selected(each, fields, {}) for each in value]
        if value is None or not fields:
            return value
        return {key: told for one in fields for key, told in self._told(value, one).items()}

    def _told(self, value: Mapping[str, Any], one: Field) -> dict[str, Any]:
        if one.spread:
            return self._part(value, one)
        if one.name not in value:
            kind = value.get("__typename", "?")
            raise Unknown(f"Field '{one.name}' doesn't exist on type '{kind}'")
        found = value[one.name]
        found = found(one.args) if callable(found) else found
        return {one.key: self.selected(found, one.inner, one.args)}

    def _part(self, value: Mapping[str, Any], one: Field) -> dict[str, Any]:
        """A fragment speaks only of what is of its type."""
        if not one.inner:
            one = self._fragments[one.name][0]
        if value.get("__typename", one.name) != one.name:
            return {}
        return dict(self.selected(value, one.inner, {}))
