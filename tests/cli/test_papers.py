"""Purchases, movements, counts and feeds from the command line."""

from pathlib import Path

from shared.runtime import clock
from tests.cli import files
from tests.cli.conftest import Command
from tests.support.build import Merchant


def test_a_purchase_is_ordered_received_and_closed(tongdan: Command, acme: Merchant) -> None:
    options = ("--supplier", "瓷厂", "--warehouse", "hz", "--id", "P-1")
    made = tongdan.json("purchases", "create", "mug=5", "hat=2", *options)
    part = tongdan.json("purchases", "receive", "P-1", "mug=2+1")
    over = tongdan("purchases", "receive", "P-1", "mug=9")
    closed = tongdan.json("purchases", "close", "P-1")

    assert [line["ordered"] for line in made["lines"]] == [5, 2]
    assert (part["state"], closed["state"]) == ("part-received", "closed")
    assert over.exit_code == 4
    assert "over-receipt" in over.stderr
    assert acme.stock("mug") == (2, 0)


def test_more_than_was_ordered_is_taken_in_where_somebody_says_so(
    tongdan: Command, acme: Merchant
) -> None:
    tongdan("purchases", "create", "mug=5", "--supplier", "s", "--warehouse", "hz", "--id", "P-1")

    done = tongdan.json("purchases", "receive", "P-1", "mug=9", "--allow-over")

    assert (done["state"], acme.stock("mug")) == ("done", (9, 0))


def test_purchases_are_listed_and_shown_in_words(tongdan: Command) -> None:
    tongdan(
        "purchases", "create", "mug=5", "--supplier", "瓷厂", "--warehouse", "hz", "--id", "P-1"
    )

    listed = tongdan("purchases", "list", "--state", "open", "--sku", "mug").stdout
    shown = tongdan("purchases", "show", "P-1", lang="zh_CN.UTF-8").stdout

    assert "P-1" in listed
    assert "采购数量" in shown
    assert "进行中" in shown
    assert tongdan("purchases", "show", "none").exit_code == 3


def test_what_arrived_in_lots_is_read_from_a_table(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    acme.call("POST", "/v1/items", {"id": "milk", "name": "牛奶", "lots": True})
    tongdan("purchases", "create", "milk=9", "--supplier", "s", "--warehouse", "hz", "--id", "P-1")
    rows = [["milk", "A", "2099-12-31", 4], ["milk", "B", "2099/11/30", 5]]
    table = files.workbook(tmp_path / "come.xlsx", rows, ("商品编码", "批次", "到期日", "良品"))

    done = tongdan.json("purchases", "receive", "P-1", "--file", str(table))

    assert done["state"] == "done", done
    lots = tongdan.json("stock", "show", "milk")["stock"]
    assert {(one["lot"], one["expires"], one["free"]) for one in lots} >= {
        ("A", "2099-12-31", 4),
        ("B", "2099-11-30", 5),
    }


def test_goods_are_moved_once_checked(tongdan: Command, acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    options = ("adjust", "mug=-2", "--warehouse", "hz", "--reason", "盘亏", "--id", "M-1")

    tried = tongdan("movements", "create", *options, "--dry-run")
    before = acme.stock("mug")
    made = [tongdan("movements", "create", *options).exit_code for _ in range(2)]

    assert (tried.exit_code, before) == (0, (5, 0))
    assert (made, acme.stock("mug")) == ([0, 0], (3, 0))
    assert "盘亏" in tongdan("movements", "list", "--type", "adjust").stdout
    assert tongdan.json("movements", "show", "M-1")["lines"][0]["units"] == -2


def test_a_movement_that_lacks_units_is_told_line_by_line(tongdan: Command) -> None:
    refused = tongdan("movements", "create", "issue", "mug=2", "--warehouse", "hz")

    assert refused.exit_code == 4
    assert "lines[0].units: takes 2, but 0 are free" in refused.stderr


def test_goods_are_counted_rejected_counted_again_and_approved(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    acme.put_stock("mug", 5)
    begun = tongdan.json("counts", "create", "mug", "--warehouse", "hz", "--blind", "--id", "C-1")
    table = files.table(tmp_path / "found.csv", [["mug", 4]], ("商品编码", "实盘"), "gb18030")

    first = tongdan.json("counts", "figures", "C-1", "mug=3")
    tongdan("counts", "reject", "C-1", "--note", "再数")
    tongdan("counts", "figures", "C-1", "--file", str(table))
    shown = tongdan("counts", "show", "C-1", lang="zh_CN.UTF-8").stdout
    approved = tongdan.json("counts", "approve", "C-1")

    assert "book" not in begun["lines"][0]
    assert (first["lines"][0]["difference"], approved["lines"][0]["difference"]) == (-2, -1)
    assert "待审核" in shown
    assert acme.stock("mug") == (4, 0)
    assert "C-1" in tongdan("counts", "list", "--state", "approved").stdout


def test_a_warehouse_tells_what_lies_there(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    table = files.table(tmp_path / "told.csv", [["mug", 7], ["hat", 2]], ("sku", "units"))
    taken = ("--warehouse", "hz", "--taken-at", clock.now())

    told = tongdan.json("feeds", "send", "F-1", "--file", str(table), *taken)
    tongdan("feeds", "send", "F-2", "mug=-1", "--kind", "adjust", *taken[:3], clock.now())

    assert [line["change"] for line in told["lines"]] == [7, 2]
    assert (acme.stock("mug"), acme.stock("hat")) == ((6, 0), (2, 0))
    assert "F-2" in tongdan("feeds", "list", "--kind", "adjust").stdout


def test_a_long_table_is_told_in_several_feeds_and_twice_is_once(
    tongdan: Command, acme: Merchant, tmp_path: Path
) -> None:
    rows = [[f"sku-{number}", 1] for number in range(501)]
    table = files.table(tmp_path / "told.csv", rows, ("sku", "units"))
    taken = ("--kind", "adjust", "--warehouse", "hz", "--taken-at", clock.now())

    first, again = (
        tongdan.json("feeds", "send", "F-1", "--file", str(table), *taken) for _ in range(2)
    )

    assert (first["applied"], len(first["lines"])) == (501, 501)
    assert first == again
    assert {one["id"] for one in tongdan.json("feeds", "list")["feeds"]} == {"F-1", "F-1.2"}
    assert acme.stock("sku-500") == (1, 0)


def test_lines_that_do_not_read_are_told_before_anything_is_sent(
    tongdan: Command, tmp_path: Path
) -> None:
    bare = files.table(tmp_path / "bare.csv", [["mug"]], ("sku",))
    wrong = files.table(tmp_path / "wrong.csv", [["mug", "many"]], ("sku", "units"))
    issue = ("movements", "create", "issue", "--warehouse", "hz")

    assert tongdan(*issue, "mug").exit_code == 2
    assert "Columns are missing: units" in tongdan(*issue, "--file", str(bare)).stderr
    assert "Row 2: units must be" in tongdan(*issue, "--file", str(wrong)).stderr
    assert tongdan.door.requests == []
