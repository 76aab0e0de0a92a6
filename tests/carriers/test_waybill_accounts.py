"""Accounts for waybills: checked, sealed, and never shown again."""

import json

import pytest

from shared.gateways.channels.port import Rejected, Why
from shared.store import waybills
from tests.support.build import Merchant
from tests.support.depot import ACCOUNT, Depot, opened

PATH = "/v1/waybill-accounts"


@pytest.fixture
def depot(monkeypatch: pytest.MonkeyPatch) -> Depot:
    return opened(monkeypatch)


def test_secrets_and_people_are_sealed_and_shown_to_nobody(acme: Merchant, depot: Depot) -> None:
    made = acme.call("POST", PATH, ACCOUNT)
    changed = acme.call("PUT", f"{PATH}/depot", {"customer": "7551234567"})
    stored = waybills.accounts.get(acme.id, "depot")
    shown = json.dumps([made.body, changed.body], ensure_ascii=False)
    lies = f"{stored.secrets}{stored.senders}"

    assert (made.status, changed.status) == (201, 200)
    assert not [each for each in ("hush", "老李", "13900000000", "仓前街") if each in shown + lies]
    assert changed.body["secrets"] == {"check_word": "set"}
    assert changed.body["senders"][""]["phone"] == "139****0000"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "pigeon"}, "not-one-of"),
        ({"secrets": {}}, "missing"),
        ({"carriers": ["pigeon"]}, "not-one-of"),
        ({"warehouses": ["moon"]}, "unknown-warehouse"),
        ({"senders": {"moon": ACCOUNT["senders"][""]}}, "unknown-warehouse"),  # type: ignore[index]
        ({"senders": {"": {**ACCOUNT["senders"][""], "phone": "139****"}}}, "not-a-phone"),  # type: ignore[index]
        ({"endpoint": "ftp://x"}, "bad-url"),
        ({"typo": 1}, "unknown-field"),
    ],
)
def test_what_is_wrong_with_an_account_is_named(
    acme: Merchant, depot: Depot, change: dict[str, object], code: str
) -> None:
    refused = acme.call("POST", PATH, {**ACCOUNT, **change})

    assert refused.status == 422
    assert code in [fault["code"] for fault in refused.body["faults"]]


@pytest.mark.parametrize(("why", "ok"), [(Why.ABSENT, True), (Why.SIGNATURE, False)])
def test_a_check_asks_for_no_waybill(acme: Merchant, depot: Depot, why: Why, ok: bool) -> None:
    acme.call("POST", PATH, ACCOUNT)
    depot.before["track"] = [Rejected(why, "E1")]
    told = acme.call("POST", f"{PATH}/depot/check", {}).body

    assert (told["ok"], told["asked"], depot.calls) == (ok, True, ["track"])


def test_no_account_and_several_are_named_faults(acme: Merchant, depot: Depot) -> None:
    acme.put_stock("mug", 5)
    order = acme.place().body["id"]

    early = acme.call("POST", f"/v1/orders/{order}/waybills", {})
    tokens = acme.call("POST", f"{PATH}/nobodys/tokens", {"access_token": "x"})

    assert (early.status, tokens.status) == (409, 404)
