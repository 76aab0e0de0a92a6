"""What a shop shows on its channel: one door for all. An adapter only translates."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from shared.domain.figure import EVENT, Reply, Verdict
from shared.domain.merchant import Webhook
from shared.gateways import hooks
from shared.gateways.vault import Cipher

PASSING = {408, 429}  # of the 4xx, those that are no answer to what was asked


@dataclass(frozen=True, slots=True)
class Ware:
    """So many units are to be shown: an absolute figure, never a change."""

    id: str  # of this figure; the same at every try
    shop: str
    sku: str
    shop_skus: tuple[str, ...]  # the shop's own codes for it
    units: int
    as_of: str
    seq: int  # grows with each figure: what is older than what was taken is left aside


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The channel without a platform: every webhook of the merchant's that asked for figures."""

    hooks: Sequence[Webhook]
    cipher: Cipher

    def put(self, wares: Sequence[Ware]) -> list[Reply]:
        """What became of each; the same may be told twice."""
        return [self._put(ware) for ware in wares]

    def _put(self, ware: Ware) -> Reply:
        """The worst of the answers: one who did not take it is asked again with all others."""
        if not self.hooks:
            return Reply(Verdict.NO_RECEIVER)
        replies = [self._post(hook, ware) for hook in self.hooks]
        return max(replies, key=lambda reply: _WORSE.index(reply.verdict))

    def _post(self, hook: Webhook, ware: Ware) -> Reply:
        status, note = hooks.post(hook, self.cipher, ware.id, _message(ware))
        return Reply(_verdict(status), status, note)


_WORSE = (Verdict.TAKEN, Verdict.REFUSED, Verdict.UNREACHABLE)


def _message(ware: Ware) -> str:
    data = asdict(ware)
    event_id = data.pop("id")
    told = {"type": EVENT, "timestamp": ware.as_of, "data": {"event_id": event_id, **data}}
    return json.dumps(told, ensure_ascii=False)


def _verdict(status: int) -> Verdict:
    if status // 100 == 2:  # noqa: PLR2004
        return Verdict.TAKEN
    final = status // 100 == 4 and status not in PASSING  # noqa: PLR2004
    return Verdict.REFUSED if final else Verdict.UNREACHABLE
