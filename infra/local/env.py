"""The environment in which the product finds the local stack."""

import os

from infra.local.home import Home
from infra.local.state import State

STACK = "tongdan"
REGION = "cn-north-1"
ACCOUNT = "000000000000"
LOOPBACK = "127.0.0.1,localhost"
PROXY = "DATABASE_PROXY"  # through which the product reaches its database: tests cut there


def environment(home: Home, state: State) -> dict[str, str]:
    """What the product reads; the SDK's own files are shut out, so nothing reaches an account."""
    return {
        "STAGE": "local",
        "ORDERS_TABLE": f"{STACK}-orders",
        "STOCK_TABLE": f"{STACK}-stock",
        "MERCHANTS_TABLE": f"{STACK}-merchants",
        "INSIGHT_TABLE": f"{STACK}-insight",
        "QUEUE_URL": queue_url(state, ""),
        "KEY_SOURCE": f"file:{home.key}",
        "WEBHOOK_PRIVATE": "allow",
        "PUBLIC_URL": state.url,
        "AWS_ENDPOINT_URL_DYNAMODB": state.dynamodb,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": state.dynamodb,
        "AWS_ENDPOINT_URL_SQS": state.sqs,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": LOOPBACK,
    }


def of_child(home: Home, state: State) -> dict[str, str]:
    """The environment of a process of the stack: the caller's without its AWS, and ours."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    given = {**own, **environment(home, state), "PYTHONUNBUFFERED": "1"}
    if proxies := own.get("NO_PROXY") or own.get("no_proxy"):
        given["NO_PROXY"] = f"{proxies},{LOOPBACK}"
    return given


def of_product(home: Home, state: State) -> dict[str, str]:
    """The same for what runs app.py; the rest of the stack meets the database itself."""
    given = of_child(home, state)
    proxy = os.environ.get(PROXY)
    return {**given, "AWS_ENDPOINT_URL_DYNAMODB": proxy} if proxy else given


def queue_url(state: State, name: str) -> str:
    """Where a queue stands, by its short name."""
    return f"{state.sqs}/{ACCOUNT}/{STACK}-{name}"
