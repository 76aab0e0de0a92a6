"""The four tables: rows, indexes, the one client, and how rows are written together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    ListAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
)
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from shared.domain.errors import Conflict
from shared.runtime import aws, retry
from shared.runtime.settings import settings


class Row(Model):
    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    v = NumberAttribute(null=True)
    body = BinaryAttribute(null=True, legacy_encoding=False)


class Open(GlobalSecondaryIndex["Row"]):
    """What somebody must look at: orders to move, holds to expire, deliveries to send."""

    class Meta:
        index_name = "open"
        projection = KeysOnlyProjection()

    work = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class ByMonth(GlobalSecondaryIndex["Row"]):
    class Meta:
        index_name = "by-month"
        projection = KeysOnlyProjection()

    month = UnicodeAttribute(hash_key=True)
    placed = UnicodeAttribute(range_key=True)


class Meeting(GlobalSecondaryIndex["Row"]):
    """Orders that others of the same buyer could be merged with."""

    class Meta:
        index_name = "meeting"
        projection = KeysOnlyProjection()

    meet = UnicodeAttribute(hash_key=True)
    placed = UnicodeAttribute(range_key=True)


class Stopped(GlobalSecondaryIndex["Row"]):
    """Orders that are held, or short of stock, by their merchant."""

    class Meta:
        index_name = "stopped"
        projection = KeysOnlyProjection()

    stopped = UnicodeAttribute(hash_key=True)
    placed = UnicodeAttribute(range_key=True)


class ByTenant(GlobalSecondaryIndex["Row"]):
    class Meta:
        index_name = "by-tenant"
        projection = KeysOnlyProjection()

    tenant = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class Due(GlobalSecondaryIndex["Row"]):
    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    work = UnicodeAttribute(hash_key=True)
    due = UnicodeAttribute(range_key=True)


class OrderRow(Row):
    class Meta:
        table_name = settings().orders_table

    work = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    month = UnicodeAttribute(null=True)
    placed = UnicodeAttribute(null=True)
    meet = UnicodeAttribute(null=True)
    stopped = UnicodeAttribute(null=True)
    open = Open()
    by_month = ByMonth()
    meeting = Meeting()
    by_stop = Stopped()


class StockRow(Row):
    class Meta:
        table_name = settings().stock_table

    tenant = UnicodeAttribute(null=True)
    place = UnicodeAttribute(null=True)
    free = NumberAttribute(null=True)
    held = NumberAttribute(null=True)
    appointed = NumberAttribute(null=True)
    damaged = NumberAttribute(null=True)
    coming = NumberAttribute(null=True)
    presold = NumberAttribute(null=True)
    expires = UnicodeAttribute(null=True)
    counted = UnicodeAttribute(null=True)
    fed = NumberAttribute(null=True)
    first = NumberAttribute(null=True)
    tail: ListAttribute[Any] = ListAttribute(of=BinaryAttribute, null=True)
    epoch = NumberAttribute(null=True)
    buckets = NumberAttribute(null=True)
    filled = NumberSetAttribute(null=True)
    heat = UnicodeAttribute(null=True)
    used = NumberAttribute(null=True)
    work = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    by_tenant = ByTenant()
    open = Open()


class MerchantRow(Row):
    class Meta:
        table_name = settings().merchants_table


class InsightRow(Row):
    class Meta:
        table_name = settings().insight_table

    work = UnicodeAttribute(null=True)
    due = UnicodeAttribute(null=True)
    ttl = NumberAttribute(null=True)
    used = NumberAttribute(null=True)
    due_index = Due()


_BROKEN = "ConditionalCheckFailed"
_BUSY = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
TABLES: tuple[type[Row], ...] = (OrderRow, StockRow, MerchantRow, InsightRow)


@cache
def connection() -> Connection:
    """The one DynamoDB client, shared by all four tables."""
    first = OrderRow._get_connection()
    first.connection._client = aws.client("dynamodb")  # PynamoDB would make one of its own
    for table in TABLES[1:]:
        other = table._get_connection()
        first.connection.add_meta_table(other.get_meta_table())
        other.connection = first.connection
    return first.connection


@dataclass(frozen=True, slots=True)
class Put:
    row: Row
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Update:
    row: Row
    actions: Sequence[Action]
    condition: Condition | None = None


class Cancelled(Exception):
    """A transaction wrote nothing, since these of its writes found their condition broken."""

    def __init__(self, deletes: list[bool], puts: list[bool], updates: list[bool]) -> None:
        super().__init__(deletes, puts, updates)
        self.deletes, self.puts, self.updates = deletes, puts, updates


def put(row: Row, condition: Condition | None) -> None:
    """Write one row under a condition, or raise Conflict.

    A reply that was cut makes the SDK send the row again, which then meets itself: a row that
    lies there exactly as we wanted it is ours.
    """
    connection()
    try:
        retry.conflicts(lambda: row.save(condition), _conflicting)
    except PutError as error:
        if _code(error) != f"{_BROKEN}Exception":
            raise
        if not _lies_there(row):
            raise Conflict(table=row.Meta.table_name) from error


def update(change: Update) -> None:
    """Change one row under a condition, or raise Conflict; our own write may be what broke it."""
    connection()

    def write() -> None:
        change.row.update(list(change.actions), condition=change.condition)

    try:
        retry.conflicts(write, _conflicting)
    except UpdateError as error:
        if _code(error) != f"{_BROKEN}Exception":
            raise
        raise Conflict(table=change.row.Meta.table_name) from error


def transact(
    puts: Sequence[Put] = (), updates: Sequence[Update] = (), deletes: Sequence[Row] = ()
) -> None:
    """Write all or nothing; raise Cancelled if a condition failed."""

    def write() -> None:
        with TransactWrite(connection=connection()) as together:
            _add(together, puts, updates, deletes)

    try:
        retry.conflicts(write, _conflicting)
    except TransactWriteError as error:
        broken = [r is not None and r.code == _BROKEN for r in error.cancellation_reasons]
        if not any(broken):
            raise
        # PynamoDB sends deletes, then puts, then updates
        first, second = len(deletes), len(deletes) + len(puts)
        raise Cancelled(broken[:first], broken[first:second], broken[second:]) from error


def _add(
    together: TransactWrite, puts: Sequence[Put], updates: Sequence[Update], deletes: Sequence[Row]
) -> None:
    for row in deletes:
        together.delete(row, condition=type(row).pk.exists())
    for put in puts:
        together.save(put.row, condition=put.condition)
    for update in updates:
        together.update(update.row, actions=list(update.actions), condition=update.condition)


def find(table: type[Any], key: tuple[str, str]) -> Any | None:
    """The row under `key`, read consistently, or None."""
    connection()
    try:
        return table.get(*key, consistent_read=True)
    except table.DoesNotExist:
        return None


def find_many(table: type[Any], keys: Sequence[tuple[str, str]]) -> Iterator[Any]:
    """The rows under `keys`, read consistently, in no order; what is not there is left out."""
    connection()
    return (
        iter(table.batch_get(list(dict.fromkeys(keys)), consistent_read=True))
        if keys
        else iter(())
    )


def _lies_there(row: Row) -> bool:
    there = find(type(row), (row.pk, row.sk))
    wanted = {name: value for name, value in row.attribute_values.items() if value is not None}
    return there is not None and there.attribute_values == wanted


def _conflicting(error: Exception) -> bool:
    """Whether the engine refused only because another transaction was touching the same rows."""
    if isinstance(error, TransactWriteError):
        codes = {reason.code for reason in error.cancellation_reasons if reason}
        return (bool(codes) and codes <= _BUSY) or _code(error) == "TransactionInProgressException"
    return isinstance(error, PynamoDBException) and _code(error) == "TransactionConflictException"


def _code(error: PynamoDBException) -> str:
    """The engine's word for what went wrong; empty where no answer came (PynamoDB would trip)."""
    answer = getattr(error.cause, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))
