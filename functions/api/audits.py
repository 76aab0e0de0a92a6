"""/v1/audits: who changed a setting that matters"""

import re
from dataclasses import asdict
from typing import Any

from shared.domain.errors import faulty
from shared.runtime.http import LONGEST_ID, Call, Routes
from shared.store import audits

routes = Routes()
MOST, USUAL = 100, 20
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)


@routes.on("GET", "/v1/audits", "settings:read")
def list_audits(call: Call) -> dict[str, Any]:
    """The changes of one month, the newest first."""
    month, after = call.query.get("month", call.now[:7]), call.query.get("cursor", "")
    limit = call.limit(USUAL, MOST)
    if not MONTH.fullmatch(month):
        raise faulty("month", "not-a-month")
    if after and (not after.startswith(month) or len(after) > LONGEST_ID):
        raise faulty("cursor", "bad-cursor")
    found = audits.page(call.tenant, month, after, limit)
    cursor = found[-1][0] if len(found) == limit else None
    return {"audits": [asdict(audit) for _, audit in found], "next": cursor}
