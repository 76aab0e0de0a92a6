"""The life of a book, of rules or of promotions: draft, check, publishing, bringing back."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from shared.domain.audit import Audit
from shared.domain.edition import Documents, Draft, Edition
from shared.domain.errors import Conflict, Fault, Invalid, NotFound, faulty
from shared.runtime import problems
from shared.runtime.http import Answer, Call, Routes
from shared.store.books import Books

MOST, USUAL, NOTE = 50, 20, 200
_NUMBER = re.compile("[0-9]{1,8}")
Json = dict[str, Any]
Rules = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of book, and what is wrong with its rules."""

    books: Books[Any, Any]
    written: Callable[[Any], Json]  # a rule as a document
    faults: Callable[[str, Rules], Iterable[Fault]]  # of a tenant
    warnings: Callable[[Rules, str], Iterable[Fault]]  # as of a time

    @property
    def name(self) -> str:
        """In paths, scopes and bodies."""
        return self.books.kind


class Editing:
    """The routes of one kind of book, all but its dry runs."""

    def __init__(self, kind: Kind, routes: Routes) -> None:
        self.kind = kind
        path, see, change = f"/v1/{kind.name}", f"{kind.name}:read", f"{kind.name}:write"
        routes.on("GET", path, see)(self.show)
        routes.on("GET", f"{path}/draft", see)(self.show_draft)
        routes.on("PUT", f"{path}/draft", change)(self.change_draft)
        routes.on("POST", f"{path}/validate", see)(self.validate)
        routes.on("POST", f"{path}/publish", change)(self.publish)
        routes.on("GET", f"{path}/versions", see)(self.list_editions)
        routes.on("GET", f"{path}/versions/{{version}}", see)(self.show_edition)
        routes.on("POST", f"{path}/rollback", change)(self.roll_back)

    def show(self, call: Call) -> Json:
        """What counts now."""
        return self._whole(self.kind.books.newest(call.tenant))

    def show_draft(self, call: Call) -> Json:
        draft = self.kind.books.draft(call.tenant)
        return self._drawn(call, draft, self.kind.books.compiled(draft.rules))

    def change_draft(self, call: Call) -> Answer:
        """Replace the draft; `version` is the one that was read, 0 where there was none."""
        body = call.reader()
        version, rules = body.whole("version"), self.kind.books.read(body)
        body.done()
        body.faults.extend(self.kind.faults(call.tenant, rules))
        body.check()
        before = self.kind.books.draft(call.tenant)
        if before.version != version:
            raise Conflict(version=before.version)
        documents = tuple(map(self.kind.written, rules))
        new = Draft(documents, before.base, call.now, call.by, version)
        answer = Answer(200, self._drawn(call, replace(new, version=version + 1), rules))
        self.kind.books.save(call.tenant, new, call.claim(answer))
        return answer

    def validate(self, call: Call) -> Json:
        """What is wrong, and what will never be used; nothing is written."""
        body = call.reader()
        rules = self.kind.books.read(body)
        body.done()
        faults = [*body.faults, *self.kind.faults(call.tenant, rules)]
        return {
            "valid": not faults,
            "faults": _said(call, faults),
            "warnings": [] if faults else self._warnings(call, rules),
        }

    def publish(self, call: Call) -> Answer:
        """Let the draft be what counts; `version`: the one that was looked at, if it matters."""
        body = call.reader()
        note, version = body.text("note", limit=NOTE), body.whole("version", default=0)
        body.done()
        body.check()
        draft = self.kind.books.draft(call.tenant)
        if not draft.version:
            raise NotFound(kind=f"{self.kind.name}-draft", id="")
        if version and version != draft.version:
            raise Conflict(version=draft.version)
        rules = self.kind.books.compiled(draft.rules)
        if faults := tuple(self.kind.faults(call.tenant, rules)):
            raise Invalid(faults=faults)
        return self._published(call, draft.rules, note, drawn=draft)

    def list_editions(self, call: Call) -> Json:
        """What was published, the newest first, without the rules themselves."""
        limit, cursor = call.limit(USUAL, MOST), call.query.get("cursor", "")
        if cursor and not _NUMBER.fullmatch(cursor):
            raise faulty("cursor", "bad-cursor")
        found = self.kind.books.editions(call.tenant, int(cursor or 10**8), limit)
        more = str(found[-1].number) if len(found) == limit and found[-1].number > 1 else None
        return {"versions": [_head(one) for one in found], "next": more}

    def show_edition(self, call: Call, version: str) -> Json:
        if not _NUMBER.fullmatch(version):
            raise NotFound(kind=self.kind.name, id=version)
        return self._whole(self.kind.books.edition(call.tenant, int(version)))

    def roll_back(self, call: Call) -> Answer:
        """Publish an old version once more, under a new number. 0 is the empty book.

        What it names may be gone meanwhile: that is a warning, since going back must be quick.
        """
        body = call.reader()
        version = body.whole("version", most=10**8 - 1)
        note = body.text("note", limit=NOTE)
        body.done()
        body.check()
        old = self.kind.books.edition(call.tenant, version)
        return self._published(call, old.rules, note, of=version)

    def _published(
        self,
        call: Call,
        rules: Documents,
        note: str,
        drawn: Draft | None = None,
        of: int = 0,
    ) -> Answer:
        name, books = self.kind.name, self.kind.books
        before = books.newest(call.tenant)
        new = Edition(before.number + 1, rules, call.now, call.by, note, of)
        was, now = ({"version": one.number, name: len(one.rules)} for one in (before, new))
        audit = Audit(call.now, call.by, name, str(new.number), was, {**now, "note": note})
        read = books.compiled(rules)
        missing = _said(call, self.kind.faults(call.tenant, read))
        answer = Answer(201, {**_head(new), "warnings": [*missing, *self._warnings(call, read)]})
        books.publish(call.tenant, new, audit, call.claim(answer), drawn)
        return answer

    def _warnings(self, call: Call, rules: Rules) -> list[dict[str, str]]:
        return _said(call, self.kind.warnings(rules, call.now))

    def _whole(self, one: Edition) -> Json:
        return {**_head(one), self.kind.name: list(one.rules)}

    def _drawn(self, call: Call, draft: Draft, rules: Rules) -> Json:
        document = asdict(draft)
        named = {self.kind.name: document.pop("rules")}
        return {**named, **document, "warnings": self._warnings(call, rules)}


def _said(call: Call, faults: Iterable[Fault]) -> list[dict[str, str]]:
    return [problems.fault_document(fault, call.language) for fault in faults]


def _head(one: Edition) -> Json:
    return {
        "version": one.number,
        "at": one.at,
        "by": one.by,
        "note": one.note,
        "of": one.of or None,
        "count": len(one.rules),
    }
