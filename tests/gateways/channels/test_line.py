"""The wire to a platform: what is sent again, what never is, and by whose clock."""

from collections.abc import Mapping

import pytest

from shared.gateways.channels import line as lines
from shared.gateways.channels.line import Line
from shared.gateways.channels.port import Rate, Rejected, Request, Why
from shared.gateways.talk import Unclear
from shared.gateways.web import Answer, Unanswered
from shared.runtime import clock

FINE = Answer(200, {}, b"fine")
CUT, UNSENT = Unanswered("timeout"), Unanswered("refused", sent=False)
LATER = Rejected(Why.LATER, "busy")


class Platform:
    """Answers with these, one after the other; remembers the bytes."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[bytes] = []

    def __call__(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        self.sent.append(body)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.runtime.retry.pause", lambda seconds: None)
    monkeypatch.setattr(lines, "_ahead", {})


def line(platform: Platform, *waits: float, rate: Rate | None = None) -> Line:
    left = list(waits)
    take = lambda name, calls, seconds: left.pop(0) if left else 0.0  # noqa: E731
    return Line("taobao#1", {"": rate or Rate(10)}, take, platform)


def ask(wire: Line, *, safe: bool = True) -> bytes:
    request = Request("list", "POST", "https://platform.test/", {}, b"signed", safe=safe)
    return wire.ask(request, lambda answer: answer.body)


@pytest.mark.parametrize("trouble", [CUT, UNSENT, Answer(502, {}, b"<html>")])
def test_what_is_safe_is_sent_again_byte_for_byte(trouble: Answer | Exception) -> None:
    platform = Platform(trouble, trouble, FINE)

    assert ask(line(platform)) == b"fine"
    assert platform.sent == [b"signed"] * 3


@pytest.mark.parametrize("trouble", [CUT, Answer(500, {}, b"")])
def test_what_is_not_safe_is_never_sent_twice(trouble: Answer | Exception) -> None:
    platform = Platform(trouble, FINE)

    with pytest.raises(Unclear):
        ask(line(platform), safe=False)
    assert platform.sent == [b"signed"]


def test_what_never_left_is_sent_again_safe_or_not() -> None:
    assert ask(line(Platform(UNSENT, FINE)), safe=False) == b"fine"


def test_after_three_tries_it_is_over() -> None:
    platform = Platform(UNSENT, UNSENT, UNSENT, FINE)

    with pytest.raises(Rejected) as refused:
        ask(line(platform))
    assert (refused.value.why, len(platform.sent)) == (Why.LATER, 3)


def test_too_many_calls_wait_as_long_as_the_platform_says() -> None:
    with pytest.raises(Rejected) as refused:
        ask(line(Platform(Answer(429, {"retry-after": "7"}, b""))))
    assert (refused.value.why, refused.value.wait) == (Why.LIMITED, 7)


def test_a_call_waits_a_moment_for_its_turn_and_not_for_long() -> None:
    assert ask(line(Platform(FINE), 0.5)) == b"fine"

    platform = Platform(FINE)
    with pytest.raises(Rejected) as refused:
        ask(line(platform, 30.0))
    assert (refused.value.why, refused.value.wait, platform.sent) == (Why.LIMITED, 30.0, [])


def test_a_platforms_clock_is_taken_over_once_it_told_its_time() -> None:
    wire = line(Platform(Answer(200, {"date": "Mon, 23 Nov 2026 10:00:00 GMT"}, b"")))
    before = wire.learn_the_time()
    ask(wire)

    assert (before, wire.learn_the_time()) == (False, True)
    assert abs(clock.seconds_between(wire.now, "2026-11-23T10:00:00+00:00")) < 60
