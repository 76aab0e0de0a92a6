"""What a bill says against what we know: typed differences, and a balance that they explain.

Nothing here depends on the order of the lines. Every difference has an effect, in fen: what the
account has more by the bill than by our books because of it. All effects of a day sum to the gap
between the two, so that a day whose differences are all explained is explained to the fen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Self

from shared.domain import payment as of_payment
from shared.domain import words
from shared.domain.bill import BillKind, Line, LineKind, Outcome, day_of
from shared.domain.payment import Event, Kind, Payment

Key = tuple[LineKind, str]
WINDOW = 3  # days around its own in which the same number is only late
RATE = 10_000  # an agreed fee is so many parts of this
MOST = 1000  # differences of a day that are kept one by one
SYSTEM = "system"
MATCHED = (LineKind.CHARGE, LineKind.REFUND)
"""What our books have, too; fees go with them, and the rest only the bill knows."""


class Type(StrEnum):
    MISSING_HERE = "missing-here"  # the bill has it, we do not
    MISSING_THERE = "missing-there"  # we have it, the bill does not
    AMOUNT = "amount"  # both have it, with other figures
    FEE = "fee"  # not what was agreed with the provider
    LATE = "late"  # the same number on another day
    TWICE = "twice"  # the bill has it more than once
    STATE = "state"  # done on one side only
    DUE = "due"  # what we have of an order is not what the order says
    BALANCE = "balance"  # the account did not change by what its bill says


class State(StrEnum):
    OPEN = "open"  # somebody must look at it
    EXPLAINED = "explained"  # somebody did, and nothing needs to be done
    BOOKED = "booked"  # the books were adjusted
    CLOSED = "closed"  # a later match did not find it any more


class Category(StrEnum):
    """Why a difference is there, as whoever explains it says."""

    TIMING = "timing"  # the two sides count it on different days
    PROVIDER = "provider"  # the provider's mistake
    OURS = "ours"  # our mistake
    DISCOUNT = "discount"  # somebody else bears a part of it
    OUTSIDE = "outside"  # done past this system
    OTHER = "other"


class Standing(StrEnum):
    """How a day stands."""

    WAITING = "waiting"  # there is no bill yet
    BALANCED = "balanced"  # no difference at all
    EXPLAINED = "explained"  # every difference is explained or booked
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Fact:
    """What we know of one charge or refund. `fen`: None where only its being is known."""

    kind: LineKind
    ref: str  # our number of the payment, or of the refund
    order: str
    fen: int | None
    day: str  # China's
    done: bool = True

    @property
    def key(self) -> Key:
        return self.kind, self.ref


@dataclass(frozen=True, slots=True)
class Sums:
    """What moved on a day, in fen, above nought the way it goes."""

    charges: int = 0
    refunds: int = 0
    fees: int = 0
    coupons: int = 0
    withdrawals: int = 0
    others: int = 0
    chargebacks: int = 0

    def __add__(self, other: Self) -> "Sums":
        names = self.__dataclass_fields__
        return Sums(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def net(self) -> int:
        out = self.refunds + self.chargebacks + self.fees + self.coupons + self.withdrawals
        return self.charges + self.others - out


NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference as a match finds it; figures in fen, None where a side has nothing."""

    type: Type
    kind: LineKind
    ref: str
    bill: int | None
    ours: int | None
    effect: int
    args: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Compared:
    """One bill against our books of the same day."""

    bill: Sums = NOTHING
    ours: Sums = NOTHING
    found: list[Finding] = field(default_factory=list)
    only_bill: dict[Key, Line] = field(default_factory=dict)
    only_ours: dict[Key, Fact] = field(default_factory=dict)
    matched: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a difference."""

    at: str
    by: str
    state: State
    category: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    id: str
    account: str
    day: str
    bill_kind: str
    type: Type
    kind: LineKind
    ref: str
    bill: int | None
    ours: int | None
    effect: int
    found_at: str
    args: dict[str, Any] = field(default_factory=dict)
    state: State = State.OPEN
    category: str = ""
    note: str = ""
    assignee: str = ""
    steps: tuple[Step, ...] = ()
    version: int = 0

    @property
    def figures(self) -> tuple[Any, ...]:
        return self.bill, self.ours, self.effect, self.args

    def moved(self, step: Step) -> "Difference":
        return replace(
            self,
            state=step.state,
            category=step.category,
            note=step.note,
            steps=(*self.steps, step)[-50:],
        )


@dataclass(frozen=True, slots=True)
class BillMark:
    """A bill that a day was matched against."""

    id: str
    kind: BillKind
    digest: str
    lines: int


@dataclass(frozen=True, slots=True)
class Day:
    """One account on one day: what it came to by the bill and by our books, in fen."""

    account: str
    day: str
    bills: tuple[BillMark, ...] = ()
    matched_at: str = ""
    matched: int = 0  # lines that both sides have
    opening: int = 0
    told_closing: int | None = None  # by the bill of the account's movements
    bill: Sums = NOTHING
    ours: Sums = NOTHING
    differences: int = 0
    open: int = 0  # of the differences
    left_out: int = 0  # differences beyond those that are kept one by one
    explained: int = 0  # fen of the gap that is explained
    trouble: str = ""  # why there is no bill, or why it could not be read
    tried_at: str = ""
    stale: bool = False  # it has a bill that it was not matched against so far
    version: int = 0

    @property
    def standing(self) -> Standing:
        if not self.bills:
            return Standing.WAITING
        if self.open or self.left_out:
            return Standing.OPEN
        return Standing.EXPLAINED if self.differences else Standing.BALANCED

    @property
    def closing(self) -> int:
        """What the account has at the end by what is on its bills."""
        return self.opening + self.bill.net

    @property
    def gap(self) -> int:
        """What the account has more by the bill than by our books."""
        return self.bill.net - self.ours.net

    def with_(self, differences: Iterable[Difference]) -> "Day":
        """How the day stands with all its differences as they are."""
        there = [one for one in differences if one.state is not State.CLOSED]
        still = [one for one in there if one.state is State.OPEN]
        explained = sum(one.effect for one in there) - sum(one.effect for one in still)
        return replace(self, differences=len(there), open=len(still), explained=explained)

    def moved(self, before: Difference, after: Difference) -> "Day":
        """The day after one of its differences got another state."""
        opened = (after.state is State.OPEN) - (before.state is State.OPEN)
        return replace(
            self, open=self.open + opened, explained=self.explained - opened * after.effect
        )


def facts_of(payment: Payment) -> list[Fact]:
    """What a payment says of its own charge, and of each of its refunds."""
    kinds = {Kind.CHARGE: LineKind.CHARGE, Kind.REFUND: LineKind.REFUND}
    found = [
        Fact(kinds[kind], ref, payment.order, event.fen, heard_on(payment, event), _is_done(event))
        for (kind, ref), event in of_payment.standing(payment.events).items()
        if kind in kinds
    ]
    if all(fact.kind is not LineKind.CHARGE for fact in found):
        made = day_of(payment.created_at)
        begun = Fact(LineKind.CHARGE, payment.number, payment.order, payment.fen, made, False)
        return [begun, *found]
    return found


def heard_on(payment: Payment, event: Event) -> str:
    """When it was by the provider, or else when we heard of it."""
    return day_of(event.at or event.seen or payment.created_at)


def around(day: str) -> list[str]:
    """The days in which a number is only late, the nearest first."""
    at = date.fromisoformat(day)
    steps = [step for far in range(1, WINDOW + 1) for step in (far, -far)]
    return [(at + timedelta(step)).isoformat() for step in steps]


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(1)).isoformat()


def key_of(line: Line) -> Key:
    """A refund without a number of ours is known by the provider's."""
    if line.kind is LineKind.REFUND:
        return line.kind, line.refund or line.provider_no
    return line.kind, line.number or line.provider_no


def sums(lines: Iterable[Line]) -> Sums:
    """What the lines of a bill come to; what is not done has moved nothing."""
    of = dict.fromkeys(LineKind, 0)
    fees = coupons = 0
    for line in lines:
        if line.state is Outcome.DONE:
            of[line.kind] += line.fen
            fees += line.fee
            coupons += -line.coupon if line.kind is LineKind.REFUND else line.coupon
    return Sums(
        charges=of[LineKind.CHARGE],
        refunds=of[LineKind.REFUND],
        fees=of[LineKind.FEE] + fees,
        coupons=coupons,
        withdrawals=of[LineKind.WITHDRAWAL],
        others=of[LineKind.OTHER],
        chargebacks=of[LineKind.CHARGEBACK],
    )


def gathered(lines: Iterable[Line]) -> list[Line]:
    """The lines of a platform's bill, one for each thing that was settled in several."""
    found: dict[Key, Line] = {}
    for line in sorted(lines, key=_place):
        before = found.get(key_of(line))
        if before is not None:
            line = replace(line, fen=before.fen + line.fen, fee=before.fee + line.fee)
        found[key_of(line)] = line
    return list(found.values())


def compare(lines: Iterable[Line], facts: Mapping[Key, Fact], rate: int = 0) -> Compared:
    """Every line of a day's bill against our facts of that day. `rate`: the agreed fee."""
    done, same = Compared(), list[Line]()
    rest = {key: fact for key, fact in facts.items() if fact.done}
    for first, more in _by_key(lines, done):
        key = key_of(first)
        fact = rest.pop(key, None)
        if more:
            done.found.append(_twice(first, more, fact))
            done.bill += sums(more)
        if first.state is not Outcome.DONE:
            _unfinished(done, first, fact)
        elif fact is None:
            done.only_bill[key] = first
        elif fact.fen in (None, first.fen) and _agreed(first, rate) == first.fee:
            same.append(first)
        else:
            _both(done, first, fact, rate)
    done.only_ours = rest
    done.matched += len(same)
    both = sums(same)
    done.bill, done.ours = (
        done.bill + both + sums(done.only_bill.values()),
        done.ours + both + _books(rest.values(), rate),
    )
    return done


def judge(
    done: Compared,
    day: str,
    elsewhere: Mapping[Key, Fact],
    there: Mapping[Key, tuple[str, Line]],
    rate: int = 0,
) -> list[Finding]:
    """All differences. `elsewhere`: what we know of what only the bill has, whatever the day;
    `there`: where the bills of the days around have what only we have.
    """
    found = list(done.found)
    found += [_here(key, line, day, elsewhere.get(key)) for key, line in done.only_bill.items()]
    for key, fact in done.only_ours.items():
        found.append(_there(fact, day, there.get(key), -_books((fact,), rate).net))
    return sorted(found, key=lambda one: (one.type, one.kind, one.ref))


def charged_back(line: Line, now: str) -> Event:
    """What a bill tells of money that the buyer's bank took back."""
    ref, done = line.provider_no or line.number, of_payment.State.DONE
    return Event(Kind.CHARGEBACK, done, line.fen, ref, line.at, now, line.provider_no)


def unknown(line: Line) -> Finding:
    """A chargeback of no payment of ours: somebody must find out whose."""
    ref = line.provider_no or line.number
    return Finding(Type.MISSING_HERE, line.kind, ref, line.fen, None, 0, {"number": line.number})


def by_order(facts: Iterable[Fact]) -> dict[str, tuple[int, int]]:
    """(Charged, given back) of each order by what is done."""
    found: dict[str, tuple[int, int]] = {}
    for fact in facts:
        charged, back = found.get(fact.order, (0, 0))
        fen = (fact.fen or 0) if fact.done else 0
        mine = fact.kind is LineKind.CHARGE
        found[fact.order] = (charged + fen, back) if mine else (charged, back + fen)
    return found


def due(about: tuple[str, str], lines: Iterable[Line], ours: int, due: int) -> Finding:
    """An order (its id, its number) of which we have `ours` and not `due`; with the day's bill."""
    order, number = about
    mine = [line for line in lines if of_payment.split(line.number)[0] == order]
    flows = [one.fen if one.kind is LineKind.CHARGE else -one.fen for one in mine if _settled(one)]
    bill = sum(flows) if flows else None
    args = {"order": order, "number": number, "due": due}
    return Finding(Type.DUE, LineKind.CHARGE, order, bill, ours, 0, args)


def fee_of(fen: int, rate: int) -> int:
    """The agreed fee of an amount, halves up."""
    return (fen * rate * 2 + RATE) // (RATE * 2)


def settle(
    before: Mapping[str, Difference], found: Mapping[str, Difference], now: str
) -> list[Difference]:
    """What must be written so that a day's differences are those that were found now.

    One that somebody resolved stays so unless its figures changed; one that is gone is closed.
    """
    changed = [one for each, one in found.items() if each not in before]
    for each, one in found.items():
        known = before.get(each)
        if known is not None and (known.figures != one.figures or known.state is State.CLOSED):
            changed.append(_again(known, one, now))
    for each, known in before.items():
        if each not in found and known.state is not State.CLOSED:
            changed.append(known.moved(Step(now, SYSTEM, State.CLOSED, known.category)))
    return changed


def assigned(one: Difference, assignee: str) -> Difference:
    return replace(one, assignee=assignee)


def difference(account: str, day: str, bill_kind: str, one: Finding, now: str) -> Difference:
    """A finding as something to be worked on; what is only late explains itself."""
    made = Difference(
        id=f"{day}.{mark(account, 4)}{mark(f'{bill_kind}|{one.type}|{one.kind}|{one.ref}', 8)}",
        account=account,
        day=day,
        bill_kind=bill_kind,
        type=one.type,
        kind=one.kind,
        ref=one.ref,
        bill=one.bill,
        ours=one.ours,
        effect=one.effect,
        found_at=now,
        args=one.args,
    )
    if _only_late(one):
        return made.moved(Step(now, SYSTEM, State.EXPLAINED, Category.TIMING))
    return made


def mark(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()


def said(one: Difference, language: str) -> str:
    """The difference with both figures, in words."""
    args = {
        **one.args,
        "kind": words.say(f"line-kind.{one.kind}", language),
        "ref": one.ref,
        "bill": _money(one.bill),
        "ours": _money(one.ours),
        "due": _money(one.args.get("due")),
    }
    for name in ("bill_state", "our_state"):
        if name in args:
            args[name] = words.say(f"line-state.{args[name]}", language)
    return words.say(f"difference.{one.type}", language, args)


def _settled(line: Line) -> bool:
    return line.state is Outcome.DONE and line.kind in MATCHED


def _is_done(event: Event) -> bool:
    return event.state is of_payment.State.DONE


def _by_key(lines: Iterable[Line], done: Compared) -> list[tuple[Line, list[Line]]]:
    """Each charge and refund, with what the bill has of it beyond once; the rest is summed up."""
    by_key: dict[Key, Line] = {}
    more: dict[Key, list[Line]] = {}
    rest: list[Line] = []
    for line in lines:
        if line.kind not in MATCHED:
            rest.append(line)
        elif (key := key_of(line)) in by_key:
            more.setdefault(key, []).append(line)
        else:
            by_key[key] = line
    beside = sums(rest)
    done.bill, done.ours = done.bill + beside, done.ours + beside
    for key, some in more.items():
        by_key[key], *more[key] = sorted((by_key[key], *some), key=_place)
    return [(line, more.get(key, [])) for key, line in by_key.items()]


def _place(line: Line) -> tuple[Any, ...]:
    """Done before what is not; then by everything that a line says but its place in the file."""
    state = list(Outcome).index(line.state)
    return state, line.at, line.provider_no, line.fen, line.fee, line.coupon


def _both(done: Compared, line: Line, fact: Fact, rate: int) -> None:
    """A number that both sides have on the same day."""
    done.matched += 1
    theirs = sums((line,))
    ours = line.fen if fact.fen is None else fact.fen
    fee = _agreed(line, rate)
    done.bill += theirs
    done.ours += sums((replace(line, fen=ours, fee=fee),))
    if ours != line.fen:
        sign = 1 if line.kind is LineKind.CHARGE else -1
        effect = sign * (line.fen - ours)
        done.found.append(Finding(Type.AMOUNT, line.kind, fact.ref, line.fen, ours, effect))
    if fee != line.fee:
        args = {"rate": f"{Decimal(rate) / 100:f}%"}
        effect = fee - line.fee
        done.found.append(Finding(Type.FEE, line.kind, fact.ref, line.fee, fee, effect, args))


def _agreed(line: Line, rate: int) -> int:
    """What the provider should have taken; a refund gives its fee back, to a fen."""
    if not rate:
        return line.fee
    fee = fee_of(line.fen - line.coupon, rate)
    if line.kind is LineKind.CHARGE:
        return fee
    return line.fee if abs(line.fee + fee) <= 1 else -fee


def _unfinished(done: Compared, line: Line, fact: Fact | None) -> None:
    """A refund under way or failed by the bill: a difference only where we have it as done."""
    if fact is None:
        return
    ours = _books((fact,), 0)
    done.ours += ours
    args = {"bill_state": line.state.value, "our_state": "done"}
    made = Finding(Type.STATE, line.kind, fact.ref, line.fen, fact.fen, -ours.net, args)
    done.found.append(made)


def _twice(line: Line, more: Sequence[Line], fact: Fact | None) -> Finding:
    whole = [one for one in (line, *more) if one.state is Outcome.DONE]
    args = {"times": 1 + len(more)}
    bill, ours = sum(one.fen for one in whole), fact.fen if fact else None
    return Finding(Type.TWICE, line.kind, key_of(line)[1], bill, ours, sums(more).net, args)


def _here(key: Key, line: Line, day: str, fact: Fact | None) -> Finding:
    """What the bill has and our books of the day do not."""
    effect = sums((line,)).net
    args: dict[str, Any] = {"number": line.number}
    if fact is None:
        return Finding(Type.MISSING_HERE, line.kind, key[1], line.fen, None, effect, args)
    args["order"] = fact.order
    if not fact.done:
        args |= {"bill_state": line.state.value, "our_state": "open"}
        return Finding(Type.STATE, line.kind, key[1], line.fen, fact.fen, effect, args)
    args |= {"our_day": fact.day, "bill_day": day}
    return Finding(Type.LATE, line.kind, key[1], line.fen, fact.fen, effect, args)


def _there(fact: Fact, day: str, found: tuple[str, Line] | None, effect: int) -> Finding:
    """What our books of the day have and the bill does not."""
    args: dict[str, Any] = {"order": fact.order}
    if found is None:
        return Finding(Type.MISSING_THERE, fact.kind, fact.ref, None, fact.fen, effect, args)
    args |= {"our_day": day, "bill_day": found[0]}
    return Finding(Type.LATE, fact.kind, fact.ref, found[1].fen, fact.fen, effect, args)


def _books(facts: Iterable[Fact], rate: int) -> Sums:
    """What our books have, with the fee that was agreed."""
    charges = refunds = fees = 0
    for fact in facts:
        fen = fact.fen or 0
        if fact.kind is LineKind.CHARGE:
            charges, fees = charges + fen, fees + fee_of(fen, rate)
        else:
            refunds, fees = refunds + fen, fees - fee_of(fen, rate)
    return Sums(charges=charges, refunds=refunds, fees=fees)


def _only_late(one: Finding) -> bool:
    if one.type is not Type.LATE or one.bill != one.ours:
        return False
    days = [date.fromisoformat(one.args[name]) for name in ("our_day", "bill_day")]
    return abs((days[0] - days[1]).days) <= WINDOW


def _again(known: Difference, now_found: Difference, now: str) -> Difference:
    """It is there once more, or with other figures: whatever was said of it is no longer true."""
    fresh = replace(
        now_found,
        found_at=known.found_at,
        assignee=known.assignee,
        steps=known.steps,
        version=known.version,
    )
    step = Step(now, SYSTEM, now_found.state, now_found.category)
    return fresh.moved(step)


def _money(fen: int | None) -> str:
    return "-" if fen is None else words.money(fen)
