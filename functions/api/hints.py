"""/v1/push: what platforms tell us by themselves, believed only when they signed it

A push says no more than that something changed: what it is, is looked up afterwards. So a push
that is lost, doubled or late costs nothing.
"""

from functions.channels import calls
from shared.gateways import queues
from shared.gateways.channels.port import Hint, Incoming
from shared.gateways.talk import Forged, Reply
from shared.runtime.http import OPEN, Letter, Plain, Routes
from shared.runtime.observe import log
from shared.store import links

routes = Routes()
ABSENT = Plain(404, {"Content-Type": "text/plain"}, b"no such address")


@routes.on("POST", "/v1/push/{channel}/{tenant}/{shop_id}", OPEN)
def hear(letter: Letter, channel: str, tenant: str, shop_id: str) -> Plain:
    return _heard(letter, channel, tenant, shop_id)


@routes.on("GET", "/v1/push/{channel}/{tenant}/{shop_id}", OPEN)
def verify(letter: Letter, channel: str, tenant: str, shop_id: str) -> Plain:
    """A platform makes sure that the address is ours."""
    return _heard(letter, channel, tenant, shop_id)


def _heard(letter: Letter, channel: str, tenant: str, shop_id: str) -> Plain:
    stored = links.links.known(tenant, shop_id)
    if stored is None or stored.channel != channel:
        return ABSENT
    to = calls.use(tenant, stored)
    incoming = Incoming(letter.method, letter.query, letter.headers, letter.body)
    try:
        heard = to.by.hear(to.link, incoming, to.line.now)
    except Forged as forged:
        log.warning("push refused", extra={"code": forged.code, "channel": channel})
        return _plain(to.by.ack(False))
    for hint in dict.fromkeys(heard.hints):
        _nudge(tenant, shop_id, hint)
    return _plain(heard.reply or to.by.ack(True))


def _nudge(tenant: str, shop: str, hint: Hint) -> None:
    """A refund is looked up by itself, and its order with it."""
    if hint.refund:
        told = {"tenant": tenant, "shop": shop, "refund": hint.refund, "number": hint.order}
        queues.later("fetch", told)
    if hint.order:
        queues.later("fetch", {"tenant": tenant, "shop": shop, "number": hint.order})


def _plain(reply: Reply) -> Plain:
    return Plain(reply.status, reply.headers, reply.body)
