"""The worker processes, and which functions each of them serves."""

SLOW = {"notify", "push"}  # functions that wait for machines of others: webhooks
COURIER = "courier"  # has those to itself, so that no order waits behind them
ALL = ("worker-1", "worker-2", COURIER)


def serves(worker: str, function: str) -> bool:
    return (worker == COURIER) == (function in SLOW)
