"""The final SAM template: what Chalice generates from app.py, under infra/template.yaml."""

import copy
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.deploy import models
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import BaseDeployStep, BuildStage, InjectDefaults, PolicyGenerator
from chalice.deploy.deployer import SwaggerBuilder as RoutesBuilder
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import (
    PackageOptions,
    ResourceBuilder,
    SAMTemplateGenerator,
    TemplateDeepMerger,
    YAMLTemplateSerializer,
)
from chalice.policy import AppPolicyGenerator
from chalice.utils import OSUtils

STAGE = "production"  # the name in .chalice/config.json
API_STAGE = "api"
ZIP = "./deployment.zip"


class LeaveCode(BaseDeployStep):
    """Chalice would pack the code here, without functions/ and shared/."""

    def handle_deploymentpackage(self, _: Config, resource: models.DeploymentPackage) -> None:
        resource.filename = ZIP


class Principals(PackageOptions):
    """Lambda's and API Gateway's names, the same in every partition: no client is asked."""

    def __init__(self) -> None:
        pass

    def service_principal(self, service: str) -> str:
        return f"{service}.amazonaws.com"


def final(root: Path) -> dict[str, Any]:
    """Return the template of the project at `root`, ready for CloudFormation's SAM transform."""
    template: dict[str, Any] = TemplateDeepMerger().merge(ours(root), generated(root))
    return template


def with_code(sam: dict[str, Any], location: str) -> dict[str, Any]:
    """Return `sam` with its functions' code at `location` (s3://bucket/key)."""
    sam = copy.deepcopy(sam)
    for resource in sam["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = location
    return sam


def ours(root: Path) -> dict[str, Any]:
    text = (root / "infra/template.yaml").read_text(encoding="utf-8")
    return dict(YAMLTemplateSerializer().load_template(text))


def generated(root: Path) -> dict[str, Any]:
    """What Chalice itself would write, with the policies of .chalice/policies."""
    config = _config(root)
    resources = _resources().construct_resources(config, STAGE)
    return dict(SAMTemplateGenerator(config, Principals()).generate(resources))


def _config(root: Path) -> Config:
    given = {"chalice_app": _app(root), "project_dir": str(root)}
    on_disk = json.loads((root / ".chalice/config.json").read_text(encoding="utf-8"))
    return Config(STAGE, user_provided_params=given, config_from_disk=on_disk)


def _app(root: Path) -> Chalice:
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    app: Chalice = importlib.import_module("app").app
    return app


def _resources() -> ResourceBuilder:
    osutils = OSUtils()
    steps = [
        InjectDefaults(),
        LeaveCode(),
        PolicyGenerator(AppPolicyGenerator(osutils), osutils),
        RoutesBuilder(CFNSwaggerGenerator()),
    ]
    return ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), BuildStage(steps))
