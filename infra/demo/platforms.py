"""Shops on simulated platforms beside the API: what is ordered there comes here by itself.

Reads the tables themselves: import it only when the environment names them.
"""

from collections.abc import Callable

from infra.bench.progress import At
from infra.cli.client import Client
from infra.demo import merchant
from infra.local.state import State
from infra.rehearsal import shops, tally, watch
from infra.rehearsal.stage import Stage
from infra.rehearsal.tally import Row
from infra.sandbox.control import Control

READ = {"taobao": "淘宝店", "pdd": "拼多多店"}
"""They are read every minute, and show an order only minutes later: they had theirs before."""
PUSHING = {"douyin": "抖音直播间", "kuaishou": "快手小店"}
"""They tell of each order at once: theirs come while the demo runs."""
PARTS = 3  # in which they come
OLDEST, NEWEST = 900.0, 200.0  # seconds before now in which the first were ordered
LATE = 600.0  # seconds
SHIFT = {"on": "list", "what": "shift"}
"""Where changes show at once: elsewhere what is shifted is seen minutes later, too late here."""
TRICKS = (
    {"on": "list", "what": "cut"},
    {"on": "order", "what": "cut", "skip": 3, "times": 3},
    {"on": "ship", "what": "cut", "skip": 3, "times": 2},
    {"on": "notice", "what": "double", "times": 10},
)
"""What each platform does wrong on the way."""


class Platforms:
    """`count` orders on each."""

    def __init__(self, api: Client, state: State, count: int) -> None:
        self.stages = [_opened(api, state, name, count) for name in (*READ, *PUSHING)]
        self.parts = [count * no // PARTS for no in range(PARTS + 1)]

    def come(self) -> None:
        """The next part of what is ordered while the demo runs."""
        if len(self.parts) > 1:
            before = self.parts.pop(0)
            for stage in self.stages:
                if stage.platform in PUSHING:
                    stage.make(self.parts[0] - before)

    def follow(self, at: At, say: Callable[..., str]) -> list[Row]:
        """Until all rest, and the platforms know of every parcel."""
        count = sum(len(stage.ids) for stage in self.stages)
        found = watch.follow(self.stages, lambda done, by: at(done, say(by)))
        for stage in self.stages:
            stage.calm()
        watch.agree(self.stages, found, tally.is_told, lambda left: at(count - left, ""))
        return [stage.row(found, LATE) for stage in self.stages]


def _opened(api: Client, state: State, name: str, count: int) -> Stage:
    control = Control(state.ports.sandboxes[name])
    stage = Stage(merchant.TENANT, name, f"live-{name}", control)
    stage.begin(TRICKS if name in READ else (SHIFT, *TRICKS))
    if name in READ:
        stage.make(count, OLDEST, NEWEST)
    shop = {
        "id": stage.shop,
        "name": (READ | PUSHING)[name],
        "channel": name,
        "warehouses": [warehouse["id"] for warehouse in merchant.CN],
        "hold_notes": False,
    }
    shops.connect(api, control, shop)
    return stage
