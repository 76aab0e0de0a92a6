"""The whole of infra/template.yaml on one machine: an emulator runs the zip as AWS would."""

from infra.deployed.lifecycle import Deployed, down, up

__all__ = ["Deployed", "down", "up"]
