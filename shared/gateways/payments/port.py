"""What is asked of a payment provider, in one vocabulary. An adapter only translates.

Money is in fen; moments are UTC texts as `clock` makes them, and come in as `now`. One number
of ours names a payment, another a refund: the same call with the same number is the same deed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from shared.domain.errors import Fault
from shared.gateways.talk import Forged as Forged
from shared.gateways.talk import Reply as Reply
from shared.gateways.talk import Unclear as Unclear


class Method(StrEnum):
    """Where the buyer pays."""

    JSAPI = "jsapi"  # WeChat: in a page or mini program inside WeChat
    NATIVE = "native"  # WeChat: a code on a screen
    H5 = "h5"  # WeChat: in a phone's browser
    APP = "app"  # both: in the merchant's app
    PAGE = "page"  # Alipay: in a computer's browser
    WAP = "wap"  # Alipay: in a phone's browser
    QR = "qr"  # Alipay: a code on a screen


class Trade(StrEnum):
    PENDING = "pending"  # not paid so far
    PAID = "paid"
    CLOSED = "closed"  # never paid, and cannot be paid any more
    REFUNDED = "refunded"  # was paid; since then some or all of it went back


class Back(StrEnum):
    PROCESSING = "processing"  # taken; its end must be asked for
    DONE = "done"
    CLOSED = "closed"  # it did not happen, and this number will not make it happen
    ABNORMAL = "abnormal"  # the buyer's account cannot take it: a person must see to it


class Bill(StrEnum):
    TRADES = "trades"  # each payment and refund
    FUNDS = "funds"  # each movement of the merchant's account


class Why(StrEnum):
    """What a refusal means to us; the provider's own code and text stand beside it."""

    ABSENT = "absent"  # no such number there
    PAID = "paid"  # paid already
    CLOSED = "closed"  # closed already
    USED = "used"  # the number stands for something else there
    SHORT = "short"  # the merchant's account has too little money now: the same again later
    LATER = "later"  # too often, or not ready: nothing was done, the same again later
    ACCOUNT = "account"  # keys, ids or rights are wrong: a person must mend the account
    REFUSED = "refused"  # not possible: the same again changes nothing


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant's account with a provider, its secrets opened."""

    id: str
    provider: str  # "wechat" or "alipay"
    app_id: str
    merchant_id: str  # WeChat: mchid; Alipay: seller id (2088...)
    secrets: Mapping[str, str] = field(repr=False)  # by the names of Provider.secrets
    keys: Mapping[str, str] = field(repr=False)  # public: PEM keys and certificates by name
    notify_url: str  # where the provider tells us of this account; HTTPS, without a query
    endpoint: str = ""  # another address than the provider's own: its sandbox


@dataclass(frozen=True, slots=True)
class Limits:
    """What the provider bears; counted by whoever keeps the payments."""

    methods: frozenset[Method]
    refunds: int  # of one payment, at most; 0 = as many as one likes
    refund_gap: int  # seconds between two refunds of one payment
    refund_days: int  # after the payment


@dataclass(frozen=True, slots=True)
class Wanted:
    """A payment to be made."""

    number: str  # ours, at most 32 of 0-9 a-z A-Z - _
    fen: int
    title: str
    method: Method
    expires_at: str
    payer: str = ""  # JSAPI: the buyer's openid
    client_ip: str = ""  # H5: the buyer's
    return_url: str = ""  # page, WAP, H5: where the buyer comes back to; proves nothing


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the buyer's page or app needs to go on; what stands in it depends on the method.

    jsapi: appId timeStamp nonceStr package signType paySign
    app: WeChat appid partnerid prepayid package noncestr timestamp sign; Alipay order_string
    native, qr: code_url; h5: h5_url; page, wap: url, and form as HTML that posts itself
    """

    params: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says of a payment: in an answer, or by itself."""

    number: str
    provider_no: str
    state: Trade
    fen: int  # of the whole payment, as the provider has it; 0 when nobody has begun to pay
    at: str = ""  # when it was paid
    payer: str = ""


@dataclass(frozen=True, slots=True)
class Refunding:
    """A refund to be made."""

    number: str  # of the payment
    refund_no: str  # ours, at most 64: the same number is the same refund
    fen: int
    total: int  # of the payment
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a provider says of a refund."""

    number: str
    refund_no: str
    provider_no: str
    state: Back
    fen: int
    at: str = ""  # when the buyer had it


class Rejected(Exception):
    """The provider said no: nothing was done. `code` and `text` are its own words."""

    def __init__(self, why: Why, code: str, text: str = "") -> None:
        super().__init__(why, code, text)
        self.why, self.code, self.text = why, code, text


class Provider(Protocol):
    """One payment provider. Calls raise Rejected, Unclear or Forged; `hear` raises Forged."""

    name: str
    limits: Limits
    secrets: tuple[str, ...]  # the names of what must stand in Account.secrets

    def check(self, account: Account) -> list[Fault]:
        """What is wrong with the account, without asking the provider."""
        ...

    def create(self, account: Account, wanted: Wanted, now: str) -> Prepared:
        """Begin a payment. A repeat gives a way to pay the same one."""
        ...

    def query(self, account: Account, number: str, now: str, provider_no: str = "") -> Told:
        """By our number, or by theirs when that is given. ABSENT: nobody has begun to pay."""
        ...

    def close(self, account: Account, number: str, now: str) -> None:
        """Let it be paid no more; twice is once. ABSENT: nobody has begun to pay."""
        ...

    def refund(self, account: Account, wanted: Refunding, now: str) -> Returned: ...

    def query_refund(self, account: Account, number: str, refund_no: str, now: str) -> Returned:
        """By our numbers of the payment and of the refund."""
        ...

    def hear(
        self, account: Account, headers: Mapping[str, str], body: bytes, now: str
    ) -> Told | Returned | None:
        """What a notification says, from its bytes as they came.

        None: it is the provider's, and says nothing of payments or refunds.
        """
        ...

    def ack(self, ok: bool, text: str = "") -> Reply:
        """What the provider wants to hear; anything else makes it tell us again."""
        ...

    def bill(self, account: Account, day: str, kind: Bill, now: str) -> bytes:
        """The bill of a day (2026-11-20, China's) as the provider wrote it, unpacked; CSV.

        LATER: not written yet. ABSENT: there is none; nothing happened, or it is not written yet.
        """
        ...
