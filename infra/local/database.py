"""Care of the database engine's own file: what it lacks when a stream grows long.

For every write to a table with a stream, Dynoxide looks for the last sequence number among all
records that the stream ever had, and it never forgets any. An index makes the look short; what
every consumer has read is deleted at a start.
"""

import contextlib
import json
import sqlite3
from pathlib import Path

PATIENCE = 10  # seconds to wait for the engine's own writes
INDEX = (
    "CREATE INDEX IF NOT EXISTS _stream_order"
    " ON _stream_records (table_name, CAST(sequence_number AS INTEGER))"
)
READ = "DELETE FROM _stream_records WHERE shard_id = ? AND CAST(sequence_number AS INTEGER) < ?"


def tend(file: Path, checkpoints: Path) -> None:
    """Index the streams and forget what was read; the engine may run meanwhile."""
    with contextlib.closing(sqlite3.connect(file, timeout=PATIENCE)) as database, database:
        database.execute(INDEX)
        for table in checkpoints.glob("*/"):  # its consumers are all those who must have read it
            for shard, sequence in _read_by_all(table).items():
                database.execute(READ, (shard, sequence))


def _read_by_all(folder: Path) -> dict[str, int]:
    """By shard, how far the slowest consumer is. The record there stays: numbers go on from it."""
    consumers = [json.loads(file.read_text()) for file in folder.glob("*.json")]
    shards = set.intersection(*map(set, consumers)) if consumers else set()
    return {shard: min(int(each[shard]) for each in consumers) for shard in shards}
