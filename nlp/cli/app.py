"""The `slugline` command: its commands, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from nlp import __version__
from nlp.cli import classify, compare, evaluate, labels, models, schema, summarize, train
from nlp.cli.session import open_streams, report
from nlp.config import find_config_file, read_config_file
from nlp.errors import SluglineError

__all__ = ["app"]

_EXIT_CODES = (
    "Exit codes: 0 ok · 1 a bug · 2 usage · 3 configuration · 4 input · 5 model folder · 6 an extra is not installed · "
    "7 a quality gate failed · 8 some rows could not be read · 130 interrupted."
)


class _Group(TyperGroup):
    """A group of commands that ends with the exit code of the error that ended it."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SluglineError as error:
            if ctx.params.get("debug"):
                raise
            report(str(error))
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(130) from error
        except BrokenPipeError as error:
            # The reader has had enough. Python would complain once more when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from error
        except Exception as error:
            if ctx.params.get("debug") or _is_typers_own(error):
                raise
            report(f"{type(error).__name__}: {error}. This is a bug; `slugline --debug ...` shows where.")
            raise typer.Exit(1) from error


def _is_typers_own(error: Exception) -> bool:
    """Whether typer raised an exception to say something itself: a wrong option, an exit."""
    return isinstance(error, typer.Exit | typer.Abort) or hasattr(error, "exit_code")


app = typer.Typer(
    cls=_Group,
    name="slugline",
    help="Reads news articles: says which topics each is about, shows the sentences that say so, and sums it up.",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # help without panels comes in half the time
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"slugline {__version__}")
        raise typer.Exit


@app.callback()
def _prepare(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", envvar="SLUGLINE_DEBUG", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    open_streams()
    path = find_config_file()
    if path is not None:
        ctx.default_map = read_config_file(path, _settable_options(ctx))


def _settable_options(ctx: typer.Context) -> dict[str, frozenset[str]]:
    """For each command the options that a configuration file may set: those about how, not about what and where."""
    commands: dict[str, Any] = getattr(ctx.command, "commands", {})
    per_run = {"sources", "output", "force", "resume", "help"}
    return {
        name: frozenset(str(param.name) for param in command.params if param.name not in per_run)
        for name, command in commands.items()
        if not hasattr(command, "commands")
    }


app.command("classify")(classify.classify)
app.command("summarize")(summarize.summarize)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("compare")(compare.compare)
app.add_typer(labels.app, name="labels")
app.add_typer(models.app, name="models")
app.command("schema")(schema.schema)
