"""How far each consumer has read each shard; written only after its function succeeded."""

import json
from pathlib import Path


class Checkpoints:
    def __init__(self, folder: Path, consumer: str) -> None:
        self._file = folder / f"{consumer}.json"
        self._at: dict[str, str] = (
            json.loads(self._file.read_text()) if self._file.exists() else {}
        )

    def get(self, shard: str) -> str | None:
        return self._at.get(shard)

    def put(self, shard: str, sequence: str) -> None:
        self._at[shard] = sequence
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps(self._at))
        draft.replace(self._file)
