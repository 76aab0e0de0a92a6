"""What can go wrong, and where."""

from enum import StrEnum


class Fault(StrEnum):
    # at a call to AWS
    CRASH_BEFORE = "crash before"  # the function dies before the call is sent
    CRASH_AFTER = "crash after"  # it dies when the call has been done
    RESET = "reset"  # the call never arrives; the SDK sends it again
    CUT = "cut reply"  # the call is done, its reply lost; the SDK sends it again
    CUT_OFF = "cut off"  # the same, and from then on nothing gets through
    THROTTLE = "throttle"  # refused once for its rate
    THROTTLED = "throttled on"  # refused, and so is every later call
    CONFLICT = "conflict"  # another transaction is touching the same rows, once
    CONFLICTS = "conflicts on"  # and at every later write
    LOSS = "lost"  # the queue takes the messages, and they are never seen again
    PARTLY = "partly sent"  # the queue refuses the first message of a batch
    # at a call to a payment provider or a platform, which the SDK does not send again
    UNHEARD = "never asked"  # it does not arrive, and there is no answer
    UNTOLD = "done, no answer"  # the provider does it, and its answer is lost
    HALF = "half an answer"  # the same in the middle of the answer
    TWICE = "asked twice"  # it arrives a second time; the second answer comes
    BUSY = "provider busy"  # nothing is done, and it says so
    NO = "provider says no"
    POOR = "account empty"  # nothing is done until there is money again
    DOWN = "provider down"  # nothing is done; a page of its web server comes
    UNKNOWN = "done, says failed"
    PENDING = "takes its time"  # a refund is taken, and done later
    FORGED = "wrong signature"  # done, but its answer cannot be believed
    DELAY = "answers late"
    # on the way of messages and records
    DOUBLE = "doubled"
    TENFOLD = "tenfold"
    SHUFFLE = "reordered"
    LATE = "seen too long"  # visible again while the first receiver is still working
    UNWRITTEN = "never told"  # a provider tells nothing of what happened
    REPEAT = "records again"  # a stream's reader begins again further back
    # around
    SKEW = "clock skew"  # this environment's clock is five minutes off
    SLOW = "slow"  # the reply comes late; only through the proxy
    DEAF = "receiver fails"  # a webhook's receiver does not answer, or with an error


WRITES = ("PutItem", "TransactWriteItems")
READS = ("GetItem", "Query", "BatchGetItem")
OF_PROVIDERS = ("create", "query", "close", "refund", "query_refund", "bill", "download")
OF_PLATFORMS = ("list", "order", "ship", "stock", "token", "other")
ASKED = OF_PROVIDERS + OF_PLATFORMS
"""What others are asked; all other operations are AWS's."""
LASTING = (Fault.CUT_OFF, Fault.THROTTLED, Fault.CONFLICTS)
PASSING = (Fault.RESET, Fault.CUT, Fault.THROTTLE, Fault.CONFLICT)
"""What the SDK or the store gets over by itself: nobody outside may notice it."""
AT_CALLS = tuple(Fault)[: tuple(Fault).index(Fault.DOUBLE)]
AT_PROVIDERS = AT_CALLS[AT_CALLS.index(Fault.UNHEARD) :]
RARE = {*Fault} - {*AT_CALLS} | {Fault.LOSS, Fault.PARTLY, *AT_PROVIDERS}
"""What can happen in few places only, and is made likelier there."""


def fits(fault: Fault, operation: str) -> bool:
    """Whether this can happen at such a call."""
    if operation in ASKED or fault in AT_PROVIDERS:
        return operation in ASKED and _at_provider(fault, operation)
    if fault in (Fault.LOSS, Fault.PARTLY):
        return operation == "SendMessageBatch"
    if fault in (Fault.CONFLICT, Fault.CONFLICTS):
        return operation in WRITES
    if fault is Fault.RESET:  # for a read it is the same as being refused once
        return operation in WRITES or operation == "SendMessageBatch"
    return fault in AT_CALLS


def _at_provider(fault: Fault, operation: str) -> bool:
    if fault in (Fault.PENDING, Fault.POOR):
        return operation == "refund"
    if fault in (Fault.NO, Fault.FORGED):
        return operation in OF_PROVIDERS
    return fault in AT_PROVIDERS or fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
