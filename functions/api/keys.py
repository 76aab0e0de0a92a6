"""/v1/keys"""

from typing import Any

from functions.api import views
from shared.domain.access import ALL, SCOPES, Key, Role, digest
from shared.domain.errors import Denied
from shared.gateways import vault
from shared.runtime.http import Answer, Call, Routes
from shared.store import api_keys

routes = Routes()


@routes.on("GET", "/v1/keys", "keys:write")
def list_keys(call: Call) -> dict[str, Any]:
    return {"keys": [views.key(key) for key in api_keys.list_(call.tenant)]}


@routes.on("POST", "/v1/keys", "keys:write")
def add_key(call: Call) -> Answer:
    """Make a key; its secret is shown this once. A key gives no more than it has itself."""
    body = call.reader()
    scopes, name = body.texts("scopes"), body.text("name", default="")
    for at, scope in enumerate(scopes):
        if scope not in SCOPES and scope != ALL:
            body.fault(f"scopes[{at}]", "unknown-scope")
    if not scopes:
        body.fault("scopes", "empty")
    role = body.one_of("role", Role, _usual(call, scopes))
    body.done()
    body.check()
    if more := [scope for scope in scopes if not call.key.may(scope)]:
        raise Denied(scope=more[0])
    if role is not call.key.acts_as is not Role.OWNER:
        raise Denied(scope=f"role {role.value}")
    token, prefix = vault.new_token()
    key = Key(call.tenant, prefix, digest(token), scopes, name, call.now, role)
    answer = Answer(201, {**views.key(key), "token": token})
    api_keys.add(key, call.claim(Answer(201, views.key(key))))
    return answer


def _usual(call: Call, scopes: tuple[str, ...]) -> Role:
    """The role of a key for which none is told: nobody gives more than he is himself."""
    if call.key.acts_as is not Role.OWNER:
        return call.key.acts_as
    return Role.OWNER if ALL in scopes else Role.OPERATOR


@routes.on("DELETE", "/v1/keys/{prefix}", "keys:write")
def revoke_key(call: Call, prefix: str) -> Answer:
    answer = Answer(200, {"prefix": prefix, "revoked": True})
    api_keys.revoke(call.tenant, prefix, call.claim(answer))
    return answer
