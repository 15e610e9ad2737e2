"""`slugline schema`: the JSON Schema of a record."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

__all__ = ["schema"]


class Command(StrEnum):
    """Commands that write records."""

    classify = "classify"
    summarize = "summarize"


def schema(
    command: Annotated[Command, typer.Argument(help="The command whose records are meant.")] = Command.classify,
) -> None:
    """Print the JSON Schema of the records that a command writes."""
    import json

    from nlp.writing.schema import record_schema

    typer.echo(json.dumps(record_schema(command.value), indent=2, ensure_ascii=False))
