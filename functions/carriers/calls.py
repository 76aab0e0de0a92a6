"""Ask a carrier something, with what a merchant's account with him holds."""

from dataclasses import dataclass

from functions.channels import access
from functions.channels.access import Access
from shared.domain.waybill import Account
from shared.gateways.carriers import port, registry
from shared.gateways.carriers.port import Carrier
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
