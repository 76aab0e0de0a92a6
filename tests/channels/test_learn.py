"""Which item a shop's SKU is, learned from orders that name both; a person's word stands."""

import pytest

from functions.channels import learn
from shared.domain.errors import Conflict
from shared.runtime import clock
from shared.store import merchants
from tests.channels.test_pull import ago, read
from tests.support.bazaar import Bazaar
from tests.support.build import Merchant, line
from tests.support.mail import Mail


def skus(shop: Merchant) -> dict[str, str]:
    return merchants.shops.get(shop.id, "mall").skus


def bought(bazaar: Bazaar, number: str, *codes: tuple[str, str]) -> None:
    lines = [line(sku, shop_sku=code) if sku else line("", shop_sku=code) for code, sku in codes]
    for one in lines:
        if not one["sku"]:
            del one["sku"]
    bazaar.put(number, ago(5), lines=lines)


@pytest.fixture
def items(shop: Merchant) -> Merchant:
    for sku in ("mug", "cup"):
        shop.call("POST", "/v1/items", {"id": sku, "name": sku})
    return shop


def test_an_order_that_names_both_codes_teaches_what_the_next_one_needs(
    items: Merchant, bazaar: Bazaar, mail: Mail
) -> None:
    bought(bazaar, "T1", ("1:11", "mug"), ("1:12", "unknown"), ("1:13", ""))
    read(items, mail)
    bought(bazaar, "T2", ("1:11", ""))
    read(items, mail)

    assert skus(items) == {"1:11": "mug"}
    found = items.call("GET", "/v1/orders?shop=mall").body["orders"]
    taught = next(one for one in found if one["number"] == "T2")
    assert items.order(taught["id"])["lines"][0]["sku"] == "mug"


def test_it_is_written_down_who_taught_it(items: Merchant, bazaar: Bazaar, mail: Mail) -> None:
    bought(bazaar, "T1", ("1:11", "mug"))
    read(items, mail)

    audits = items.call("GET", f"/v1/audits?month={clock.now()[:7]}").body["audits"]
    (one,) = [each for each in audits if each["kind"] == "shop-skus"]
    assert (one["by"], one["after"]) == ("channel:taobao", {"learned": {"1:11": "mug"}})


def test_what_a_person_chose_stays(items: Merchant, bazaar: Bazaar, mail: Mail) -> None:
    chosen = {"skus": [{"shop_sku": "1:11", "sku": "cup"}]}
    items.call("POST", "/v1/shops/mall/skus/batch", chosen)
    bought(bazaar, "T1", ("1:11", "mug"))

    read(items, mail)

    assert skus(items) == {"1:11": "cup"}


def test_it_can_be_switched_off(items: Merchant, bazaar: Bazaar, mail: Mail) -> None:
    shown = items.call("PUT", "/v1/shops/mall/link", {"learns": False}).body
    bought(bazaar, "T1", ("1:11", "mug"))

    read(items, mail)

    assert (shown["learns"], skus(items)) == (False, {})


def test_what_is_known_is_not_written_again(
    items: Merchant, bazaar: Bazaar, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought(bazaar, "T1", ("1:11", "mug"))
    read(items, mail)
    seen: list[dict[str, str]] = []
    monkeypatch.setattr(learn, "_write", lambda _, told: seen.append(told))

    bought(bazaar, "T2", ("1:11", "mug"))
    read(items, mail)

    assert seen == []


def test_an_order_is_taken_though_its_lesson_meets_somebody_elses_write(
    items: Merchant, bazaar: Bazaar, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faster(*_: object) -> None:
        raise Conflict

    monkeypatch.setattr(merchants.shops, "change", faster)
    bought(bazaar, "T1", ("1:11", "mug"))

    after = read(items, mail)

    assert (after.orders, skus(items)) == (1, {})
