"""How a stream's records reach a function."""

from typing import Any

import pytest

from infra.local import batches
from infra.local.shard import Record


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PAUSES", (0, 0, 0, 0))


def records(*numbers: int) -> list[Record]:
    return [{"dynamodb": {"SequenceNumber": str(number)}} for number in numbers]


def numbers(found: list[Record]) -> list[int]:
    return [int(each["dynamodb"]["SequenceNumber"]) for each in found]


class Follower:
    """A function that cannot take some records, and says so or raises."""

    def __init__(self, *poison: int, raises: bool = False) -> None:
        self.poison = poison
        self.raises = raises
        self.taken: list[int] = []
        self.calls: list[list[int]] = []

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        given = numbers(event["Records"])
        self.calls.append(given)
        for number in given:
            if number in self.poison:
                if self.raises:
                    raise RuntimeError("broken")
                return {"batchItemFailures": [{"itemIdentifier": str(number)}]}
            self.taken.append(number)
        return {"batchItemFailures": []}


def deliver(follower: Any, *given: int) -> tuple[list[int], list[int]]:
    """(checkpoints, given up)"""
    done: list[Record] = []
    dead: list[Record] = []
    batches.deliver(records(*given), follower, done.append, dead.append)
    return numbers(done), numbers(dead)


def test_a_good_batch_is_called_once_and_done_at_its_last_record() -> None:
    follower = Follower()

    assert deliver(follower, 1, 2, 3) == ([3], [])
    assert follower.calls == [[1, 2, 3]]


def test_a_named_failure_is_retried_from_there_on_and_never_before() -> None:
    follower = Follower(2)

    done, dead = deliver(follower, 1, 2, 3)

    assert (done, dead) == ([1, 2, 3], [2])
    assert follower.taken == [1, 3]


def test_a_poisonous_record_is_tried_five_times_alone() -> None:
    follower = Follower(7)

    assert deliver(follower, 7) == ([7], [7])
    assert follower.calls == [[7]] * 5


def test_a_batch_that_raises_is_halved_until_its_poison_stands_alone() -> None:
    follower = Follower(3, raises=True)

    done, dead = deliver(follower, 1, 2, 3, 4)

    assert dead == [3]
    assert done[-1] == 4
    assert {1, 2, 4} <= set(follower.taken)


def test_order_is_kept() -> None:
    follower = Follower(2, 5, raises=True)

    done, _ = deliver(follower, *range(1, 9))

    assert done == sorted(done)


def test_a_passing_trouble_costs_no_record() -> None:
    follower = Follower(2)

    def recovers(event: dict[str, Any]) -> dict[str, Any]:
        answer = follower(event)
        follower.poison = ()
        return answer

    assert deliver(recovers, 1, 2, 3) == ([1, 2, 3], [])


def test_a_failure_that_was_not_asked_for_fails_all() -> None:
    calls: list[int] = []

    def confused(event: dict[str, Any]) -> dict[str, Any]:
        calls.append(len(event["Records"]))
        return {"batchItemFailures": [{"itemIdentifier": "99"}]}

    assert deliver(confused, 1)[1] == [1]
    assert len(calls) == 5


def test_nothing_to_deliver_is_nothing_done() -> None:
    assert deliver(Follower()) == ([], [])
