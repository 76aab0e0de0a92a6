"""A whole merchant on this machine in a few minutes: shops, stock, thousands of orders."""
