"""Building what is deployed: one zip for all functions, one template for the stack."""

from infra.package.assembly import Built, build
from infra.package.target import LAMBDA, LOCAL, Target

__all__ = ["LAMBDA", "LOCAL", "Built", "Target", "build"]
