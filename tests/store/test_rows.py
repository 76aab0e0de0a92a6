"""What lies in the tables after everything has happened: whose it is, and nothing of a person."""

import re
import zlib
from base64 import b64decode
from typing import Any

import pytest

from shared.store.pack import DICTIONARIES
from tests.support import build
from tests.support.build import Merchant
from tests.support.engine import Engine
from tests.support.mail import Mail
from tests.support.told import Stream

Rows = dict[str, list[dict[str, Any]]]
TABLES = ("orders", "stock", "merchants", "insight")
RECEIVER = {
    "name": "欧阳测试",
    "phone": "19987654321",
    "province": "浙江省",
    "city": "杭州市",
    "address": "不存在路七十七号",
}
PERSON = {
    "buyer": {"id": "b-77", "name": "诸葛试验"},
    "receiver": RECEIVER,
    "notes": {"buyer": "钥匙在花盆下", "seller": "他是我表哥"},
    "invoice": {
        "kind": "company",
        "title": "无名氏有限公司",
        "tax_id": "91330106MA2TEST77X",
        "email": "zhuge@example.cn",
    },
}
SECRETS = [
    *("欧阳测试", "19987654321", "不存在路七十七号", "诸葛试验", "钥匙在花盆下", "他是我表哥"),
    *("无名氏有限公司", "91330106MA2TEST77X", "zhuge@example.cn", "18800007777", "19900000001"),
]


@pytest.fixture(scope="module")
def rows(engine: Engine) -> Rows:
    """Everything that two merchants leave behind when each uses every part of the product."""
    mail, stream = Mail(), Stream(engine)
    mail.take_over()
    for merchant in (build.merchant("left"), build.merchant("right")):
        use_everything(merchant, mail, stream)
    mail.hand_back()
    found = {table: engine.rows(table) for table in TABLES}
    return {t: [r for r in found[t] if owner(r) in ("left", "right")] for t in TABLES}


def use_everything(merchant: Merchant, mail: Mail, stream: Stream) -> None:
    merchant.call("POST", "/v1/webhooks", {"id": "erp", "url": "http://127.0.0.1:9/"})
    merchant.call("POST", "/v1/blacklist", {"kind": "phone", "value": "18800007777"})
    merchant.call("POST", "/v1/keys", {"scopes": ["orders:read"]}, idempotency_key="k0")
    merchant.put_stock("mug", 5)
    order_id = merchant.place(version=1, **PERSON).body["id"]
    mail.pump()
    act = f"/v1/orders/{order_id}"
    merchant.call("GET", f"{act}?purpose=客服来电")
    merchant.call("POST", f"{act}/hold", {"note": "等"}, idempotency_key="k1")
    merchant.call("POST", f"{act}/release", {}, idempotency_key="k2")
    mail.pump()
    changed = {**PERSON, "receiver": {**RECEIVER, "phone": "19900000001"}}
    merchant.place(version=2, **changed)
    mail.pump()
    merchant.call("POST", f"{act}/release", {}, idempotency_key="k3")
    mail.pump()
    merchant.call("POST", f"{act}/ship", {}, idempotency_key="k4")
    for reader in ("count", "publish"):
        assert stream.tell(reader) == []
    mail.waiting.clear()


def owner(row: dict[str, Any]) -> str:
    return str(row["pk"]["S"]).partition("#")[0]


def readable(row: dict[str, Any]) -> str:
    """A row as whoever stole the tables could read it: bodies unpacked, Base64 tried."""
    text = str(row)
    if "body" in row:
        body = row["body"]["B"]
        opened = zlib.decompressobj(zdict=DICTIONARIES[body[0]]).decompress(body[1:]).decode()
        text += opened
        text += "".join(decoded(word) for word in re.findall(r"[A-Za-z0-9+/]{8,}={0,2}", opened))
    return text


def decoded(word: str) -> str:
    try:
        return b64decode(word, validate=True).decode()
    except ValueError:
        return ""


@pytest.mark.parametrize("table", TABLES)
def test_no_row_tells_of_a_person_in_clear(rows: Rows, table: str) -> None:
    told = {
        secret: row["pk"]["S"]
        for row in rows[table]
        for secret in SECRETS
        if secret in readable(row)
    }

    assert told == {}


def test_the_search_would_find_what_is_in_clear(rows: Rows) -> None:
    """The orders' cities are not encrypted: the scan above must be able to see them."""
    assert any("杭州市" in readable(row) for row in rows["orders"])
    assert any("mug" in readable(row) for row in rows["stock"])


def test_no_secret_lies_in_the_tables(rows: Rows) -> None:
    everything = "".join(readable(row) for table in TABLES for row in rows[table])

    assert "whsec_" not in everything
    assert not re.search("td_[a-z0-9]{8}_", everything)


@pytest.mark.parametrize("table", TABLES)
def test_every_key_begins_with_its_tenant(engine: Engine, rows: Rows, table: str) -> None:
    known = engine.rows("merchants")
    tenants = {owner(row) for row in known if row["sk"]["S"].startswith("tenant#")}
    keys = {row["pk"]["S"] for row in known if re.fullmatch(r"key#[a-z0-9]{8}", row["pk"]["S"])}

    owners = {owner(row) for row in engine.rows(table) if row["pk"]["S"] not in keys}

    assert owners <= tenants


def test_every_index_of_a_merchants_list_begins_with_its_tenant(rows: Rows) -> None:
    for row in rows["orders"]:
        if "month" in row:
            assert row["month"]["S"].partition("#")[0] == owner(row)
    for row in rows["stock"]:
        assert row["tenant"]["S"] == owner(row)


def test_a_key_that_is_found_without_its_tenant_is_kept_as_a_hash(
    engine: Engine, acme: Merchant
) -> None:
    prefix = acme.token.split("_")[1]

    row = next(r for r in engine.rows("merchants") if r["pk"]["S"] == f"key#{prefix}")

    assert acme.token not in readable(row)
    assert acme.token.split("_")[2] not in readable(row)
