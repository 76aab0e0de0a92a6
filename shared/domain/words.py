"""Everything that the product says, in Chinese and in English, from one catalogue."""

from collections.abc import Mapping
from typing import Any

from shared.domain.catalogue import (
    channels,
    faults,
    finance,
    orders,
    rules,
    sales,
    stock,
    times,
    waybills,
)

LANGUAGES = ("zh", "en")

CATALOGUE: dict[str, tuple[str, str]] = {
    **orders.WORDS,
    **faults.WORDS,
    **stock.WORDS,
    **rules.WORDS,
    **times.WORDS,
    **sales.WORDS,
    **finance.WORDS,
    **channels.WORDS,
    **waybills.WORDS,
}

_NAMED = {
    "reasons": "reason",
    "status": "status",
    "to": "status",
    "kind": "kind",
    "bar": "bar",
    "key": "part",
    "why": "why",
    "then": "then",
    "identity": "identity",
    "fields": "field",
    "matched": "field",
    "state": "payment",
    "line": "line",
    "reason": "why",
    "counter": "counter",
    "refused": "refusal",
    "stage": "stage",
    "service": "service",
    "step": "step",
    "ended": "step",
    "provider": "provider",
    "cause": "cause",
    "platform": "platform",
}
"""Which values are codes themselves, and where in the catalogue their words stand."""

_UNITS = (("days", 86400, 2 * 86400), ("hours", 3600, 5400), ("minutes", 60, 90))
"""From how many seconds on a duration is said in such units."""

_MONEY = {
    *("fen", "less", "lacks", "dropped", "was", "scarce", "total", "expected", "found", "cost"),
    *("collect", "refund"),
}


def say(code: str, language: str, args: Mapping[str, Any] | None = None) -> str:
    """The text of `code` in `language`; figures are formatted, and codes named in its words."""
    pair = CATALOGUE.get(code)
    if pair is None:
        return code
    values = {k: _word(k, v, language, code) for k, v in (args or {}).items()}
    return pair[LANGUAGES.index(language)].format_map(_Blank(values)).strip()


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "-"


def _word(name: str, value: Any, language: str, code: str) -> str:
    if isinstance(value, list | tuple):
        join = "、" if language == "zh" else ", "
        return join.join(_word(name, each, language, code) for each in value) or "-"
    if isinstance(value, dict):
        return _DICTS.get(name, _counted)(value, language)
    if name in _MONEY and isinstance(value, int) and not code.startswith("fault."):
        return money(value)
    key = f"{_NAMED[name]}.{value}" if name in _NAMED else ""
    return say(key, language) if key in CATALOGUE else str(value)


def _held(hold: Mapping[str, Any], language: str) -> str:
    return say(f"hold.{hold['reason']}", language, hold)


def _brought(benefit: Mapping[str, Any], language: str) -> str:
    return say(f"brings.{benefit['what']}", language, benefit)


def _sourced(choice: Mapping[str, Any], language: str) -> str:
    names = _word("", choice["warehouses"], language, "")
    return f"{names} {money(choice['cost'])}"


def _counted(units: Mapping[str, int], language: str) -> str:
    return _word("", [f"{sku} x {n}" for sku, n in units.items()], language, "")


def _barred(others: Mapping[str, str], language: str) -> str:
    """Orders, each with why it does not go along."""
    said = (f"{number} ({say(f'bar.{bar}', language)})" for number, bar in others.items())
    return _word("", list(said), language, "")


def _sent(choice: Mapping[str, Any], language: str) -> str:
    lost = [_answered(each, language) for each in choice.get("lost", ())]
    told = {
        "carrier": _answered(choice, language),
        "how": say(f"chosen.{choice['by']}", language, choice),
        "lost": lost,
    }
    return say("chosen.among" if lost else "chosen.alone", language, told)


def _answered(answer: Mapping[str, Any], language: str) -> str:
    """What a carrier takes, or why it takes nothing."""
    if "why" in answer:
        return f"{answer['carrier']} {say('lost.' + answer['why'], language)}"
    fee = f" {money(answer['fen'])}" if "fen" in answer else ""
    return f"{answer['carrier']}{fee}"


def _refused(whys: Mapping[str, str], language: str) -> str:
    told = [_answered({"carrier": name, "why": why}, language) for name, why in whys.items()]
    return _word("", told, language, "")


_DICTS = {
    "holds": _held,
    "brings": _brought,
    "others": _barred,
    "runner_up": _sourced,
    "chosen": _sent,
    "carriers": _refused,
}


def lasting(seconds: float, language: str) -> str:
    """A duration in the unit that suits it: `40 s`, `12 min`, `3.5 h`, `2.1 days`."""
    for unit, size, least in _UNITS:
        if abs(seconds) >= least:
            n = seconds / size
            return say(f"lasting.{unit}", language, {"n": f"{n:.0f}" if n >= 10 else f"{n:.1f}"})  # noqa: PLR2004
    return say("lasting.seconds", language, {"n": round(seconds)})


def money(fen: int) -> str:
    """1234567 -> `12,345.67`; the sign stands in front."""
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{cents:02d}"
