"""Who may do what: scopes, API keys, and the tenant that a key speaks for."""

from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

SCOPES: dict[str, tuple[str, str]] = {
    "orders:read": ("查看订单", "see orders, personal fields masked"),
    "orders:write": ("提交和处理订单", "send orders and act on them"),
    "orders:reveal": ("查看明文收货信息", "see personal fields, for a purpose that is logged"),
    "orders:finance": ("财审放行", "let orders go on that wait for finance"),
    "stock:read": ("查看库存", "see stock"),
    "stock:write": ("修改库存", "set stock"),
    "stock:feed": ("回传库存", "tell what lies in a warehouse"),
    "items:read": ("查看商品", "see items and kits"),
    "items:write": ("修改商品", "change them"),
    "rules:read": ("查看和模拟规则", "see rules, check and simulate them"),
    "rules:write": ("修改和发布规则", "change the draft, publish, roll back"),
    "settings:read": ("查看设置", "see shops, warehouses, webhooks, the blacklist"),
    "settings:write": ("修改设置", "change them"),
    "keys:write": ("管理密钥", "make and revoke API keys"),
    "insight:read": ("查看统计", "see the day's counters"),
}
WITHIN = {"stock:feed": "stock:write"}
"""Scopes that whoever has another one has too."""
ALL = "*"
PREFIX = 8  # characters of a key that are not secret


@dataclass(frozen=True, slots=True)
class Key:
    """An API key at rest: the secret is known only by its hash."""

    tenant: str
    prefix: str
    hash: str
    scopes: tuple[str, ...]
    name: str = ""
    created_at: str = ""

    def may(self, scope: str) -> bool:
        return any(each in self.scopes for each in (scope, WITHIN.get(scope), ALL))

    def opens(self, token: str) -> bool:
        return compare_digest(self.hash, digest(token))


def digest(token: str) -> str:
    """A key's secret has 190 random bits: a plain hash is as good as a slow one."""
    return sha256(token.encode()).hexdigest()


def prefix_of(token: str) -> str:
    """`td_ab12cd34_...` -> `ab12cd34`; empty if it does not look like a key of ours."""
    match token.split("_"):
        case ["td", prefix, _] if len(prefix) <= PREFIX:
            return prefix
    return ""
