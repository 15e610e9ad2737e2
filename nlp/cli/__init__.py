"""The command line: one file a command, each of which parses, calls and prints.

`app` puts the commands together and is the only place where errors become exit codes; `options` holds the options
that commands share, `session` what they share while they run.
"""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Entry point of the `slugline` command."""
    try:
        from nlp.cli.app import app
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    # The one option of the whole command may stand anywhere, also where people add it: at the end.
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    app(["--debug", *arguments] if len(arguments) < len(sys.argv) - 1 else arguments)
