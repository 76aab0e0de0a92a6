"""Who sees to what no message and no clock does: the providers' banks, and finance."""

from functions.timers import expire, sweep
from shared.domain.payment import Payment, State
from shared.gateways import queues
from shared.store import payments
from tests.faults.world import World

MONEY = ("payment#", "aftersale#")
TWO_HOURS = 2 * 3600
ROUNDS = 4  # a refund is refused, asked for anew, taken, and done


def wanted(world: World) -> bool:
    """Whether any money is still on its way, or waits for somebody."""
    rows = (row for row in world.database.rows("orders") if row["sk"]["S"].startswith(MONEY))
    return world.banks.busy and any("due" in row or "stopped" in row for row in rows)


def see(world: World) -> None:
    """The banks end what took them long; what was refused is tried again."""
    world.banks.finish()
    waiting, _ = payments.desk("acme", "", 100)
    for payment in waiting:
        _retry(world, payment)
    queues.flush()


def _retry(world: World, payment: Payment) -> None:
    path = f"/v1/orders/{payment.order}/payments/{payment.no}/resolve"
    for refund in payment.refunds:
        if refund.state is State.FAILED and refund.ref not in payment.seen:
            said = {"outcome": "retry", "refund": refund.ref, "note": "再退一次"}
            world.merchant.call("POST", path, said)


def tick(world: World) -> None:
    """Two hours later the clock looks at everything."""
    world.advance(TWO_HOURS)
    sweep.sweep(TWO_HOURS)
    expire.expire()
    queues.flush()
