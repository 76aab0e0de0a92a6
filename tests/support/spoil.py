"""Break stock on purpose, past all of the product's rules."""

from typing import Any

from shared.domain.stock import Place
from shared.store import keys
from tests.support.engine import Engine


def counter(engine: Engine, tenant: str, place: Place, name: str, units: int) -> None:
    """Add units to a counter without a line in its ledger."""
    engine.client().update_item(
        **row(tenant, place),
        UpdateExpression="ADD #name :units",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":units": {"N": str(units)}},
    )


def lose_lines(engine: Engine, tenant: str, place: Place, seq: int) -> None:
    """Take away the row of the ledger that begins with line `seq`."""
    pk, sk = keys.ledger(tenant, place, seq)
    engine.client().delete_item(TableName="tongdan-stock", Key={"pk": {"S": pk}, "sk": {"S": sk}})


def row(tenant: str, place: Place) -> dict[str, Any]:
    """The row of a place's counters, for the engine's own client."""
    pk, sk = keys.stock(tenant, place)
    return {"TableName": "tongdan-stock", "Key": {"pk": {"S": pk}, "sk": {"S": sk}}}
