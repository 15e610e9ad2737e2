"""`slugline evaluate`: a model's figures on labelled articles."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.cli import options
from nlp.config import DEFAULTS

if TYPE_CHECKING:
    from training.evaluation import Evaluation
    from training.figures import Estimate

__all__ = ["evaluate"]

_SHOWN = (
    "f1_micro",
    "f1_macro",
    "f1_samples",
    "average_precision_macro",
    "none_accuracy",
    "calibration_error",
)


def evaluate(
    data: options.DataOption,
    model: options.ModelOption = DEFAULTS.model,
    report_dir: options.ReportOption = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under", metavar="NAME=FLOOR", help="Exit with 7 if a figure is lower: f1_micro=0.8, f1[trade]=0.7."
        ),
    ] = None,
    fail_over: Annotated[
        list[str] | None,
        typer.Option("--fail-over", metavar="NAME=CEILING", help="The same if higher: calibration_error=0.05."),
    ] = None,
    train_file: Annotated[
        Path | None,
        typer.Option(
            "--train", metavar="FILE", help="What the model was trained on: figures with and without near copies of it."
        ),
    ] = None,
    format: options.FiguresFormatOption = options.FiguresFormat.text,
    seed: options.SeedOption = 0,
    text_column: options.TextColumnOption = None,
    title_column: options.TitleColumnOption = None,
    id_column: options.IdColumnOption = None,
    date_column: options.DateColumnOption = None,
    source_column: options.SourceColumnOption = None,
    labels_column: options.LabelsColumnOption = "labels",
    label_column: options.LabelColumnOption = None,
    label_separator: options.LabelSeparatorOption = None,
    empty_labels: options.EmptyLabelsOption = options.EmptyLabels.unjudged,
) -> None:
    """Measure a model on labelled articles: figures with intervals, of all and of each label.

    With --report DIR, DIR/report.html shows all of it, with plots, slices and the worst mistakes (it holds passages of
    the articles), and DIR/metrics.json has the numbers. Near copies of one story are drawn together for the intervals.
    """
    from nlp.classifier import Classifier
    from nlp.cli.gates import check_gates, parse_gates
    from nlp.cli.measuring import check_folder, read_rows, training_extra, write_files
    from nlp.cli.session import report

    with training_extra("Evaluation"):
        from training.copies import group_near_copies, near_copies_between
        from training.data import Columns, read_labelled
        from training.evaluate import evaluate_model
        from training.report import render_report

        check_folder(report_dir)
        columns = Columns(
            text=text_column,
            title=title_column,
            id=id_column,
            date=date_column,
            source=source_column,
            labels=labels_column,
            label_columns=tuple(label_column or ()),
            separator=label_separator,
            empty=empty_labels.value,
        )
        classifier = Classifier.from_pretrained(model)
        gates = parse_gates(fail_under or (), fail_over or (), classifier.labels)
        rows = read_rows(data, columns, classifier.labels)
        texts = [row.article.text for row in rows]
        trained = None if train_file is None else [row.article.text for row in read_labelled(train_file, columns)]
        evaluation = evaluate_model(
            classifier,
            rows,
            groups=group_near_copies(texts),
            in_training=None if trained is None else near_copies_between(trained, texts),
            seed=seed,
        )
        for warning in evaluation.warnings:
            report(warning)
        numbers = json.dumps(evaluation.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        if report_dir is not None:
            page = render_report(evaluation, data_name=data.rpartition("/")[2])
            write_files(report_dir, {"metrics.json": numbers, "report.html": page})
        if format is options.FiguresFormat.json:
            typer.echo(numbers, nl=False)
        else:
            _print_figures(evaluation)
        check_gates(gates, evaluation, data)


def _print_figures(evaluation: Evaluation) -> None:
    from nlp.cli.tables import print_table
    from training.figures import FIGURES

    print_table(
        ("label", "articles", "given", "precision", "recall", "F1", ""),
        [
            (
                one.label,
                str(one.articles),
                str(one.given),
                _format(one.figures["precision"].value),
                _format(one.figures["recall"].value),
                *_format_estimate(one.figures["f1"]),
            )
            for one in evaluation.labels
        ],
    )
    typer.echo()
    if evaluation.slices:
        print_table(
            ("slice", "articles", "labels", "micro-F1", ""),
            [
                (one.value, str(one.articles), str(one.holding), *_format_estimate(one.figures["f1_micro"]))
                for one in evaluation.slices
            ],
        )
        typer.echo()
    for name in _SHOWN:
        value, interval = _format_estimate(evaluation.figures[name])
        on = f" on {evaluation.articles:,} articles" if name == "f1_micro" else ""
        typer.echo(f"{FIGURES[name].title} {value} {interval}{on}")


def _format_estimate(figure: Estimate) -> tuple[str, str]:
    interval = "" if figure.interval is None else f"[{figure.interval[0]:.3f}, {figure.interval[1]:.3f}]"
    return _format(figure.value), interval


def _format(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
