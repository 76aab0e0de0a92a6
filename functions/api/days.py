"""/v1/days: the day's counters"""

from datetime import date, timedelta
from typing import Any

from shared.domain.errors import faulty
from shared.runtime.http import Call, Routes
from shared.store import days

routes = Routes()
MOST = 31


@routes.on("GET", "/v1/days", "insight:read")
def list_days(call: Call) -> dict[str, Any]:
    wanted = days_of(call)
    return {"days": [{"day": day, "counts": days.read(call.tenant, day)} for day in wanted]}


def days_of(call: Call) -> list[str]:
    """The days from `from` to `to`, today where nothing else is said."""
    first, last = _day(call, "from"), _day(call, "to")
    if not 0 <= (last - first).days < MOST:
        raise faulty(
            "to",
            "out-of-range",
            least=first.isoformat(),
            most=(first + timedelta(MOST - 1)).isoformat(),
        )
    return [(first + timedelta(n)).isoformat() for n in range((last - first).days + 1)]


def _day(call: Call, name: str) -> date:
    try:
        return date.fromisoformat(call.query.get(name, call.now[:10]))
    except ValueError:
        raise faulty(name, "not-a-time") from None
