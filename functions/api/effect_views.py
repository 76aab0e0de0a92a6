"""How the effects of a change look in answers."""

from dataclasses import asdict
from typing import Any

from shared.domain.effects import Effects, Money, Units


def effects(one: Effects) -> dict[str, Any]:
    return {
        "money": money(one.money),
        "status": _pair(*(status.value for status in one.status)),
        "stock": {
            "taken": _units(one.taken),
            "given_back": _units(one.given),
            "missing": one.missing,
        },
        "parcels": _pair(*([asdict(load) for load in loads] for loads in one.parcels)),
        "freight": _pair(*one.freight),
        "promise": _pair(*one.promise),
        "gifts_withdrawn": one.gifts,
    }


def money(one: Money) -> dict[str, Any]:
    lines = [{"line": no, **_pair(*paid)} for no, paid in one.lines.items()]
    return {**asdict(one), "lines": lines}


def _units(units: Units) -> list[dict[str, Any]]:
    return [{**place._asdict(), "units": count} for place, count in sorted(units.items())]


def _pair(before: Any, after: Any) -> dict[str, Any]:
    return {"before": before, "after": after}
