"""Put orders into boxes together by hand, weigh these, take orders out again, or all of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from shared.domain import merging
from shared.domain.claim import Claim
from shared.domain.content import Content, personal
from shared.domain.errors import Fault, Invalid
from shared.domain.merchant import Shop
from shared.domain.merge import Merge, Stage, labels
from shared.domain.merging import HARD, Bar, Part
from shared.domain.order import Order
from shared.gateways import queues, vault
from shared.store import claims, desks, meeting, merchants, merges, orders, stock
from shared.store.meeting import Act, Together

BY_HAND = "by-hand"  # the rule of what a person merged


@dataclass(frozen=True, slots=True)
class Proposal:
    """Orders that can share boxes, and what of their receivers differs from the first's."""

    found: Together
    merged: Merge
    differences: dict[str, list[Part]] = field(default_factory=dict)


def propose(tenant: str, ids: Sequence[str], terms: Merge) -> Proposal:
    """What would come of merging these by hand; nothing is written.

    `terms`: what is known of the merge beforehand. Raises Invalid with why it cannot be.
    """
    some = _known(tenant, ids)
    _check([*_own_faults(some), *_pair_faults(some)])
    found = meeting.together(some, split=True)
    inside = {order.id for order in found.before} if found else set[str]()
    _check(_fault(at, Bar.NO_BOX) for at, order in enumerate(some) if order.id not in inside)
    assert found is not None  # nobody is left out
    made = meeting.document(found, BY_HAND, (), terms.created_at, terms.by)
    merged = replace(made, id=terms.id or made.id, note=terms.note, digest=terms.digest)
    return Proposal(found, merged, differences(tenant, some[0], some[1:]))


def merge(proposal: Proposal, claim: Claim | None) -> None:
    merged = proposal.merged
    for order in meeting.write(proposal.found, merged, merged.created_at, claim):
        queues.nudge(order)


def undo(act: Act, before: Merge, after: Merge) -> None:
    """Each order has its own parcels again."""
    _part(act, before, after, before.ids, "undone")


def release(act: Act, before: Merge, after: Merge) -> None:
    """Those that are stopped have been taken out; the others go on."""
    if before.stopped:
        _part(act, before, after, before.stopped, "taken-out")
    elif act.claim:  # the same is answered, whatever comes later
        _write(act, [], after)


def weigh(act: Act, before: Merge, after: Merge, no: int) -> None:
    """A box is closed with its weight, or opened again: the orders in it say so too."""
    grams = after.box(no).grams
    moves = [
        (order, order.weigh(numbers, grams, act.now, act.by, merge=after.id, box=no))
        for order in meeting.inside(act, before)
        if (numbers := list(labels(after, order, [no])))
    ]
    _write(act, moves, after)


def _part(act: Act, before: Merge, after: Merge, out: Sequence[str], why: str) -> None:
    """Some orders get parcels of their own; the others hear of it, if there is still a merge."""
    gone = [member.number for member in before.members if member.id in out]
    there = meeting.members(act.tenant, before)
    undone = after.stage is Stage.UNDONE
    left = [order for order in there if undone or order.id in out]
    kept = [order for order in there if order not in left]
    moves = [
        (order, meeting.alone(order, act, why if order.id in out else "left-alone"))
        for order in left
    ]
    said = {"merge": after.id, "members": gone}
    for order, fresh in zip(kept, meeting.remaining(kept, left), strict=True):
        moves.append((order, fresh.noted("merge-released", act.now, act.by, **said)))
    _write(act, moves, after)


def _write(act: Act, moves: list[tuple[Order, Order]], after: Merge) -> None:
    put = merges.folder.writes(act.tenant, after, after.due)
    if not moves:  # nobody is left in it who could be told
        return claims.write(put, act.claim)
    for order in stock.write_all(moves, act.claim, put):
        queues.nudge(order)
    return None


def _known(tenant: str, ids: Sequence[str]) -> list[Order]:
    known = orders.get_many(tenant, list(ids))
    lost = (at for at, each in enumerate(ids) if each not in known)
    _check(Fault(f"orders[{at}]", "unknown-order") for at in lost)
    return [known[each] for each in ids]


def _own_faults(some: Sequence[Order]) -> Iterator[Fault]:
    for at, order in enumerate(some):
        desk = desks.of(order)
        for bar in meeting.own_bars(order, desk)[0]:
            if bar in HARD:
                yield _fault(at, bar)


def _pair_faults(some: Sequence[Order]) -> Iterator[Fault]:
    """What differs from the first, and must not."""
    for at, order in enumerate(some[1:], 1):
        for bar in merging.apart(some[0], order, merging.terms(None)):
            if bar in HARD:
                yield _fault(at, bar)


def _fault(at: int, bar: Bar) -> Fault:
    return Fault(f"orders[{at}]", "unmergeable", {"bar": bar.value})


def _check(faults: Iterable[Fault]) -> None:
    if found := tuple(faults):
        raise Invalid(faults=found)


def differences(tenant: str, first: Order, others: Sequence[Order]) -> dict[str, list[Part]]:
    """Order id -> what of its receiver, buyer or shop is not as the first one's."""
    cipher = vault.cipher(tenant, merchants.tenant(tenant).sealed_key)

    def known(order: Order) -> tuple[Content, Shop]:
        content = personal(order.content, lambda at, v: cipher.open(v, f"{order.id}/{at}"))
        shop = merchants.shops.known(tenant, order.shop)
        return content, shop or Shop(order.shop, order.shop)

    content, shop = known(first)
    found = {}
    for order in others:
        other, its_shop = known(order)
        found[order.id] = merging.differing(content, other, shop, its_shop)
    return {order_id: parts for order_id, parts in found.items() if parts}
