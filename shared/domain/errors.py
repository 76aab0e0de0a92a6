"""
Everything that can go wrong, in three kinds.

* Refused        the caller asked for what the rules forbid; never retried
    - Unreadable     the body is not JSON, or not of the type announced        400
    - Unknown        no key, or a key that is not ours                          401
    - Denied         the key lacks the scope that the route needs               403
    - NotFound       no such thing for this tenant                              404
    - WrongMethod    the path is there, but not for this method                 405
    - NotAllowed     the state of the order does not allow it                   409
    - Locked         it has come too far for this change of it                  409
    - Stale          it is no longer what the preview was made of               409
    - StaleQuote     the cart costs something else by now: here is a new quote  409
    - Differs        the same order again with other content                    409
    - Exists         something of that id is already there                      409
    - Short          not enough stock                                           409
    - InUse          other things rest on it                                    409
    - HasStock       units of it are there or on their way                      409
    - WrongState     a stock document has come too far, or not far enough       409
    - NotNow         an after-sale has come too far for it, or not far enough     409
    - Stopped        only a person can decide how it goes on                    409
    - Merged         it goes in the boxes of a merge, and is moved with them     409
    - ProviderRefused  whoever takes the buyer's money said no                   409
    - ProviderUnclear  nobody knows yet what whoever takes the money did         409
    - Blocked        goods must be taken out of the boxes of a merge first       409
    - GroupFull      all places of a group are taken                            409
    - TooLarge       the body is larger than we read                            413
    - WrongMedia     the body is not JSON by its content type                   415
    - Invalid        the request does not read as what it should be             422
    - KeyReused      an Idempotency-Key came back with another request          422
* Conflict       someone else was faster; read again and retry                  409
    - Full           and took what was left of a warehouse's day                409
* (any other)    a bug or an outage: HTTP 500 or 503, or the message goes back to its queue
"""

import dataclasses
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where (`lines[2].quantity`), what, and its figures."""

    field: str
    code: str
    args: dict[str, Any] = dataclasses.field(default_factory=dict)


class Refused(Exception):
    code = "refused"
    status = 409

    def __init__(self, *, faults: tuple[Fault, ...] = (), **figures: Any) -> None:
        super().__init__(self.code, figures)
        self.faults = faults
        self.figures = figures


class Unreadable(Refused):
    code = "unreadable"
    status = 400


class Unknown(Refused):
    code = "unknown-key"
    status = 401


class Denied(Refused):
    code = "denied"
    status = 403


class NotFound(Refused):
    code = "not-found"
    status = 404


class WrongMethod(Refused):
    code = "wrong-method"
    status = 405


class NotAllowed(Refused):
    code = "not-allowed"


class Locked(Refused):
    code = "locked"


class Stale(Refused):
    code = "stale"


class StaleQuote(Refused):
    code = "stale-quote"


class Differs(Refused):
    code = "differs"


class Exists(Refused):
    code = "exists"


class Short(Refused):
    code = "short"


class InUse(Refused):
    code = "in-use"


class HasStock(Refused):
    code = "has-stock"


class WrongState(Refused):
    code = "wrong-state"


class NotNow(Refused):
    code = "not-now"


class Stopped(Refused):
    """A decision that only a person can make: `hold` says why, and how it is found again."""

    code = "stopped"


class Merged(Refused):
    code = "merged"


class Blocked(Refused):
    code = "blocked"


class GroupFull(Refused):
    code = "group-full"


class ProviderRefused(Refused):
    code = "provider-refused"


class ProviderUnclear(Refused):
    """The same may be asked again: it is done once."""

    code = "provider-unclear"


class TooLarge(Refused):
    code = "too-large"
    status = 413


class WrongMedia(Refused):
    code = "wrong-media"
    status = 415


class Invalid(Refused):
    code = "invalid"
    status = 422


class KeyReused(Refused):
    code = "idempotency-key-reused"
    status = 422


class Conflict(Refused):
    """Not the caller's fault and not final: a step lets its queue bring it back."""

    code = "conflict"


class Full(Conflict):
    """Others took the last room of a warehouse's day meanwhile: look for another."""


def faulty(field: str, code: str, **args: Any) -> Invalid:
    """One fault as a refusal."""
    return Invalid(faults=(Fault(field, code, args),))
