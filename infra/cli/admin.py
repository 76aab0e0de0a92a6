"""What an administrator does in the store itself, before any key exists.

`shared.store` is imported late: the names of its tables come from the environment, which the
local stack may have to lend first.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from infra.cli import local
from infra.cli.exits import Exit, Stop
from infra.cli.words import Words
from shared.domain.access import ALL, SCOPES, Key, Role, digest
from shared.domain.errors import NotFound, Refused
from shared.domain.merchant import Tenant
from shared.domain.reader import ID
from shared.domain.words import say
from shared.runtime import clock


@contextmanager
def opened(words: Words) -> Iterator[None]:
    """The store within reach; its refusals and outages become exits."""
    local.borrow_environment()
    from botocore.exceptions import BotoCoreError, ClientError
    from pynamodb.exceptions import PynamoDBException

    try:
        yield
    except Refused as refusal:
        exit_ = Exit.NOT_FOUND if isinstance(refusal, NotFound) else Exit.REFUSED
        said = say(f"error.{refusal.code}", words.lang, refusal.figures)
        raise Stop(exit_, "was-refused", {"code": refusal.code, "title": said}) from refusal
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        raise Stop(Exit.UNREACHABLE, "store-unreachable", why=error) from error


def create_tenant(tenant_id: str, name: str) -> Tenant:
    from shared.gateways import vault
    from shared.store import merchants

    if not ID.fullmatch(tenant_id):
        raise Stop(Exit.USAGE, "not-an-id", id=tenant_id)
    tenant = Tenant(tenant_id, name, vault.new_key(tenant_id), clock.now())
    merchants.tenants.add(tenant_id, tenant)
    return tenant


def tenant(tenant_id: str) -> Tenant:
    from shared.store import merchants

    return merchants.tenants.get(tenant_id, tenant_id)


def tenants() -> Iterator[Tenant]:
    from shared.store import merchants

    return merchants.all_tenants()


def create_key(
    tenant_id: str, scopes: list[str], name: str, role: Role | None = None
) -> tuple[Key, str]:
    """A new key of the tenant, and its token, which nobody can show again."""
    from shared.gateways import vault
    from shared.store import api_keys

    tenant(tenant_id)
    for scope in scopes:
        if scope not in {*SCOPES, ALL}:
            raise Stop(Exit.USAGE, "unknown-scope", scope=scope)
    token, prefix = vault.new_token()
    key = Key(tenant_id, prefix, digest(token), tuple(scopes), name, clock.now(), role)
    api_keys.add(key)
    return key, token


def keys(tenant_id: str) -> list[Key]:
    from shared.store import api_keys

    tenant(tenant_id)
    return api_keys.list_(tenant_id)


def revoke(tenant_id: str, prefix: str) -> None:
    from shared.store import api_keys

    api_keys.revoke(tenant_id, prefix)
