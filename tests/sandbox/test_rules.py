"""The providers' side: what they bear, what their bills say, how they are told what to do."""

import csv
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.sandbox import bills
from infra.sandbox.book import Book, No, Refund, Trade, date
from infra.sandbox.mischief import ANSWERS, NOTICES, Mischief
from infra.sandbox.server import Answer
from tests.docs import pages
from tests.support import sandboxes
from tests.support.sandboxes import Sandbox

ROOT = Path(__file__).parents[2]


def numbers() -> Callable[[], str]:
    made = iter(range(1, 1000))
    return lambda: f"{next(made):028}"


def book(**more: Any) -> Book:
    """With one payment of 100.00 that was made."""
    kept = Book(**{"most": 50, "gap": 60, "days": 365, **more})
    if "p-01" not in kept.trades:
        wanted = Trade("p-01", 10000, "茶杯, 两只", "native", "", kept.now() + 60)
        kept.open(wanted, numbers())
        kept.pay("p-01", "buyer")
    return kept


def give_back(kept: Book, no: int, fen: int = 100) -> None:
    kept.refund(Refund("p-01", f"p-01-{no:02}", fen), numbers())


def refused(kept: Book, no: int, fen: int = 100) -> str:
    with pytest.raises(No) as why:
        give_back(kept, no, fen)
    return why.value.why


def test_the_fifty_first_refund_is_too_many() -> None:
    kept = book(gap=0)
    for no in range(50):
        give_back(kept, no)

    assert refused(kept, 51) == "many"
    give_back(kept, 49)  # a repeat of the last is none


def test_a_second_refund_within_a_minute_is_too_soon() -> None:
    kept = book()
    give_back(kept, 1)

    assert refused(kept, 2) == "soon"
    kept.ahead = 60
    give_back(kept, 2)


def test_a_year_and_a_day_later_it_is_too_late() -> None:
    kept = book()

    kept.ahead = 366 * 86400

    assert refused(kept, 1) == "late"


def test_a_refund_that_was_closed_counts_for_nothing() -> None:
    kept = book(gap=0)
    give_back(kept, 1, 10000)
    kept.settle(kept.refunds[0], "closed")

    give_back(kept, 2, 10000)

    assert kept.returned("p-01") == 10000
    assert refused(kept, 3, 1) == "over"


def test_the_book_is_kept_between_two_starts(tmp_path: Path) -> None:
    first = book(file=tmp_path / "book.json")
    give_back(first, 1)
    first.keep()

    assert book(file=tmp_path / "book.json").shown() == first.shown()


def cells(line: str) -> list[str]:
    return [cell.removeprefix("`") for cell in next(csv.reader(io.StringIO(line)))]


def summed(text: str) -> dict[str, str]:
    """The summary of one of WeChat's bills, whose rows all have the columns of its head."""
    assert text.startswith("\ufeff")
    head, *rows, foot, sums = text.removeprefix("\ufeff").splitlines()
    assert {len(cells(row)) for row in rows} == {len(head.split(","))}
    return dict(zip(foot.split(","), cells(sums), strict=True))


def test_the_sums_of_wechats_bills_hold() -> None:
    kept = book()
    give_back(kept, 1, 2500)
    day = date(kept.now())

    trades = summed(bills.wechat_trades(kept, "wx1", "19", day))
    funds = summed(bills.wechat_funds(kept, "19", day))

    assert list(trades.values()) == ["2", "100.00", "25.00", "0.00", "0.45", "100.00", "25.00"]
    assert list(funds.values()) == ["3", "1", "100.00", "2", "25.45"]


@pytest.mark.parametrize("write", [bills.alipay_trades, bills.alipay_funds])
def test_alipays_bills_are_packed_in_gbk_with_a_sum_beside_the_rows(
    write: Callable[[Book, str, str], bytes],
) -> None:
    kept = book(gap=0)
    give_back(kept, 1, 2500)

    raw = write(kept, "2088000000000001", date(kept.now()))

    with zipfile.ZipFile(io.BytesIO(raw), metadata_encoding="gbk") as packed:
        whole, summed = packed.namelist()
        lines = packed.read(whole).decode("gbk").splitlines()
    assert "汇总" in summed
    assert lines[0].startswith("#支付宝")
    table = [line.split(",") for line in lines if not line.startswith("#")]
    assert len({len(row) for row in table}) == 1


def test_every_trick_is_told_and_no_other_is_taken() -> None:
    mischief = Mischief()

    for on, whats in (("refund", ANSWERS), ("notice", NOTICES)):
        for what in whats:
            mischief.plan({"on": on, "what": what})
    wrong: list[dict[str, object]] = [
        {"on": "refund", "what": "drop"},
        {"what": "cut"},
        {"on": "pay", "x": 1},
    ]
    for each in wrong:
        with pytest.raises(ValueError, match=r"one of|no such"):
            mischief.plan(each)


def test_a_trick_is_played_as_often_as_was_asked_for_after_so_many_good_ones() -> None:
    mischief = Mischief()
    mischief.plan({"on": "query", "what": "cut", "times": 2, "skip": 1})

    played = [mischief.take("query").what for _ in range(5)]

    assert played == ["", "cut", "cut", "", ""]
    assert mischief.take("refund").what == ""


def test_the_document_tells_every_trick_and_every_word_of_the_control(sandbox: Sandbox) -> None:
    told = pages.table("docs/sandbox.md", "Mischief")
    control = pages.table("docs/sandbox.md", "Control")

    assert {pages.code(row[0]) for row in told if row[1]} == ANSWERS.keys()
    assert {pages.code(row[0]) for row in told if row[2]} == NOTICES.keys()
    words = {pages.code(row[0]).partition("?")[0].replace("/sandbox", "") for row in control}
    assert words == sandbox.desk._actions().keys()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with sandboxes.wechat_pay() as running:
        yield running


@pytest.mark.parametrize(
    ("action", "asked", "status"),
    [
        ("pay", {"number": "nobody-01"}, 409),
        ("pay", {}, 422),
        ("mischief", {"on": "refund", "what": "nonsense"}, 422),
        ("settle", {"refund_no": "nobody"}, 409),
        ("nonsense", {}, 404),
    ],
)
def test_the_control_refuses_what_it_cannot_do(
    sandbox: Sandbox, action: str, asked: dict[str, Any], status: int
) -> None:
    with pytest.raises(urllib.error.HTTPError) as no:
        sandbox.do(action, **asked)

    with no.value as refusal:
        assert refusal.code == status
        assert json.load(refusal)["message"]


def test_the_control_shows_what_there_is_and_the_account_to_register(sandbox: Sandbox) -> None:
    with urllib.request.urlopen(f"{sandbox.url}/sandbox") as answer:
        shown = json.load(answer)
    with urllib.request.urlopen(f"{sandbox.url}/sandbox/account") as answer:
        account = json.load(answer)

    assert shown.keys() == {"provider", "trades", "refunds", "mischief", "notices"}
    assert account.keys() == {"provider", "app_id", "merchant_id", "secrets", "keys", "endpoint"}


def test_a_notice_is_told_until_it_is_heard_and_then_no_more(sandbox: Sandbox) -> None:
    answers = iter([Answer(500), Answer(sent=0), Answer(204)])
    sandbox.merchant.hear = lambda _: next(answers)
    trade = Trade("n-01", 100, "x", "native", sandbox.notify_url, sandbox.desk.book.now() + 60)
    sandbox.desk.book.open(trade, numbers())

    sandbox.pay("n-01")

    told = sandbox.desk.notices.sent[-1]
    assert [status for status, _ in told.answers] == [500, 0, 204]
    assert told.heard


def test_it_gives_up_when_nobody_ever_hears(sandbox: Sandbox) -> None:
    sandbox.merchant.hear = lambda _: Answer(404)

    sandbox.do("tell", number="n-01")
    assert sandbox.desk.notices.wait()

    told = sandbox.desk.notices.sent[-1]
    assert [status for status, _ in told.answers] == [404] * (len(sandboxes.PATIENT) + 1)
    assert not told.heard


def test_a_person_pays_at_the_till_and_comes_back(sandbox: Sandbox) -> None:
    sandbox.merchant.hear = lambda _: Answer(200, b"welcome back")
    back = sandbox.notify_url.replace("/v1/notify/x", "/thanks")
    trade = Trade("t-01", 100, "<b>", "h5", "", sandbox.desk.book.now() + 60, return_url=back)
    sandbox.desk.book.open(trade, numbers())

    with urllib.request.urlopen(sandbox.desk.till(trade)) as answer:
        page = answer.read().decode()
    assert "&lt;b&gt;" in page
    paying = urllib.request.Request(f"{sandbox.url}/sandbox/pay", b"number=t-01&back=1")
    opener = urllib.request.build_opener(_Stay)
    with pytest.raises(urllib.error.HTTPError) as sent_on:
        opener.open(paying)

    with sent_on.value as answer:
        assert (answer.code, answer.headers["Location"]) == (303, back)
    assert trade.state == "paid"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def test_a_process_of_its_own_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "infra.sandbox", str(tmp_path), "alipay=0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        with urllib.request.urlopen(f"{url}/sandbox") as answer:
            assert json.load(answer)["provider"] == "alipay"
        process.terminate()

    assert process.returncode == 0
    assert (tmp_path / "keys/alipay.pem").stat().st_mode & 0o077 == 0
