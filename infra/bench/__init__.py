"""Measures the flow on this machine, and keeps the figures in docs/performance.md."""
