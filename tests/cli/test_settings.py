"""Merchants, keys, shops, warehouses and stock from the command line."""

import json
import stat
from pathlib import Path

from tests.cli.conftest import Command
from tests.support.build import Merchant


def test_a_new_merchant_gets_a_key_that_works_at_once(tongdan: Command, acme: Merchant) -> None:
    tenant = f"{acme.id}-new"

    made = tongdan.json("tenants", "create", tenant, "--name", "新商家")
    tongdan.key = made["key"]
    shop = tongdan("shops", "create", "tmall", "--name", "天猫店")

    assert made["id"] == tenant
    assert made["name"] == "新商家"
    assert shop.exit_code == 0, shop.output
    assert tongdan.json("tenants", "show", tenant)["keys"] == [made["key"].split("_")[1]]


def test_use_writes_a_profile_that_only_its_owner_reads(tongdan: Command, acme: Merchant) -> None:
    made = tongdan.json("tenants", "create", f"{acme.id}-used", "--use")

    file = tongdan.home / "profile.json"
    kept = json.loads(file.read_text())

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert kept == {"url": "http://tongdan.test", "key": made["key"], "tenant": f"{acme.id}-used"}
    tongdan.key = ""
    assert tongdan("shops", "list").exit_code == 0


def test_a_merchant_is_taken_on_once(tongdan: Command, acme: Merchant) -> None:
    again = tongdan("tenants", "create", acme.id)

    assert again.exit_code == 4
    assert f"tenant {acme.id} exists already" in again.stderr


def test_all_merchants_are_listed(tongdan: Command, acme: Merchant) -> None:
    listed = tongdan.json("tenants", "list")["tenants"]

    assert acme.id in [tenant["id"] for tenant in listed]


def test_no_such_merchant_is_not_found(tongdan: Command) -> None:
    assert tongdan("tenants", "show", "nobody").exit_code == 3


def test_a_key_made_for_reading_cannot_write_and_ends_with_its_revocation(
    tongdan: Command, acme: Merchant
) -> None:
    made = tongdan.json("keys", "create", "--tenant", acme.id, "--scope", "settings:read")
    tongdan.key = made["key"]

    reads, writes = tongdan("shops", "list"), tongdan("shops", "create", "jd")
    revoked = tongdan("keys", "revoke", made["prefix"], "--tenant", acme.id)
    after = tongdan("shops", "list")

    assert (reads.exit_code, writes.exit_code) == (0, 4)
    assert "settings:write" in writes.stderr
    assert (revoked.exit_code, after.exit_code) == (0, 4)
    assert tongdan("keys", "revoke", made["prefix"], "--tenant", acme.id).exit_code == 3


def test_an_unknown_scope_is_a_usage_error(tongdan: Command, acme: Merchant) -> None:
    assert tongdan("keys", "create", "--tenant", acme.id, "--scope", "all").exit_code == 2


def test_a_shop_knows_its_warehouses_and_its_own_names_of_goods(tongdan: Command) -> None:
    shop = tongdan.json(
        "shops", "create", "jd", "--channel", "jd", "--warehouse", "hz", "--sku", "J-1=mug"
    )

    assert (shop["warehouses"], shop["skus"]) == (["hz"], {"J-1": "mug"})
    assert "jd" in tongdan("shops", "list").stdout


def test_faults_of_a_request_are_listed_one_by_one(tongdan: Command) -> None:
    refused = tongdan("shops", "create", "a#b", "--warehouse", "nowhere")

    assert refused.exit_code == 4
    assert "id: must not have # or spaces at its ends (not-an-id)" in refused.stderr
    assert "warehouses[0]: is not a warehouse of yours (unknown-warehouse)" in refused.stderr


def test_a_mapping_without_an_item_is_a_usage_error(tongdan: Command) -> None:
    assert tongdan("shops", "create", "jd", "--sku", "J-1").exit_code == 2


def test_a_warehouse_is_opened_and_listed(tongdan: Command) -> None:
    made = tongdan("warehouses", "create", "bj", "--province", "北京", "--priority", "5")

    assert made.exit_code == 0, made.output
    assert "bj" in tongdan("warehouses", "list").stdout


def test_stock_is_set_and_shown(tongdan: Command) -> None:
    level = tongdan.json("stock", "set", "mug/大", "hz", "7")

    assert (level["on_hand"], level["held"], level["free"]) == (7, 0, 7)
    assert tongdan.json("stock", "show", "mug/大")["stock"] == [level]
    assert tongdan.json("stock", "show", "none")["stock"] == []


def test_stock_is_imported_from_a_spreadsheets_csv(tongdan: Command, tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    file.write_text("商品编码,仓库,数量\n杯子,hz,3\n杯子,gz,4\n", encoding="gb18030")

    done = tongdan("stock", "import", str(file))

    assert done.exit_code == 0, done.output
    levels = tongdan.json("stock", "show", "杯子")["stock"]
    assert [(each["warehouse"], each["on_hand"]) for each in levels] == [("gz", 4), ("hz", 3)]


def test_a_row_of_stock_that_is_refused_leaves_the_others_done(
    tongdan: Command, tmp_path: Path
) -> None:
    file = tmp_path / "stock.csv"
    file.write_text("sku,warehouse,on_hand\nmug,hz,3\nmug,nowhere,4\n")

    part = tongdan("stock", "import", str(file))

    assert part.exit_code == 5
    assert "mug @ nowhere" in part.stderr
    assert [level["on_hand"] for level in tongdan.json("stock", "show")["stock"]] == [3]
