"""A merchant and what belongs to it: shops, webhooks, the blacklist."""

from dataclasses import dataclass, field

from shared.domain.content import Lane
from shared.domain.place import Strategy
from shared.domain.postage import Postage
from shared.domain.push import PushRule

MOST_SKUS = 5000  # of its own codes that a shop may map


@dataclass(frozen=True, slots=True)
class Tenant:
    id: str
    name: str
    sealed_key: str  # the tenant's data key, encrypted by the master key
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class Merging:
    """How orders of one buyer wait for each other, to go into one box."""

    on: bool = False
    buffer: int = 30  # minutes for which an order waits for others
    limit: int = 5  # orders that are put together by themselves
    presale: bool = False  # presale orders too, in every month, and with spot ones
    split: bool = False  # also what was split before


@dataclass(frozen=True, slots=True)
class Shop:
    id: str
    name: str
    channel: str = "own"
    currency: str = "CNY"
    warehouses: tuple[str, ...] = ()  # those that may serve it; empty = all
    skus: dict[str, str] = field(default_factory=dict)  # the shop's own SKU -> ours
    hold_notes: bool = True  # a buyer's note stops the order for a person to read
    sourcing: Strategy = Strategy.CHEAPEST
    push: PushRule = field(default_factory=PushRule)  # what it is told to show
    mode: str = ""  # the merchant's own word for how the shop is run
    merge: Merging = Merging()
    steps: tuple[str, ...] = ()  # who looks at every order: "service", then "finance"
    promise: int = 0  # hours within which it ships; 0 = as its platform demands
    warehouse_codes: dict[str, str] = field(default_factory=dict)  # the platform's code -> ours
    carriers: tuple[str, ...] = ()  # those that it may use; empty = all
    most_splits: int = 9  # parcels of one order
    least_split: int = 0  # fen that each part of a split order must be worth
    deposits: bool = False  # a presale order goes on as soon as its deposit is paid
    pay_within: int = 30  # minutes for which an own order waits to be paid; 0 = for ever
    postage: Postage = field(default_factory=Postage)  # what the buyer pays for freight
    by_priority: tuple[Lane, ...] = ()  # where not what is best for the buyer counts
    agree_up_to: int = 0  # fen; refunds of what has not left are agreed to by themselves; 0 = none
    active: bool = True

    @property
    def pushes(self) -> bool:
        return self.active and self.push.on


@dataclass(frozen=True, slots=True)
class Webhook:
    id: str
    url: str
    secret: str  # sealed with the tenant's key
    events: tuple[str, ...] = ()  # empty = all
    active: bool = True


def dialled(phone: str) -> str:
    """A phone as it is dialled at home: `+86 138-1234-5678` and `138 1234 5678` are the same."""
    digits = "".join(c for c in phone if c.isdigit())
    return digits.removeprefix("86") if len(digits) == len("8613812345678") else digits


@dataclass(frozen=True, slots=True)
class Blacklisted:
    """A phone (by its mark, never in clear) or a buyer's id that no order passes unseen."""

    id: str
    kind: str  # "phone" | "buyer"
    mark: str
    note: str = ""
    created_at: str = ""
