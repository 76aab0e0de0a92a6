"""tongdan promises and tongdan breakers"""

import pytest

import app as product
from shared.runtime import clock
from shared.store import rounds
from tests.cli.conftest import Command
from tests.support.build import Merchant
from tests.support.mail import TICK, Mail


def test_orders_that_must_leave_are_listed_with_why(
    tongdan: Command, acme: Merchant, mail: Mail
) -> None:
    rounds.begin(acme.id)
    acme.put_stock("mug", 5)
    acme.place(number="late-1", placed_at=clock.later(clock.now(), -50 * 3600))
    mail.pump()
    product.keep_promises(TICK, None)

    shown = tongdan("promises", "--state", "late", "--lang", "en")

    assert shown.exit_code == 0, shown.output
    for said in ("late-1", "late", "the platform's rule: 48 h from payment", "most of its time"):
        assert said in shown.stdout
    assert tongdan.json("promises", "--shop", "jd") == {"promises": [], "more": False}


@pytest.fixture
def mug(acme: Merchant) -> None:
    acme.call("POST", "/v1/items", {"id": "mug", "name": "杯", "price": 1000})


@pytest.mark.usefixtures("mug")
def test_a_sku_is_stopped_and_set_back(tongdan: Command, acme: Merchant, mail: Mail) -> None:
    tripped = tongdan("breakers", "trip", "mug", "--note", "wrong price", "--lang", "en")
    listed = tongdan("breakers", "list", "--state", "tripped", "--lang", "en")
    again = tongdan("breakers", "trip", "mug")
    resumed = tongdan.json("breakers", "resume", "mug", "--keep", "--note", "mended")

    assert tripped.exit_code == listed.exit_code == 0, tripped.output
    assert "wrong price" in listed.stdout
    assert "review has stopped" in listed.stdout
    assert again.exit_code == 4
    assert (resumed["state"], resumed["note"]) == ("armed", "mended")
    assert tongdan("breakers", "resume", "ghost").exit_code == 3


def test_when_a_breaker_trips_is_shown_and_changed(tongdan: Command) -> None:
    changed = tongdan.json("breakers", "settings", "--percent", "30", "--off")

    assert changed == {"on": False, "percent": 30, "orders": 20, "minutes": 10}
    shown = tongdan("breakers", "settings", "--lang", "en")
    assert "below (% of price)" in shown.stdout
