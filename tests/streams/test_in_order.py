"""A stream's batch of which some fails: what came before it is done, the rest comes again."""

from collections.abc import Iterable
from types import SimpleNamespace

import pytest

from shared.runtime import batch


class Reader:
    """Reads until it meets what it cannot read, or more at once than it can bear."""

    def __init__(self, bad: set[str], most: int = 100) -> None:
        self.bad, self.most, self.read = bad, most, list[str]()

    def consume(self, images: Iterable[str]) -> None:
        given = list(images)
        if len(given) > self.most or self.bad & set(given):
            raise OSError(given)
        self.read += given


def event(images: str) -> SimpleNamespace:
    rows = [{"dynamodb": {"SequenceNumber": f"no-{image}", "NewImage": image}} for image in images]
    return SimpleNamespace(to_dict=lambda: {"Records": rows})


@pytest.mark.parametrize(
    ("bad", "most", "read", "again"),
    [
        ("", 100, "abcdefgh", ""),
        ("h", 100, "abcd", "e"),
        ("c", 100, "ab", "c"),
        ("a", 100, "", "a"),
        ("", 3, "ab", "c"),
    ],
)
def test_the_first_half_is_done_where_the_whole_fails(
    bad: str, most: int, read: str, again: str
) -> None:
    reader = Reader(set(bad), most)

    answer = batch.in_order(event("abcdefgh"), reader.consume)

    failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    assert ("".join(reader.read), failed) == (read, [f"no-{again}"] if again else [])


def test_whatever_fails_by_chance_gets_through_in_time() -> None:
    reader, left = Reader(set(), most=2), "abcdefgh"

    while failed := batch.in_order(event(left), reader.consume)["batchItemFailures"]:
        left = left[left.index(failed[0]["itemIdentifier"][-1]) :]

    assert "".join(reader.read) == "abcdefgh"
