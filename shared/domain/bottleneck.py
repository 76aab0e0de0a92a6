"""Where the time of orders goes: each stage summed up, and the one that costs most named."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.domain import stages, words
from shared.domain.histogram import Durations
from shared.domain.stages import Key, Stage, together

Found = Mapping[Key, Durations]


class By(StrEnum):
    SHOP = "shop"
    WAREHOUSE = "warehouse"


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The stage in which most time went, and the shop or warehouse that loses most of it there."""

    stage: str
    share: int  # percent of all the time from received until shipped
    place: str
    mean: float  # seconds
    others: float | None  # seconds that the stage takes elsewhere; None where there is no other
    next: str  # the stage that takes most after it
    next_share: int


def stages_of(found: Found) -> list[dict[str, Any]]:
    """Each stage that anything was in, in the order of the way."""
    sums = _by_stage(found)
    whole = sums.get(Stage.TOTAL, Durations({})).milliseconds
    return [_row(stage, sums[stage], whole) for stage in stages.NAMES if stage in sums]


def groups(found: Found, by: By) -> dict[str, Found]:
    """The same for each shop or warehouse."""
    parts: dict[str, dict[Key, Durations]] = defaultdict(dict)
    for key, durations in found.items():
        parts[getattr(key, by.value)][key] = durations
    return dict(sorted(parts.items()))


def bottleneck(found: Found, by: By) -> Bottleneck | None:
    """None where nothing took any time."""
    sums = _by_stage(found)
    whole = sums.get(Stage.TOTAL, Durations({})).milliseconds
    parts = {stage: one.milliseconds for stage, one in sums.items() if _before_shipping(stage)}
    worst, second = [*sorted(parts, key=lambda stage: -parts[stage]), "", ""][:2]
    if not whole or not worst:
        return None
    place, here, elsewhere = _slowest({k: d for k, d in found.items() if k.stage == worst}, by)
    return Bottleneck(
        stage=worst,
        share=_percent(parts[worst], whole),
        place=place,
        mean=here.mean,
        others=elsewhere.mean if elsewhere.count else None,
        next=second,
        next_share=_percent(parts.get(second, 0), whole),
    )


def told(found: Bottleneck, by: By, language: str) -> str:
    """The finding in one sentence."""
    args: dict[str, Any] = {
        "stage": words.say(f"clock.{found.stage}", language),
        "place": words.say(f"by.{by.value}", language, {"place": found.place}),
        "share": found.share,
        "mean": words.lasting(found.mean, language),
    }
    if found.others is not None:
        args["others"] = words.lasting(found.others, language)
        return words.say("bottleneck.of-several", language, args)
    if found.next:
        next_ = words.say(f"clock.{found.next}", language)
        return words.say(
            "bottleneck.alone", language, {**args, "next": next_, "by": found.next_share}
        )
    return words.say("bottleneck.all", language, args)


def _slowest(found: Found, by: By) -> tuple[str, Durations, Durations]:
    """The place that loses most time against the others, its durations, and theirs."""
    parts = {name: together(some.values()) for name, some in groups(found, by).items()}
    rest = {
        name: together(other for place, other in parts.items() if place != name) for name in parts
    }

    def lost(name: str) -> float:
        return parts[name].count * (parts[name].mean - rest[name].mean)

    worst = max(parts, key=lambda name: (lost(name), parts[name].milliseconds))
    return worst, parts[worst], rest[worst]


def _by_stage(found: Found) -> dict[str, Durations]:
    some: dict[str, list[Durations]] = defaultdict(list)
    for key, durations in found.items():
        some[key.stage].append(durations)
    return {stage: together(each) for stage, each in some.items()}


def _row(stage: str, lasted: Durations, whole: int) -> dict[str, Any]:
    percentiles = {f"p{n}": round(lasted.percentile(n), 1) for n in (50, 90, 99)}
    share = _percent(lasted.milliseconds, whole) if _before_shipping(stage) else None
    return {
        "stage": stage,
        "name": {lang: words.say(f"clock.{stage}", lang) for lang in words.LANGUAGES},
        "count": lasted.count,
        **percentiles,
        "mean": round(lasted.mean, 1),
        "share": share,
    }


def _before_shipping(stage: str) -> bool:
    return stage not in (Stage.TOTAL, Stage.DELIVERY)


def _percent(part: int, whole: int) -> int:
    return round(part * 100 / whole) if whole else 0
