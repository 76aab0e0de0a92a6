"""Bills of payment providers and platforms: what a line says, whoever wrote it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

CHINA = timezone(timedelta(hours=8))


class BillKind(StrEnum):
    """What a bill is of; the first two by the names of the port of payment providers."""

    TRADES = "trades"  # each payment and refund
    FUNDS = "funds"  # each movement of the account
    PLATFORM = "platform"  # what a sales platform settles


class LineKind(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"
    CHARGEBACK = "chargeback"  # taken from us by the buyer's bank
    FEE = "fee"
    WITHDRAWAL = "withdrawal"
    OTHER = "other"


class Outcome(StrEnum):
    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, in fen, above nought the way its kind goes: charges come in, the others go out.

    What is neither comes in. `fee` and `coupon` are taken off a charge, and given back with a
    refund; `balance` is what the account has after the line, where the bill says so.
    """

    row: int  # its line in the file
    at: str
    kind: LineKind
    number: str  # ours
    fen: int
    fee: int = 0
    provider_no: str = ""
    refund: str = ""  # our number of the refund
    coupon: int = 0  # of `fen`, what we bear ourselves and are not paid
    state: Outcome = Outcome.DONE
    balance: int | None = None

    @property
    def flow(self) -> int:
        """What the account has more for it."""
        sign = 1 if self.kind in (LineKind.CHARGE, LineKind.OTHER) else -1
        back = -1 if self.kind is LineKind.REFUND else 1
        return sign * self.fen - self.fee - back * self.coupon


@dataclass(frozen=True, slots=True)
class BillTerms:
    """What was agreed on an account's bills, and how a platform writes those of a shop."""

    id: str  # of the account, or of the shop
    rate: int = 0  # the agreed fee, in parts of 10,000; 0 = as the bill says
    columns: dict[str, str] = field(default_factory=dict)  # field -> title of its column
    kinds: dict[str, str] = field(default_factory=dict)  # word in the column of kinds -> kind
    yuan: bool = True  # else the amounts are fen
    prefix: str = ""  # what stands before our numbers


@dataclass(frozen=True, slots=True)
class Parsed:
    """A bill that has no flaw. `opening`, `closing`: what the account had, if the bill tells."""

    source: str  # wechat, alipay, platform
    kind: BillKind
    lines: tuple[Line, ...]
    opening: int | None = None
    closing: int | None = None


def day_of(at: str) -> str:
    """The day in China of a moment."""
    return datetime.fromisoformat(at).astimezone(CHINA).date().isoformat()
