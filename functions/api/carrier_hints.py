"""/v1/push-waybills: what carriers tell us by themselves of parcels

What is signed is believed, and folded in; what is not only lets a parcel be looked up. So a push
that is lost, doubled or late costs nothing.
"""

from functions.carriers import calls, telling
from functions.carriers.calls import Using
from shared.domain.errors import Conflict
from shared.gateways.carriers.port import Push, Told
from shared.gateways.channels.port import Incoming
from shared.gateways.talk import Forged, Reply
from shared.runtime.http import OPEN, Letter, Plain, Routes
from shared.runtime.observe import log
from shared.store import tracks, waybills

routes = Routes()
ABSENT = Plain(404, {"Content-Type": "text/plain"}, b"no such address")


@routes.on("POST", "/v1/push-waybills/{kind}/{tenant}/{account_id}", OPEN)
def hear(letter: Letter, kind: str, tenant: str, account_id: str) -> Plain:
    stored = waybills.accounts.known(tenant, account_id)
    if stored is None or stored.kind != kind or not stored.active:
        return ABSENT
    to = calls.use(tenant, stored)
    incoming = Incoming(letter.method, letter.query, letter.headers, letter.body)
    now = to.line.now
    return _plain(to.by.ack(to.link, incoming, _taken(to, incoming, now), now))


def _taken(to: Using, incoming: Incoming, now: str) -> bool:
    """Whether it was ours and is kept; else the carrier tells it again."""
    try:
        for told in to.by.hear(to.link, incoming, now):
            _learn(to, told)
    except Forged as forged:
        log.warning("push refused", extra={"code": forged.code, "carrier": to.stored.kind})
        return False
    except Conflict:
        return False
    return True


def _learn(to: Using, told: Told) -> None:
    signed = to.by.caps.push is Push.SIGNED
    if signed and (told.events or told.again):
        telling.learn(to.tenant, told)
    else:
        telling.ask(to.tenant, tracks.sharing(to.tenant, told.tracking))


def _plain(reply: Reply) -> Plain:
    return Plain(reply.status, reply.headers, reply.body)
