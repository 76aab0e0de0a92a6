"""Fill the table with orders that have come to rest, as fast as the engine writes."""

import os
import random
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from infra.bench.progress import At
from infra.local.wire import Wire
from shared.domain.content import personal
from shared.domain.order import Order, Status, id_for
from shared.gateways.vault import Cipher

AT_ONCE = 25  # rows of one request
RECENT, YEAR = 60, 360  # days back: half of the orders each
MOST_TRIES = 20


def fill(like: Order, url: str, count: int, at: At) -> None:
    """Write `count` orders like this one to the database at `url`.

    They tell the stream's consumers nothing new.
    """
    wire = Wire(url, "dynamodb")
    table, done = os.environ["ORDERS_TABLE"], 0
    rows = _rows(replace(like, status=Status.SHIPPED), count)
    while some := list(islice(rows, AT_ONCE)):
        write(wire, table, some)
        done += len(some)
        at(done, "")
    wire.close()


def _rows(like: Order, count: int) -> Iterator[dict[str, Any]]:
    from shared.gateways import vault
    from shared.store import merchants, orders

    cipher = vault.cipher(like.tenant, merchants.tenant(like.tenant).sealed_key)
    opened = personal(like.content, lambda path, v: cipher.open(v, f"{like.id}/{path}"))
    chance, now = random.Random(count), datetime.now(UTC)
    for no in range(count):
        back = timedelta(days=chance.uniform(1, RECENT if no % 2 else YEAR))
        placed = (now - back).isoformat(timespec="milliseconds")
        number = f"filled-{count}-{no}"
        order_id = id_for(like.tenant, like.shop, number)
        sealed = personal(opened, partial(_seal, cipher, order_id))
        content = replace(sealed, placed_at=placed)
        order = replace(like, id=order_id, number=number, content=content)
        yield plain(orders.writes(order)[0].row.serialize())


def _seal(cipher: Cipher, order_id: str, path: str, value: str) -> str:
    """Each order's fields are sealed for it alone."""
    return cipher.seal(value, f"{order_id}/{path}")


def plain(row: Any) -> Any:
    """As it stands in JSON."""
    if isinstance(row, dict):
        return {name: plain(value) for name, value in row.items()}
    if isinstance(row, list):
        return [plain(value) for value in row]
    return b64encode(row).decode() if isinstance(row, bytes) else row


def write(wire: Wire, table: str, rows: list[dict[str, Any]]) -> None:
    asked = {table: [{"PutRequest": {"Item": row}} for row in rows]}
    for _ in range(MOST_TRIES):
        asked = wire.call("BatchWriteItem", RequestItems=asked).get("UnprocessedItems") or {}
        if not asked:
            return
    raise RuntimeError("the engine left rows unwritten")
