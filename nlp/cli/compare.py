"""`slugline compare`: is one model better than another?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.cli import options
from nlp.errors import UsageError

if TYPE_CHECKING:
    from training.comparison import Contest

__all__ = ["compare"]


def compare(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            help="Two models or more, shipped ones by name or folders; the first is what the others are compared with.",
            show_default=False,
        ),
    ],
    data: options.DataOption,
    report_dir: options.ReportOption = None,
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
    """Compare models on the same labelled articles and say whether a difference can be told.

    Micro- and macro-F1 by a paired bootstrap, each label by the exact McNemar test. Models with different labels are
    compared on those that all know. With --report DIR, DIR/comparison.html and DIR/comparison.json have all of it.
    """
    from nlp.classifier import Classifier
    from nlp.cli.measuring import check_folder, read_rows, training_extra, write_files
    from nlp.cli.session import report
    from nlp.text import printable

    if len(models) < 2 or len(set(models)) < len(models):
        raise UsageError("compare needs at least two models, each named once.", hint="slugline compare MODEL_A MODEL_B")
    with training_extra("Comparison"):
        from training.compare import compare_models
        from training.copies import group_near_copies
        from training.data import Columns
        from training.report import render_comparison

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
        classifiers = {model: Classifier.from_pretrained(model) for model in models}
        rows = read_rows(data, columns, [label for one in classifiers.values() for label in one.labels])
        groups = group_near_copies([row.article.text for row in rows])
        comparison = compare_models(classifiers, rows, groups=groups, seed=seed)
        for note in comparison.notes:
            report(note)
        numbers = json.dumps(comparison.to_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        if report_dir is not None:
            page = render_comparison(comparison, data_name=data.rpartition("/")[2])
            write_files(report_dir, {"comparison.json": numbers, "comparison.html": page})
    if format is options.FiguresFormat.json:
        typer.echo(numbers, nl=False)
        return
    for contest in comparison.contests:
        _print_labels(contest)
        typer.echo(f"\n{printable(contest.verdict)}")


def _print_labels(contest: Contest) -> None:
    from nlp.cli.tables import print_table

    print_table(
        ("label", "articles", "F1 first", "F1 second", "only first", "only second", "p (Holm)"),
        [
            (
                one.label,
                str(one.articles),
                *("-" if math.isnan(value) else f"{value:.3f}" for value in (one.f1_first, one.f1_second)),
                str(one.only_first),
                str(one.only_second),
                f"{one.p_adjusted:.3f}",
            )
            for one in contest.labels
        ],
    )
