"""What may go wrong between a provider and a merchant, on demand."""

import threading
import time
from dataclasses import asdict, dataclass, field, fields

ANSWERS = {
    "delay": "answers `seconds` later",
    "lost": "does nothing, and gives no answer",
    "cut": "does it, and gives no answer",
    "half": "does it, and breaks off in the middle of the answer",
    "refuse": "does nothing, and says no with `code`",
    "busy": "does nothing, and says that there are too many calls",
    "unknown": "does it, and answers that the system failed",
    "broken": "does nothing, and answers HTTP 502 with a page",
    "processing": "takes a refund, whose end must be told by /sandbox/settle",
    "abnormal": "takes a refund that the buyer's account does not take",
    "byte": "changes a byte of what was signed",
    "old": "signs with a time that is `seconds` (else 301) old",
    "serial": "names a key that nobody has",
    "foreign": "speaks of another merchant",
    "other": "speaks of another payment",
    "unsigned": "leaves the signature out",
    "clock": "has a clock that is `seconds` ahead",
    "probe": "signs as WeChat Pay does to see it refused",
}
ANY, NOTICE = "any", "notice"
NOTICES = {
    "delay": "comes `seconds` later",
    "drop": "never comes",
    "double": "comes twice",
    "hold": "waits for /sandbox/release; what is held comes in the reverse order",
    **{each: ANSWERS[each] for each in ("byte", "old", "serial", "foreign", "unsigned", "probe")},
}


@dataclass(frozen=True, slots=True)
class Trick:
    """`on` a call (create, query, close, refund, query_refund, bill, ...), `any`, or `notice`."""

    on: str = ""
    what: str = ""  # nothing: all goes well
    times: int = 1
    skip: int = 0  # so many go well before
    seconds: float = 0
    code: str = ""

    def is_(self, *whats: str) -> bool:
        return self.what in whats

    @property
    def now(self) -> float:
        """What time it is there."""
        return time.time() + (self.seconds if self.is_("clock") else 0)


WELL = Trick()
OLD = 301


@dataclass
class Mischief:
    answers: dict[str, str] = field(default_factory=lambda: ANSWERS)  # what may befall a call
    planned: list[Trick] = field(default_factory=list)
    done: list[Trick] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, asked: dict[str, object]) -> Trick:
        """Raises ValueError for what is no trick."""
        known = {each.name for each in fields(Trick)}
        if unknown := asked.keys() - known:
            raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
        trick = Trick(**asked)  # type: ignore[arg-type]
        able = NOTICES if trick.on == NOTICE else self.answers
        if not trick.on or trick.what not in able:
            raise ValueError(f"on {trick.on or '?'}: one of {', '.join(able)}")
        with self.lock:
            self.planned.append(trick)
        return trick

    def take(self, on: str) -> Trick:
        """What happens to this call; each trick is played as often as it was asked for."""
        with self.lock:
            for at, trick in enumerate(self.planned):
                if trick.on in (on, ANY if on != NOTICE else on):
                    return self._play(at, trick)
        return WELL

    def clear(self) -> None:
        with self.lock:
            self.planned.clear()
            self.done.clear()

    def shown(self) -> dict[str, list[dict[str, object]]]:
        return {"planned": list(map(asdict, self.planned)), "done": list(map(asdict, self.done))}

    def _play(self, at: int, trick: Trick) -> Trick:
        values = asdict(trick)
        if trick.skip:
            self.planned[at] = Trick(**{**values, "skip": trick.skip - 1})
            return WELL
        if trick.times > 1:
            self.planned[at] = Trick(**{**values, "times": trick.times - 1})
        else:
            del self.planned[at]
        self.done.append(trick)
        return trick
