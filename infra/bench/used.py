"""Which of the imported modules an intake really runs: `python -m infra.bench.used` lists them."""

import json
import subprocess
import sys
from types import FrameType
from typing import Any

from infra.bench import engine, samples
from infra.local.home import ROOT

ORDERS = 3


def unused_by_intake(imported: set[str]) -> list[str]:
    """Those of `imported` in which no function ran, from the first client to the last answer.

    A module of constants, types or exceptions is among them too: this is where to look, not what
    to remove.
    """
    command = [sys.executable, "-m", "infra.bench.used"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    ran = set(json.loads(done.stdout.splitlines()[-1]))
    return sorted(imported - ran)


def main() -> None:
    with engine.in_memory():
        print(json.dumps(sorted(_ran())))


def _ran() -> set[str]:
    ran: set[str] = set()

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            ran.add(str(frame.f_globals.get("__name__")))

    from infra.bench.inside import Inside

    sys.setprofile(look)
    merchant = Inside(metered=False)
    merchant.furnish(samples.WAREHOUSES, samples.SHOPS)
    for no in range(ORDERS):
        merchant.call("POST", "/v1/orders", samples.order(f"used-{no}", 2))
    sys.setprofile(None)
    return ran


if __name__ == "__main__":
    main()
