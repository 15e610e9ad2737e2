"""`slugline evaluate`: a model's figures on labelled articles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp.cli import options
from nlp.config import DEFAULTS
from nlp.errors import InputError, MissingExtraError, QualityGateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["evaluate"]

_GATES = ("f1_micro", "f1_macro")


def evaluate(
    data: Annotated[Path, typer.Option("--data", metavar="FILE", help="Labelled articles: JSON lines.")],
    model: options.ModelOption = DEFAULTS.model,
    report_dir: Annotated[
        Path | None, typer.Option("--report", metavar="DIR", help="Write the figures to DIR/metrics.json.")
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option("--fail-under", metavar="NAME=FLOOR", help="Exit with 7 if a figure is lower: f1_micro=0.8."),
    ] = None,
) -> None:
    """Measure a model on labelled articles: micro- and macro-F1 with intervals, and each label's figures."""
    from nlp.classifier import Classifier
    from nlp.cli.session import report

    floors = dict(_parse_floor(one) for one in fail_under or ())
    try:
        from training.data import read_labelled
        from training.evaluate import evaluate_classifier
    except ModuleNotFoundError as error:
        raise MissingExtraError("Evaluation", "train") from error
    rows = read_labelled(data)
    if all(row.labels is None for row in rows):
        raise InputError(f"{data}: no article has been judged.", hint='Give each a list of "labels", [] if none holds.')
    figures = evaluate_classifier(Classifier.from_pretrained(model), rows)
    for label, count in figures["unknown_labels"].items():
        report(f"the model does not know the label {label!r} of {count} articles; it is left out of the figures")
    _print_figures(figures)
    if report_dir is not None:
        report_dir.mkdir(parents=True, exist_ok=True)
        text = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
        (report_dir / "metrics.json").write_text(text, encoding="utf-8")
    missed = [f"{name} is {figures[name]:.4f}, not {floor}" for name, floor in floors.items() if figures[name] < floor]
    if missed:
        raise QualityGateError(f"{data}: {'; '.join(missed)}.")


def _parse_floor(text: str) -> tuple[str, float]:
    name, _, floor = text.partition("=")
    try:
        if name in _GATES:
            return name, float(floor)
    except ValueError:
        pass
    raise UsageError(f"--fail-under {text}: not a figure and its floor.", hint=f"Figures: {', '.join(_GATES)}.")


def _print_figures(figures: Mapping[str, Any]) -> None:
    from nlp.cli.tables import print_table

    rows = [
        (label, str(one["articles"]), f"{one['precision']:.3f}", f"{one['recall']:.3f}", f"{one['f1']:.3f}")
        for label, one in figures["labels"].items()
    ]
    print_table(("label", "articles", "precision", "recall", "F1"), rows)
    for name, title in (("f1_micro", "micro-F1"), ("f1_macro", "macro-F1")):
        low, high = figures[f"{name}_interval"]
        typer.echo(f"{title} {figures[name]:.3f} [{low:.3f}, {high:.3f}] on {figures['articles']} articles")
