"""A webhook's signature as the specification has it, and when it is tried again."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from shared.domain.delivery import DELAYS, delay, sign
from shared.gateways import vault

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def headers(body: str, *, secret: str = SECRET) -> dict[str, str]:
    stamp = int(datetime.now(UTC).timestamp())
    return {
        "webhook-id": "1a.3",
        "webhook-timestamp": str(stamp),
        "webhook-signature": sign(secret, "1a.3", stamp, body),
    }


def test_the_signature_of_the_specifications_example() -> None:
    signature = sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.dictionaries(st.text(), st.text()))
def test_the_reference_library_accepts_our_signature(document: dict[str, str]) -> None:
    body = json.dumps(document)

    assert Webhook(SECRET).verify(body, headers(body)) == document


def test_a_new_secret_is_one_that_the_reference_library_reads() -> None:
    secret = vault.new_secret()

    Webhook(secret).verify('{"a": "盒"}', headers('{"a": "盒"}', secret=secret))


def test_a_body_that_was_changed_is_not_accepted() -> None:
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify('{"a": 2}', headers('{"a": 1}'))


def test_the_tenth_failure_is_the_last() -> None:
    waits = [delay(tries, 0.5) for tries in range(1, 11)]

    assert waits == [*DELAYS, None]


def test_delays_grow_and_cover_about_three_days() -> None:
    assert list(DELAYS) == sorted(DELAYS)
    assert 2 * 86400 < sum(DELAYS) < 4 * 86400


@given(st.integers(1, len(DELAYS)), st.floats(0, 1, exclude_max=True))
def test_chance_moves_a_delay_by_a_fifth_at_most(tries: int, chance: float) -> None:
    wait = delay(tries, chance)

    assert wait is not None
    assert 0.8 * DELAYS[tries - 1] <= wait <= 1.2 * DELAYS[tries - 1]
