"""Why an order is stopped: typed reasons, each with its weight, its owner and its way out."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    AMOUNTS = "amounts"  # an identity of the order's amounts does not hold
    ADDRESS = "address"  # the receiver cannot be reached by what is given
    BUYER_NOTE = "buyer-note"  # the buyer wrote something that a person should read
    BLACKLIST = "blacklist"  # this buyer or phone is on the merchant's list
    UNPAID = "unpaid"  # neither paid nor cash on delivery
    UNMAPPED = "sku-unmapped"  # a shop's SKU has no item of ours
    SHIPPED_ELSEWHERE = "shipped-elsewhere"  # the channel says shipped, but not by us
    MANUAL = "manual"  # a person stopped it


class Severity(StrEnum):
    NOTICE = "notice"
    WARNING = "warning"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Nature:
    """What a reason means for who works on it; `waivable` ones may be released by hand."""

    severity: Severity
    owner: str
    way_out: str
    waivable: bool = True


NATURE: dict[Reason, Nature] = {
    Reason.AMOUNTS: Nature(Severity.BLOCK, "finance", "hand"),
    Reason.ADDRESS: Nature(Severity.WARNING, "service", "update"),
    Reason.BUYER_NOTE: Nature(Severity.NOTICE, "service", "hand"),
    Reason.BLACKLIST: Nature(Severity.BLOCK, "owner", "hand"),
    Reason.UNPAID: Nature(Severity.NOTICE, "channel", "paid", waivable=False),
    Reason.UNMAPPED: Nature(Severity.WARNING, "operations", "mapping", waivable=False),
    Reason.SHIPPED_ELSEWHERE: Nature(Severity.WARNING, "service", "hand"),
    Reason.MANUAL: Nature(Severity.NOTICE, "service", "hand"),
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
