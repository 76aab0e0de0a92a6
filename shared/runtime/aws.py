"""Clients of AWS: made late, short of patience, and without what costs time at every call."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import get_session

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
    return _session().create_client(service, config=config)


@cache
def _session() -> Any:
    """What boto3 stands on, and all of it that we need: its loading takes a tenth of a start."""
    return get_session()
