"""`slugline models list|show|verify`: model folders."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from nlp.cli import options
from nlp.config import DEFAULTS
from nlp.errors import ModelFolderError

__all__ = ["app"]

app = typer.Typer(
    help="Model folders: what is shipped, what one says of itself, whether it is sound.", no_args_is_help=True
)

_ModelArgument = Annotated[str, typer.Argument(metavar="NAME|DIR", help="A shipped model, or a model folder.")]


@app.command("list")
def list_shipped_models() -> None:
    """List the models that are shipped with slugline."""
    from nlp.artifact import list_models, open_model_folder
    from nlp.cli.tables import print_table

    folders = [open_model_folder(path) for path in list_models()]
    rows = [(one.name, one.kind, str(len(one.labels)), one.digest[:12], str(one.path)) for one in folders]
    print_table(("model", "kind", "labels", "digest", "folder"), rows)


@app.command("show")
def show(
    model: _ModelArgument = DEFAULTS.model,
    format: Annotated[options.Listing, typer.Option("--format", help="The card, or the manifest as one JSON line.")] = (
        options.Listing.text
    ),
) -> None:
    """Print a model's card: what it is for, what it was made from, what was measured."""
    from nlp.artifact import MANIFEST_NAME, find_model, open_model_folder

    folder = open_model_folder(find_model(model))
    if format is options.Listing.jsonl:
        manifest = json.loads((folder.path / MANIFEST_NAME).read_text(encoding="utf-8"))
        typer.echo(json.dumps({"path": str(folder.path), "digest": folder.digest, **manifest}, ensure_ascii=False))
        return
    from nlp.text import strip_controls

    typer.echo(f"{folder.reference}  {folder.path}\n")
    typer.echo(strip_controls(folder.text("README.md")))


@app.command("verify")
def verify(model: _ModelArgument = DEFAULTS.model) -> None:
    """Check every file of a model folder against its manifest, and report all that is found."""
    from nlp.artifact import find_model, verify_model_folder
    from nlp.text import printable

    path = find_model(model)
    findings = verify_model_folder(path)
    for finding in findings:
        typer.echo(printable(str(finding)))
    wrong = sum(finding.status == "error" for finding in findings)
    if wrong:
        raise ModelFolderError(f"{path}: {wrong} of {len(findings)} checks failed; the folder cannot be used.")
