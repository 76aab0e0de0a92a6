"""The fault matrix: handlers interleaved call by call, and hit by whatever AWS can do to them.

faults      what can go wrong, and at which calls
scheduler   handlers as tasks that pass a baton; what a Lambda environment has to itself
seam        the one place below the SDK where calls stop, fail, or are done and forgotten
mishaps     when something goes wrong: by plan, or by chance
world       database, queues, stream, clock and clients of one run
course      how a run goes on, and how it comes to rest
scenes      where an order can stand
verbs       what can be done to it there
casts       who does what in a storm
banks       the payment providers, their letters, and the buyers who pay
people      who sees to what no message does
money       what must be true of it; money_* are its scenes, verbs, asks, cells and casts
invariants  what must be true afterwards
tally       the table at the end

A run that fails says its seed; `FAULT_SEED=7 pytest tests/faults -m faults` repeats it exactly.
"""
