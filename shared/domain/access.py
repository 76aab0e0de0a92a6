"""Who may do what: scopes, API keys, and the tenant that a key speaks for."""

from dataclasses import dataclass
from enum import StrEnum
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
    "aftersales:read": ("查看售后", "see after-sales"),
    "aftersales:write": ("处理售后", "open after-sales and act on them"),
    "aftersales:approve": ("复核超额售后", "agree to what is above somebody's limit"),
    "items:read": ("查看商品", "see items and kits"),
    "items:write": ("修改商品", "change them"),
    "rules:read": ("查看和模拟规则", "see rules, check and simulate them"),
    "rules:write": ("修改和发布规则", "change the draft, publish, roll back"),
    "promotions:read": (
        "查看促销、优惠券，报价和试算",
        "see promotions and coupons, quote and try",
    ),
    "promotions:write": ("修改和发布促销，发券", "change and publish promotions, issue coupons"),
    "payments:read": ("查看收款和退款", "see payments and refunds"),
    "payments:write": ("发起收款、登记线下收款", "begin payments, record other money"),
    "finance:read": ("查看账单和对账", "see bills and reconciliations"),
    "finance:write": ("财务处理", "settle differences, resolve refunds"),
    "settings:read": ("查看设置", "see shops, warehouses, webhooks, the blacklist"),
    "settings:write": ("修改设置", "change them"),
    "keys:write": ("管理密钥", "make and revoke API keys"),
    "insight:read": ("查看统计", "see the day's counters"),
}
WITHIN = {"stock:feed": "stock:write"}
"""Scopes that whoever has another one has too."""
ALL = "*"


class Role(StrEnum):
    """What whoever has a key does for the merchant: sets how much they may give back."""

    OWNER = "owner"
    OPERATOR = "operator"
    SERVICE = "service"
    WAREHOUSE = "warehouse"  # takes goods in, and stops parcels
    FINANCE = "finance"
    VIEWER = "viewer"  # changes nothing


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
    role: Role | None = None

    @property
    def acts_as(self) -> Role:
        """A key without a role is the owner's if it may do everything."""
        return self.role or (Role.OWNER if ALL in self.scopes else Role.OPERATOR)

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
