"""What a platform keeps: orders as its buyers made them and as they moved since, all in fen."""

import random
import threading
from bisect import insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

DAY = 86400.0
FIRST, MOST = 3_000_000_000_000_000, 10_000_000  # the lowest number; orders of a seed
STATES = (
    *("pending", "on-hold", "ready", "partly", "shipped", "signed", "completed"),
    *("cancelled", "refunded"),
)
PLACES = (
    ("浙江省", "杭州市", "西湖区", "文三路 90 号"),
    ("广东省", "广州市", "天河区", "体育东路 12 号"),
    ("上海市", "上海市", "浦东新区", "张江路 665 号"),
    ("四川省", "成都市", "武侯区", "天府大道 1388 号"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "天山区", "解放北路 90 号"),
)
NAMES = ("王小明", "李静", "张伟", "陈晓燕", "赵子涵")
WORDS = ("", "", "", "请尽快发货", "周末送")
ARTICLES = (("mug", "马克杯", 1990), ("hat", "渔夫帽", 5900), ("tea", "龙井 250 克", 12800))


@dataclass(slots=True)
class Line:
    sub: str
    item: str
    sku_id: str
    code: str  # the merchant's own
    title: str
    quantity: int
    price: int
    off: int = 0  # from the line alone
    share: int = 0  # its part of what was taken off the whole order
    refund: str = ""  # asked, agreed, done
    tracking: str = ""  # of the parcel that it left with

    @property
    def paid(self) -> int:
        return self.price * self.quantity - self.off - self.share


@dataclass(slots=True)
class Order:
    """`state`: one of STATES."""

    number: str
    created: float
    modified: float
    state: str
    buyer: str
    name: str
    phone: str
    place: tuple[str, str, str, str]
    lines: list[Line]
    freight: int = 0
    note: str = ""
    memo: str = ""
    paid_at: float = 0
    carrier: str = ""

    @property
    def total(self) -> int:
        return sum(line.paid for line in self.lines) + self.freight

    @property
    def off(self) -> int:
        return sum(line.share for line in self.lines)

    @property
    def refunding(self) -> bool:
        return any(line.refund in ("asked", "agreed") for line in self.lines)


@dataclass
class Orders:
    """All of a shop's, by number and by when they last changed. Times are whole seconds."""

    by_number: dict[str, Order] = field(default_factory=dict)
    _changes: list[tuple[float, str]] = field(default_factory=list)
    _made: Counter[int] = field(default_factory=Counter)  # so many of each seed
    lock: threading.RLock = field(default_factory=threading.RLock)

    def make(
        self, count: int, since: float, until: float, seed: int = 1, prefix: str = ""
    ) -> list[str]:
        """Orders spread over a time, the same for the same seed; most are to be shipped.

        The next of a seed have the next numbers; `prefix`: before the merchant's own codes.
        """
        made = []
        with self.lock:
            before = self._made[seed]
            self._made[seed] += count
            first, chance = FIRST + seed * MOST + before, random.Random(seed + before)
            for no in range(count):
                at = float(int(since + (until - since) * (no + 0.5) / max(1, count)))
                order = _order(chance, str(first + no), at)
                for line in order.lines:
                    line.code = prefix + line.code
                self.by_number[order.number] = order
                insort(self._changes, (order.modified, order.number))
                made.append(order.number)
        return made

    def get(self, number: str) -> Order | None:
        return self.by_number.get(number)

    def move(self, number: str, now: float, state: str = "", **change: object) -> Order:
        """Any change at all counts as one, a second later than the last at least."""
        with self.lock:
            order = self.by_number[number]
            self._changes.remove((order.modified, number))
            order.modified = max(float(int(now)), order.modified + 1)
            insort(self._changes, (order.modified, number))
            if state:
                order.state = state
            if order.state not in ("pending", "cancelled"):
                order.paid_at = order.paid_at or order.modified
            for name, value in change.items():
                setattr(order, name, value)
            return order

    def modified(self, start: float, end: float) -> list[Order]:
        """The oldest change first."""
        with self.lock:
            return [self.by_number[n] for at, n in self._changes if start <= at < end]

    def created(self, start: float, end: float) -> list[Order]:
        with self.lock:
            found = [o for o in self.by_number.values() if start <= o.created < end]
        return sorted(found, key=lambda order: (order.created, order.number))

    def __iter__(self) -> Iterator[Order]:
        with self.lock:
            return iter(list(self.by_number.values()))


def _order(chance: random.Random, number: str, at: float) -> Order:
    state = chance.choices(("ready", "pending", "on-hold"), (90, 5, 5))[0]
    count = chance.choices((1, 2, 3), (6, 3, 1))[0]
    lines = [
        Line(
            sub=f"{number}{no}",
            item=str(600_000_000_000 + at_),
            sku_id=str(5_000_000_000_000 + at_),
            code=code,
            title=title,
            quantity=chance.randint(1, 3),
            price=price,
        )
        for no, (at_, (code, title, price)) in enumerate(
            chance.sample(list(enumerate(ARTICLES)), count), 1
        )
    ]
    _take_off(chance, lines)
    who = chance.randrange(len(NAMES))
    return Order(
        number=number,
        created=at,
        modified=at,
        state=state,
        buyer=f"buyer-{chance.randrange(10_000)}",
        name=NAMES[who],
        phone=f"138{chance.randrange(10**8):08d}",
        place=chance.choice(PLACES),
        lines=lines,
        freight=chance.choice((0, 0, 800)),
        note=chance.choice(WORDS),
        paid_at=0 if state == "pending" else at,
    )


def _take_off(chance: random.Random, lines: list[Line]) -> None:
    """Some off a line, and some off the whole, divided so that nothing is lost."""
    if chance.random() < 0.3:  # noqa: PLR2004
        lines[0].off = chance.randint(1, 300)
    whole = chance.choice((0, 0, 500, 333))
    worth = [line.price * line.quantity - line.off for line in lines]
    left = whole
    for line, each in zip(lines[:-1], worth, strict=False):
        line.share = whole * each // sum(worth)
        left -= line.share
    lines[-1].share = left
