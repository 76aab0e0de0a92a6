"""How Taobao's open platform (TOP) is spoken with, whoever answers behind it."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qsl

from infra.sandbox.server import Answer, Request, said
from infra.sandbox.stand import No, Stand
from infra.sandbox.times import moment

TOLERANCE = 600  # seconds
BEHIND = 15  # the code of every refusal by whoever answers behind the gateway
Fields = dict[str, str]
Code = tuple[int, str, str, str]  # code, msg, sub_code, sub_msg
GATEWAY: dict[str, Code] = {
    "sign": (25, "Invalid signature", "", ""),
    "token": (27, "Invalid session", "invalid-sessionkey", "session 已失效"),
    "key": (29, "Invalid app Key", "", ""),
    "time": (41, "Invalid arguments", "isv.invalid-timestamp", "时间戳超出范围"),
    "busy": (7, "App Call Limited", "accesscontrol.limited-by-api-access-count", "接口调用超限"),
    "param": (41, "Invalid arguments", "isv.invalid-parameter", "参数错误"),
    "refresh": (BEHIND, "Remote service error", "isv.invalid-refresh-token", "refresh_token 无效"),
    "method": (22, "Invalid method", "isv.invalid-method", "不存在的方法"),
}


def fields_of(request: Request) -> Fields:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def signed(secret: str, fields: Fields) -> str:
    """md5, hmac or hmac-sha256 over all that is not empty."""
    text = "".join(f"{k}{fields[k]}" for k in sorted(fields) if k != "sign" and fields[k])
    kind = fields.get("sign_method", "md5")
    if kind == "md5":
        raw = (secret + text + secret).encode()
        return hashlib.md5(raw, usedforsecurity=False).hexdigest().upper()
    digest = "sha256" if kind == "hmac-sha256" else "md5"
    return hmac.new(secret.encode(), text.encode(), digest).hexdigest().upper()


def check(stand: Stand, fields: Fields) -> None:
    """The gateway's own checks; the session's is left to whoever needs one."""
    if fields.get("app_key") != stand.app_key:
        raise No("key")
    if not hmac.compare_digest(signed(stand.app_secret, fields), fields.get("sign", "")):
        raise No("sign")
    if abs(moment(fields["timestamp"]) - stand.now) > TOLERANCE:
        raise No("time")


def answered(method: str, result: dict[str, Any]) -> Answer:
    root = f"{method.removeprefix('taobao.').replace('.', '_')}_response"
    return said({root: {**result, "request_id": "sandbox"}})


def refused(no: No, behind: dict[str, tuple[str, str]]) -> Answer:
    """`behind`: the sub_code and sub_msg of what is refused behind the gateway."""
    code, text, sub, sub_text = GATEWAY["param"]
    if no.why in behind:
        code, text, (sub, sub_text) = BEHIND, "Remote service error", behind[no.why]
    elif no.why in GATEWAY:
        code, text, sub, sub_text = GATEWAY[no.why]
    error = {"code": code, "msg": text, "request_id": "sandbox"}
    more = {"sub_code": sub, "sub_msg": no.note or sub_text} if sub else {}
    return said({"error_response": error | more})


def renewed(stand: Stand, fields: Fields) -> dict[str, str]:
    """What is answered to a refresh of the tokens."""
    stand.tokens = stand.tokens.renewed(fields.get("refresh_token", ""))
    return granted(stand)


def granted(stand: Stand) -> dict[str, str]:
    """The tokens, in a text of their own."""
    result = {
        "access_token": stand.tokens.access,
        "refresh_token": stand.tokens.refresh,
        "expires_in": int(stand.tokens.ends - stand.now),
        "expire_time": int(stand.tokens.ends * 1000),
        "taobao_user_nick": "沙箱小店",
        "taobao_user_id": "1001",
    }
    return {"token_result": json.dumps(result, ensure_ascii=False)}


def oaid(number: str) -> str:
    """What stands for the receiver of an order; whoever may open it sees whose it is."""
    return "1" + hashlib.md5(f"receiver {number}".encode(), usedforsecurity=False).hexdigest()
