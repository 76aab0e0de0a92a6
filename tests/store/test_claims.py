"""Idempotency keys: written with their effect, and of two equal requests one has it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest

from shared.domain.claim import Claim
from shared.domain.errors import Conflict, Exists, Refused
from shared.domain.merchant import Shop
from shared.domain.stock import Cause, Level
from shared.runtime import clock
from shared.store import claims, merchants, orders, stock
from shared.store.table import InsightRow, find, put
from tests.support import build
from tests.support.build import NOON, Merchant

BY_HAND = Cause("hand", "-", NOON)


def claim(tenant: str, request: str = "r1", key: str = "k1") -> Claim:
    return Claim(tenant, key, request, 200, {"done": request})


def test_a_claim_is_found_as_it_was_written(acme: Merchant) -> None:
    mine = claim(acme.id)

    merchants.shops.add(acme.id, Shop("a", "A"), mine)

    assert claims.find_claim(acme.id, "k1") == mine
    assert claims.find_claim("somebody", "k1") is None


def test_what_is_refused_claims_nothing(acme: Merchant) -> None:
    with pytest.raises(Exists):
        merchants.shops.add(acme.id, Shop("tmall", "again"), claim(acme.id))

    assert claims.find_claim(acme.id, "k1") is None


def test_a_claimed_key_has_no_second_effect(acme: Merchant) -> None:
    merchants.shops.add(acme.id, Shop("a", "A"), claim(acme.id))

    with pytest.raises(Conflict):
        merchants.shops.add(acme.id, Shop("b", "B"), claim(acme.id, "r2"))

    assert merchants.shops.find(acme.id, "b") is None


def test_a_claim_that_ran_out_is_as_if_it_had_never_been(acme: Merchant) -> None:
    """The engine deletes rows late: time is looked at, not only presence."""
    merchants.shops.add(acme.id, Shop("a", "A"), claim(acme.id))
    row = find(InsightRow, (f"{acme.id}#claim#k1", "claim"))
    assert row is not None
    assert row.ttl == pytest.approx(clock.epoch(clock.now()) + claims.KEPT, abs=5)
    row.ttl = clock.epoch(clock.now()) - 1
    put(row, InsightRow.pk.exists())

    assert claims.find_claim(acme.id, "k1") is None
    merchants.shops.add(acme.id, Shop("b", "B"), claim(acme.id, "r2"))
    found = claims.find_claim(acme.id, "k1")
    assert found is not None
    assert found.request == "r2"


def test_of_equal_requests_at_the_same_instant_one_has_its_effect(acme: Merchant) -> None:
    """Eight threads, one key: each would add a shop of its own; seven learn that they lost."""
    start = Barrier(8)

    def add(number: int) -> bool:
        start.wait()
        try:
            merchants.shops.add(acme.id, Shop(f"s{number}", "S"), claim(acme.id, f"r{number}"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(add, range(8)))

    shops = [shop.id for shop in merchants.shops.list_(acme.id) if shop.id != "tmall"]
    assert won.count(True) == 1
    assert shops == [f"s{won.index(True)}"]
    kept = claims.find_claim(acme.id, "k1")
    assert kept is not None
    assert kept.request == f"r{won.index(True)}"


def test_of_equal_moves_at_the_same_instant_one_is_written(acme: Merchant) -> None:
    acme.put_stock("mug", 5)
    sources = (build.source(quantity=2),)
    order = orders.create(build.order(tenant=acme.id).noted("accepted", NOON))
    held = stock.write(order, replace(order, sources=sources).noted("reserved", NOON))
    start = Barrier(4)

    def cancel(_: int) -> bool:
        start.wait()
        try:
            stock.write(held, held.cancel(NOON), claim(acme.id))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(cancel, range(4)))

    assert won.count(True) == 1
    assert acme.stock("mug") == (5, 0)


def test_of_equal_levels_at_the_same_instant_one_is_set(acme: Merchant) -> None:
    start = Barrier(4)

    def fill(_: int) -> bool:
        start.wait()
        try:
            stock.set_on_hand(acme.id, Level("mug", "hz"), 7, BY_HAND, claim(acme.id))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(fill, range(4)))

    assert won.count(True) == 1
    assert acme.stock("mug") == (7, 0)
