"""/v1/stages: where the time of orders goes"""

from dataclasses import asdict
from typing import Any

from functions.api.days import days_of
from shared.domain import bottleneck as rules
from shared.domain import stages, words
from shared.domain.bottleneck import Bottleneck, By
from shared.domain.errors import faulty
from shared.runtime.http import Call, Routes
from shared.store import days

routes = Routes()


@routes.on("GET", "/v1/stages", "insight:read")
def list_stages(call: Call) -> dict[str, Any]:
    """What each stage took, altogether and by shop or warehouse; the bottleneck named."""
    wanted, by = days_of(call), _by(call)
    found = stages.counted(days.stages_of(call.tenant, day) for day in wanted)
    worst = rules.bottleneck(found, by)
    return {
        "from": wanted[0],
        "to": wanted[-1],
        "by": by.value,
        "stages": rules.stages_of(found),
        "groups": [
            {by.value: name, "stages": rules.stages_of(some)}
            for name, some in rules.groups(found, by).items()
        ],
        "bottleneck": _bottleneck(worst, by) if worst else None,
    }


def _by(call: Call) -> By:
    given = call.query.get("by", By.WAREHOUSE.value)
    if given not in list(By):
        raise faulty("by", "not-one-of", choices=[by.value for by in By])
    return By(given)


def _bottleneck(worst: Bottleneck, by: By) -> dict[str, Any]:
    reason = {language: rules.told(worst, by, language) for language in words.LANGUAGES}
    named = {by.value if name == "place" else name: value for name, value in asdict(worst).items()}
    return {**named, "reason": reason}
