"""`python -m tegoed` is the command `tegoed`."""

from tegoed.cli import main

main()
