"""A payment provider behind the port: it keeps trades and refunds, and can be made to fail."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.domain.errors import Fault
from shared.domain.payment import Account as Stored
from shared.gateways import vault
from shared.gateways.payments.port import (
    Account,
    Back,
    Bill,
    Forged,
    Limits,
    Method,
    Prepared,
    Refunding,
    Rejected,
    Reply,
    Returned,
    Told,
    Trade,
    Unclear,
    Wanted,
    Why,
)
from shared.store import merchants

LIMITS = Limits(frozenset(Method), refunds=50, refund_gap=60, refund_days=365)
SIGNED = "bank-signature"  # its value in a notification that is the provider's own


@dataclass
class Bank:
    """Stands where a provider would; `fail` says what happens at the n-th call, counted from 1."""

    name: str = "wechat"
    limits: Limits = LIMITS
    secrets: tuple[str, ...] = ("private_key",)
    trades: dict[str, Told] = field(default_factory=dict)
    refunds: dict[str, Returned] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    fail: dict[int, tuple[str, Exception]] = field(default_factory=dict)  # "before" | "after"
    back: Back = Back.DONE  # how a refund ends
    open_numbers: bool = True  # whether what was created is known there before it is paid
    tick: Callable[[str], None] = lambda when: None  # told before and after each call

    def pay(self, number: str, fen: int = 0, at: str = "") -> None:
        """The buyer pays."""
        one = self.trades.get(number) or Told(number, "", Trade.PENDING, fen)
        done = replace(one, provider_no=f"42{number[-2:]}", state=Trade.PAID, fen=fen or one.fen)
        self.trades[number] = replace(done, at=at)

    @property
    def given_back(self) -> int:
        return sum(one.fen for one in self.refunds.values() if one.state is Back.DONE)

    def check(self, account: Account) -> list[Fault]:
        return [] if account.secrets.get("private_key") else [_missing()]

    def create(self, account: Account, wanted: Wanted, now: str) -> Prepared:
        told = Told(wanted.number, "", Trade.PENDING, wanted.fen)
        with _Call(self, "create"):
            if self.open_numbers:
                self.trades.setdefault(wanted.number, told)
        return Prepared({"code_url": f"weixin://{wanted.number}"})

    def query(self, account: Account, number: str, now: str, provider_no: str = "") -> Told:
        with _Call(self, "query"):
            if number not in self.trades:
                raise Rejected(Why.ABSENT, "ORDER_NOT_EXIST")
            return self.trades[number]

    def close(self, account: Account, number: str, now: str) -> None:
        with _Call(self, "close"):
            one = self.trades.get(number)
            if one is None:
                raise Rejected(Why.ABSENT, "ORDER_NOT_EXIST")
            if one.state is Trade.PAID:
                raise Rejected(Why.PAID, "ORDERPAID")
            self.trades[number] = replace(one, state=Trade.CLOSED)

    def refund(self, account: Account, wanted: Refunding, now: str) -> Returned:
        with _Call(self, "refund"):
            paid = self.trades[wanted.number].fen
            others = sum(
                one.fen
                for one in self.refunds.values()
                if one.number == wanted.number and one.refund_no != wanted.refund_no
            )
            if others + wanted.fen > paid:
                raise Rejected(Why.REFUSED, "REFUND_FEE_MISMATCH", "more than was paid")
            told = Returned(
                wanted.number,
                wanted.refund_no,
                f"50{wanted.refund_no[-2:]}",
                self.back,
                wanted.fen,
            )
            self.refunds.setdefault(wanted.refund_no, told)
            return self.refunds[wanted.refund_no]

    def query_refund(self, account: Account, number: str, refund_no: str, now: str) -> Returned:
        with _Call(self, "query_refund"):
            if refund_no not in self.refunds:
                raise Rejected(Why.ABSENT, "RESOURCE_NOT_EXISTS")
            return self.refunds[refund_no]

    def hear(
        self, account: Account, headers: Mapping[str, str], body: bytes, now: str
    ) -> Told | Returned | None:
        if headers.get("bank") != SIGNED:
            raise Forged("signature")
        told: dict[str, Any] = json.loads(body)
        if "refund_no" in told:
            return Returned(**{**told, "state": Back(told["state"])})
        return Told(**{**told, "state": Trade(told["state"])}) if told else None

    def ack(self, ok: bool, text: str = "") -> Reply:
        if ok:
            return Reply(204, {}, b"")
        said = json.dumps({"code": "FAIL", "message": text})
        return Reply(400, {"Content-Type": "application/json"}, said.encode())

    def bill(self, account: Account, day: str, kind: Bill, now: str) -> bytes:
        raise Unclear("not here")


@dataclass
class Written(Bank):
    """A provider who has written these bills."""

    bills: dict[tuple[str, Bill], bytes] = field(default_factory=dict)
    trouble: Exception = field(default_factory=lambda: Rejected(Why.ABSENT, "NO_STATEMENT_EXIST"))
    asked: list[tuple[str, Bill]] = field(default_factory=list)

    def bill(self, account: Account, day: str, kind: Bill, now: str) -> bytes:
        self.asked.append((day, kind))
        if (day, kind) not in self.bills:
            raise self.trouble
        return self.bills[day, kind]


@dataclass
class _Call:
    """One call of the provider: counted, and cut where it shall be."""

    bank: Bank
    name: str

    def __enter__(self) -> None:
        self.bank.calls.append(self.name)
        self.bank.tick("before")
        when, trouble = self.bank.fail.get(len(self.bank.calls), ("", None))
        if when == "before" and trouble:
            raise trouble

    def __exit__(self, *_: object) -> None:
        self.bank.tick("after")
        when, trouble = self.bank.fail.get(len(self.bank.calls), ("", None))
        if when == "after" and trouble:
            raise trouble


def account(tenant: str, account_id: str = "main", provider: str = "wechat") -> None:
    """Put an account on a merchant's shelf."""
    cipher = vault.cipher(tenant, merchants.tenant(tenant).sealed_key)
    sealed = {"private_key": cipher.seal("k", f"payment-account/{account_id}/private_key")}
    stored = Stored(account_id, provider, "收款", "wx1", "1900", sealed, {})
    merchants.payment_accounts.add(tenant, stored)


def _missing() -> Fault:
    return Fault("secrets.private_key", "missing")
