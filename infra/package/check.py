"""Lint the template as CloudFormation will see it: after the SAM transform, for each region."""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cfnlint.api import ManualArgs, lint
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform

from infra.package import template

# The transform keeps figures that it wants to be asked for, and says so when it ends.
logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)
REGIONS = ("cn-north-1", "eu-west-1")
CODE = "s3://bucket/deployment.zip"  # the transform takes no file


class NoManagedPolicies:
    """Our roles name none, so none has to be fetched."""

    def load(self) -> dict[str, str]:
        return {}


def check(root: Path) -> int:
    """Print what cfn-lint finds in the project's template; return how often it did."""
    sam = template.final(root)
    found = [finding for region in REGIONS for finding in findings(sam, region)]
    for finding in found:
        print(finding)
    print(f"template: {len(found)} findings in {', '.join(REGIONS)}")
    return min(len(found), 1)


def findings(sam: dict[str, Any], region: str) -> list[str]:
    try:
        content = json.dumps(expanded(sam, region), ensure_ascii=False)
    except InvalidDocumentException as invalid:
        return [f"{region}: {cause.message}" for cause in invalid.causes]
    matches = lint(content, config=ManualArgs(regions=[region]))
    return [f"{region}: {m.path_string}: {m.rule.id} {m.message}" for m in matches]


def expanded(sam: dict[str, Any], region: str) -> dict[str, Any]:
    """Return the plain CloudFormation template that `sam` becomes in `region`."""
    with _in_region(region):
        return dict(transform(template.with_code(sam, CODE), _defaults(sam), NoManagedPolicies()))


def _defaults(sam: dict[str, Any]) -> dict[str, Any]:
    parameters = sam.get("Parameters", {}).items()
    return {name: parameter["Default"] for name, parameter in parameters}


@contextmanager
def _in_region(region: str) -> Iterator[None]:
    before = os.environ.get("AWS_DEFAULT_REGION", region)
    os.environ["AWS_DEFAULT_REGION"] = region  # the transform derives the partition from it
    try:
        yield
    finally:
        os.environ["AWS_DEFAULT_REGION"] = before
