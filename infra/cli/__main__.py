"""`python -m infra.cli`: the same as `tongdan`."""

from infra.cli.main import main

main()
