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
    # on the way of messages and records
    DOUBLE = "doubled"
    TENFOLD = "tenfold"
    SHUFFLE = "reordered"
    LATE = "seen too long"  # visible again while the first receiver is still working
    REPEAT = "records again"  # a stream's reader begins again further back
    # around
    SKEW = "clock skew"  # this environment's clock is five minutes off
    SLOW = "slow"  # the reply comes late; only through the proxy
    DEAF = "receiver fails"  # a webhook's receiver does not answer, or with an error


WRITES = ("PutItem", "TransactWriteItems")
LASTING = (Fault.CUT_OFF, Fault.THROTTLED, Fault.CONFLICTS)
PASSING = (Fault.RESET, Fault.CUT, Fault.THROTTLE, Fault.CONFLICT)
"""What the SDK or the store gets over by itself: nobody outside may notice it."""
AT_CALLS = tuple(Fault)[: tuple(Fault).index(Fault.DOUBLE)]
RARE = {*Fault} - {*AT_CALLS} | {Fault.LOSS, Fault.PARTLY}
"""What can happen in few places only, and is made likelier there."""


def fits(fault: Fault, operation: str) -> bool:
    """Whether this can happen at such a call."""
    if fault in (Fault.LOSS, Fault.PARTLY):
        return operation == "SendMessageBatch"
    if fault in (Fault.CONFLICT, Fault.CONFLICTS):
        return operation in WRITES
    if fault is Fault.RESET:  # for a read it is the same as being refused once
        return operation in WRITES or operation == "SendMessageBatch"
    return fault in AT_CALLS
