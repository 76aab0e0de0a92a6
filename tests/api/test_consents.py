"""The way back from a platform's consent: a page that says what became of it."""

from dataclasses import replace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from shared.gateways.channels.port import Rejected, Why
from shared.runtime import clock
from shared.store import links
from tests.support import build
from tests.support.bazaar import LINK, Bazaar, opened
from tests.support.build import Merchant
from tests.support.mail import Mail


@pytest.fixture
def bazaar(monkeypatch: pytest.MonkeyPatch) -> Bazaar:
    made = opened(monkeypatch)
    made.caps = replace(made.caps, redirects=True)
    return made


@pytest.fixture
def shop(acme: Merchant, mail: Mail, bazaar: Bazaar) -> Merchant:
    """A merchant whose shop waits for consent."""
    acme.call("POST", "/v1/shops", {"id": "mall", "name": "淘宝店", "channel": "taobao"})
    secrets = {"app_secret": "hush"}
    made = acme.call("POST", "/v1/shops/mall/link", {**LINK, "secrets": secrets})
    assert made.body["standing"] == "waits", made.body
    return acme


def begun(shop: Merchant) -> str:
    """The state that the platform brings back."""
    told = shop.call("POST", "/v1/shops/mall/link/consent", {"back": "https://mine.test/"}).body
    (state,) = parse_qs(urlsplit(told["url"]).query)["state"]
    return str(state)


def back(**query: str) -> tuple[int, str]:
    status, page = build.spoken("GET", f"/v1/consent?{urlencode(query)}", b"", {})
    return status, page.decode()


def standing(shop: Merchant) -> str:
    return links.links.get(shop.id, "mall").standing.value


def test_consent_connects_the_shop_and_says_so_in_both_languages(shop: Merchant) -> None:
    status, page = back(code="yes", state=begun(shop))

    assert (status, standing(shop)) == (200, "ready")
    assert "店铺 mall 已授权" in page
    assert "The shop mall is connected" in page


def test_it_is_written_down_and_the_shop_is_read_at_once(shop: Merchant) -> None:
    back(code="yes", state=begun(shop))

    audits = shop.call("GET", f"/v1/audits?month={clock.now()[:7]}").body["audits"]
    assert "consent" in [one["by"] for one in audits if one["kind"] == "link"]
    assert links.pulling(shop.id, "mall").due <= clock.now()


def test_a_code_that_the_platform_does_not_take_is_told_in_plain_words(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise Rejected(Why.SIGNATURE, "25", "<b>Invalid signature</b>")

    state = begun(shop)
    monkeypatch.setattr(Bazaar, "exchange", refused)

    status, page = back(code="no", state=state)

    assert (status, standing(shop)) == (400, "waits")
    assert "签名不对" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_a_merchant_who_says_no_reads_the_platforms_reason(shop: Merchant) -> None:
    status, page = back(state=begun(shop), error="access_denied", error_description="用户拒绝")

    assert (status, standing(shop)) == (400, "waits")
    assert "用户拒绝" in page


@pytest.mark.parametrize("state", ["", "x", "....", "YWNtZSNtYWxs.00", "%00", "é"])
def test_a_state_that_is_not_ours_is_refused(shop: Merchant, state: str) -> None:
    status, page = back(code="yes", state=state)

    assert (status, standing(shop)) == (400, "waits")
    assert "重新授权" in page


def test_a_state_of_another_shop_or_merchant_opens_nothing(
    shop: Merchant, other: Merchant, bazaar: Bazaar
) -> None:
    for merchant, name in ((other, "mall"), (shop, "branch")):
        merchant.call("POST", "/v1/shops", {"id": name, "name": name, "channel": "taobao"})
        merchant.call("POST", f"/v1/shops/{name}/link", {**LINK, "secrets": {"app_secret": "h"}})
    mark = begun(other).partition(".")[2]
    whose = begun(shop).partition(".")[0]

    assert back(code="yes", state=f"{whose}.{mark}")[0] == 400
    assert standing(shop) == "waits"


def test_a_state_ends_after_two_hours_at_the_latest(
    shop: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = begun(shop)
    later = clock.later(clock.now(), 7200)
    monkeypatch.setattr(clock, "now", lambda: later)

    status, _ = back(code="yes", state=state)

    assert (status, standing(shop)) == (400, "waits")


def test_a_shop_that_was_disconnected_meanwhile_is_no_failure(shop: Merchant) -> None:
    state = begun(shop)
    links.links.remove(shop.id, "mall")

    status, page = back(code="yes", state=state)

    assert status == 409
    assert "没有给授权" in page


def test_without_an_address_of_ours_one_must_be_given(shop: Merchant) -> None:
    told = shop.call("POST", "/v1/shops/mall/link/consent", {})

    assert (told.status, told.body["faults"][0]["field"]) == (422, "back")
