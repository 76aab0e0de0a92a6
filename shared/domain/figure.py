"""What a shop shows of a SKU: the newest figure, and how far it has been told."""

from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Self

from shared.domain.push import Outcome

EVENT = "stock.sellable"
"""What a webhook must ask for by name to be told figures."""


class FigureState(StrEnum):
    IDLE = "idle"  # nothing to tell: no figure yet, or pushing was switched off
    WAITING = "waiting"  # the newest figure is to be told at `due`
    SENT = "sent"  # the newest figure was taken
    REFUSED = "refused"  # the receiver said no to it
    FAILED = "failed"  # nobody took it, however often it was tried


class Verdict(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"  # trying again cannot help
    UNREACHABLE = "unreachable"  # it may
    NO_RECEIVER = "no-receiver"  # nobody listens


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of telling a channel."""

    verdict: Verdict
    status: int = 0  # of HTTP; 0 = no answer
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    tenant: str
    shop: str
    sku: str
    units: int | None = None  # the newest that the rule gave
    seq: int = 0  # its number: a receiver leaves aside what is older than what it knows
    at: str = ""  # when it was worked out
    sent_units: int | None = None
    sent_seq: int = 0
    sent_at: str = ""
    state: FigureState = FigureState.IDLE
    refused: str = ""  # why the rule's newest result was not taken: `units` is from before
    result: str = ""  # that result
    tries: int = 0
    reply: Reply | None = None  # to the newest try
    stopped: tuple[str, ...] = ()  # SKUs whose price breaker lets it show 0
    due: str = ""
    version: int = 0

    @property
    def message_id(self) -> str:
        """The same for every try of one figure; SKUs may have letters that no header takes."""
        what = blake2b(f"{self.shop}\n{self.sku}".encode(), digest_size=12).hexdigest()
        return f"{what}.{self.seq}"

    def waits(self, now: str) -> bool:
        return self.state is FigureState.WAITING and self.due <= now

    def renewed(self, outcome: Outcome, now: str) -> Self:
        """After a rule was worked out anew; itself if that changes nothing."""
        if self.stopped:
            outcome = Outcome(0)
        if outcome.units is None:
            if self.refused == outcome.refused:
                return self
            return replace(self, refused=outcome.refused, result=outcome.result)
        same = outcome.units == self.units and self.state is not FigureState.IDLE
        plain = replace(self, refused="", result="")
        return plain if same else replace(plain, units=outcome.units).again(now)

    def again(self, now: str) -> Self:
        """Tell it, as a figure of its own."""
        waiting = replace(self, state=FigureState.WAITING, tries=0, reply=None)
        return replace(waiting, seq=self.seq + 1, at=now, due=now)

    def stop(self, sku: str, *, on: bool) -> Self:
        """Show 0 for as long as the breaker of this SKU, or of another, has tripped."""
        rest = tuple(each for each in self.stopped if each != sku)
        return replace(self, stopped=(*rest, sku) if on else rest)

    def told(self, reply: Reply, now: str, due: str) -> Self:
        """After a try; `due`: when to try again if that may help, empty = not any more."""
        tried = replace(self, tries=self.tries + 1, reply=reply, due=due)
        if reply.verdict is Verdict.TAKEN:
            sent = replace(tried, sent_units=self.units, sent_seq=self.seq, sent_at=now)
            return replace(sent, state=FigureState.SENT)
        if reply.verdict is not Verdict.UNREACHABLE:
            return replace(tried, state=FigureState.REFUSED)
        return replace(tried, state=FigureState.WAITING if due else FigureState.FAILED)

    def put_off(self, due: str) -> Self:
        """Not told so far, and no try of it: nobody was asked."""
        return replace(self, due=due)

    def dropped(self) -> Self:
        """Nobody is to be told any more."""
        return replace(self, state=FigureState.IDLE)
