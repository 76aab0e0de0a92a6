"""Clients of AWS: made late, short of patience, and without what costs time at every call."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

AGENT = "tongdan"  # a name of our own spares the SDK building its long one for each request


@cache
def client(service: str) -> Any:
    """The one client of `service` in this process."""
    retries: Any = {"total_max_attempts": 3, "mode": "standard"}
    config = Config(
        connect_timeout=1,
        read_timeout=3,
        retries=retries,
        user_agent=AGENT,
        parameter_validation=False,
    )
    make: Any = boto3.client  # its types know each service by name only
    return make(service, config=config)
