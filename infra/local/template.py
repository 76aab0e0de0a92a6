"""The tables and queues of infra/template.yaml, as the engines want to hear them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from infra.local.env import ACCOUNT, REGION, STACK
from infra.local.home import ROOT

TEMPLATE = ROOT / "infra" / "template.yaml"
PSEUDO = {
    "AWS::StackName": STACK,
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",  # the queue engine's ARNs know no other
    "AWS::URLSuffix": "amazonaws.com.cn",
}
NAMES = {"AWS::DynamoDB::Table": "TableName", "AWS::SQS::Queue": "QueueName"}
OF_TABLE = (
    "TableName",
    "BillingMode",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "StreamSpecification",
)
OF_QUEUE = (
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "DelaySeconds",
    "RedrivePolicy",
)
Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    create: Properties
    ttl: Properties | None


@dataclass(frozen=True, slots=True)
class Queue:
    name: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Resources:
    tables: tuple[Table, ...]
    queues: tuple[Queue, ...]  # those that others name as their dead-letter queue first
    windows: dict[str, float]  # by function: seconds that its events may wait for company


def read(path: Path = TEMPLATE) -> Resources:
    template = yaml.load(path.read_text(), Loader=_Loader)
    found = _Template(template)
    queues = [_queue(each) for each in found.properties("AWS::SQS::Queue")]
    queues.sort(key=lambda queue: "RedrivePolicy" in queue.attributes)
    tables = (_table(each) for each in found.properties("AWS::DynamoDB::Table"))
    return Resources(tuple(tables), tuple(queues), found.windows())


class _Template:
    """Resolves the few intrinsics that tables and queues use."""

    def __init__(self, template: dict[str, Any]) -> None:
        self._resources = template["Resources"]
        defaults = {k: v.get("Default") for k, v in template.get("Parameters", {}).items()}
        self._values: dict[str, Any] = {**PSEUDO, **defaults}

    def properties(self, kind: str) -> list[Properties]:
        of_kind = (each for each in self._resources.values() if each.get("Type") == kind)
        return [self._resolve(each["Properties"]) for each in of_kind]

    def windows(self) -> dict[str, float]:
        found = {}
        for each in self._resources.values():
            name = self._resolve(each.get("Properties", {}).get("FunctionName", ""))
            for event in each.get("Properties", {}).get("Events", {}).values():
                seconds = event["Properties"].get("MaximumBatchingWindowInSeconds", 0)
                found[name.removeprefix(f"{STACK}-")] = float(seconds)
        return found

    def _resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": name}:
                return self._ref(name)
            case {"Fn::Sub": text}:
                return re.sub(r"\$\{([^}]+)\}", lambda found: self._named(found[1]), text)
            case {"Fn::GetAtt": [name, "Arn"]}:
                return self._arn(name)
            case dict():
                return {key: self._resolve(each) for key, each in value.items()}
            case list():
                return [self._resolve(each) for each in value]
        return value

    def _named(self, name: str) -> str:
        resource, _, attribute = name.partition(".")
        return self._arn(resource) if attribute == "Arn" else str(self._ref(name))

    def _ref(self, name: str) -> Any:
        return self._values[name] if name in self._values else self._name_of(name)

    def _arn(self, name: str) -> str:
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self._name_of(name)}"

    def _name_of(self, name: str) -> str:
        resource = self._resources[name]
        return str(self._resolve(resource["Properties"][NAMES[resource["Type"]]]))


def _table(properties: Properties) -> Table:
    create = {name: properties[name] for name in OF_TABLE if name in properties}
    if stream := create.get("StreamSpecification"):
        create["StreamSpecification"] = {"StreamEnabled": True, **stream}
    return Table(create, properties.get("TimeToLiveSpecification"))


def _queue(properties: Properties) -> Queue:
    attributes = {name: properties[name] for name in OF_QUEUE if name in properties}
    return Queue(properties["QueueName"], {k: _text(v) for k, v in attributes.items()})


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


class _Loader(yaml.SafeLoader):  # type: ignore[misc] # PyYAML has no types
    """YAML with CloudFormation's short tags."""


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _short_tag)
