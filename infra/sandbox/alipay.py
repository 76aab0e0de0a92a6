"""Alipay's gateway as its documents tell it, for one app of one seller."""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote_plus

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from infra.sandbox import bills
from infra.sandbox.book import CHINA, Book, No, Refund, Trade, date, digits, fen, local, yuan
from infra.sandbox.desk import Desk, changed, played
from infra.sandbox.keys import Keys, certificate_pem
from infra.sandbox.mischief import WELL, Mischief, Trick
from infra.sandbox.notices import PAUSES, Notice, Notices
from infra.sandbox.server import Answer, Request, said

APP, SELLER, FOREIGN = "2026112200000001", "2088000000000001", "2088000000000002"
NEEDED = {"app_id", "method", "charset", "sign_type", "sign", "timestamp", "version"}
PAGES = {"alipay.trade.page.pay", "alipay.trade.wap.pay", "alipay.trade.app.pay"}
STATES = {"open": "WAIT_BUYER_PAY", "paid": "TRADE_SUCCESS", "closed": "TRADE_CLOSED"}
NUMBER = re.compile(r"[0-9A-Za-z_\-]{1,64}")
SUCCESS = ("10000", "Success", "", "")
BUSINESS = ("40004", "Business Failed")
TOLERANCE = 300
CODES = {
    "absent": (*BUSINESS, "ACQ.TRADE_NOT_EXIST", "交易不存在"),
    "no-refund": (*BUSINESS, "ACQ.TRADE_NOT_EXIST", "交易不存在"),
    "paid": (*BUSINESS, "ACQ.TRADE_HAS_SUCCESS", "交易已被支付"),
    "closed": (*BUSINESS, "ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    "status": (*BUSINESS, "ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "used": (*BUSINESS, "ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"),
    "differs": (*BUSINESS, "ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致"),
    "unpaid": (*BUSINESS, "ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    "late": (*BUSINESS, "ACQ.TRADE_HAS_FINISHED", "交易已完结"),
    "soon": (*BUSINESS, "ACQ.TRADE_NOT_ALLOW_REFUND", "退款过于频繁"),
    "over": (*BUSINESS, "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限"),
    "balance": (*BUSINESS, "ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
    "unknown": (*BUSINESS, "ACQ.SYSTEM_ERROR", "系统错误"),
    "empty": (*BUSINESS, "isp.bill_not_exist", "账单不存在"),
    "param": ("40002", "Invalid Arguments", "isv.invalid-parameter", "参数无效"),
    "time": ("40002", "Invalid Arguments", "isv.invalid-timestamp", "非法的时间戳参数"),
    "sign": ("40002", "Invalid Arguments", "isv.invalid-signature", "验签出错"),
    "app": ("40002", "Invalid Arguments", "isv.invalid-app-id", "无效的AppID参数"),
    "method": ("40002", "Invalid Arguments", "isv.invalid-method", "不存在的方法名"),
    "auth": ("40006", "Insufficient Permissions", "isv.insufficient-isv-permissions", "权限不足"),
    "busy": ("40005", "Call Limited", "isv.app-call-limited", "应用调用次数超限"),
    "down": ("20000", "Service Currently Unavailable", "isp.unknow-error", "系统繁忙"),
}
Handler = Callable[["Alipay", dict[str, str], dict[str, Any], Trick], Any]


class Alipay(Desk):
    name = "alipay"

    def __init__(
        self,
        keys: Keys,
        file: Path | None = None,
        pauses: tuple[float, ...] = PAUSES,
        gap: float = 3,
    ) -> None:
        self._keys = keys
        self._root = keys.certificate("alipay-root")
        self._app = keys.certificate("alipay-app", "alipay-root")
        self._own = keys.certificate("alipay", "alipay-root")
        self._bills: dict[str, bytes] = {}
        mischief = Mischief()
        notices = Notices(mischief, lambda _, body: body == b"success", pauses)
        super().__init__(Book(0, gap, 365, file), mischief, notices)

    def account(self, *, by_certificate: bool = False) -> dict[str, Any]:
        key = {"alipay": self._keys.public_text("alipay")}
        certificates = {
            "app": certificate_pem(self._app),
            "root": certificate_pem(self._keys.odd_root(), self._root),
            "alipay": certificate_pem(self._own),
        }
        return {
            "provider": self.name,
            "app_id": APP,
            "merchant_id": SELLER,
            "secrets": {"private_key": self._keys.private_text("alipay-app")},
            "keys": certificates if by_certificate else key,
            "endpoint": f"{self.url}/gateway.do",
        }

    def provide(self, request: Request) -> Answer:
        if request.path == "/downloadBillFile.resource":
            return self._download(request)
        pairs = parse_qsl(request.query, True) + parse_qsl(request.body.decode(), True)
        given = dict(pairs)
        call, handler = CALLS.get(given.get("method", ""), ("", Alipay.refuse))
        trick = self.mischief.take(call)
        return played(trick, partial(self._answer, given, handler, trick))

    def notice(self, about: Trade | Refund) -> Notice:
        refund = about if isinstance(about, Refund) else None
        trade = self.book.trades[about.number]

        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            told = self._news(trade, refund)
            if trick.is_("foreign"):
                told["seller_id"] = FOREIGN
            signed = self._sealed(told, trick)
            body = "&".join(f"{name}={quote_plus(value)}" for name, value in signed.items())
            return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, (
                body.replace("total_amount=", "total_amount=1").encode()
                if trick.is_("byte")
                else body.encode()
            )

        return Notice(f"trade {about.number}", about.notify_url, write)

    def refuse(self, *_: Any) -> Any:
        raise No("method")

    def _answer(self, given: dict[str, str], handler: Handler, trick: Trick) -> Answer:
        try:
            self._check(given, trick)
            found = self._acted(given, handler, trick)
        except No as no:
            return self._result(given, {}, WELL, no.why)
        except (LookupError, TypeError, ValueError):
            return self._result(given, {}, WELL, "param")
        if isinstance(found, Answer):
            return found
        return self._result(given, found, trick)

    def _acted(self, given: dict[str, str], handler: Handler, trick: Trick) -> Any:
        if trick.is_("busy", "refuse"):
            raise No(trick.code or "busy")
        found = handler(self, given, json.loads(given["biz_content"]), trick)
        if trick.is_("unknown"):
            raise No(trick.code or "down")
        return found

    def _check(self, given: dict[str, str], trick: Trick) -> None:
        """RSA2 over all that came but `sign`, against the key of the app."""
        if given.get("app_id") != APP:
            raise No("app")
        if given.keys() < NEEDED or given["sign_type"] != "RSA2" or given["charset"] != "utf-8":
            raise No("param")
        rest = {name: value for name, value in given.items() if name != "sign" and value}
        text = "&".join(f"{name}={rest[name]}" for name in sorted(rest))
        if not self._verifies("alipay-app", text, given["sign"]):
            raise No("sign")
        _timely(given["timestamp"], trick)
        if "app_cert_sn" in given:
            named = (given["app_cert_sn"], given.get("alipay_root_cert_sn"))
            if named != (_serial(self._app), _serial(self._root)):
                raise No("auth")

    def _result(
        self, given: dict[str, str], found: dict[str, Any], trick: Trick, why: str = ""
    ) -> Answer:
        """As Alipay writes JSON: slashes escaped; signed is the raw text of the result."""
        code, message, sub_code, sub_message = _code(why) if why else SUCCESS
        detail = {"sub_code": sub_code, "sub_msg": sub_message} if sub_code else {}
        if trick.is_("other") and "out_trade_no" in found:
            found = {**found, "out_trade_no": "another-payment-01"}
        result = {"code": code, "msg": message, **detail, **found}
        text = json.dumps(result, separators=(",", ":")).replace("/", "\\/")
        name = given.get("method", "error").replace(".", "_") + "_response"
        parts = [f'"{name}":{_touched(text) if trick.is_("byte") else text}']
        if "app_cert_sn" in given:
            odd = trick.is_("serial")
            parts.append(f'"alipay_cert_sn":"{"0" * 32 if odd else _serial(self._own)}"')
        if why != "app" and not trick.is_("unsigned"):
            parts.append(f'"sign":"{self._sign(text)}"')
        body = "{" + ",".join(parts) + "}"
        return Answer(200, body.encode(), {"Content-Type": "text/html;charset=utf-8"})

    def _sign(self, text: str) -> str:
        key = self._keys.private("alipay")
        signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode()

    def _verifies(self, name: str, text: str, signature: str) -> bool:
        owner = self._keys.private(name).public_key()
        try:
            raw = base64.b64decode(signature, validate=True)
            owner.verify(raw, text.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _sealed(self, told: dict[str, str], trick: Trick) -> dict[str, str]:
        """Notices of trades are signed without their sign_type, those of the market with it."""
        market = "trade_status" not in told
        signed = {**told, "sign_type": "RSA2"} if market else told
        text = "&".join(f"{name}={signed[name]}" for name in sorted(signed))
        sign = {} if trick.is_("unsigned") else {"sign": self._sign(text)}
        return {**told, "sign_type": "RSA2", **sign}

    def market(self, url: str, told: dict[str, str]) -> Notice:
        """A notice that is not of a trade."""

        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            signed = self._sealed({"app_id": APP, "notify_type": "servicemarket", **told}, trick)
            body = "&".join(f"{name}={quote_plus(value)}" for name, value in signed.items())
            return {"Content-Type": "application/x-www-form-urlencoded"}, body.encode()

        return Notice("market", url, write)

    def _news(self, trade: Trade, refund: Refund | None) -> dict[str, str]:
        whole = self._whole(trade)
        told = {
            "notify_time": _time(time.time()),
            "notify_type": "trade_status_sync",
            "notify_id": digits(34),
            "charset": "utf-8",
            "version": "1.0",
            "app_id": APP,
            "auth_app_id": APP,
            "seller_id": SELLER,
            "trade_no": trade.provider_no,
            "out_trade_no": trade.number,
            "trade_status": "TRADE_CLOSED" if whole else STATES[trade.state],
            "subject": trade.title,
            "total_amount": yuan(trade.fen),
            "gmt_create": _time(trade.created),
        }
        if trade.paid_at:
            told |= {
                "gmt_payment": _time(trade.paid_at),
                "buyer_id": trade.payer,
                "receipt_amount": yuan(trade.fen),
                "fund_bill_list": json.dumps([{"fundChannel": "ALIPAYACCOUNT"}]),
            }
        if refund:
            told |= {
                "out_biz_no": refund.refund_no,
                "refund_fee": yuan(self.book.returned(trade.number)),
                "gmt_refund": _time(refund.done_at) + ".123",
            }
        return told

    def _whole(self, trade: Trade) -> bool:
        return trade.state == "paid" and self.book.returned(trade.number) == trade.fen

    def _brief(self, trade: Trade) -> dict[str, Any]:
        return {"out_trade_no": trade.number, "trade_no": trade.provider_no}

    def _wanted(self, given: dict[str, str], asked: dict[str, Any], *, seen: bool) -> Trade:
        total = fen(asked["total_amount"])
        if not NUMBER.fullmatch(asked["out_trade_no"]) or total < 1 or not asked["subject"]:
            raise No("param")
        if set(asked["subject"]) & set("/=&"):
            raise No("param")
        when = datetime.strptime(asked["time_expire"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        wanted = Trade(
            number=asked["out_trade_no"],
            fen=total,
            title=asked["subject"],
            method=given["method"],
            notify_url=given.get("notify_url", ""),
            expires=when.timestamp(),
            return_url=given.get("return_url", ""),
            seen=seen,
        )
        return self.book.open(wanted, lambda: f"{date(time.time()).replace('-', '')}{digits(20)}")

    # what each call does

    def page(self, given: dict[str, str], asked: dict[str, Any], _: Trick) -> Answer:
        """The buyer came with what the merchant signed: the trade begins."""
        trade = self._wanted(given, asked, seen=True)
        if given["method"] == "alipay.trade.app.pay":
            return said({"number": trade.number, "provider_no": trade.provider_no})
        return Answer(303, headers={"Location": self.till(trade)})

    def precreate(self, given: dict[str, str], asked: dict[str, Any], _: Trick) -> dict[str, Any]:
        """A code to be scanned; until that is done Alipay says that there is no such trade."""
        trade = self._wanted(given, asked, seen=False)
        code = f"https://qr.alipay.com/{hashlib.md5(trade.number.encode()).hexdigest()[:16]}"
        return {"out_trade_no": trade.number, "qr_code": code}

    def query(self, _: dict[str, str], asked: dict[str, Any], __: Trick) -> dict[str, Any]:
        theirs = asked.get("trade_no")
        trade = (
            self.book.by_provider_no(theirs) if theirs else self.book.find(asked["out_trade_no"])
        )
        found = {
            **self._brief(trade),
            "trade_status": "TRADE_CLOSED" if self._whole(trade) else STATES[trade.state],
            "total_amount": yuan(trade.fen),
            "store_name": '沙箱/"sign":"x"',
        }
        if not trade.paid_at:
            return found
        paid = {"send_pay_date": _time(trade.paid_at), "buyer_user_id": trade.payer}
        return {**found, **paid}

    def close(self, _: dict[str, str], asked: dict[str, Any], __: Trick) -> dict[str, Any]:
        trade = self.book.find(asked["out_trade_no"])
        if trade.state != "open":
            raise No("status")
        return self._brief(self.book.close(trade.number))

    def refund(self, _: dict[str, str], asked: dict[str, Any], trick: Trick) -> dict[str, Any]:
        amount = fen(asked["refund_amount"])
        wanted = Refund(asked["out_trade_no"], asked["out_request_no"], amount)
        trade = self.book.find(wanted.number)
        wanted.notify_url, wanted.reason = trade.notify_url, asked.get("refund_reason", "")
        try:
            refund, new = self.book.refund(wanted, lambda: digits(20))
        except No as no:
            raise No("differs" if no.why == "used" else no.why) from no
        slow = trick.is_("processing")
        if new and not slow:
            self.book.settle(refund, "done")
            self.tell(refund)
        found = {
            **self._brief(trade),
            "buyer_logon_id": "buy***@example.com",
            "fund_change": "Y" if new and not slow else "N",
            "refund_fee": yuan(self.book.returned(trade.number)),
            "send_back_fee": yuan(refund.fen if new else 0),
        }
        done = {"gmt_refund_pay": _time(refund.done_at)} if refund.done_at else {}
        return {**found, **done}

    def query_refund(self, _: dict[str, str], asked: dict[str, Any], __: Trick) -> dict[str, Any]:
        """What was not received or did not succeed is a good answer without a status."""
        trade = self.book.find(asked["out_trade_no"])
        try:
            refund = self.book.find_refund(asked["out_request_no"], trade.number)
        except No:
            return self._brief(trade)
        if refund.state != "done":
            return self._brief(trade)
        return {
            **self._brief(trade),
            "out_request_no": refund.refund_no,
            "total_amount": yuan(trade.fen),
            "refund_amount": yuan(refund.fen),
            "refund_status": "REFUND_SUCCESS",
            "gmt_refund_pay": _time(refund.done_at),
        }

    def bill(self, _: dict[str, str], asked: dict[str, Any], __: Trick) -> dict[str, Any]:
        day = asked["bill_date"]
        datetime.fromisoformat(day)
        if bills.later(self.book, day) or bills.empty(self.book, day):
            raise No("empty")
        write = {"trade": bills.alipay_trades, "signcustomer": bills.alipay_funds}
        token = secrets.token_hex(16)
        self._bills[token] = write[asked["bill_type"]](self.book, SELLER, day)
        return {"bill_download_url": f"{self.url}/downloadBillFile.resource?token={token}"}

    def _download(self, request: Request) -> Answer:
        """Whoever has the address has the bill."""
        trick = self.mischief.take("download")
        made = self._bills.get(dict(parse_qsl(request.query)).get("token", ""), b"")
        kind = {"Content-Type": "application/zip"}
        return played(trick, lambda: Answer(200 if made else 404, made, kind))


CALLS: dict[str, tuple[str, Handler]] = {
    **dict.fromkeys(PAGES, ("create", Alipay.page)),
    "alipay.trade.precreate": ("create", Alipay.precreate),
    "alipay.trade.query": ("query", Alipay.query),
    "alipay.trade.close": ("close", Alipay.close),
    "alipay.trade.refund": ("refund", Alipay.refund),
    "alipay.trade.fastpay.refund.query": ("query_refund", Alipay.query_refund),
    "alipay.data.dataservice.bill.downloadurl.query": ("bill", Alipay.bill),
}


def _timely(stamp: str, trick: Trick) -> None:
    asked = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    if trick.is_("clock") and abs(trick.now - asked.timestamp()) > TOLERANCE:
        raise No("time")


def _code(why: str) -> tuple[str, str, str, str]:
    """By a reason of the book's, or by a code of the provider's that was asked for."""
    by_code = {each[2]: each for each in CODES.values()}
    return CODES.get(why) or by_code.get(why) or (*BUSINESS, why, "沙箱拒绝")


def _touched(text: str) -> str:
    return changed(text.encode()).decode()


def _serial(certificate: x509.Certificate) -> str:
    """MD5 of the issuer, its parts the other way round, and the number in decimal digits."""
    issuer = certificate.issuer.rfc4514_string()
    text = issuer + str(certificate.serial_number)
    return hashlib.md5(text.encode()).hexdigest()


def _time(moment: float) -> str:
    return local(moment).strftime("%Y-%m-%d %H:%M:%S")
