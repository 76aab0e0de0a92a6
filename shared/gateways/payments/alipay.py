"""Alipay's open platform: https://opendocs.alipay.com/open/270"""

import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from cryptography import x509

from shared.domain.errors import Fault
from shared.gateways import web
from shared.gateways.payments import skew, wire
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

ENDPOINT = "https://openapi.alipay.com/gateway.do"
TITLE, REASON = 256, 256  # characters
UNFIT = str.maketrans("/=&", "   ")  # what a title must not have
PAYING = {  # method -> (the call, the product that the merchant signed for)
    Method.PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
    Method.WAP: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
    Method.APP: ("alipay.trade.app.pay", "QUICK_MSECURITY_PAY"),
    Method.QR: ("alipay.trade.precreate", "FACE_TO_FACE_PAYMENT"),
}
TRADES = {
    "WAIT_BUYER_PAY": Trade.PENDING,
    "TRADE_SUCCESS": Trade.PAID,
    "TRADE_FINISHED": Trade.PAID,  # too old to be refunded
    "TRADE_CLOSED": Trade.CLOSED,  # or wholly refunded: then it has a time of payment
}
WHYS = {  # by the last part of the code, such as ACQ.TRADE_NOT_EXIST or isv.invalid-signature
    "TRADE_NOT_EXIST": Why.ABSENT,
    "BILL_NOT_EXIST": Why.ABSENT,
    "TRADE_HAS_SUCCESS": Why.PAID,
    "TRADE_HAS_CLOSE": Why.CLOSED,
    "CONTEXT_INCONSISTENT": Why.USED,
    "DISCORDANT_REPEAT_REQUEST": Why.USED,
    "SELLER_BALANCE_NOT_ENOUGH": Why.SHORT,
    "APP_CALL_LIMITED": Why.LATER,
    "INVALID_TIMESTAMP": Why.LATER,
    "ACCESS_FORBIDDEN": Why.ACCOUNT,
    "PARTNER_ERROR": Why.ACCOUNT,
    "INVALID_APP_ID": Why.ACCOUNT,
    "INVALID_SIGNATURE": Why.ACCOUNT,
    "INVALID_SIGNATURE_TYPE": Why.ACCOUNT,
}
NOT_OPEN = {"TRADE_STATUS_ERROR", "REASON_TRADE_STATUS_INVALID"}  # paid, or closed
UNKNOWN = {"SYSTEM_ERROR", "UNKNOW_ERROR"}  # refusals that say nothing of what was done
DONE, BUSINESS = "10000", "40004"
GATEWAY = {  # refusals before anything was done; where it knows no key it cannot sign them
    "20001": Why.ACCOUNT,
    "40001": Why.REFUSED,
    "40002": Why.REFUSED,
    "40003": Why.ACCOUNT,
    "40005": Why.LATER,
    "40006": Why.ACCOUNT,
}
APP, ROOT = "app", "root"  # of Account.keys: our own certificate; all others are Alipay's
RSA = "1.2.840.113549.1.1."  # how the algorithms begin that sign with RSA
MOST_FIELDS = 200  # of a notification
BILLS = {Bill.TRADES: "trade", Bill.FUNDS: "signcustomer"}
LARGEST_BILL = 64_000_000  # bytes, unpacked
OK = 200
SENDER = {"User-Agent": "Tongdan"}
FORM = {**SENDER, "Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
LOCAL = "%Y-%m-%d %H:%M:%S"


class Alipay:
    name = "alipay"
    limits = Limits(frozenset(PAYING), refunds=0, refund_gap=3, refund_days=365)
    secrets = ("private_key",)

    def __init__(self, call: wire.Call = web.call) -> None:
        self._call = call

    def check(self, account: Account) -> list[Fault]:
        return list(_faults(account))

    def create(self, account: Account, wanted: Wanted, now: str) -> Prepared:
        """Only for a code on a screen is Alipay asked; the rest is signed for the buyer's way."""
        if wanted.method is Method.QR:
            answer = self._ask(account, PAYING[Method.QR][0], _order(wanted), now)
            _same(wanted.number, answer.get("out_trade_no"))
            with wire.reading(Unclear("answer not understood")):
                return Prepared({"code_url": str(answer["qr_code"])})
        params = _signed(account, PAYING[wanted.method][0], _order(wanted), now, wanted.return_url)
        if wanted.method is Method.APP:
            return Prepared({"order_string": urlencode(params)})
        root = _root(account)
        return Prepared({"url": f"{root}?{urlencode(params)}", "form": _form(root, params)})

    def query(self, account: Account, number: str, now: str, provider_no: str = "") -> Told:
        by = {"trade_no": provider_no} if provider_no else {"out_trade_no": number}
        answer = self._ask(account, "alipay.trade.query", by, now)
        _same(number, answer.get("out_trade_no"))
        with wire.reading(Unclear("answer not understood")):
            return _told(answer, answer.get("send_pay_date"))

    def close(self, account: Account, number: str, now: str) -> None:
        try:
            self._ask(account, "alipay.trade.close", {"out_trade_no": number}, now)
        except Rejected as no:
            if _last(no.code) not in NOT_OPEN:
                raise
            if self.query(account, number, now).state is not Trade.CLOSED:
                raise Rejected(Why.PAID, no.code, no.text) from no

    def refund(self, account: Account, wanted: Refunding, now: str) -> Returned:
        """A good answer without a change of funds tells of an earlier try: it must be asked."""
        asked = {
            "out_trade_no": wanted.number,
            "out_request_no": wanted.refund_no,
            "refund_amount": wire.to_yuan(wanted.fen),
            **({"refund_reason": wanted.reason[:REASON]} if wanted.reason else {}),
        }
        answer = self._ask(account, "alipay.trade.refund", asked, now)
        _same(wanted.number, answer.get("out_trade_no"))
        if answer.get("fund_change") != "Y":
            return self._earlier(account, wanted, now)
        with wire.reading(Unclear("answer not understood")):
            number, at = str(answer["trade_no"]), _moment(answer.get("gmt_refund_pay"))
        return Returned(wanted.number, wanted.refund_no, number, Back.DONE, wanted.fen, at)

    def query_refund(self, account: Account, number: str, refund_no: str, now: str) -> Returned:
        asked = {
            "out_trade_no": number,
            "out_request_no": refund_no,
            "query_options": ["gmt_refund_pay"],
        }
        answer = self._ask(account, "alipay.trade.fastpay.refund.query", asked, now)
        _same(number, answer.get("out_trade_no"))
        if answer.get("refund_status") != "REFUND_SUCCESS":
            raise Rejected(Why.ABSENT, "", "not received, or failed")
        _same(refund_no, answer.get("out_request_no"))
        with wire.reading(Unclear("answer not understood")):
            return _returned(answer)

    def hear(
        self,
        account: Account,
        headers: Mapping[str, str],  # noqa: ARG002  # all is in the body
        body: bytes,
        now: str,  # noqa: ARG002  # a notice may be a day late: it carries no age
    ) -> Told | Returned | None:
        with wire.reading(Forged("body")):
            pairs = parse_qsl(body.decode(), True, errors="strict", max_num_fields=MOST_FIELDS)
        told = dict(pairs)
        if len(told) != len(pairs):
            raise Forged("body")
        _authentic(account, told)
        if "trade_status" not in told:
            return None
        _for(account, told)
        with wire.reading(Forged("body")):
            return _told(told, told.get("gmt_payment"))

    def ack(self, ok: bool, text: str = "") -> Reply:  # noqa: ARG002  # one word is all it takes
        return Reply(OK, {"Content-Type": "text/plain"}, b"success" if ok else b"failure")

    def bill(self, account: Account, day: str, kind: Bill, now: str) -> bytes:
        asked = {"bill_type": BILLS[kind], "bill_date": day}
        method = "alipay.data.dataservice.bill.downloadurl.query"
        answer = self._ask(account, method, asked, now)
        with wire.reading(Unclear("answer not understood")):
            url = _secured(account, str(answer["bill_download_url"]))
        found = wire.sent(self._call, "GET", url, b"", SENDER)
        if found.status != OK:
            raise Unclear(f"{found.status} for the bill")
        return _unpacked(found.body)

    def _earlier(self, account: Account, wanted: Refunding, now: str) -> Returned:
        try:
            return self.query_refund(account, wanted.number, wanted.refund_no, now)
        except Rejected as no:
            raise Unclear("no funds moved, and there is no refund") from no

    def _ask(
        self, account: Account, method: str, content: Mapping[str, Any], now: str
    ) -> dict[str, Any]:
        """One call; its answer is read only after its signature was verified."""
        return wire.in_time(_root(account), lambda: self._asked(account, method, content, now))

    def _asked(
        self, account: Account, method: str, content: Mapping[str, Any], now: str
    ) -> dict[str, Any]:
        params = _signed(account, method, content, now)
        asked = urlencode({"biz_content": params.pop("biz_content")}).encode()
        url = f"{_root(account)}?{urlencode(params)}"
        answer = wire.sent(self._call, "POST", url, asked, FORM)
        if answer.status != OK:
            raise Unclear(str(answer.status))
        return _result(account, method, answer.body)


def _root(account: Account) -> str:
    return account.endpoint or ENDPOINT


def to_sign(params: Mapping[str, str]) -> bytes:
    """What RSA2 signs: parameters sorted by name, as they are before they are encoded."""
    return "&".join([f"{name}={params[name]}" for name in sorted(params)]).encode()


@lru_cache(maxsize=256)
def serial(certificate: str) -> str:
    """How Alipay names a certificate: a digest of its issuer and its number."""
    return _serial(x509.load_pem_x509_certificate(certificate.encode()))


@lru_cache(maxsize=64)
def root_serial(chain: str) -> str:
    """The names of all roots that sign with RSA; the others of the file do not count."""
    roots = x509.load_pem_x509_certificates(chain.encode())
    ours = [each for each in roots if each.signature_algorithm_oid.dotted_string.startswith(RSA)]
    return "_".join(map(_serial, ours))


def _serial(certificate: x509.Certificate) -> str:
    names = [f"{name.rfc4514_attribute_name}={name.value!s}" for name in certificate.issuer]
    text = ",".join(reversed(names)) + str(certificate.serial_number)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _faults(account: Account) -> Iterator[Fault]:
    yield from wire.id_faults(account, r"\d{16}", r"2088\d{12}")
    keys = {name: text for name, text in account.keys.items() if name not in (APP, ROOT)}
    bad = list(wire.key_faults(replace(account, keys=keys)))
    yield from bad
    if not keys:
        yield Fault("keys", "empty")
    for one, other in ((APP, ROOT), (ROOT, APP)):
        if one in account.keys and other not in account.keys:
            yield Fault(f"keys.{other}", "missing")
    if not bad and APP in account.keys and ROOT in account.keys:
        yield from _certificate_faults(account, account.keys[APP], account.keys[ROOT])


def _certificate_faults(account: Account, app: str, root: str) -> Iterator[Fault]:
    try:
        if wire.public(app) != wire.private(account.secrets["private_key"]).public_key():
            yield Fault(f"keys.{APP}", "other-key")
        serial(app)
    except ValueError:
        yield Fault(f"keys.{APP}", "not-a-certificate")
    try:
        if not root_serial(root):
            raise ValueError
    except ValueError:
        yield Fault(f"keys.{ROOT}", "not-a-certificate")


def _order(wanted: Wanted) -> dict[str, Any]:
    return {
        "out_trade_no": wanted.number,
        "total_amount": wire.to_yuan(wanted.fen),
        "subject": wanted.title.translate(UNFIT)[:TITLE],
        "product_code": PAYING[wanted.method][1],
        "time_expire": wire.china(wanted.expires_at).strftime(LOCAL),
    }


def _signed(
    account: Account, method: str, content: Mapping[str, Any], now: str, return_url: str = ""
) -> dict[str, str]:
    """All parameters of a call, with the signature over them."""
    pays = method in (call for call, _ in PAYING.values())
    asked = {
        "app_id": account.app_id,
        "method": method,
        "format": "JSON",
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": wire.china(skew.there(_root(account), now)).strftime(LOCAL),
        "version": "1.0",
        "notify_url": account.notify_url if pays else "",
        "return_url": return_url,
        "app_cert_sn": serial(account.keys[APP]) if APP in account.keys else "",
        "alipay_root_cert_sn": root_serial(account.keys[ROOT]) if ROOT in account.keys else "",
        "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
    }
    given = {name: value for name, value in asked.items() if value}
    return {**given, "sign": wire.sign(account.secrets["private_key"], to_sign(given))}


def _form(root: str, params: Mapping[str, str]) -> str:
    """A page that posts itself: for browsers that do not take so long an address."""
    content = html.escape(params["biz_content"])
    others = {name: value for name, value in params.items() if name != "biz_content"}
    action = html.escape(f"{root}?{urlencode(others)}")
    return (
        f'<form method="post" action="{action}">'
        f'<input type="hidden" name="biz_content" value="{content}"></form>'
        "<script>document.forms[0].submit()</script>"
    )


def _result(account: Account, method: str, body: bytes) -> dict[str, Any]:
    """The result in an answer; raises what it says when it is no good one."""
    with wire.reading(Unclear("answer not understood")):
        text = body.decode()
        raw, result = _part(text, method.replace(".", "_") + "_response")
        around = json.loads(text)
        signature, key = str(around.get("sign", "")), str(around.get("alipay_cert_sn", ""))
    code, name = str(result.get("code", "")), str(result.get("sub_code", ""))
    if signature or code not in GATEWAY:
        _verify(account, [raw.encode()], signature, key)
    if code == DONE:
        return result
    if _last(name) in UNKNOWN or code not in (BUSINESS, *GATEWAY):
        raise Unclear(f"{code} {name}".strip())
    why = WHYS.get(_last(name), GATEWAY.get(code, Why.REFUSED))
    raise Rejected(why, name or code, str(result.get("sub_msg", ""))[:200])


def _part(text: str, name: str) -> tuple[str, dict[str, Any]]:
    """The result as it stands in the text, which is what was signed, and what it reads as."""
    found = re.search(rf'"({name}|error_response)"\s*:\s*', text)
    if found is None:
        raise LookupError(name)
    result, end = json.JSONDecoder().raw_decode(text, found.end())
    return text[found.end() : end], dict(result)


def _authentic(account: Account, told: Mapping[str, str]) -> None:
    """Notices of trades are signed without their sign_type, those of the market with it."""
    whole = {name: value for name, value in told.items() if name != "sign"}
    trade = {name: value for name, value in whole.items() if name != "sign_type"}
    _verify(account, [to_sign(trade), to_sign(whole)], told.get("sign", ""))


def _verify(account: Account, messages: list[bytes], signature: str, key: str = "") -> None:
    """Raise Forged unless one of Alipay's keys signed one of these; `key` names a certificate."""
    own = [text for name, text in account.keys.items() if name not in (APP, ROOT)]
    fit = [text for text in own if not key or (wire.serial(text) and serial(text) == key)]
    if not fit:
        raise Forged("serial")
    if not any(wire.verified(text, said, signature) for text in fit for said in messages):
        raise Forged("signature")


def _for(account: Account, told: Mapping[str, str]) -> None:
    if told.get("app_id") != account.app_id:
        raise Forged("app")
    if told.get("seller_id") != account.merchant_id:
        raise Forged("merchant")


def _told(trade: Mapping[str, Any], paid_at: str | None) -> Told:
    state = TRADES[trade["trade_status"]]
    if state is Trade.CLOSED and paid_at:
        state = Trade.REFUNDED
    names = ("buyer_id", "buyer_user_id", "buyer_open_id")
    return Told(
        number=str(trade["out_trade_no"]),
        provider_no=str(trade["trade_no"]),
        state=state,
        fen=wire.to_fen(trade["total_amount"]),
        at=_moment(paid_at),
        payer=next((str(trade[name]) for name in names if trade.get(name)), ""),
    )


def _returned(refund: Mapping[str, Any]) -> Returned:
    return Returned(
        number=str(refund["out_trade_no"]),
        refund_no=str(refund["out_request_no"]),
        provider_no=str(refund["trade_no"]),
        state=Back.DONE,
        fen=wire.to_fen(refund["refund_amount"]),
        at=_moment(refund.get("gmt_refund_pay")),
    )


def _secured(account: Account, url: str) -> str:
    """Bills are offered over plain HTTP: we take them over TLS, like all else of Alipay's."""
    plain = url.startswith("http://") and not account.endpoint.startswith("http://")
    return f"https://{url[7:]}" if plain else url


def _unpacked(raw: bytes) -> bytes:
    """The table with the single rows out of the zip, in UTF-8; the other one only sums them up."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw), metadata_encoding="gbk") as packed:
            found = next(each for each in packed.infolist() if "汇总" not in each.filename)
            if found.file_size > LARGEST_BILL:
                raise Unclear("the bill is too large")
            return packed.read(found).decode("gb18030").encode()
    except (zipfile.BadZipFile, StopIteration, UnicodeDecodeError) as error:
        raise Unclear("the bill does not open") from error


def _same(asked: str, told: Any) -> None:
    """An old answer of another payment is authentic as well."""
    if asked and told != asked:
        raise Forged("number")


def _last(code: str) -> str:
    return code.rpartition(".")[2].upper().replace("-", "_")


def _moment(text: str | None) -> str:
    """A time of China's, in UTC."""
    if not text:
        return ""
    return wire.utc(datetime.fromisoformat(text).replace(tzinfo=wire.CHINA))


PROVIDER = Alipay()
