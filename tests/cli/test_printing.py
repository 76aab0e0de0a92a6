"""Labels, pick lists and packing slips from the command line."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from infra.cli import printing
from infra.cli.exits import Exit
from tests.cli.conftest import Command
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def orders(acme: Merchant, mail: Mail) -> list[str]:
    acme.put_stock("mug", 50)
    ids = [acme.place(number=f"TB-{n}").body["id"] for n in range(3)]
    mail.pump()
    return ids


def text(file: Path) -> str:
    pages = PdfReader(file).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_many_requests_make_one_file(
    tongdan: Command, orders: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "BATCH", 2)
    out, names = tmp_path / "slips.pdf", tmp_path / "names.txt"
    names.write_text("\n".join(orders[1:]))

    words = ("papers", "packing", f"{orders[0]}/1", orders[1], "--file", str(names))
    told = tongdan.json(*words, "--out", str(out))

    assert told == {"file": str(out), "pages": 3}
    assert [f"TB-{n}" in text(out) for n in range(3)] == [True] * 3
    assert len(tongdan.door.seen("POST", "/v1/papers/packing")) == 2


def test_all_that_a_warehouse_has_to_send_is_printed(
    tongdan: Command, acme: Merchant, orders: list[str], tmp_path: Path
) -> None:
    acme.call("POST", f"/v1/orders/{orders[0]}/ship", {})
    out = tmp_path / "list.pdf"

    done = tongdan("papers", "picking", "--warehouse", "hz", "--out", str(out))
    none = tongdan("papers", "picking", "--warehouse", "gz", "--out", str(tmp_path / "no.pdf"))

    assert done.exit_code == 0, done.stderr
    assert ["TB-0" in text(out), "TB-1" in text(out), "TB-2" in text(out)] == [False, True, True]
    assert (none.exit_code, "Nothing to print" in none.stderr) == (Exit.USAGE, True)


def test_a_file_that_is_there_stays_unless_told_otherwise(
    tongdan: Command, orders: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "list.pdf"
    out.write_text("mine")
    words = ("papers", "picking", orders[0], "--out", str(out))

    kept = tongdan(*words)
    assert (kept.exit_code, out.read_text()) == (Exit.REFUSED, "mine")
    assert tongdan(*words, "--overwrite").exit_code == Exit.OK
    assert out.read_bytes().startswith(b"%PDF")


def test_faults_are_told_and_no_file_is_made(
    tongdan: Command, orders: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "labels.pdf"

    refused = tongdan("papers", "labels", *orders, "none", "--out", str(out))

    assert refused.exit_code == Exit.REFUSED
    assert ("no-number" in refused.stderr, "unknown-order" in refused.stderr) == (True, True)
    assert not out.exists()
