"""What the documents behind the stock have in common: ids, lists, and that twice is once"""

import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Any, TypeVar

from functions.api import listing
from functions.steps import wake
from shared.domain.errors import Conflict, Exists, Fault, Invalid, Short, faulty
from shared.domain.place import Warehouse
from shared.domain.reader import Reader
from shared.domain.stock import Cause, Change
from shared.runtime.http import Answer, Call
from shared.store import merchants, stock
from shared.store.documents import Folder

T = TypeVar("T")
MOST, USUAL = 100, 20
_PLACE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]{10,30}#[^#\x00-\x1f\x7f]{1,64}", re.DOTALL)


def id_of(body: Reader) -> str:
    """The caller's own id, or a new one of ours."""
    return body.id("id", default="") or secrets.token_hex(12)


def warehouse_of(call: Call, body: Reader) -> Warehouse:
    """The warehouse that a document is about, as it is now."""
    row_id = body.id("warehouse")
    found = merchants.warehouses.find(call.tenant, row_id) if row_id else None
    if row_id and found is None:
        body.fault("warehouse", "unknown-warehouse")
    return found or Warehouse(row_id, "")


def digest(body: Reader) -> str:
    """What makes two requests for one document equal."""
    text = json.dumps(body.value, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(), digest_size=12).hexdigest()


def before(folder: Folder[T], tenant: str, document: T) -> T | None:
    """The document as an equal request has made it; of another request: Exists."""
    wanted: Any = document
    found: Any = folder.find(tenant, wanted.id)
    if found is not None and found.digest != wanted.digest:
        raise Exists(kind=folder.kind, id=wanted.id)
    return found  # type: ignore[no-any-return]


def check(faults: Iterable[Fault]) -> None:
    if found := tuple(faults):
        raise Invalid(faults=found)


def write(
    call: Call, folder: Folder[T], document: T, changes: list[Change], answer: Answer | None
) -> None:
    """A document with what it means for the counters, all or nothing; then wake who waits.

    Who lost units to somebody else meanwhile looks again, and is told what is lacking.
    """
    written: Any = document
    cause = Cause(folder.kind, written.id, call.now, call.by)
    put = folder.writes(call.tenant, document, getattr(document, "due", ""))
    claim = call.claim(answer) if answer else None
    try:
        stock.apply(call.tenant, changes, cause, [put], claim)
    except Short as short:
        raise Conflict from short
    freed = {change.place.sku for change in changes if change.delta.get("free", 0) > 0}
    wake.wake(call.tenant, freed)


def page(
    call: Call, folder: Folder[T], shown: Callable[[T], Any], *filters: str
) -> tuple[list[Any], str | None]:
    """The newest documents first, as far as they fit."""
    wanted = {name: call.query[name] for name in filters if name in call.query}
    found, after = listing.filled(
        lambda place, most: folder.page(call.tenant, place, most),
        _after(call),
        call.limit(USUAL, MOST),
        lambda one: all(_has(one, name, value) for name, value in wanted.items()),
        _place,
    )
    return [shown(one) for one in found], _cursor(after) if after else None


def _place(document: Any) -> str:
    return f"{document.created_at}#{document.id}"


def _has(document: Any, name: str, value: str) -> bool:
    """A document has the SKUs of its lines."""
    if name == "sku":
        return any(line.sku == value for line in document.lines)
    return bool(getattr(document, name) == value)


def _cursor(place: str) -> str:
    return urlsafe_b64encode(place.encode()).decode()


def _after(call: Call) -> str:
    """The place behind which the page begins."""
    cursor = call.query.get("cursor", "")
    if not cursor:
        return ""
    try:
        place = urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        place = ""
    if not _PLACE.fullmatch(place):
        raise faulty("cursor", "bad-cursor")
    return place
