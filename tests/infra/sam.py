"""Questions to a SAM template."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Properties = dict[str, Any]
FUNCTION = "AWS::Serverless::Function"


@dataclass(frozen=True)
class Sam:
    document: dict[str, Any]

    @property
    def resources(self) -> dict[str, Any]:
        return dict(self.document["Resources"])

    def of_type(self, kind: str) -> dict[str, Properties]:
        """Logical id -> properties of all resources of one type."""
        found = self.resources.items()
        return {name: each["Properties"] for name, each in found if each["Type"] == kind}

    @property
    def functions(self) -> dict[str, Properties]:
        return self.of_type(FUNCTION)

    def sources(self, kind: str) -> dict[str, Properties]:
        """Function -> properties of its event source of type SQS, DynamoDB or Schedule."""
        return {
            name: source["Properties"]
            for name, function in self.functions.items()
            for source in function.get("Events", {}).values()
            if source["Type"] == kind
        }

    def policy(self, function: str) -> list[dict[str, Any]]:
        """The statements that a function's role consists of."""
        role = self.resources[self.functions[function]["Role"]["Fn::GetAtt"][0]]["Properties"]
        (policy,) = role["Policies"]
        return list(policy["PolicyDocument"]["Statement"])


def strings(value: Any) -> Iterator[str]:
    """Every text in a document, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
