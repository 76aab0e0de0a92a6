"""How shops' connections are shown, and written down; nothing secret is ever told again."""

from dataclasses import asdict
from typing import Any

from functions.api import views
from functions.channels import take
from shared.domain.audit import Actor, of_keeper
from shared.domain.complete import Completeness
from shared.domain.link import Link
from shared.domain.pulling import Pulling
from shared.domain.stray import Stray
from shared.gateways.channels.port import Rejected
from shared.runtime import clock
from shared.runtime.settings import settings
from shared.store import audits
from shared.store.table import Put


def shown(tenant: str, one: Link) -> dict[str, Any]:
    """Of its secrets only that they are set."""
    url = f"{settings().public_url}/v1/push/{one.channel}/{tenant}/{one.id}"
    return {
        "shop": one.id,
        "channel": one.channel,
        **_said(one),
        "secrets": dict.fromkeys(sorted(one.secrets), "set"),
        "standing": one.standing.value,
        "note": one.note,
        "expires_at": one.expires_at,
        "push_url": url if settings().public_url else "",
    }


def reading(one: Pulling, now: str) -> dict[str, Any]:
    """How far it was read; `done` of the way from where it began to now, in percent."""
    whole = max(1.0, clock.seconds_between(one.since or one.created_at, now))
    done = clock.seconds_between(one.since or one.created_at, one.watermark) / whole
    return {
        "watermark": one.watermark,
        "since": one.since,
        "done": max(0, min(100, round(100 * done))),
        "due": one.due,
        "every": one.every,
        "orders": one.orders + one.fresh,
        "read_at": one.read_at,
        "failures": one.failures,
        "rests": one.rests,
        "why": one.why,
        "note": one.note,
        "reason": told(f"platform.{one.why}") if one.why else told(""),
    }


def day(one: Completeness) -> dict[str, Any]:
    """A day's count; each gap that is left with what stands in its way."""
    counted = asdict(one)
    for inner in ("place", "reasons"):
        del counted[inner]
    gaps = [
        {"number": number, "faults": faults(one.reasons.get(number, ()))} for number in one.missing
    ]
    return {**counted, "gaps": gaps, "whole": one.whole}


def stray(one: Stray) -> dict[str, Any]:
    return {
        "id": one.id,
        "shop": one.shop,
        "number": one.number,
        "refund": one.refund,
        "created_at": one.created_at,
        "seen_at": one.seen_at,
        "tries": one.tries,
        "open": one.open,
        "faults": faults(one.faults),
    }


def faults(found: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    return [{**one, **told(f"fault.{one['code']}", one["args"])} for one in found]


def told(code: str, args: dict[str, Any] | None = None) -> dict[str, str]:
    return views.both(code, args or {})


def why(no: Exception) -> dict[str, Any]:
    """Why a platform did not do what was asked."""
    if isinstance(no, Rejected):
        return dict(take.reason(no))
    return {"platform": "unclear", "note": str(no)[:200]}


def noted(tenant: str, by: str, now: str, before: Link | None, after: Link) -> Put:
    return audits.writes(tenant, of_keeper("link", Actor(by, now), before, after, _said))


def _said(one: Link) -> dict[str, Any]:
    return {
        "app_key": one.app_key,
        "seller": one.seller,
        "endpoint": one.endpoint,
        "carriers": one.carriers,
        "learns": one.learns,
        "active": one.active,
    }
