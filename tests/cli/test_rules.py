"""Rules from the command line: from a file to a draft, tried, published, and brought back."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.cli import trials
from tests.cli.conftest import Command
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail
from tests.support.rulebook import leaf, rule

DEAR = leaf("total", at_least=10_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps([rule("dear", when=DEAR, since="2026-01-01T00:00:00Z")]))
    return path


def test_rules_go_from_a_file_to_a_draft_and_out(tongdan: Command, file: Path) -> None:
    drawn = tongdan.json("rules", "draft", str(file))
    published = tongdan.json("rules", "publish", "--note", "双十一")
    shown = tongdan.json("rules", "show")

    assert drawn["version"] == 1
    assert (published["version"], published["note"]) == (1, "双十一")
    assert shown["rules"] == drawn["rules"]
    assert tongdan.json("rules", "show", "--version", "0")["rules"] == []
    assert tongdan.json("rules", "draft")["base"] == 1


def test_what_it_prints_it_reads(tongdan: Command, file: Path, tmp_path: Path) -> None:
    tongdan("rules", "draft", str(file))
    printed = tongdan("rules", "draft", "--json").stdout
    other = tmp_path / "printed.json"
    other.write_text(printed)

    again = tongdan.json("rules", "draft", str(other))
    piped = tongdan.json("rules", "draft", "-", input=printed)

    assert again["rules"] == piped["rules"] == json.loads(printed)["rules"]


def test_rules_are_shown_as_a_table_in_both_languages(tongdan: Command, file: Path) -> None:
    tongdan("rules", "draft", str(file))
    tongdan("rules", "publish", "--note", "x")

    english, chinese = tongdan("rules", "show"), tongdan("rules", "show", lang="zh_CN.UTF-8")

    assert "review rule" in english.stdout
    assert "审单规则" in chinese.stdout
    assert '"at_least": 10000' in chinese.stdout


def test_versions_are_listed_and_one_is_brought_back(tongdan: Command, file: Path) -> None:
    for note in ("first", "second"):
        tongdan("rules", "draft", str(file))
        tongdan("rules", "publish", "--note", note)

    back = tongdan.json("rules", "rollback", "1", "--note", "too strict")

    assert (back["version"], back["of"]) == (3, 1)
    listed = tongdan.json("rules", "versions", "--limit", "2")["versions"]
    assert [one["note"] for one in listed] == ["too strict", "second"]
    assert "too strict" in tongdan("rules", "versions").stdout


def test_a_faulty_file_is_told_line_by_line(tongdan: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps({"rules": [rule("a", when=leaf("colour", is_=1)), rule("a")]}))

    checked, put = tongdan("rules", "validate", str(wrong)), tongdan("rules", "draft", str(wrong))

    assert checked.exit_code == 1
    assert "rules[0].when.fact" in checked.stdout
    assert "2 faults, 0 warnings" in checked.stderr
    assert put.exit_code == 4
    assert "rules[1].id: is given twice (twice)" in put.stderr


def test_a_warning_is_told_and_does_no_harm(tongdan: Command, tmp_path: Path) -> None:
    shadowed = tmp_path / "rules.json"
    shadowed.write_text(json.dumps([rule("a", weight=9), rule("b", when=DEAR)]))

    checked = tongdan("rules", "validate", str(shadowed))
    put = tongdan("rules", "draft", str(shadowed))

    assert (checked.exit_code, put.exit_code) == (0, 0)
    assert "will never be used: a comes first" in put.stderr


@pytest.mark.parametrize("text", ["", "{", "\xff", "[" * 3])
def test_a_file_that_is_no_json_is_refused(tongdan: Command, tmp_path: Path, text: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_bytes(text.encode("latin-1"))

    assert tongdan("rules", "validate", str(broken)).exit_code == 4
    assert tongdan("rules", "validate", str(tmp_path / "none.json")).exit_code == 3


def test_the_facts_are_told_in_both_languages(tongdan: Command) -> None:
    assert "at_least, below, in" in tongdan("rules", "facts").stdout
    assert "订单总额" in tongdan("rules", "facts", lang="zh_CN.UTF-8").stdout


def test_past_orders_are_tried_page_by_page(
    tongdan: Command, acme: Merchant, mail: Mail, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "PAGE", 2)
    acme.put_stock("mug", 100)
    for number, price in (("TB-1", 900), ("TB-2", 9000), ("TB-3", 9000)):
        acme.place(number=number, lines=[build.line("mug", 2, price)])
    mail.pump()
    tongdan("rules", "draft", str(file))

    found: Any = tongdan.json("rules", "simulate")
    told = tongdan("rules", "simulate", str(file), "--from", "2020-01-01T00:00:00Z")

    assert (found["before"]["orders"], found["difference"]["held"]) == (3, 2)
    assert found["after"]["reasons"] == {"rule": 2}
    assert told.exit_code == 4  # more than 400 days at once
    shown = tongdan("rules", "simulate")
    assert "TB-3" in shown.stdout
    assert "3 orders tried" in shown.stderr
