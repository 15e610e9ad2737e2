"""`slugline labels list`: what a model can say."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from nlp.cli import options
from nlp.config import DEFAULTS

__all__ = ["app"]

app = typer.Typer(help="The labels of a model.", no_args_is_help=True)


@app.command("list")
def list_labels(
    model: options.ModelOption = DEFAULTS.model,
    format: Annotated[options.Listing, typer.Option("--format", help="A table, or a JSON line for each label.")] = (
        options.Listing.text
    ),
) -> None:
    """List a model's labels with their thresholds and definitions, in the model's order."""
    from nlp.artifact import find_model, open_model_folder

    folder = open_model_folder(find_model(model))
    rows = [
        {
            "id": one,
            "name": folder.taxonomy[one].name,
            "threshold": round(float(threshold), 4),
            "definition": folder.taxonomy[one].definition,
            "aliases": list(folder.taxonomy[one].aliases),
            "parent": folder.taxonomy[one].parent,
        }
        for one, threshold in zip(folder.labels, folder.thresholds, strict=True)
    ]
    if format is options.Listing.jsonl:
        for row in rows:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    from nlp.cli.tables import print_table

    print_table(
        ("label", "threshold", "holds when the article is about"),
        [(str(row["id"]), f"{row['threshold']:.2f}", str(row["definition"] or row["name"])) for row in rows],
    )
