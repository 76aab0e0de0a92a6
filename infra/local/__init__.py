"""The whole system on one machine: engines, processes, and what keeps them up."""
