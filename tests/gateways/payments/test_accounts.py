"""What is wrong with an account, before a provider is ever asked."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.sandbox import alipay, wechat
from infra.sandbox.keys import certificate_pem
from shared.gateways.payments import providers
from shared.gateways.payments.port import Account, Method
from tests.support import sandboxes


def faults(name: str, **more: Any) -> list[tuple[str, str]]:
    desk = {"wechat": wechat.WeChat, "alipay": alipay.Alipay}[name](sandboxes.keys())
    given = {**desk.account(), **more}
    given.pop("endpoint")
    one = Account(id="main", notify_url="https://shop.example/n", **given)
    return [(fault.field, fault.code) for fault in providers.of(name).check(one)]


def secrets(name: str, **more: str) -> Mapping[str, str]:
    desk = {"wechat": wechat.WeChat, "alipay": alipay.Alipay}[name](sandboxes.keys())
    return {**desk.account()["secrets"], **more}


def by_certificate(**more: str) -> dict[str, str]:
    keys = alipay.Alipay(sandboxes.keys()).account(by_certificate=True)["keys"]
    return {**keys, **more}


def test_accounts_of_the_sandbox_have_no_fault() -> None:
    assert faults("wechat") == []
    assert faults("alipay") == []
    assert faults("alipay", keys=by_certificate()) == []


@pytest.mark.parametrize("name", providers.NAMES)
def test_ids_look_as_the_provider_gives_them(name: str) -> None:
    told = faults(name, app_id="x", merchant_id="1")

    assert told == [("app_id", "not-a-provider-id"), ("merchant_id", "not-a-provider-id")]


@pytest.mark.parametrize("name", providers.NAMES)
@pytest.mark.parametrize(
    "key", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "密"]
)
def test_a_private_key_must_be_one(name: str, key: str) -> None:
    told = faults(name, secrets=secrets(name, private_key=key))

    assert told == [("secrets.private_key", "not-an-rsa-key")]


def test_wechat_needs_its_serial_and_a_key_of_32_bytes() -> None:
    told = faults("wechat", secrets=secrets("wechat", serial="5x", api_v3_key="short"))

    assert told == [
        ("secrets.serial", "not-a-provider-id"),
        ("secrets.api_v3_key", "wrong-length"),
    ]


@pytest.mark.parametrize("name", providers.NAMES)
def test_there_must_be_a_key_of_the_providers(name: str) -> None:
    assert faults(name, keys={}) == [("keys", "empty")]


def test_wechats_keys_stand_under_their_own_names() -> None:
    ring = sandboxes.keys()
    certificate = certificate_pem(ring.certificate("wechat-platform"))
    public = ring.public_text("wechat-public-key")

    told = faults("wechat", keys={"5157F09E": certificate, "main": public})

    assert told == [("keys.5157F09E", "other-serial"), ("keys.main", "other-serial")]


def test_alipays_certificates_come_together_and_belong_together() -> None:
    ring = sandboxes.keys()
    alone = {name: key for name, key in by_certificate().items() if name != "root"}
    other = by_certificate(app=certificate_pem(ring.certificate("alipay", "alipay-root")))

    assert faults("alipay", keys=alone) == [("keys.root", "missing")]
    assert faults("alipay", keys=other) == [("keys.app", "other-key")]
    assert faults("alipay", keys=by_certificate(app="x")) == [("keys.app", "not-a-certificate")]
    assert faults("alipay", keys=by_certificate(root="x")) == [("keys.root", "not-a-certificate")]


def test_a_root_that_does_not_sign_with_rsa_is_none() -> None:
    odd = certificate_pem(sandboxes.keys().odd_root())

    assert faults("alipay", keys=by_certificate(root=odd)) == [("keys.root", "not-a-certificate")]


def test_providers_say_what_they_bear() -> None:
    wechats, alipays = (providers.of(name).limits for name in providers.NAMES)

    assert (wechats.refunds, wechats.refund_gap, wechats.refund_days) == (50, 60, 365)
    assert (alipays.refunds, alipays.refund_gap, alipays.refund_days) == (0, 3, 365)
    assert wechats.methods | alipays.methods == set(Method)


def test_another_provider_is_none() -> None:
    with pytest.raises(KeyError):
        providers.of("cash")
