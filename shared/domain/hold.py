"""Why an order is stopped: typed reasons, each with its weight, its owner and its way out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    AMOUNTS = "amounts"  # an identity of the order's amounts does not hold
    ADDRESS = "address"  # the receiver cannot be reached by what is given
    TWO_ADDRESSES = "two-addresses"  # its province and its free text name different places
    MASKED = "masked"  # made by hand with a receiver that is only shown in part
    BUYER_NOTE = "buyer-note"  # the buyer wrote something that a person should read
    SELLER_NOTE = "seller-note"  # and so did the seller
    BLACKLIST = "blacklist"  # this buyer or phone is on the merchant's list
    UNPAID = "unpaid"  # neither paid nor cash on delivery
    BALANCE = "balance"  # a deposit is paid, the balance is due
    PRESALE = "presale"  # its time has not come
    GROUP = "group"  # others must join before it is sold
    UNMAPPED = "sku-unmapped"  # a shop's SKU has no item of ours
    SEVERAL_ADDRESSES = "several-addresses"  # the same buyer wants others sent elsewhere
    MERGEABLE = "mergeable"  # another order of the same buyer could go with it, but waits
    NO_WAREHOUSE = "no-warehouse"  # no warehouse of ours may serve it
    SHORT = "short"  # some of its goods are not there
    UNREACHABLE = "unreachable"  # no carrier goes there now
    SPLIT_LIMIT = "split-limit"  # it would take more parcels than are allowed
    ONLY_GIFTS = "only-gifts"  # a parcel would have nothing but gifts
    NO_SHIP = "no-ship"  # the platform says: paid, but do not ship
    RISK = "risk"  # the platform looks into it
    REFUND = "refund"  # the buyer wants the money back
    ADDRESS_CHANGE = "address-change"  # another address waits for approval
    OVERSOLD = "oversold"  # the platform sold more than there was
    INVOICE = "invoice"  # an invoice is wanted that cannot be written
    PRICE = "price"  # sold for less than it may be
    BREAKER = "breaker"  # one of its goods sells at a price that must be a mistake
    SERVICE = "service"  # customer service looks at every such order
    FINANCE = "finance"  # and then finance
    RULE = "rule"  # a rule of the merchant
    SHIPPED_ELSEWHERE = "shipped-elsewhere"  # the channel says shipped, but not by us
    MANUAL = "manual"  # a person stopped it


class Severity(StrEnum):
    NOTICE = "notice"
    WARNING = "warning"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Nature:
    """What a reason means for who works on it; `waivable` ones may be released by hand.

    `hours`: how long its owner may take; 0 where there is nothing for a person to do.
    """

    severity: Severity
    owner: str
    way_out: str
    waivable: bool = True
    hours: int = 24


_NOTICE, _WARNING, _BLOCK = Severity.NOTICE, Severity.WARNING, Severity.BLOCK
NATURE: dict[Reason, Nature] = {
    Reason.AMOUNTS: Nature(_BLOCK, "finance", "hand"),
    Reason.ADDRESS: Nature(_WARNING, "service", "address"),
    Reason.TWO_ADDRESSES: Nature(_WARNING, "service", "address"),
    Reason.MASKED: Nature(_WARNING, "service", "address", waivable=False),
    Reason.BUYER_NOTE: Nature(_NOTICE, "service", "hand"),
    Reason.SELLER_NOTE: Nature(_NOTICE, "service", "hand"),
    Reason.BLACKLIST: Nature(_BLOCK, "owner", "hand"),
    Reason.UNPAID: Nature(_NOTICE, "channel", "paid", waivable=False, hours=0),
    Reason.BALANCE: Nature(_NOTICE, "channel", "paid", waivable=False, hours=0),
    Reason.PRESALE: Nature(_NOTICE, "clock", "time", hours=0),
    Reason.GROUP: Nature(_NOTICE, "clock", "group", waivable=False, hours=0),
    Reason.UNMAPPED: Nature(_WARNING, "operations", "mapping", waivable=False),
    Reason.SEVERAL_ADDRESSES: Nature(_NOTICE, "service", "address"),
    Reason.MERGEABLE: Nature(_NOTICE, "service", "hand"),
    Reason.NO_WAREHOUSE: Nature(_WARNING, "operations", "hand"),
    Reason.SHORT: Nature(_WARNING, "operations", "stock"),
    Reason.UNREACHABLE: Nature(_WARNING, "operations", "hand"),
    Reason.SPLIT_LIMIT: Nature(_WARNING, "operations", "hand"),
    Reason.ONLY_GIFTS: Nature(_NOTICE, "operations", "hand"),
    Reason.NO_SHIP: Nature(_BLOCK, "channel", "channel", waivable=False, hours=0),
    Reason.RISK: Nature(_BLOCK, "channel", "channel", waivable=False, hours=0),
    Reason.REFUND: Nature(_BLOCK, "service", "channel"),
    Reason.ADDRESS_CHANGE: Nature(_BLOCK, "service", "channel"),
    Reason.OVERSOLD: Nature(_WARNING, "operations", "hand"),
    Reason.INVOICE: Nature(_NOTICE, "finance", "hand", hours=72),
    Reason.PRICE: Nature(_BLOCK, "finance", "hand"),
    Reason.BREAKER: Nature(_BLOCK, "owner", "resume", hours=4),
    Reason.SERVICE: Nature(_NOTICE, "service", "hand"),
    Reason.FINANCE: Nature(_NOTICE, "finance", "hand"),
    Reason.RULE: Nature(_NOTICE, "service", "hand"),
    Reason.SHIPPED_ELSEWHERE: Nature(_WARNING, "service", "hand"),
    Reason.MANUAL: Nature(_NOTICE, "service", "hand"),
}


class Then(StrEnum):
    RELEASE = "release"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Hold:
    reason: Reason
    args: dict[str, Any] = field(default_factory=dict)
    until: str = ""  # UTC; empty = until somebody acts
    then: Then = Then.RELEASE  # what the clock does at `until`

    @property
    def stands(self) -> bool:
        """Whether it lasts though the order is looked at anew: a person or an after-sale's."""
        return self.reason is Reason.MANUAL or "after_sale" in self.args
