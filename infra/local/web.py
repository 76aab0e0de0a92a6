"""The HTTP processes: `python -m infra.local.web PORT`."""

import sys

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from infra.local import bonds
from infra.local.gateway import Gateway

WORKERS = 2
IDLE = 30_000  # milliseconds a silent connection is kept


def application() -> Gateway:
    """Called once in each worker process."""
    bonds.tie_python()
    from app import app  # not before: the parent needs nothing of it

    return Gateway(app)


def main(port: int) -> None:
    Server(
        "infra.local.web:application",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=WORKERS,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
