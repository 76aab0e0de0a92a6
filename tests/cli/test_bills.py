"""Bills and reconciliation from the command line."""

from pathlib import Path

import pytest

from infra.cli import bills
from infra.cli.exits import Exit
from shared.gateways.payments import providers
from shared.gateways.payments.port import Bill as Kind
from tests.cli.conftest import Command
from tests.support import money
from tests.support.bank import Written
from tests.support.build import Merchant
from tests.support.statements import DAY, Trade, wechat

DAYS = ("--account", "main", "--day", DAY)
SPAN = ("--from", DAY, "--to", DAY)


@pytest.fixture(autouse=True)
def file(acme: Merchant, tmp_path: Path) -> Path:
    money.account(acme)
    made = tmp_path / "bill.csv"
    made.write_bytes(wechat(Trade("a-01", 990, 6), Trade("b-01", 500)))
    return made


def test_a_day_from_its_file_to_its_explanation(
    tongdan: Command, acme: Merchant, file: Path
) -> None:
    money.paid(acme, "a", 1000)

    sent = tongdan("bills", "import", str(file), *DAYS)
    again = tongdan("bills", "import", str(file), *DAYS)
    day = tongdan("reconciliations", "list", *SPAN)
    shown = tongdan("reconciliations", "show", "main", DAY)
    waiting = tongdan.json("differences", "list")["differences"]
    given = tongdan("differences", "assign", waiting[0]["id"], "Li")
    said = [
        tongdan("differences", "explain", one["id"], "--category", "ours", "--note", "-")
        for one in waiting
    ]
    matched = tongdan("reconciliations", "match", "main", DAY)

    assert sent.exit_code == 0, sent.stderr
    assert "This file is there already" in again.stderr
    assert "open" in day.stdout
    assert "14.84" in day.stdout
    assert "9.90 on the bill, 10.00 in our books" in shown.stdout
    assert "Li" in given.stdout
    assert [one.exit_code for one in said] == [0, 0]
    assert "explained" in matched.stdout


def test_a_bill_is_listed_and_shown(tongdan: Command, file: Path) -> None:
    bill = tongdan.json("bills", "import", str(file), *DAYS)

    listed, shown = tongdan("bills", "list", *SPAN), tongdan("bills", "show", bill["id"])

    assert bill["id"] in listed.stdout
    assert "b-01" in shown.stdout


def test_a_days_bill_is_fetched_at_once(
    tongdan: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = Written(bills={(DAY, Kind.TRADES): file.read_bytes()})
    monkeypatch.setattr(providers, "of", lambda _: provider)

    fetched, none = (
        tongdan("bills", "fetch", *DAYS),
        tongdan("bills", "fetch", *DAYS, "--kind", "funds"),
    )

    assert fetched.exit_code == 0, fetched.stderr
    assert f"{DAY}." in fetched.stdout
    assert none.exit_code == 0


def test_a_large_file_goes_in_parts(
    tongdan: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bills, "WHOLE", 100)
    monkeypatch.setattr(bills, "PART", 200)

    sent = tongdan.json("bills", "import", str(file), *DAYS)

    assert sent["lines"] == 2


def test_a_bill_with_flaws_names_them(tongdan: Command, file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"`5.00", b"`five"))

    sent = tongdan("bills", "import", str(file), *DAYS)

    assert sent.exit_code == Exit.REFUSED
    assert "content[3]" in sent.stderr
    assert tongdan("bills", "import", "nowhere.csv", *DAYS).exit_code == Exit.NOT_FOUND


def test_terms_are_set_and_shown(tongdan: Command) -> None:
    made = tongdan.json("bills", "terms", "tmall", "--preset", "generic", "--word", "JS=charge")

    dearer = tongdan.json("bills", "terms", "tmall", "--rate", "60")

    assert tongdan.json("bills", "terms", "tmall") == dearer == made | {"rate": 60}
    assert made["kinds"] == {"JS": "charge"}
    assert "JS" in tongdan("bills", "terms", "tmall").stdout
