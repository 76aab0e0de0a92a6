"""Which route of the application a path belongs to, as API Gateway decides it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Match:
    template: str
    parameters: dict[str, str]


class Router:
    """Templates such as `/v1/orders/{order_id}`; a literal segment goes before a parameter."""

    def __init__(self, routes: Mapping[str, Iterable[str]]) -> None:
        self._methods = {template: tuple(methods) for template, methods in routes.items()}
        self._templates = sorted(
            ((_segments(template), template) for template in self._methods), key=_by_literals
        )

    def match(self, raw_path: str) -> Match | None:
        """Segments are split before they are decoded: %2F belongs to a parameter."""
        path = [unquote(segment) for segment in _segments(raw_path)]
        for segments, template in self._templates:
            parameters = _fit(segments, path)
            if parameters is not None:
                return Match(template, parameters)
        return None

    def methods(self, template: str) -> tuple[str, ...]:
        return self._methods[template]


def _segments(path: str) -> list[str]:
    return path.split("/")[1:]


def _fit(segments: list[str], path: list[str]) -> dict[str, str] | None:
    if len(segments) != len(path):
        return None
    parameters = {}
    for segment, given in zip(segments, path, strict=True):
        if segment.startswith("{") and given:
            parameters[segment[1:-1]] = given
        elif segment != given:
            return None
    return parameters


def _by_literals(entry: tuple[list[str], str]) -> list[bool]:
    return [segment.startswith("{") for segment in entry[0]]
