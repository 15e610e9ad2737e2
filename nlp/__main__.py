"""`python -m nlp` is the `slugline` command."""

from nlp.cli import main

main()
