"""The clock: `python -m infra.local.clock` calls every timer at once, then at its rate."""

import logging
import os
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from infra.local import process, sources
from infra.local.env import ACCOUNT, REGION
from infra.local.sources import Timer

log = logging.getLogger(__name__)
TICK = "CLOCK_TICK"  # seconds between the calls of every timer, instead of their own rates


def main() -> None:
    process.begin(behind=True)
    timers = sources.timers()
    due = dict.fromkeys(range(len(timers)), 0.0)
    wait: float | None = 0.0 if timers else None
    while not process.wait_for_the_end(wait):
        now = time.monotonic()
        for at, timer in enumerate(timers):
            if due[at] <= now:
                _call(timer)
                due[at] = max(now, due[at]) + _every(timer)
        wait = max(0.0, min(due.values()) - time.monotonic())


def _every(timer: Timer) -> float:
    return float(os.environ.get(TICK) or timer.every)


def _call(timer: Timer) -> None:
    try:
        timer.function(_event(timer.function.name))
    except Exception:
        log.exception("the timer %s failed; it comes again", timer.function.name)


def _event(name: str) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"],
        "detail": {},
    }


if __name__ == "__main__":
    main()
