"""Care of the database engine's file: writes stay quick, unread events stay."""

import contextlib
import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import database, engines, health, ports
from infra.local.wire import Wire
from tests.support.engine import WHERE

SHARD = "shardId-00000001-numbers"
LAST = (
    "EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1"
    " FROM _stream_records WHERE table_name = 'numbers'"
)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """The file of a running engine that has a table with a stream of five records."""
    found, port = tmp_path / "data.sqlite", ports.free()
    binary = str(engines.get(WHERE, print).dynoxide)
    command = [binary, "serve", "--port", str(port), "--db-path", str(found)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            while not health.listens(port):
                time.sleep(0.02)
            _fill(port)
            yield found
        finally:
            process.kill()


def _fill(port: int) -> None:
    with contextlib.closing(Wire(f"http://127.0.0.1:{port}", "dynamodb")) as wire:
        wire.call(
            "CreateTable",
            TableName="numbers",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        for number in range(5):
            wire.call("PutItem", TableName="numbers", Item={"pk": {"S": str(number)}})


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def read(table: Path, **consumers: dict[str, str]) -> None:
    table.mkdir()
    for name, checkpoints in consumers.items():
        (table / f"{name}.json").write_text(json.dumps(checkpoints))


def sequences(file: Path) -> list[str]:
    return [str(row[0]) for row in rows(file, "SELECT sequence_number FROM _stream_records")]


def test_the_last_record_of_a_stream_is_found_by_an_index(file: Path, tmp_path: Path) -> None:
    database.tend(file, tmp_path)
    database.tend(file, tmp_path)

    (plan,) = rows(file, LAST)

    assert "USING INDEX _stream_order" in str(plan)


def test_only_what_every_consumer_has_read_is_forgotten(file: Path, tmp_path: Path) -> None:
    read(tmp_path / "numbers", count={SHARD: "5"}, publish={SHARD: "3"})
    read(tmp_path / "letters", follow={"shardId-00000001-letters": "9"})

    database.tend(file, tmp_path)

    assert sequences(file) == ["3", "4", "5"]


def test_a_consumer_that_has_read_nothing_keeps_everything(file: Path, tmp_path: Path) -> None:
    read(tmp_path / "numbers", count={SHARD: "5"}, publish={})

    database.tend(file, tmp_path)

    assert len(sequences(file)) == 5
