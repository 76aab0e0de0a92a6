"""Five thousand orders wait for their review, some of them poisoned: nobody waits for those."""

import json
import random
import time
from collections import Counter
from dataclasses import replace

import pytest

from functions.steps import accept
from functions.steps.accept import Manner
from shared.domain.order import Status, id_for
from shared.gateways import queues
from shared.runtime import clock
from shared.store import keys, orders
from shared.store.table import OrderRow, connection
from tests.faults.sqs import MOST_RECEIVES
from tests.support import build
from tests.support.build import Merchant
from tests.support.mail import Mail

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
CROWD, SEALED, BROKEN = 5000, 25, 25


def taken(acme: Merchant, count: int) -> list[str]:
    manner = Manner(clock.now(), "key:test")
    documents = (build.document(f"TB-{n}") for n in range(count))
    found = [accept.accept(acme.id, document, manner).order.id for document in documents]
    queues.drop()
    return found


def sealed_otherwise(acme: Merchant, like: str, number: str) -> str:
    """An order whose address cannot be opened: it was sealed for another one."""
    order = orders.get(acme.id, like)
    wrong = replace(order, id=id_for(acme.id, order.shop, number), number=number, version=0)
    return orders.create(wrong).id


def torn(acme: Merchant, number: str) -> str:
    """An order whose row cannot be read at all."""
    connection()
    order_id = id_for(acme.id, "tmall", number)
    OrderRow(*keys.order(acme.id, order_id), v=1, body=b"\x01torn").save()
    return order_id


def test_five_thousand_orders_are_reviewed_and_the_poisoned_ones_hold_up_nobody(
    acme: Merchant, mail: Mail, capsys: pytest.CaptureFixture[str]
) -> None:
    good = taken(acme, CROWD - SEALED - BROKEN)
    bad = [sealed_otherwise(acme, good[0], f"S-{n}") for n in range(SEALED)]
    bad += [torn(acme, f"B-{n}") for n in range(BROKEN)]
    ids = [*good, *bad]
    random.Random(7).shuffle(ids)

    began = time.monotonic()
    received, dead = reviewed(acme, mail, ids)
    took = time.monotonic() - began

    decided = Counter(
        order.status
        for start in range(0, len(good), 100)
        for order in orders.get_many(acme.id, good[start : start + 100]).values()
    )
    assert decided == {Status.APPROVED: len(good)}
    assert dead == set(bad)
    assert all(received[order_id] == MOST_RECEIVES for order_id in bad)
    assert max(received[order_id] for order_id in good) == 1
    with capsys.disabled():
        rate = len(ids) / took
        print(f"\n  {len(good)} reviewed, {len(bad)} dead letters: {took:.1f} s, {rate:.0f}/s")  # noqa: T201


def reviewed(acme: Merchant, mail: Mail, ids: list[str]) -> tuple[Counter[str], set[str]]:
    """Hand them out ten at a time; what fails comes back, until it is a dead letter."""
    received: Counter[str] = Counter()
    dead: set[str] = set()
    while ids:
        batch, ids = ids[:10], ids[10:]
        received.update(batch)
        bodies = [json.dumps({"tenant": acme.id, "order_id": order_id}) for order_id in batch]
        failed = [batch[at] for at in mail.deliver("review", bodies)]
        dead |= {order_id for order_id in failed if received[order_id] == MOST_RECEIVES}
        ids += [order_id for order_id in failed if order_id not in dead]
    return received, dead
