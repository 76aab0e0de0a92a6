"""One logger for the whole system: ids and codes, never bodies, names or phone numbers."""

from typing import Any

from aws_lambda_powertools import Logger

SERVICE = "tongdan"
log = Logger(service=SERVICE, utc=True)


def moved(tenant: str, order_id: str, status: str, version: int, **more: Any) -> None:
    """The one line of every move."""
    log.info("moved", tenant=tenant, order_id=order_id, status=status, version=version, **more)
