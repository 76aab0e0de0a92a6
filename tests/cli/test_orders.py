"""Looking at orders and moving them."""

import re

import pytest

from shared.runtime import clock
from tests.cli.conftest import Command
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def planned(acme: Merchant, mail: Mail) -> str:
    """An order that only waits to be shipped."""
    acme.put_stock("mug", 5)
    placed = str(acme.place().body["id"])
    mail.pump()
    return placed


@pytest.fixture
def held(acme: Merchant, mail: Mail) -> str:
    placed = str(acme.place(payment={"state": "unpaid"}, notes={"buyer": "快点"}).body["id"])
    mail.pump()
    return placed


def test_orders_are_listed_and_filtered(tongdan: Command, acme: Merchant, held: str) -> None:
    acme.place(number="A-2", tags=["vip"])

    def numbers(*filters: str) -> list[str]:
        return [order["number"] for order in tongdan.json("orders", "list", *filters)["orders"]]

    assert sorted(numbers()) == ["A-2", "TB-1"]
    assert numbers("--status", "held") == ["TB-1"]
    assert numbers("--hold", "unpaid") == ["TB-1"]
    assert numbers("--tag", "vip") == ["A-2"]
    assert numbers("--shop", "tmall", "--number", "A-2") == ["A-2"]
    after = clock.later(build.PLACED, 1)
    assert numbers("--from", after) == []
    assert numbers("--to", after) != []


def test_a_long_list_says_that_there_is_more(tongdan: Command, acme: Merchant) -> None:
    for no in range(3):
        acme.place(number=f"A-{no}")

    part, all_ = tongdan("orders", "list", "--limit", "2"), tongdan.json("orders", "list")

    assert "Only 2 rows" in part.stderr
    assert len(part.stdout.splitlines()) == 3
    assert (len(all_["orders"]), all_["more"]) == (3, False)


def test_an_order_is_masked_unless_a_purpose_is_given(tongdan: Command, planned: str) -> None:
    masked = tongdan("orders", "show", planned).stdout
    clear = tongdan("orders", "show", planned, "--purpose", "the parcel came back").stdout

    assert "13812345678" not in masked
    assert "13812345678" in clear
    assert "18.00" in masked


@pytest.mark.parametrize(
    ("option", "value", "exit_code"),
    [("--url", "http://host:port", 2), ("--key", "密钥", 2), ("--key", "td_no_key", 4)],
)
def test_a_server_or_key_that_is_none(
    tongdan: Command, option: str, value: str, exit_code: int
) -> None:
    assert tongdan("orders", "list", option, value).exit_code == exit_code


def test_an_answer_that_is_not_the_apis_is_a_failure(tongdan: Command) -> None:
    tongdan.door.before = lambda request: (200, [], b"<html>hello</html>")

    assert tongdan("orders", "list").exit_code == 1


def test_no_such_order_is_not_found(tongdan: Command) -> None:
    shown = tongdan("orders", "show", "none")

    assert shown.exit_code == 3
    assert "No order none" in shown.stderr


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en_US.UTF-8",
            ["Accepted: 1 lines, total 18.00", "Held:", "Not fully paid", "it is paid"],
        ),
        (
            "zh_CN.UTF-8",
            ["已接单：1 行商品，应付 18.00", "挂起：", "未付清", "渠道报告已付款", "等待："],
        ),
        ("C", ["已接单"]),
    ],
)
def test_why_tells_what_happened_and_what_is_waited_for(
    tongdan: Command, held: str, lang: str, said: list[str]
) -> None:
    told = tongdan("orders", "why", held, lang=lang).stdout

    assert all(text in told for text in said), told
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d", told)
    assert re.search(r"\+\d+ ms|\+\d+\.\d s", told)


def test_why_in_json_names_each_hold_and_its_way_out(tongdan: Command, held: str) -> None:
    story = tongdan.json("orders", "why", held)

    assert [entry["code"] for entry in story["entries"]] == ["accepted", "held"]
    assert story["entries"][0]["after"] is None
    assert story["entries"][1]["after"] >= 0
    assert {hold["reason"]: hold["way_out"] for hold in story["holds"]} == {
        "unpaid": "paid",
        "buyer-note": "hand",
    }


def test_an_order_goes_through_every_move(tongdan: Command, planned: str) -> None:
    moves = [
        ("hold", "held"),
        ("release", "planned"),
        ("ship", "shipped"),
        ("sign", "signed"),
        ("complete", "completed"),
    ]

    statuses = [tongdan.json("orders", move, planned)["done"][0]["status"] for move, _ in moves]

    assert statuses == [status for _, status in moves]


def test_a_parcel_ships_with_its_label(tongdan: Command, planned: str) -> None:
    tongdan("orders", "ship", planned, "--parcel", "1=SF:SF1234567890")

    (parcel,) = tongdan.json("orders", "show", planned)["parcels"]

    assert (parcel["carrier"], parcel["tracking"]) == ("SF", "SF1234567890")


def test_many_orders_are_moved_at_once_from_stdin(tongdan: Command, acme: Merchant) -> None:
    ids = [acme.place(number=f"A-{no}").body["id"] for no in range(3)]

    done = tongdan("orders", "cancel", "-", "--reason", "test", input="\n".join([*ids, ids[0]]))

    assert done.exit_code == 0
    assert "3 done" in done.stdout
    assert all(acme.order(each)["status"] == "cancelled" for each in ids)


def test_when_some_orders_cannot_be_moved_the_others_are(
    tongdan: Command, acme: Merchant, planned: str
) -> None:
    part = tongdan("orders", "cancel", "none", planned)

    assert part.exit_code == 5
    assert "none:" in part.stderr
    assert acme.order(planned)["status"] == "cancelled"


def test_when_no_order_can_be_moved_the_first_reason_decides(
    tongdan: Command, planned: str
) -> None:
    refused = tongdan("orders", "sign", planned)

    assert refused.exit_code == 4
    assert "cannot become signed" in refused.stderr
    assert tongdan("orders", "cancel", "none").exit_code == 3


@pytest.mark.parametrize(
    "words",
    [
        ("cancel", "-"),
        ("ship", "one", "two", "--parcel", "1=SF:1"),
        ("ship", "one", "--parcel", "first=SF:1"),
        ("ship", "one", "--parcel", "1=SF"),
        ("move", "one"),
        ("list", "--limit", "0"),
        ("import", "file", "--on-fault", "guess"),
    ],
)
def test_what_does_not_read_is_a_usage_error(tongdan: Command, words: tuple[str, ...]) -> None:
    assert tongdan("orders", *words, input="").exit_code == 2
    assert not tongdan.door.requests


def test_text_from_buyers_neither_styles_nor_moves_the_cursor(
    tongdan: Command, acme: Merchant
) -> None:
    notes = {"seller": "[red]ship[/red]"}
    placed = acme.place(notes=notes, lines=[build.line(title="mug [bold]x")]).body["id"]

    shown = tongdan("orders", "show", placed, "--purpose", "test").stdout

    assert "[red]ship[/red]" in shown
    assert "mug [bold]x" in shown
