"""A sale before the sale: orders on simulated platforms, what goes wrong, and what comes of it."""
