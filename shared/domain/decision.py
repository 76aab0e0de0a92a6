"""What was decided here of a platform's refund, and whether the platform was told."""

from dataclasses import dataclass, replace
from typing import Self

from shared.domain.aftersale import AfterSale
from shared.domain.platform import Refund, Stage
from shared.domain.report import State

_PHASE = {
    Stage.ASKED: 0,
    Stage.AGREED: 1,
    Stage.RETURNING: 1,  # that goods are on their way changes nothing of what was decided
    Stage.DONE: 2,
}
"""How far a refund has come that was not refused."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`stage` and `fen`: as the refund stood when somebody decided. One beside each refund."""

    order: str
    no: str
    shop: str
    created_at: str
    by: str
    agree: bool
    stage: Stage
    fen: int
    text: str = ""
    state: State = State.DUE
    tries: int = 0
    why: str = ""  # refused, state, changed, denied, unclear, ...
    note: str = ""  # the platform's own words
    at: str = ""  # when it was told, or last tried
    due: str = ""
    version: int = 0

    def repeats(self, other: Self) -> bool:
        """Whether the same was decided before of the same, and was told or will be."""
        same = (self.agree, self.stage, self.fen) == (other.agree, other.stage, other.fen)
        return same and other.state in (State.DUE, State.TOLD)

    def next_due(self, later: str) -> Self:
        """`later`: when it is tried again, if it must be."""
        return replace(self, due=later if self.state is State.DUE else "")

    def stands(self, refund: Refund) -> bool:
        """Whether the refund still is what somebody decided on."""
        phase = _PHASE.get(refund.stage)
        return (phase, refund.fen) == (_PHASE.get(self.stage), self.fen)

    def done(self, refund: Refund) -> bool:
        """Whether it stands there as it was decided, whoever told it."""
        if not self.agree:
            return refund.stage not in _PHASE
        return _PHASE.get(refund.stage, -1) > _PHASE.get(self.stage, -1)


def decision(one: AfterSale, known: Decision | None, now: str, by: str) -> Decision:
    """A yes to a refund as it is known to stand on its platform.

    `known`: what was decided of it before, in whose place it stands.
    """
    if one.there is None:
        raise ValueError(one.no)
    return Decision(
        order=one.order,
        no=one.no,
        shop=one.shop,
        created_at=now,
        by=by,
        agree=True,
        stage=one.there.stage,
        fen=one.there.fen,
        due=now,
        version=known.version if known else 0,
    )
