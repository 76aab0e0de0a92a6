"""What the environment tells us, read once and late."""

import os
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Settings:
    stage: str
    orders_table: str
    stock_table: str
    merchants_table: str
    insight_table: str
    queue_url: str  # to which a queue's short name is added
    key_source: str  # "file:PATH" or "kms:KEY"
    sweep_after: float  # seconds before an order that stands still is nudged again
    cache_seconds: float  # how long a merchant's settings may be remembered
    webhook_private: bool  # whether webhooks may go to private addresses and plain HTTP
    public_url: str  # where the outside reaches the API: payment providers tell us there


@cache
def settings() -> Settings:
    env = os.environ
    return Settings(
        stage=env.get("STAGE", "local"),
        orders_table=env.get("ORDERS_TABLE", "tongdan-orders"),
        stock_table=env.get("STOCK_TABLE", "tongdan-stock"),
        merchants_table=env.get("MERCHANTS_TABLE", "tongdan-merchants"),
        insight_table=env.get("INSIGHT_TABLE", "tongdan-insight"),
        queue_url=env.get("QUEUE_URL", "http://127.0.0.1:8789/000000000000/tongdan-"),
        key_source=env.get("KEY_SOURCE", "file:.tongdan/master.key"),
        sweep_after=float(env.get("SWEEP_AFTER", "60")),
        cache_seconds=float(env.get("CACHE_SECONDS", "30")),
        webhook_private=env.get("WEBHOOK_PRIVATE") == "allow",
        public_url=env.get("PUBLIC_URL", "").rstrip("/"),
    )
