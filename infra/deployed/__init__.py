"""The whole of infra/template.yaml on one machine: an emulator runs the zip as AWS would."""

from infra.deployed.emulator import Silent
from infra.deployed.lifecycle import Deployed, down, up
from infra.deployed.stack import NotCreated

__all__ = ["Deployed", "NotCreated", "Silent", "down", "up"]
