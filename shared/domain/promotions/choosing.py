"""Which promotions of a lane count together, and which of those that exclude each other.

What can be combined is combined, in order of priority, each at the prices that those before it
left. Two of one group exclude each other where they touch the same goods; an exclusive one stands
alone. Where priority does not decide, the choice is the best for the buyer: every choice is tried
while there are few; of many, none is taken that is worse than what priority would give.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from shared.domain.promotions.gains import NOTHING_LEFT, Gain, Left, Miss, Offer

MOST_TRIES = 300  # promotions that are worked out anew to choose among those that share goods
Plan = tuple[int, ...]
"""Places of offers, in order of priority."""


class Taken(NamedTuple):
    offer: Offer
    gain: Gain


class Lost(NamedTuple):
    """What it lacked; `to`: or else the one that it cannot be combined with."""

    offer: Offer
    why: Miss | None = None
    to: Offer | None = None


class Outcome(NamedTuple):
    taken: list[Taken]
    lost: list[Lost]
    left: list[int]


class Chooser(NamedTuple):
    """`worth` of a gain is in fen: what it takes off, and what else it brings the buyer."""

    gain: Callable[[Offer, Left], Gain | Miss]
    worth: Callable[[Taken], int]
    by_priority: bool = False

    def choose(self, offers: Sequence[Offer], left: Left) -> Outcome:
        """`offers` come in order of priority; what brings nothing stands in nobody's way."""
        if not _contested(offers):
            return self.run(offers, left)
        alone = [(offer, self.gain(offer, left)) for offer in offers]
        live = [Taken(offer, found) for offer, found in alone if isinstance(found, Gain)]
        lost = [Lost(offer, why) for offer, found in alone if (why := _lacks(offer, found))]
        outcome = self._among(live, left)
        lost += [*outcome.lost, *_beaten(live, outcome)]
        return Outcome(outcome.taken, lost, outcome.left)

    def _among(self, live: Sequence[Taken], left: Left) -> Outcome:
        exclusive = [[one.offer] for one in live if one.offer.promotion.exclusive]
        others = [one for one in live if not one.offer.promotion.exclusive]
        plain = _apart(others, self.by_priority)
        offers = [one.offer for one in plain]
        if self.by_priority:
            return self.run(exclusive[0] if exclusive else offers, left)
        best = [offers[at] for at in self._best(plain, left)]
        return max((self.run(plan, left) for plan in (*exclusive, best)), key=self._sum)

    def run(self, plan: Iterable[Offer], left: Left) -> Outcome:
        """One after the other; who is excluded by one before it is left out."""
        outcome = Outcome([], [], list(left))
        groups: dict[str, set[int]] = defaultdict(set)
        for offer in plan:
            group = offer.group
            if group and not groups[group].isdisjoint(offer.touches):
                continue
            found = self.gain(offer, outcome.left)
            if isinstance(found, Miss):
                outcome.lost.append(Lost(offer, found))
                continue
            groups[group].update(offer.touches if group else ())
            outcome.taken.append(Taken(offer, found))
            for line, off in found.offs.items():
                outcome.left[line] -= off
        return outcome

    def _sum(self, outcome: Outcome) -> int:
        return sum(map(self.worth, outcome.taken))

    def _best(self, plain: Sequence[Taken], left: Left) -> Plan:
        """Those that share no goods do not know of each other, and are chosen part by part."""
        clashes = _clashes([one.offer for one in plain])
        if not clashes:
            return tuple(range(len(plain)))
        chosen: list[int] = []
        for part in _parts([one.offer.touches for one in plain]):
            chosen += self._best_of(part, plain, clashes, left)
        return tuple(sorted(chosen))

    def _best_of(
        self, part: Plan, plain: Sequence[Taken], clashes: dict[int, set[int]], left: Left
    ) -> Plan:
        plans = _plans(part, clashes, MOST_TRIES // len(part))
        if not plans:
            dearest = sorted(part, key=lambda at: -self.worth(plain[at]))
            plans = [part, _greedy(dearest, clashes)]
        if len(plans) == 1:
            return plans[0]

        def sum_of(plan: Plan) -> int:
            if len(plan) == 1:
                return self.worth(plain[plan[0]])
            return self._sum(self.run((plain[at].offer for at in plan), left))

        return max(plans, key=sum_of)


def _contested(offers: Sequence[Offer]) -> bool:
    """Whether some exclude each other, so that there is something to choose."""
    if any(one.promotion.exclusive for one in offers):
        return True
    seen: dict[str, set[int]] = defaultdict(set)
    for offer in offers:
        if group := offer.group:
            if not seen[group].isdisjoint(offer.touches):
                return True
            seen[group] |= offer.touches
    return False


def _lacks(offer: Offer, found: Gain | Miss) -> Miss | None:
    """What it lacks, be it on some of its lines alone."""
    if isinstance(found, Miss):
        return found
    return NOTHING_LEFT if offer.singly and len(found.offs) < len(offer.at) else None


def _apart(plain: Sequence[Taken], by_priority: bool) -> list[Taken]:
    """Prices for single pieces line by line, and where nothing else is, only the one to be had."""
    best: dict[int, Taken] = {}
    groups: dict[str, set[int]] = defaultdict(set)
    for one in plain:
        groups[one.offer.group if one.offer.singly else ""] |= one.offer.touches
        for line, fen in one.gain.offs.items() if one.offer.singly else ():
            if line not in best or (fen > best[line].gain.offs[line] and not by_priority):
                best[line] = one
    shared = {line for line in best if sum(line in lines for lines in groups.values()) > 1}
    return [part for one in plain for part in _parted(one, best, shared)]


def _parted(one: Taken, best: Mapping[int, Taken], shared: Collection[int]) -> Iterator[Taken]:
    if not one.offer.singly:
        yield one
        return
    for line, fen in one.gain.offs.items():
        if best[line] is one or line in shared:
            yield Taken(one.offer.only(line), Gain({line: fen}, one.gain.tier))


def _clashes(offers: Sequence[Offer]) -> dict[int, set[int]]:
    """Who excludes whom: those of one group that touch one line, among them itself."""
    groups: dict[str, dict[frozenset[int], set[int]]] = defaultdict(lambda: defaultdict(set))
    for at, offer in enumerate(offers):
        if offer.group:
            groups[offer.group][offer.touches].add(at)
    found: dict[int, set[int]] = {}
    for alike in groups.values():
        for lines, places in alike.items():
            near = (some for others, some in alike.items() if not others.isdisjoint(lines))
            rivals = set[int]().union(*near)
            if len(rivals) > 1:
                found.update(dict.fromkeys(places, rivals))
    return found


def _parts(touches: Sequence[frozenset[int]]) -> list[Plan]:
    """Places in parts that share no line with each other."""
    alike: dict[frozenset[int], list[int]] = defaultdict(list)
    for at, lines in enumerate(touches):
        alike[lines].append(at)
    parts: list[tuple[frozenset[int], list[int]]] = []
    for lines, members in alike.items():
        near = [part for part in parts if not part[0].isdisjoint(lines)]
        parts = [part for part in parts if part[0].isdisjoint(lines)]
        mine = [*members, *(at for part in near for at in part[1])]
        parts.append((lines.union(*(part[0] for part in near)), mine))
    return [tuple(sorted(mine)) for _, mine in parts]


def _plans(part: Plan, clashes: dict[int, set[int]], most: int) -> list[Plan]:
    """Every choice that can be combined, those of greater priority first; none: too many."""
    plans: list[Plan] = [()]
    for at in part:
        if at not in clashes:
            plans = [(*plan, at) for plan in plans]
            continue
        plans = [more for plan in plans for more in _with(plan, at, clashes[at])]
        if len(plans) > most:
            return []
    return plans


def _with(plan: Plan, at: int, clashes: set[int]) -> list[Plan]:
    return [(*plan, at), plan] if clashes.isdisjoint(plan) else [plan]


def _greedy(order: Sequence[int], clashes: dict[int, set[int]]) -> Plan:
    chosen: set[int] = set()
    for at in order:
        if chosen.isdisjoint(clashes.get(at, ())):
            chosen.add(at)
    return tuple(sorted(chosen))


def _beaten(live: Sequence[Taken], outcome: Outcome) -> list[Lost]:
    """Who had to give way everywhere; one line is enough to say why."""
    known = {one.offer.promotion.id for one in outcome.taken}
    known |= {one.offer.promotion.id for one in outcome.lost}
    found = {one.offer.promotion.id: one for one in live}
    rest = [_last(one) for name, one in found.items() if name not in known]
    return [Lost(offer, to=_winner(offer, outcome.taken)) for offer in rest]


def _last(one: Taken) -> Offer:
    """Of prices for single pieces that of the last line."""
    return one.offer.only(max(one.gain.offs)) if one.offer.singly else one.offer


def _winner(offer: Offer, taken: Sequence[Taken]) -> Offer | None:
    """Whom it had to give way to."""
    group, touches = offer.group, offer.touches
    for one in taken:
        same = bool(group) and one.offer.group == group
        if one.offer.promotion.exclusive or (same and not touches.isdisjoint(one.offer.touches)):
            return one.offer
    return taken[0].offer if taken else None
