"""WeChat Pay, API v3: https://pay.weixin.qq.com/doc/v3/merchant/4012365336"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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
from shared.runtime import clock

ENDPOINT = "https://api.mch.weixin.qq.com"
SCHEME = "WECHATPAY2-SHA256-RSA2048"
STAMP = "wechatpay-timestamp"
PROBE = "WECHATPAY/SIGNTEST/"  # a signature that the provider makes wrong, to see it refused
OLDEST = 300  # seconds that a signature may lie in the past or the future
TITLE, REASON = 127, 80  # characters
API_KEY = 32  # bytes
BY_KEY = "PUB_KEY_ID_"  # how the names of public keys begin; other names are serial numbers
TRADES = {
    "SUCCESS": Trade.PAID,
    "REFUND": Trade.REFUNDED,
    "NOTPAY": Trade.PENDING,
    "USERPAYING": Trade.PENDING,
    "PAYERROR": Trade.PENDING,  # the buyer may try again until it is closed
    "CLOSED": Trade.CLOSED,
    "REVOKED": Trade.CLOSED,
}
BACKS = {
    "PROCESSING": Back.PROCESSING,
    "SUCCESS": Back.DONE,
    "CLOSED": Back.CLOSED,
    "ABNORMAL": Back.ABNORMAL,
}
WHYS = {  # codes are written with and without underscores
    "ORDERNOTEXIST": Why.ABSENT,
    "RESOURCENOTEXISTS": Why.ABSENT,
    "REFUNDNOTEXISTS": Why.ABSENT,
    "NOSTATEMENTEXIST": Why.ABSENT,
    "ORDERPAID": Why.PAID,
    "ORDERCLOSED": Why.CLOSED,
    "OUTTRADENOUSED": Why.USED,
    "NOTENOUGH": Why.SHORT,
    "STATEMENTCREATING": Why.LATER,
    "FREQUENCYLIMITED": Why.LATER,
    "RATELIMITEXCEEDED": Why.LATER,
    "SIGNERROR": Why.ACCOUNT,
    "NOAUTH": Why.ACCOUNT,
    "MCHNOTEXISTS": Why.ACCOUNT,
    "APPIDMCHIDNOTMATCH": Why.ACCOUNT,
}
UNKNOWN = {"SYSTEMERROR", "BANKERROR"}  # refusals that say nothing of what was done
OK, NO_CONTENT, UNAUTHORIZED, TOO_MANY, BROKEN = 200, 204, 401, 429, 500
BILLS = {
    Bill.TRADES: ("tradebill", {"bill_type": "ALL"}),
    Bill.FUNDS: ("fundflowbill", {"account_type": "BASIC"}),
}


class WeChat:
    name = "wechat"
    limits = Limits(
        frozenset({Method.JSAPI, Method.NATIVE, Method.H5, Method.APP}),
        refunds=50,
        refund_gap=60,
        refund_days=365,
    )
    secrets = ("private_key", "serial", "api_v3_key")

    def __init__(self, call: wire.Call = web.call) -> None:
        self._call = call

    def check(self, account: Account) -> list[Fault]:
        return list(_faults(account))

    def create(self, account: Account, wanted: Wanted, now: str) -> Prepared:
        path = f"/v3/pay/transactions/{wanted.method}"
        answer = self._ask(account, "POST", path, now, _order(account, wanted))
        with wire.reading(Unclear("answer not understood")):
            return Prepared(_way_to_pay(account, wanted, answer, skew.there(_root(account), now)))

    def query(self, account: Account, number: str, now: str, provider_no: str = "") -> Told:
        by = f"id/{quote(provider_no, '')}" if provider_no else _by_number(number)
        path = f"/v3/pay/transactions/{by}?{urlencode({'mchid': account.merchant_id})}"
        answer = self._ask(account, "GET", path, now)
        _same(number, answer.get("out_trade_no"))
        with wire.reading(Unclear("answer not understood")):
            return _told(account, answer)

    def close(self, account: Account, number: str, now: str) -> None:
        path = f"/v3/pay/transactions/{_by_number(number)}/close"
        try:
            self._ask(account, "POST", path, now, {"mchid": account.merchant_id})
        except Rejected as no:
            if no.why is not Why.CLOSED:
                raise

    def refund(self, account: Account, wanted: Refunding, now: str) -> Returned:
        asked = {
            "out_trade_no": wanted.number,
            "out_refund_no": wanted.refund_no,
            "notify_url": account.notify_url,
            "amount": {"refund": wanted.fen, "total": wanted.total, "currency": "CNY"},
            **({"reason": wanted.reason[:REASON]} if wanted.reason else {}),
        }
        answer = self._ask(account, "POST", "/v3/refund/domestic/refunds", now, asked)
        return _answered(answer, wanted.number, wanted.refund_no)

    def query_refund(self, account: Account, number: str, refund_no: str, now: str) -> Returned:
        path = f"/v3/refund/domestic/refunds/{quote(refund_no, '')}"
        return _answered(self._ask(account, "GET", path, now), number, refund_no)

    def hear(
        self, account: Account, headers: Mapping[str, str], body: bytes, now: str
    ) -> Told | Returned | None:
        _authentic(account, {k.lower(): v for k, v in headers.items()}, body, now)
        with wire.reading(Forged("body")):
            notice = json.loads(body)
            if not str(notice["event_type"]).startswith(("TRANSACTION.", "REFUND.")):
                return None
            resource = _opened(account, notice["resource"])
            if notice["event_type"].startswith("REFUND."):
                _ours(account, resource.get("mchid"))
                return _returned(resource, resource["refund_status"])
            return _told(account, resource)

    def ack(self, ok: bool, text: str = "") -> Reply:
        if ok:
            return Reply(NO_CONTENT, {}, b"")
        said = json.dumps({"code": "FAIL", "message": text or "失败"}, ensure_ascii=False)
        return Reply(BROKEN, {"Content-Type": "application/json"}, said.encode())

    def bill(self, account: Account, day: str, kind: Bill, now: str) -> bytes:
        name, asked = BILLS[kind]
        path = f"/v3/bill/{name}?{urlencode({'bill_date': day, **asked})}"
        answer = self._ask(account, "GET", path, now)
        with wire.reading(Unclear("answer not understood")):
            url, digest = urlsplit(answer["download_url"]), str(answer["hash_value"]).lower()
            root = f"{url.scheme}://{url.netloc}"
            where = f"{url.path}?{url.query}" if url.query else url.path
        found = self._send(account, "GET", (root, where), b"", now)
        if found.status != OK:
            raise _refusal(found)
        if hashlib.sha1(found.body, usedforsecurity=False).hexdigest() != digest:
            raise Unclear("the bill is not the one that was announced")
        return found.body

    def _ask(
        self, account: Account, method: str, path: str, now: str, body: Any = None
    ) -> dict[str, Any]:
        """One call; its answer is read only after its signature was verified."""
        root = _root(account)
        return wire.in_time(root, lambda: self._asked(account, method, (root, path), now, body))

    def _asked(
        self, account: Account, method: str, where: tuple[str, str], now: str, body: Any
    ) -> dict[str, Any]:
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        answer = self._send(account, method, where, raw, now)
        good = answer.status in (OK, NO_CONTENT)
        if good or "wechatpay-signature" in answer.headers:
            _authentic(account, answer.headers, answer.body, now)
        if not good:
            raise _refusal(answer)
        with wire.reading(Unclear("answer not understood")):
            found: dict[str, Any] = json.loads(answer.body or b"{}")
            return found

    def _send(
        self, account: Account, method: str, where: tuple[str, str], body: bytes, now: str
    ) -> web.Answer:
        """Sign the bytes that go out, and send exactly these."""
        root, path = where
        then = skew.there(root, now)
        headers = {
            "Accept": "application/json",
            "User-Agent": "Tongdan",
            "Authorization": authorization(account, (method, path, body), then, wire.nonce()),
        }
        if body:
            headers["Content-Type"] = "application/json"
        if key := next((name for name in account.keys if name.startswith(BY_KEY)), ""):
            headers["Wechatpay-Serial"] = key  # the answer shall be signed with this one
        return wire.sent(self._call, method, root + path, body, headers)


def authorization(account: Account, asked: tuple[str, str, bytes], now: str, nonce: str) -> str:
    """The header that signs a request (method, path with its query, the bytes that are sent)."""
    method, path, body = asked
    stamp = str(clock.epoch(now))
    message = f"{method}\n{path}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
    signed = {
        "mchid": account.merchant_id,
        "nonce_str": nonce,
        "signature": wire.sign(account.secrets["private_key"], message),
        "timestamp": stamp,
        "serial_no": account.secrets["serial"],
    }
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in signed.items())


def _faults(account: Account) -> Iterator[Fault]:
    yield from wire.id_faults(account, "wx[0-9a-zA-Z]{16}", r"\d{8,10}")
    yield from wire.key_faults(account)
    if not re.fullmatch("[0-9A-F]{8,40}", account.secrets.get("serial", "")):
        yield Fault("secrets.serial", "not-a-provider-id")
    if len(account.secrets.get("api_v3_key", "").encode()) != API_KEY:
        yield Fault("secrets.api_v3_key", "wrong-length", {"length": API_KEY})
    if not account.keys:
        yield Fault("keys", "empty")
    for name, text in account.keys.items():
        if not _named_rightly(name, text):
            yield Fault(f"keys.{name}", "other-serial")


def _named_rightly(name: str, text: str) -> bool:
    """A certificate stands under its own serial number, a public key under its id."""
    serial = wire.serial(text)
    return f"{serial:X}" == name.lstrip("0") if serial else name.startswith(BY_KEY)


def _order(account: Account, wanted: Wanted) -> dict[str, Any]:
    order: dict[str, Any] = {
        "appid": account.app_id,
        "mchid": account.merchant_id,
        "description": wanted.title[:TITLE],
        "out_trade_no": wanted.number,
        "time_expire": wire.china(wanted.expires_at).isoformat(timespec="seconds"),
        "notify_url": account.notify_url,
        "amount": {"total": wanted.fen, "currency": "CNY"},
    }
    if wanted.method is Method.JSAPI:
        order["payer"] = {"openid": wanted.payer}
    if wanted.method is Method.H5:
        order["scene_info"] = {"payer_client_ip": wanted.client_ip, "h5_info": {"type": "Wap"}}
    return order


def _way_to_pay(
    account: Account, wanted: Wanted, answer: Mapping[str, Any], now: str
) -> dict[str, str]:
    match wanted.method:
        case Method.NATIVE:
            return {"code_url": str(answer["code_url"])}
        case Method.H5:
            back = f"&{urlencode({'redirect_url': wanted.return_url})}"
            return {"h5_url": str(answer["h5_url"]) + (back if wanted.return_url else "")}
        case Method.APP:
            return in_app(account, str(answer["prepay_id"]), now, wire.nonce())
        case _:
            return in_page(account, str(answer["prepay_id"]), now, wire.nonce())


def in_page(account: Account, prepay_id: str, now: str, nonce: str) -> dict[str, str]:
    """What a page or mini program hands to WeChat."""
    stamp, package = str(clock.epoch(now)), f"prepay_id={prepay_id}"
    return {
        "appId": account.app_id,
        "timeStamp": stamp,
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": _lines_signed(account, account.app_id, stamp, nonce, package),
    }


def in_app(account: Account, prepay_id: str, now: str, nonce: str) -> dict[str, str]:
    """What the merchant's app hands to WeChat's."""
    stamp = str(clock.epoch(now))
    return {
        "appid": account.app_id,
        "partnerid": account.merchant_id,
        "prepayid": prepay_id,
        "package": "Sign=WXPay",
        "noncestr": nonce,
        "timestamp": stamp,
        "sign": _lines_signed(account, account.app_id, stamp, nonce, prepay_id),
    }


def _lines_signed(account: Account, *lines: str) -> str:
    message = "".join(f"{line}\n" for line in lines)
    return wire.sign(account.secrets["private_key"], message.encode())


def _authentic(account: Account, headers: Mapping[str, str], body: bytes, now: str) -> None:
    """Raise Forged unless a key of the provider's signed these bytes just now."""
    signature, stamp = headers.get("wechatpay-signature", ""), headers.get(STAMP, "")
    if signature.startswith(PROBE):
        raise Forged("probe")
    key = account.keys.get(headers.get("wechatpay-serial", ""))
    if key is None:
        raise Forged("serial")
    then = skew.there(_root(account), now)
    if not re.fullmatch(r"\d{1,12}", stamp, re.ASCII) or _age(stamp, then) > OLDEST:
        raise Forged("age")
    lines = f"{stamp}\n{headers.get('wechatpay-nonce', '')}\n".encode()
    if not wire.verified(key, lines + body + b"\n", signature):
        raise Forged("signature")


def _root(account: Account) -> str:
    return account.endpoint or ENDPOINT


def _age(stamp: str, now: str) -> int:
    return abs(clock.epoch(now) - int(stamp))


def _opened(account: Account, resource: Mapping[str, str]) -> dict[str, Any]:
    """The payload of a notification, which is encrypted with the merchant's API key."""
    if resource["algorithm"] != "AEAD_AES_256_GCM":
        raise Forged("body")
    try:
        plain = AESGCM(account.secrets["api_v3_key"].encode()).decrypt(
            resource["nonce"].encode(),
            base64.b64decode(resource["ciphertext"]),
            resource.get("associated_data", "").encode(),
        )
    except InvalidTag as error:
        raise Forged("body") from error
    found: dict[str, Any] = json.loads(plain)
    return found


def _told(account: Account, trade: Mapping[str, Any]) -> Told:
    _ours(account, trade["mchid"])
    if trade["appid"] != account.app_id:
        raise Forged("app")
    return Told(
        number=str(trade["out_trade_no"]),
        provider_no=str(trade.get("transaction_id") or ""),
        state=TRADES[trade["trade_state"]],
        fen=_whole(trade.get("amount", {}).get("total", 0)),
        at=_moment(trade.get("success_time")),
        payer=str(trade.get("payer", {}).get("openid") or ""),
    )


def _answered(answer: Mapping[str, Any], number: str, refund_no: str) -> Returned:
    """A refund in an answer, which must be of the one that was asked for."""
    _same(number, answer.get("out_trade_no"))
    _same(refund_no, answer.get("out_refund_no"))
    with wire.reading(Unclear("answer not understood")):
        return _returned(answer, answer["status"])


def _returned(refund: Mapping[str, Any], status: str) -> Returned:
    return Returned(
        number=str(refund["out_trade_no"]),
        refund_no=str(refund["out_refund_no"]),
        provider_no=str(refund["refund_id"]),
        state=BACKS[status],
        fen=_whole(refund["amount"]["refund"]),
        at=_moment(refund.get("success_time")),
    )


def _refusal(answer: web.Answer) -> Rejected | Unclear:
    """A refusal says that nothing was done; anything else but a good answer says nothing."""
    code, text = _words(answer.body)
    plain = code.replace("_", "")
    if not code or plain in UNKNOWN or not 400 <= answer.status < BROKEN:  # noqa: PLR2004
        return Unclear(f"{answer.status} {code}".strip())
    usual = {TOO_MANY: Why.LATER, UNAUTHORIZED: Why.ACCOUNT}.get(answer.status, Why.REFUSED)
    return Rejected(WHYS.get(plain, usual), code, text)


def _words(body: bytes) -> tuple[str, str]:
    """(The provider's code, its text); empty when these are not its words."""
    try:
        said = json.loads(body)
        return str(said["code"]), str(said.get("message", ""))[:200]
    except (ValueError, LookupError, TypeError):
        return "", ""


def _by_number(number: str) -> str:
    return f"out-trade-no/{quote(number, '')}"


def _ours(account: Account, merchant_id: Any) -> None:
    if merchant_id != account.merchant_id:
        raise Forged("merchant")


def _same(asked: str, told: Any) -> None:
    """An old answer of another payment is authentic as well."""
    if asked and told != asked:
        raise Forged("number")


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


def _moment(text: str | None) -> str:
    return wire.utc(datetime.fromisoformat(text)) if text else ""


PROVIDER = WeChat()
