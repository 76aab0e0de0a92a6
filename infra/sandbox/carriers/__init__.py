"""Carriers and gateways to carriers, simulated."""
