"""/v1/alerts and /v1/alert-settings"""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeVar

from shared.domain import alert as rules
from shared.domain.alert import Alert, Kind, State
from shared.domain.digest import LEAD, PATIENCE, UNMOVED, AlertSettings, Digest
from shared.domain.errors import faulty
from shared.domain.reader import Reader
from shared.runtime.http import Answer, Call, Routes
from shared.store import alerts

routes = Routes()
MOST, USUAL = 100, 20
LOOKED_AT = 1000  # alerts that one call reads at most; a rare filter gives short pages
MOST_DAYS = 3650
MOST_LEAD = 72  # hours
MOST_QUIET = 720  # hours
Page = Callable[[str, str, int], list[tuple[str, Alert]]]
E = TypeVar("E", bound=StrEnum)
_PLACE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+]{10,30}#[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Wanted:
    state: State | None
    kind: Kind | None
    sku: str
    warehouse: str

    def fits(self, alert: Alert) -> bool:
        return (
            (alert.state is self.state if self.state else alert.standing)
            and self.kind in (None, alert.kind)
            and self.sku in ("", alert.subject.sku)
            and self.warehouse in ("", alert.subject.warehouse)
        )


@routes.on("GET", "/v1/alerts", "stock:read")
def list_alerts(call: Call) -> dict[str, Any]:
    """Alerts that stand, or those that were closed; the newest first."""
    wanted, after, limit = _wanted(call), call.query.get("cursor", ""), call.limit(USUAL, MOST)
    if after and not _PLACE.fullmatch(after):
        raise faulty("cursor", "bad-cursor")
    page = alerts.closed if wanted.state is State.CLOSED else alerts.page
    found, cursor = _page(call.tenant, page, wanted, after, limit)
    return {"alerts": [rules.document(one) for one in found], "next": cursor}


@routes.on("POST", "/v1/alerts/{alert_id}/acknowledge", "stock:write")
def acknowledge_alert(call: Call, alert_id: str) -> Answer:
    """Somebody has seen it; it stands until it is cured."""
    body = call.reader()
    body.done()
    body.check()
    before = alerts.get(call.tenant, alert_id)
    after = before.acknowledged(call.now, call.by)
    answer = Answer(200, rules.document(after))
    if after != before:
        alerts.save(call.tenant, after, call.claim(answer))
    return answer


@routes.on("GET", "/v1/alert-settings", "settings:read")
def show_settings(call: Call) -> dict[str, Any]:
    return asdict(alerts.settings(call.tenant))


@routes.on("PUT", "/v1/alert-settings", "settings:write")
def change_settings(call: Call) -> Answer:
    changed = _settings(call.reader())
    answer = Answer(200, asdict(changed))
    alerts.save_settings(call.tenant, changed, call.claim(answer))
    return answer


def _page(
    tenant: str, page: Page, wanted: Wanted, after: str, limit: int
) -> tuple[list[Alert], str | None]:
    found: list[Alert] = []
    for looked_at, (place, alert) in enumerate(_walk(tenant, page, after), 1):
        found += [alert] if wanted.fits(alert) else []
        if len(found) == limit or looked_at == LOOKED_AT:
            return found, place
    return found, None


def _walk(tenant: str, page: Page, after: str) -> Iterator[tuple[str, Alert]]:
    while some := page(tenant, after, MOST):
        yield from some
        after, _ = some[-1]


def _wanted(call: Call) -> Wanted:
    query = Reader(dict(call.query))
    query.seen.update(("limit", "cursor"))
    wanted = Wanted(
        state=_one_of(query, "state", State),
        kind=_one_of(query, "kind", Kind),
        sku=query.text("sku", default=""),
        warehouse=query.text("warehouse", default=""),
    )
    query.done()
    query.check()
    return wanted


def _one_of(query: Reader, name: str, kind: type[E]) -> E | None:
    given = query.text(name, default="")
    if not given or given in list(kind):
        return kind(given) if given else None
    query.fault(name, "not-one-of", choices=[one.value for one in kind])
    return None


def _hours(body: Reader, name: str, usual: int) -> int:
    return body.whole(name, default=usual, least=1, most=MOST_QUIET)


def _settings(body: Reader) -> AlertSettings:
    muted = body.texts("muted")
    for at, name in enumerate(muted):
        if name not in list(Kind):
            body.fault(f"muted[{at}]", "not-one-of", choices=[kind.value for kind in Kind])
    settings = {
        "alert_digest": body.one_of("alert_digest", Digest, Digest.NONE),
        "unmoved_days": body.whole("unmoved_days", default=UNMOVED, least=1, most=MOST_DAYS),
        "promise_hours": body.whole("promise_hours", default=LEAD, least=1, most=MOST_LEAD),
        "quiet_hours": _hours(body, "quiet_hours", PATIENCE.quiet),
        "delivery_hours": _hours(body, "delivery_hours", PATIENCE.delivery),
    }
    body.done()
    body.check()
    return AlertSettings(muted=tuple(map(Kind, muted)), **settings)  # type: ignore[arg-type]
