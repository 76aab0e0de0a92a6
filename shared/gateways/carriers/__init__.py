"""The carriers and their gateways, each behind the same port."""
