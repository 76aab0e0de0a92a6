"""/v1/blacklist"""

from dataclasses import asdict
from enum import StrEnum
from typing import Any

from shared.domain.merchant import Blacklisted, dialled
from shared.gateways import vault
from shared.runtime.http import Answer, Call, Routes
from shared.store import merchants

routes = Routes()


class Kind(StrEnum):
    PHONE = "phone"
    BUYER = "buyer"


@routes.on("GET", "/v1/blacklist", "settings:read")
def list_blacklist(call: Call) -> dict[str, Any]:
    return {"entries": [_shown(entry) for entry in merchants.blacklist.list_(call.tenant)]}


@routes.on("POST", "/v1/blacklist", "settings:write")
def add_entry(call: Call) -> Answer:
    """Put a phone or a buyer's id on the list; only a keyed hash of it is kept."""
    body = call.reader()
    kind, value = body.one_of("kind", Kind, Kind.PHONE), body.text("value")
    note = body.text("note", default="")
    body.done()
    body.check()
    mark = vault.cipher(call.tenant, merchants.tenant(call.tenant).sealed_key).mark(
        dialled(value) if kind is Kind.PHONE else value
    )
    entry = Blacklisted(f"{kind.value}-{mark}", kind.value, mark, note, call.now)
    answer = Answer(201, _shown(entry))
    merchants.blacklist.add(call.tenant, entry, call.claim(answer))
    return answer


@routes.on("DELETE", "/v1/blacklist/{entry_id}", "settings:write")
def remove_entry(call: Call, entry_id: str) -> Answer:
    answer = Answer(200, {"id": entry_id, "removed": True})
    merchants.blacklist.remove(call.tenant, entry_id, call.claim(answer))
    return answer


def _shown(entry: Blacklisted) -> dict[str, Any]:
    return {name: value for name, value in asdict(entry).items() if name != "mark"}
