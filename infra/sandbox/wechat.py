"""WeChat Pay's API v3 as its documents tell it, for one merchant."""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.sandbox import bills
from infra.sandbox.book import Book, No, Refund, Trade, digits, local
from infra.sandbox.desk import Desk, changed, played
from infra.sandbox.keys import Keys, certificate_pem
from infra.sandbox.mischief import OLD, WELL, Mischief, Trick
from infra.sandbox.notices import PAUSES, Notice, Notices
from infra.sandbox.server import Answer, Request

APP, MERCHANT, FOREIGN = "wx5a0db0c0ffee0001", "1900000001", "1900000002"
API_KEY = "sandbox-api-v3-key-0123456789abc"
PUBLIC_KEY = "PUB_KEY_ID_0119000000012026112200000000000001"
TOLERANCE = 300
AUTHORIZATION = re.compile(r'(\w+)="([^"]*)"')
NEEDED = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}
STATES = {"open": "NOTPAY", "closed": "CLOSED"}
BACKS = {"processing": "PROCESSING", "done": "SUCCESS", "closed": "CLOSED", "abnormal": "ABNORMAL"}
CODES = {
    "absent": (404, "ORDER_NOT_EXIST", "订单不存在"),
    "no-refund": (404, "RESOURCE_NOT_EXISTS", "退款单不存在"),
    "paid": (400, "ORDERPAID", "该订单已支付"),
    "closed": (400, "ORDER_CLOSED", "该订单已关闭"),
    "used": (403, "OUT_TRADE_NO_USED", "商户订单号重复"),
    "differs": (400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试"),
    "unpaid": (400, "INVALID_REQUEST", "订单未支付，不允许退款"),
    "late": (400, "INVALID_REQUEST", "订单已超过可退款期限"),
    "many": (400, "INVALID_REQUEST", "单笔订单退款次数超过限制"),
    "over": (400, "INVALID_REQUEST", "订单金额不足以退款"),
    "soon": (429, "FREQUENCY_LIMITED", "该笔订单退款频率过高"),
    "sign": (401, "SIGN_ERROR", "签名验证失败"),
    "old": (401, "SIGN_ERROR", "Authorization 时间戳已过期"),
    "param": (400, "PARAM_ERROR", "参数错误"),
    "match": (400, "APPID_MCHID_NOT_MATCH", "appid 与 mchid 不匹配"),
    "auth": (403, "NO_AUTH", "商户号无权限"),
    "balance": (403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"),
    "busy": (429, "FREQUENCY_LIMITED", "频率限制，请降低请求接口频率"),
    "unknown": (500, "SYSTEM_ERROR", "系统异常，请稍后重试"),
    "empty": (400, "NO_STATEMENT_EXIST", "账单文件不存在"),
    "creating": (400, "STATEMENT_CREATING", "账单生成中"),
    "path": (404, "NOT_FOUND", "没有这个接口"),
}
Handler = Callable[["WeChat", Request, "re.Match[str]", Trick], Any]


@dataclass(frozen=True, slots=True)
class Signing:
    """With which key an answer or a notice is signed, and under which name."""

    serial: str
    key: RSAPrivateKey


class WeChat(Desk):
    name = "wechat"

    def __init__(
        self,
        keys: Keys,
        file: Path | None = None,
        pauses: tuple[float, ...] = PAUSES,
        gap: float = 60,
    ) -> None:
        self._keys = keys
        self._merchant = keys.certificate("wechat-merchant")
        platform = keys.certificate("wechat-platform")
        self._by_certificate = Signing(_serial(platform), keys.private("wechat-platform"))
        self._by_key = Signing(PUBLIC_KEY, keys.private("wechat-public-key"))
        self._signing = self._by_key
        self._bills: dict[str, bytes] = {}
        mischief = Mischief()
        notices = Notices(mischief, lambda status, _: status in (200, 204), pauses)
        super().__init__(Book(50, gap, 365, file), mischief, notices)

    def account(self) -> dict[str, Any]:
        certificate = certificate_pem(self._keys.certificate("wechat-platform"))
        return {
            "provider": self.name,
            "app_id": APP,
            "merchant_id": MERCHANT,
            "secrets": {
                "private_key": self._keys.private_text("wechat-merchant"),
                "serial": _serial(self._merchant),
                "api_v3_key": API_KEY,
            },
            "keys": {
                PUBLIC_KEY: self._keys.public_text("wechat-public-key"),
                self._by_certificate.serial: certificate,
            },
            "endpoint": self.url,
        }

    def use_certificate(self, yes: bool) -> None:
        """Sign as for merchants who have not moved to the public key."""
        self._signing = self._by_certificate if yes else self._by_key

    def provide(self, request: Request) -> Answer:
        for method, path, call, handler in ROUTES:
            found = re.fullmatch(path, request.path)
            if found and method == request.method:
                trick = self.mischief.take(call)
                return played(trick, partial(self._answer, request, found, handler, trick))
        return self._no("path")

    def notice(self, about: Trade | Refund) -> Notice:
        kind, plain = self._news(about)

        def write(trick: Trick) -> tuple[dict[str, str], bytes]:
            body = self._sealed(kind, _as_other(plain, trick)).encode()
            return self._signed(body, trick)

        return Notice(f"{kind} {about.number}", about.notify_url, write)

    def _answer(
        self, request: Request, found: "re.Match[str]", handler: Handler, trick: Trick
    ) -> Answer:
        try:
            self._check(request, trick)
            document = self._acted(request, found, handler, trick)
        except No as no:
            return self._no(no.why, trick if trick.is_("clock") else WELL)
        except (LookupError, TypeError, ValueError):
            return self._no("param")
        if isinstance(document, bytes):
            return Answer(200, document, {"Content-Type": "application/octet-stream"})
        return self._good(document, trick)

    def _acted(
        self, request: Request, found: "re.Match[str]", handler: Handler, trick: Trick
    ) -> Any:
        if trick.is_("busy", "refuse"):
            raise No(trick.code or "busy")
        document = handler(self, request, found, trick)
        if trick.is_("unknown"):
            raise No("unknown")
        return document

    def _check(self, request: Request, trick: Trick) -> None:
        """The five lines, against the merchant's certificate; within five minutes."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        given = dict(AUTHORIZATION.findall(rest))
        if scheme != "WECHATPAY2-SHA256-RSA2048" or given.keys() != NEEDED:
            raise No("sign")
        if "user-agent" not in request.headers or "accept" not in request.headers:
            raise No("param")
        if (given["mchid"], given["serial_no"]) != (MERCHANT, _serial(self._merchant)):
            raise No("sign")
        if abs(trick.now - int(given["timestamp"])) > TOLERANCE:
            raise No("old")
        head = [request.method, request.target, given["timestamp"], given["nonce_str"]]
        lines = "".join(f"{line}\n" for line in head).encode() + request.body + b"\n"
        if not _verifies(self._keys.private("wechat-merchant"), lines, given["signature"]):
            raise No("sign")

    def _good(self, document: Any, trick: Trick) -> Answer:
        if document is None:
            headers, _ = self._signed(b"", trick)
            return Answer(204, b"", headers)
        body = json.dumps(_as_other(document, trick), ensure_ascii=False).encode()
        headers, body = self._signed(body, trick)
        return Answer(200, body, headers)

    def _no(self, why: str, trick: Trick = WELL) -> Answer:
        """By a reason of the book's, or by a code of the provider's that was asked for."""
        by_code = {code: (status, code, text) for status, code, text in CODES.values()}
        status, code, message = CODES.get(why) or by_code.get(why) or (400, why, "沙箱拒绝")
        said = json.dumps({"code": code, "message": message}, ensure_ascii=False).encode()
        headers, body = self._signed(said, trick)
        return Answer(status, body, headers)

    def _signed(self, body: bytes, trick: Trick) -> tuple[dict[str, str], bytes]:
        """(Headers with the signature, the bytes that go out)."""
        age = (trick.seconds or OLD) if trick.is_("old") else 0
        stamp, nonce = str(int(trick.now - age)), secrets.token_hex(16)
        lines = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
        signature = self._signing.key.sign(lines, padding.PKCS1v15(), hashes.SHA256())
        text = base64.b64encode(signature).decode()
        headers = {
            "Content-Type": "application/json",
            "Request-ID": secrets.token_hex(12).upper(),
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Serial": "5157F09EFDC0" if trick.is_("serial") else self._signing.serial,
            "Wechatpay-Signature": f"WECHATPAY/SIGNTEST/{text}" if trick.is_("probe") else text,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }
        if trick.is_("unsigned"):
            del headers["Wechatpay-Signature"]
        return headers, changed(body) if trick.is_("byte") else body

    def _sealed(self, kind: str, plain: dict[str, Any]) -> str:
        """A notification: its payload encrypted with the merchant's API key."""
        about = "refund" if kind.startswith("REFUND") else "transaction"
        nonce = secrets.token_hex(6)
        sealed = AESGCM(API_KEY.encode()).encrypt(
            nonce.encode(), json.dumps(plain, ensure_ascii=False).encode(), about.encode()
        )
        document = {
            "id": secrets.token_hex(16),
            "create_time": _time(time.time()),
            "resource_type": "encrypt-resource",
            "event_type": kind,
            "summary": "支付成功" if about == "transaction" else "退款通知",
            "resource": {
                "original_type": about,
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": about,
                "nonce": nonce,
            },
        }
        return json.dumps(document, ensure_ascii=False)

    def _news(self, about: Trade | Refund) -> tuple[str, dict[str, Any]]:
        if isinstance(about, Trade):
            return "TRANSACTION.SUCCESS", self._trade(about)
        refund = self._refund(about)
        status = refund.pop("status")
        told = {**refund, "mchid": MERCHANT, "refund_status": status}
        return f"REFUND.{status}", told

    def _trade(self, trade: Trade) -> dict[str, Any]:
        whole = {"total": trade.fen, "currency": "CNY"}
        found = {
            "appid": APP,
            "mchid": MERCHANT,
            "out_trade_no": trade.number,
            "trade_state": self._state(trade),
            "trade_state_desc": "沙箱",
            "amount": whole,
        }
        if not trade.paid_at:
            return found
        return {
            **found,
            "transaction_id": trade.provider_no,
            "trade_type": trade.method.upper() if trade.method != "h5" else "MWEB",
            "bank_type": "OTHERS",
            "success_time": _time(trade.paid_at),
            "payer": {"openid": trade.payer},
            "amount": {**whole, "payer_total": trade.fen, "payer_currency": "CNY"},
        }

    def _state(self, trade: Trade) -> str:
        if trade.paid_at:
            return "REFUND" if self.book.of(trade.number) else "SUCCESS"
        return STATES[trade.state]

    def _refund(self, refund: Refund) -> dict[str, Any]:
        trade = self.book.trades[refund.number]
        found = {
            "refund_id": refund.provider_no,
            "out_refund_no": refund.refund_no,
            "transaction_id": trade.provider_no,
            "out_trade_no": refund.number,
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": _time(refund.created),
            "status": BACKS[refund.state],
            "amount": {
                "total": trade.fen,
                "refund": refund.fen,
                "payer_total": trade.fen,
                "payer_refund": refund.fen,
                "settlement_total": trade.fen,
                "settlement_refund": refund.fen,
                "discount_refund": 0,
                "currency": "CNY",
            },
        }
        return {**found, "success_time": _time(refund.done_at)} if refund.done_at else found

    # what each call does

    def create(self, request: Request, found: "re.Match[str]", _: Trick) -> dict[str, Any]:
        asked = json.loads(request.body)
        if (asked["appid"], asked["mchid"]) != (APP, MERCHANT):
            raise No("match")
        method = found["method"]
        trade = self.book.open(_wanted(asked, method), lambda: f"42000{digits(23)}")
        if method == "native":
            return {"code_url": f"weixin://wxpay/bizpayurl?pr={quote(trade.number, '')}"}
        if method == "h5":
            return {"h5_url": self.till(trade)}
        return {"prepay_id": f"wx{digits(30)}"}

    def query(self, request: Request, found: "re.Match[str]", _: Trick) -> dict[str, Any]:
        self._mine(parse_qs(request.query).get("mchid", [""])[0])
        number = unquote(found["number"])
        by_ours = found["by"] == "out-trade-no"
        return self._trade(self.book.find(number) if by_ours else self.book.by_provider_no(number))

    def close(self, request: Request, found: "re.Match[str]", _: Trick) -> None:
        self._mine(json.loads(request.body)["mchid"])
        self.book.close(unquote(found["number"]))

    def refund(self, request: Request, _: "re.Match[str]", trick: Trick) -> dict[str, Any]:
        asked = json.loads(request.body)
        trade, amount = self.book.find(asked["out_trade_no"]), asked["amount"]
        if amount["total"] != trade.fen or amount["currency"] != "CNY":
            raise No("differs")
        refund, new = self.book.refund(_wanted_back(asked), lambda: f"50300{digits(23)}")
        if new and not trick.is_("processing"):
            self.book.settle(refund, "abnormal" if trick.is_("abnormal") else "done")
            self.tell(refund)
        return self._refund(refund)

    def query_refund(self, _: Request, found: "re.Match[str]", __: Trick) -> dict[str, Any]:
        return self._refund(self.book.find_refund(unquote(found["number"])))

    def bill(self, request: Request, found: "re.Match[str]", _: Trick) -> dict[str, Any]:
        day = parse_qs(request.query)["bill_date"][0]
        datetime.fromisoformat(day)
        if bills.later(self.book, day):
            raise No("creating")
        if bills.empty(self.book, day):
            raise No("empty")
        trades = found["kind"] == "tradebill"
        made = (
            bills.wechat_trades(self.book, APP, MERCHANT, day)
            if trades
            else bills.wechat_funds(self.book, MERCHANT, day)
        ).encode()
        token = secrets.token_urlsafe(16)
        self._bills[token] = made
        return {
            "hash_type": "SHA1",
            "hash_value": hashlib.sha1(made, usedforsecurity=False).hexdigest(),
            "download_url": f"{self.url}/v3/billdownload/file?token={token}",
        }

    def download(self, request: Request, _: "re.Match[str]", trick: Trick) -> bytes:
        made = self._bills[parse_qs(request.query)["token"][0]]
        return changed(made) if trick.is_("byte") else made

    def _mine(self, merchant: str) -> None:
        if merchant != MERCHANT:
            raise No("auth")


PAYMENT = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"
ROUTES: tuple[tuple[str, str, str, Handler], ...] = (
    ("POST", rf"{PAYMENT}/(?P<method>jsapi|app|h5|native)", "create", WeChat.create),
    ("GET", rf"{PAYMENT}/(?P<by>id|out-trade-no)/(?P<number>[^/]+)", "query", WeChat.query),
    ("POST", rf"{PAYMENT}/out-trade-no/(?P<number>[^/]+)/close", "close", WeChat.close),
    ("POST", REFUNDS, "refund", WeChat.refund),
    ("GET", rf"{REFUNDS}/(?P<number>[^/]+)", "query_refund", WeChat.query_refund),
    ("GET", r"/v3/bill/(?P<kind>tradebill|fundflowbill)", "bill", WeChat.bill),
    ("GET", r"/v3/billdownload/file", "download", WeChat.download),
)


def _wanted(asked: dict[str, Any], method: str) -> Trade:
    total = asked["amount"]["total"]
    if type(total) is not int or total < 1 or not asked["description"]:
        raise No("param")
    if not re.fullmatch(r"[0-9A-Za-z_\-|*]{6,32}", asked["out_trade_no"]):
        raise No("param")
    if method == "jsapi" and not asked["payer"]["openid"]:
        raise No("param")
    if method == "h5" and not asked["scene_info"]["payer_client_ip"]:
        raise No("param")
    url = str(asked["notify_url"])
    if "?" in url:
        raise No("param")
    expires = datetime.fromisoformat(asked["time_expire"]).timestamp()
    return Trade(asked["out_trade_no"], total, asked["description"], method, url, expires)


def _wanted_back(asked: dict[str, Any]) -> Refund:
    fen = asked["amount"]["refund"]
    if type(fen) is not int or fen < 1:
        raise No("param")
    if not re.fullmatch(r"[0-9A-Za-z_\-|*@]{1,64}", asked["out_refund_no"]):
        raise No("param")
    url, reason = asked.get("notify_url", ""), asked.get("reason", "")
    return Refund(asked["out_trade_no"], asked["out_refund_no"], fen, reason, url)


def _as_other(document: dict[str, Any], trick: Trick) -> dict[str, Any]:
    if trick.is_("foreign") and "mchid" in document:
        return {**document, "mchid": FOREIGN}
    if trick.is_("other") and "out_trade_no" in document:
        return {**document, "out_trade_no": "another-payment-01"}
    return document


def _verifies(owner: RSAPrivateKey, message: bytes, signature: str) -> bool:
    try:
        raw = base64.b64decode(signature, validate=True)
        owner.public_key().verify(raw, message, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _serial(certificate: Any) -> str:
    return f"{certificate.serial_number:X}"


def _time(moment: float) -> str:
    return local(moment).isoformat(timespec="seconds")
