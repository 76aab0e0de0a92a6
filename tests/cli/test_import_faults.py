"""Faulty orders: which row and field, what is wrong, and what becomes of the others."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.adapter import Request
from infra.local.gateway import Answer
from tests.cli import files
from tests.cli.conftest import Command
from tests.cli.door import reply
from tests.support import build

FAULTY: list[tuple[list[Any], str, str]] = [
    (files.row("A-1", quantity="two"), "数量", "not-a-number"),
    (files.row("A-1", quantity=0), "数量", "out-of-range"),
    (files.row("A-1", quantity="1.5"), "数量", "not-whole"),
    (files.row("A-1", quantity=""), "数量", "missing"),
    (files.row("A-1", price="9.999"), "单价", "not-yuan"),
    (files.row("A-1", sku=""), "商品编码", "missing"),
    (files.row("1.23457E+18"), "订单编号", "digits-lost"),
    (files.row(""), "订单编号", "missing"),
    (["A-1", "yesterday", *files.row("A-1")[2:]], "下单时间", "not-time"),
]


@pytest.mark.parametrize(("row", "field", "code"), FAULTY)
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_faulty_cell_is_named_by_row_and_column(
    tongdan: Command, tmp_path: Path, *, row: list[Any], field: str, code: str, dry_run: bool
) -> None:
    file = files.table(tmp_path / "orders.csv", [files.row("A-0"), row])
    dry = ["--dry-run"] if dry_run else []

    done = tongdan("orders", "import", str(file), "--shop", "tmall", *dry)

    (fault,) = files.errors(file)
    assert (fault["row"], fault["field"], fault["code"]) == ("3", field, code)
    assert fault["message"]
    assert done.exit_code == (4 if dry_run else 5)
    assert field in done.stdout


def test_a_number_that_a_workbook_has_rounded_is_refused(tongdan: Command, tmp_path: Path) -> None:
    file = files.workbook(tmp_path / "orders.xlsx", [[1234567890123456789, *files.row("")[1:]]])

    tongdan("orders", "import", str(file), "--shop", "tmall")

    assert files.errors(file)[0]["code"] == "digits-lost"


def test_rows_of_one_order_must_agree_on_what_is_the_orders(
    tongdan: Command, tmp_path: Path
) -> None:
    other = files.row("A-1")
    other[2] = "李雷"
    file = files.table(tmp_path / "orders.csv", [files.row("A-1"), other])

    tongdan("orders", "import", str(file), "--shop", "tmall")

    (fault,) = files.errors(file)
    assert (fault["row"], fault["field"], fault["code"]) == ("3", "收货人", "rows-disagree")


def test_the_dry_run_finds_what_the_api_finds_and_writes_nothing(
    tongdan: Command, tmp_path: Path
) -> None:
    bad = build.document("A-2", lines=[build.line(quantity=0), build.line() | {"unit_price": "9"}])
    late = build.document("A-3", placed_at="2999-01-01T00:00:00Z")
    file = files.jsonl(tmp_path / "orders.jsonl", [build.document("A-1"), bad, late, "{", "[]"])

    dry = tongdan.json("orders", "import", str(file), "--dry-run")
    found = files.errors(file)
    asked = list(tongdan.door.requests)
    real = tongdan.json("orders", "import", str(file))

    assert not asked
    assert (dry["read"], dry["refused"], dry["faults"]) == (5, 4, 5)
    assert (real["accepted"], real["refused"], real["faults"]) == (1, 4, 5)
    assert files.errors(file) == found
    assert [fault["row"] for fault in found] == ["2", "2", "3", "4", "5"]


def test_a_clean_dry_run_ends_well_and_leaves_no_error_file(
    tongdan: Command, tmp_path: Path
) -> None:
    file = files.jsonl(tmp_path / "orders.jsonl", files.orders(2))

    dry = tongdan("orders", "import", str(file), "--dry-run")

    assert dry.exit_code == 0
    assert [each.name for each in tmp_path.iterdir()] == ["orders.jsonl"]


def test_changed_content_under_a_known_number_is_a_conflict(
    tongdan: Command, tmp_path: Path
) -> None:
    first = files.jsonl(tmp_path / "first.jsonl", [build.document("A-1")])
    other = files.jsonl(
        tmp_path / "other.jsonl", [build.document("A-1", lines=[build.line("hat")])]
    )
    tongdan("orders", "import", str(first))

    again = tongdan.json("orders", "import", str(other))

    assert again["conflict"] == 1
    assert files.errors(other)[0]["code"] == "differs"


def test_keep_takes_an_order_without_its_faulty_invoice(tongdan: Command, tmp_path: Path) -> None:
    order = build.document("A-1", invoice={"kind": "company"}, tags=["vip"])
    file = files.jsonl(tmp_path / "orders.jsonl", [order])

    refused = tongdan.json("orders", "import", str(file))
    kept = tongdan("orders", "import", str(file), "--on-fault", "keep", "--json")

    assert refused["refused"] == 1
    assert kept.exit_code == 0
    assert files.errors(file)[0]["field"] == "invoice.title"
    assert tongdan.json("orders", "list")["orders"][0]["tags"] == ["vip"]


def test_refuse_all_takes_nothing_when_one_row_is_faulty(tongdan: Command, tmp_path: Path) -> None:
    file = files.table(tmp_path / "orders.csv", [files.row("A-0"), files.row("A-1", quantity="x")])

    done = tongdan("orders", "import", str(file), "--shop", "tmall", "--on-fault", "refuse-all")

    assert done.exit_code == 4
    assert not tongdan.door.requests


def test_refuse_all_stops_at_what_only_the_server_knows(tongdan: Command, tmp_path: Path) -> None:
    stray = build.document("A-1", shop="unknown")
    file = files.jsonl(tmp_path / "orders.jsonl", [build.document("A-0"), stray, *files.orders(9)])

    done = tongdan(
        "orders",
        "import",
        str(file),
        "--on-fault",
        "refuse-all",
        "--batch",
        "2",
        "--parallel",
        "1",
    )

    assert done.exit_code == 4
    assert [(f["row"], f["field"], f["code"]) for f in files.errors(file)] == [
        ("2", "shop", "unknown-shop")
    ]
    assert len(tongdan.door.requests) == 1
    assert tongdan.json("orders", "list")["orders"] == []


def test_history_is_stored_and_closed(tongdan: Command, tmp_path: Path) -> None:
    file = files.jsonl(tmp_path / "orders.jsonl", files.orders(1))

    tongdan("orders", "import", str(file), "--stock", "skip")

    assert tongdan.json("orders", "list")["orders"][0]["status"] == "closed"


def test_formulas_in_faults_stay_text_in_the_error_file(tongdan: Command, tmp_path: Path) -> None:
    file = files.jsonl(tmp_path / "orders.jsonl", [build.document("A-1", **{"=1+1": 1})])

    tongdan("orders", "import", str(file))

    assert files.errors(file)[0]["field"] == "'=1+1"


def test_an_order_that_fails_on_the_server_is_sent_again_and_told_if_it_fails_on(
    tongdan: Command, tmp_path: Path
) -> None:
    file = files.jsonl(tmp_path / "orders.jsonl", files.orders(1))
    problem = {"code": "internal", "title": "Internal error"}
    result = {"index": 0, "outcome": "failed", "problem": problem}
    tongdan.door.before = lambda request: reply(
        200, {"results": [result], "counts": {"failed": 1}}
    )

    failed = tongdan("orders", "import", str(file))
    tongdan.door.before = lambda request: None
    again = tongdan.json("orders", "import", str(file))

    assert failed.exit_code == 1
    assert "Run the same command again" in failed.stderr
    assert (again["accepted"], again["faults"]) == (1, 0)


def test_a_server_that_is_gone_ends_the_import_as_unreachable(
    tongdan: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.cli.retry.PATIENT", 0)
    file = files.jsonl(tmp_path / "orders.jsonl", files.orders(1))

    def gone(request: Request) -> Answer | None:
        raise httpx.ConnectError("refused")

    tongdan.door.before = gone

    assert tongdan("orders", "import", str(file)).exit_code == 6
