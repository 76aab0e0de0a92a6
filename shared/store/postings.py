"""How lines of the ledger lie in their rows: the newest one by one, older ones squeezed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from re import compile as pattern

import msgspec

from shared.domain.stock import COUNTERS, Cause, Change, Posting
from shared.store.pack import pack, unpack

LONG = 12  # lines with which a counter's row comes near the end of its first kilobyte
_HEX = pattern("[0-9a-f]{24}")
_NAMES = {counter[0]: counter for counter in COUNTERS}


@dataclass(frozen=True, slots=True)
class Lines:
    """A row of the ledger."""

    lines: tuple[bytes, ...]


def line(change: Change, cause: Cause) -> bytes:
    """When (epoch in ms), how long before it happened, deed, cause, its id, by whom, units."""
    at = _millis(cause.at)
    as_of = change.as_of or cause.as_of
    ago = at - _millis(as_of) if as_of else 0
    key = bytes.fromhex(cause.id) if _HEX.fullmatch(cause.id) else cause.id
    units = {counter[0]: n for counter, n in change.delta.items() if n}
    by = "" if cause.by == "system" else cause.by
    return msgspec.msgpack.encode((at, ago, change.what, cause.kind, key, by, units))


def read(lines: Iterable[bytes], first: int) -> Iterator[Posting]:
    for seq, raw in enumerate(lines, first):
        at, ago, what, cause, key, by, units = msgspec.msgpack.decode(raw)
        yield Posting(
            at=_text(at),
            what=what,
            cause=cause,
            id=key.hex() if isinstance(key, bytes) else key,
            delta={_NAMES[letter]: n for letter, n in units.items()},
            by=by or "system",
            as_of=_text(at - ago) if ago else "",
            seq=seq,
        )


def packed(lines: Sequence[bytes]) -> bytes:
    return pack(Lines(tuple(lines)))


def unpacked(body: bytes, first: int) -> list[Posting]:
    return list(read(unpack(body, Lines).lines, first))


def _millis(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def _text(millis: int) -> str:
    return datetime.fromtimestamp(millis / 1000, UTC).isoformat(timespec="milliseconds")
