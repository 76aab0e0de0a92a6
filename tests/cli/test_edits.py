"""Orders are changed from the command line: seen first, and done when somebody says yes."""

import pytest

from tests.cli.conftest import Command
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def planned(acme: Merchant, mail: Mail) -> str:
    acme.put_stock("mug", 9)
    acme.put_stock("mug", 9, "gz")
    placed = str(acme.place(lines=[build.line(quantity=3)]).body["id"])
    mail.pump()
    return placed


def test_a_preview_shows_what_it_means_and_changes_nothing(
    tongdan: Command, acme: Merchant, planned: str
) -> None:
    shown = tongdan("orders", "edit", planned, "--line", "1=1", "--preview")

    assert shown.exit_code == 0
    assert "27.00 → 9.00" in shown.stdout
    assert "planned → received" in shown.stdout
    assert "mug x 2 (hz)" in shown.stdout
    assert acme.stock("mug") == (6, 3)


def test_an_edit_is_done_when_somebody_says_yes(
    tongdan: Command, acme: Merchant, mail: Mail, planned: str
) -> None:
    no = tongdan("orders", "edit", planned, "--line", "1=1", input="n\n")
    assert (no.exit_code, acme.stock("mug")) == (1, (6, 3))

    yes = tongdan("orders", "edit", planned, "--line", "1=1", input="y\n")

    assert (yes.exit_code, acme.stock("mug")) == (0, (8, 1))
    assert "Do it?" in yes.stderr
    mail.pump()
    assert acme.order(planned)["status"] == "planned"


def test_every_part_can_be_named(
    tongdan: Command, acme: Merchant, mail: Mail, planned: str
) -> None:
    acme.put_stock("hat", 2)
    parts = ["--receiver-phone", "13900001111", "--receiver-district", "", "--add", "hat=1@9.90"]
    parts += ["--surcharge=-1.50", "--promise", "2099-01-01T00:00:00Z", "--note", "易碎"]
    parts += ["--tag", "vip", "--tag", "new", "--yes"]

    done = tongdan.json("orders", "edit", planned, *parts)

    assert done["amounts"]["total"] == 2700 + 990 - 150
    assert (done["ours"]["tags"], done["ours"]["promise"][:10]) == (["vip", "new"], "2099-01-01")
    assert done["receiver"]["phone"] == "139****1111"
    assert done["receiver"]["district"] == ""


def test_units_move_and_warehouses_and_carriers_are_chosen(
    tongdan: Command, acme: Merchant, mail: Mail, planned: str
) -> None:
    moved = tongdan.json("orders", "edit", planned, "--move", "1=2:hz:gz", "--yes")
    assert [load["warehouse"] for load in moved["effects"]["parcels"]["after"]] == ["hz", "gz"]
    mail.pump()

    tongdan.json("orders", "edit", planned, "--warehouse", "gz", "--carrier", "manual", "--yes")
    assert acme.order(planned)["ours"]["warehouse"] == "gz"

    free = tongdan.json("orders", "edit", planned, "--warehouse", "", "--yes")
    assert free["ours"]["warehouse"] == ""


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--line", "mug"),
        ("--line", "1=x"),
        ("--add", "mug=1"),
        ("--add", "mug=1@x"),
        ("--move", "1=2"),
        ("--surcharge", "1.234"),
    ],
)
def test_what_cannot_be_read_is_a_fault_of_usage(
    tongdan: Command, planned: str, option: str, value: str
) -> None:
    assert tongdan("orders", "edit", planned, option, value).exit_code == 2


def test_what_is_too_late_says_why(tongdan: Command, acme: Merchant, planned: str) -> None:
    acme.call("POST", f"/v1/orders/{planned}/ship")

    refused = tongdan("orders", "edit", planned, "--line", "1=1", "--yes")

    assert refused.exit_code == 4
    assert "a parcel has left" in refused.stderr


def test_a_part_of_an_order_is_called_off(tongdan: Command, acme: Merchant, planned: str) -> None:
    done = tongdan.json("orders", "cancel", planned, "--line", "1=2", "--reason", "退")

    assert done["done"] == [{"id": planned, "status": "planned", "refund": 1800}]
    assert acme.stock("mug") == (8, 1)
    assert tongdan("orders", "cancel", "a", "b", "--line", "1=1").exit_code == 2


def test_an_order_is_sent_again(tongdan: Command, acme: Merchant, planned: str) -> None:
    acme.call("POST", f"/v1/orders/{planned}/ship")

    again = tongdan.json("orders", "resend", planned, "--line", "1=1", "--reason", "破损")

    assert again["number"] == "TB-1-R1"


def test_orders_are_made_urgent(tongdan: Command, acme: Merchant, planned: str) -> None:
    on = tongdan.json("orders", "urgent", planned)
    off = tongdan.json("orders", "urgent", planned, "--off")

    assert [done["urgent"] for done in (*on["done"], *off["done"])] == [True, False]


def test_why_tells_what_lost_and_by_when_it_must_leave(
    tongdan: Command, acme: Merchant, mail: Mail
) -> None:
    acme.put_stock("mug", 9, "gz")
    placed = str(acme.place().body["id"])
    mail.pump()

    told = tongdan("orders", "why", placed).stdout

    assert "hz lost: it lacks goods" in told
    assert "To be shipped by" in told
    assert "Time went into" in told
