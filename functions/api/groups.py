"""/v1/groups: groups of buyers, and what has become of them"""

from dataclasses import asdict
from typing import Any

from functions.api import documents
from shared.domain.group import Group
from shared.runtime.http import Call, Routes
from shared.store import campaigns

routes = Routes()


@routes.on("GET", "/v1/groups", "promotions:read")
def list_groups(call: Call) -> dict[str, Any]:
    found, cursor = documents.page(call, campaigns.groups, shown, "campaign", "state")
    return {"groups": found, "next": cursor}


@routes.on("GET", "/v1/groups/{group_id}", "promotions:read")
def show_group(call: Call, group_id: str) -> dict[str, Any]:
    return shown(campaigns.groups.get(call.tenant, group_id))


def shown(one: Group) -> dict[str, Any]:
    """Without the marks of its buyers, which say nothing to anybody."""
    said = {name: value for name, value in asdict(one).items() if name not in ("version", "told")}
    members = [
        {"order": each.order, "at": each.at, "paid": each.paid, "opener": each.order == one.id}
        for each in one.members
    ]
    left = max(0, one.size - len(members)) if not one.over else 0
    return {**said, "members": members, "left": left, "paid": one.paid}
