"""Accounts for waybills and what there is to print, from the command line."""

from pathlib import Path

from tests.carriers.test_label import depot as depot
from tests.carriers.test_label import planned
from tests.carriers.test_label import shop as shop
from tests.cli.conftest import Command
from tests.support.build import Merchant
from tests.support.depot import Depot
from tests.support.mail import Mail

PLACE = ("province=浙江省", "city=杭州市", "address=仓前街 1 号")


def sender(warehouse: str, name: str) -> list[str]:
    parts = (f"name={name}", "phone=13900000000", *PLACE)
    return [word for part in parts for word in ("--sender", warehouse + part)]


def test_each_warehouse_has_its_sender_and_the_others_theirs(
    shop: Merchant, tongdan: Command
) -> None:
    people = sender("", "老李") + sender("hz:", "小张")
    limits = ("--carrier", "sf", "--warehouse", "hz", "--tracks", "--automatic")
    one = tongdan.json("waybill-accounts", "set", "depot", *people, *limits)
    same = tongdan.json("waybill-accounts", "set", "depot", "--no-tracks", "--by-hand")

    assert {name: who["name"][0] for name, who in one["senders"].items()} == {"": "老", "hz": "小"}
    assert (one["carriers"], one["warehouses"]) == (["sf"], ["hz"])
    assert (one["tracks"], one["automatic"]) == (True, True)
    assert same == {**one, "tracks": False, "automatic": False}


def test_a_label_is_written_into_a_file_that_is_not_there_yet(
    shop: Merchant, depot: Depot, mail: Mail, tongdan: Command, tmp_path: Path
) -> None:
    order = planned(shop, mail)
    tongdan("waybills", "take", order)
    mail.pump()
    file = tmp_path / "label.pdf"
    words = ("waybills", "label", order, "01-1", "--out", str(file))

    told = tongdan.json(*words)
    content = file.read_bytes()
    file.write_bytes(b"mine")
    refused = tongdan(*words)
    kept = file.read_bytes()
    tongdan(*words, "--overwrite")

    assert (told["file"], content) == (str(file), f"%PDF SF-{order}-01-1".encode())
    assert (refused.exit_code, kept) == (4, b"mine")
    assert file.read_bytes() == content
