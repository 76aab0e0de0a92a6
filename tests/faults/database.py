"""The database below the seam: made fresh for every run, and read without being noticed."""

from collections import defaultdict
from typing import Any

from infra.local.wire import Wire
from tests.support.engine import Engine

Row = dict[str, dict[str, Any]]
Rows = dict[str, list[Row]]


class Database:
    """An engine of its own: runs would meet what other tests have left behind."""

    def __init__(self) -> None:
        self._engine = Engine.start()
        self._wire = Wire(self.url, "dynamodb")
        self._tables = [table.create for table in self._engine.resources.tables]
        self._made = False

    @property
    def url(self) -> str:
        return self._engine.url

    def fresh(self) -> None:
        for table in self._tables:
            if self._made:
                self._wire.call("DeleteTable", TableName=table["TableName"])
            self._wire.call("CreateTable", **table)
        self._made = True

    def rows(self, table: str) -> list[Row]:
        found: list[Row] = []
        more: dict[str, Any] = {}
        while True:
            page = self._wire.call("Scan", TableName=f"tongdan-{table}", **more)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def all(self) -> Rows:
        names = [table["TableName"].removeprefix("tongdan-") for table in self._tables]
        return {name: self.rows(name) for name in names}

    def put(self, rows: Rows) -> None:
        """Write rows as they were read, 25 at a time."""
        every = [(f"tongdan-{table}", row) for table, some in rows.items() for row in some]
        for start in range(0, len(every), 25):
            requests: dict[str, list[Any]] = defaultdict(list)
            for table, row in every[start : start + 25]:
                requests[table].append({"PutRequest": {"Item": row}})
            self._wire.call("BatchWriteItem", RequestItems=requests)

    def row(self, table: str, item: Row) -> Row:
        """The row that has the same key as `item`, or {}."""
        key = {"pk": item["pk"], "sk": item["sk"]}
        found = self._wire.call("GetItem", TableName=table, Key=key, ConsistentRead=True)
        return dict(found.get("Item") or {})

    def stop(self) -> None:
        self._wire.close()
        self._engine.stop()
