"""`slugline train`: a model of one's own labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.measuring import training_extra
from nlp.errors import InputError

__all__ = ["train"]


def train(
    train_file: Annotated[
        Path, typer.Option("--train", metavar="FILE", help="Labelled articles: JSON lines with text and labels.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The model folder to write.")],
    config: Annotated[
        str, typer.Option("--config", metavar="NAME|FILE", help="A shipped configuration, or a TOML file.")
    ] = "linear",
    dev: Annotated[
        list[Path] | None, typer.Option("--dev", metavar="FILE", help="Labelled articles that are only reported on.")
    ] = None,
    notes: Annotated[
        Path | None, typer.Option("--notes", metavar="FILE", help="Markdown for the model's card.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a model folder that is there.")] = False,
) -> None:
    """Train a classifier on labelled articles and write a model folder.

    Each line of FILE is an object with "text", "labels" (a list; [] means that none holds, null that nobody judged) and
    perhaps "title" and "source". Thresholds and figures come from cross-validation, sources kept apart.
    """
    with training_extra("Training"):
        from training.linear import train_linear
        from training.linear_config import read_config
    if notes is not None and not notes.is_file():
        raise InputError(f"{notes}: no such file.", hint="--notes names a Markdown file.")
    words = notes.read_text("utf-8", "replace") if notes is not None else ""
    trained = train_linear(
        read_config(config), train_file, output, dev_paths=tuple(dev or ()), notes=words, replace=force
    )
    for name, figures in trained.metrics.items():
        low, high = figures["f1_micro_interval"]
        typer.echo(
            f"{name}: micro-F1 {figures['f1_micro']:.3f} [{low:.3f}, {high:.3f}], "
            f"macro-F1 {figures['f1_macro']:.3f} on {figures['articles']} articles"
        )
    typer.echo(f"{output}: {len(trained.model.labels)} labels")
