"""A price set wrong: a minute's burst of orders at a tenth of it is stopped, and none is lost."""

import json
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from shared.domain.order import Order
from shared.runtime import clock
from shared.store import alerts, orders
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail

MINUTE = 60.0
BATCH = 100
PRICE = 1000


@dataclass
class Burst:
    """Orders that come in within a minute of the clock, each batch brought as far as it goes."""

    acme: Merchant
    mail: Mail
    count: int
    start: str = field(default_factory=lambda: clock.later(clock.now(), -MINUTE))
    now: str = ""
    seconds: float = 0.0  # of this machine, from the first order to the alert
    before: int = 0  # orders taken in by then

    def run(self) -> None:
        begun = time.monotonic()
        for first in range(0, self.count, BATCH):
            self._batch(range(first, min(first + BATCH, self.count)))
            if not self.seconds and list(alerts.standing(self.acme.id)):
                self.seconds, self.before = time.monotonic() - begun, first + BATCH

    def _batch(self, numbers: range) -> None:
        self.now = clock.later(self.start, MINUTE * numbers.stop / self.count)
        lines = [build.line(quantity=1, unit_price=PRICE // 10)]
        documents = [
            build.document(
                f"T-{n}", placed_at=clock.later(self.start, MINUTE * n / self.count), lines=lines
            )
            for n in numbers
        ]
        reply = self.acme.call("POST", "/v1/orders/batch", {"orders": documents})
        assert reply.status in (200, 202), reply.body
        self.mail.pump(10**6)

    def found(self) -> list[Order]:
        """Every order of the merchant, read back one by one."""
        ids: list[str] = []
        place = "0"
        while some := orders.page(
            self.acme.id, self.start[:7], (place, "9"), newest_first=False, limit=1000
        ):
            ids += [each.rpartition("#")[2] for each in some]
            place = f"{some[-1]} "
        there = [
            orders.get_many(self.acme.id, ids[n : n + BATCH]) for n in range(0, len(ids), BATCH)
        ]
        return [order for some in there for order in some.values()]


def shop(acme: Merchant) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯", "price": PRICE})
    push = {"name": "店", "channel": "tmall", "push": {"on": True}}
    acme.call("PUT", "/v1/shops/tmall", push)
    acme.put_stock("mug", 1_000_000)
    acme.call("POST", "/v1/shops/tmall/push", {"sku": "mug"})


def stopped(acme: Merchant, mail: Mail, count: int, patch: pytest.MonkeyPatch) -> Burst:
    shop(acme)
    burst = Burst(acme, mail, count)
    burst.now = burst.start
    patch.setattr(clock, "now", lambda: burst.now)
    burst.run()
    return burst


def check(burst: Burst) -> None:
    acme, there = burst.acme, burst.found()
    assert len(there) == len({order.number for order in there}) == burst.count
    assert Counter(order.status.value for order in there) == {"held": burst.count}
    assert {hold.reason.value for order in there for hold in order.holds} == {"breaker"}
    (one,) = alerts.standing(acme.id)
    (told,) = acme.call("GET", "/v1/pushes").body["pushes"]
    assert (one.kind.value, one.subject.sku, told["units"]) == ("price-breaker", "mug", 0)
    simulated = clock.seconds_between(burst.start, one.opened_at)
    print(  # noqa: T201 - the figure that is wanted
        f"\n{burst.count} orders in {MINUTE:.0f} s: alert {simulated:.1f} s after the first, "
        f"{burst.before} orders taken in by then, {burst.seconds:.1f} s of this machine"
    )


def resumed(burst: Burst) -> None:
    """One click, and every order goes on: each is back at its review, or where it was held."""
    burst.acme.call("POST", "/v1/breakers/mug/resume", {})
    while waiting := burst.mail.waiting.pop("halt", []):
        for body in waiting:
            assert not burst.mail.deliver("halt", [body])
    there = burst.found()
    assert len(there) == burst.count
    assert [order.number for order in there if order.holds] == []
    nudged = {json.loads(body)["order_id"] for body in burst.mail.waiting["review"]}
    assert {order.id for order in there if order.status.value == "received"} <= nudged


def test_a_burst_is_stopped_and_released(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    burst = stopped(acme, mail, 300, monkeypatch)

    check(burst)
    resumed(burst)


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_ten_thousand_orders_in_a_minute_are_stopped_and_none_is_lost(
    acme: Merchant, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    burst = stopped(acme, mail, 10_000, monkeypatch)

    check(burst)
    resumed(burst)
