"""Ask a carrier something, with what a merchant's account with him holds."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from functions.channels import access
from functions.channels.access import Access
from shared.domain.content import PERSONAL, Receiver
from shared.domain.waybill import Account
from shared.gateways.carriers import port, registry
from shared.gateways.carriers.port import Carrier
from shared.gateways.channels.port import Rejected
from shared.runtime.settings import settings
from shared.store import waybills
from shared.store.shelf import Shelf


@dataclass(slots=True)
class Using(Access[Account, port.Account]):
    """An account, ready to be used."""

    by: Carrier

    @property
    def adapter(self) -> Carrier:
        return self.by

    @property
    def shelf(self) -> Shelf[Account]:
        return waybills.accounts

    def opened(self, stored: Account) -> port.Account:
        return opened(self.tenant, stored)


def using(tenant: str, account: str) -> Using:
    """Raises NotFound where there is no such account."""
    return use(tenant, waybills.accounts.get(tenant, account))


def use(tenant: str, stored: Account) -> Using:
    by = registry.of(stored.kind)
    return Using(tenant, stored, access.line(stored.kind, stored, by), opened(tenant, stored), by)


def push_url(tenant: str, stored: Account) -> str:
    """Where a carrier tells us what becomes of parcels; empty where nobody outside reaches us."""
    public = settings().public_url
    return f"{public}/v1/push-waybills/{stored.kind}/{tenant}/{stored.id}" if public else ""


def opened(tenant: str, stored: Account) -> port.Account:
    return port.Account(
        id=stored.id,
        kind=stored.kind,
        app_key=stored.app_key,
        secrets=access.secrets(tenant, stored),
        customer=stored.customer,
        endpoint=stored.endpoint,
        options=stored.options,
    )


def sender(tenant: str, stored: Account, warehouse: str) -> Receiver | None:
    """Who sends from a warehouse, opened; None where nobody is named."""
    found = stored.senders.get(warehouse) or stored.senders.get("")
    return person(stored, found, access.cipher(tenant).open) if found else None


def person(stored: Account, who: Receiver, change: Callable[[str, str], str]) -> Receiver:
    """Somebody's name, phone and address put through `change`: sealed, or opened again."""
    given = {name: value for name in PERSONAL["receiver"] if (value := getattr(who, name))}
    context = f"{stored.KIND}/{stored.id}/sender"
    return replace(who, **{name: change(v, f"{context}.{name}") for name, v in given.items()})


def reason(no: Exception) -> dict[str, str]:
    """Why a carrier did not do what was asked: in our words, his own beside them."""
    if isinstance(no, Rejected):
        return {"carrier": no.why.value, "note": f"{no.code} {no.text}".strip()[:200]}
    return {"carrier": "unclear", "note": str(no)[:200]}
