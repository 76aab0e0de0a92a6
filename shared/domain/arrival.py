"""What arrives: it becomes free, or goes to whom it was promised while it was on its way."""

from shared.domain.stock import Change, Delta, Level


def arrival(level: Level, good: int, damaged: int = 0) -> Delta:
    """What so many arriving units mean for the counters of the place that awaits them.

    Good units fulfil promises first: they leave `presold` for `held` and are never free, so that
    nobody else takes them meanwhile. A damaged unit fulfils none, so that more of them than nobody
    was promised take `coming` below nought: promises then outnumber what still comes.
    """
    promised = min(good, level.presold)
    moved = {
        "coming": promised - good - damaged,
        "presold": -promised,
        "held": promised,
        "free": good - promised,
        "damaged": damaged,
    }
    return {name: units for name, units in moved.items() if units}


def arrived(level: Level, good: int, damaged: int = 0) -> Change:
    """The same as a change of that place."""
    delta = arrival(level, good, damaged)
    return Change(level.place, "received", delta, _beyond(level, delta))


def lost(level: Level, units: int) -> Change:
    """Units that will not come after all, whoever they were promised to."""
    delta = {"coming": -units}
    return Change(level.place, "lost", delta, _beyond(level, delta))


def _beyond(level: Level, delta: Delta) -> bool:
    return level.coming + delta.get("coming", 0) < 0
