"""Pages that show an evaluation or a comparison: one HTML file each that loads nothing and runs no script.

Everything from outside (labels, ids, titles, texts, file names) goes through the templates' own escaping, and loses
characters that could reorder or hide text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from nlp.text import printable, strip_controls
from training.comparison import Comparison, Difference
from training.curves import Confusion, OperatingCurve
from training.evaluation import Evaluation
from training.figures import FIGURES, LABEL_FIGURES, LOW_SUPPORT, Estimate
from training.slices import MIN_ARTICLES
from training.svg import Series, draw_interval, draw_lines, draw_reliability

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_comparison", "render_report"]

_HEADLINE = ("f1_micro", "f1_macro", "average_precision_macro", "none_accuracy", "calibration_error")
_MAX_LABEL_PLOTS = 100
_MAX_CONFUSED = 25
_MAX_TOGETHER = 8


def render_report(evaluation: Evaluation, *, data_name: str = "") -> str:
    """The report of an evaluation, HTML.

    It holds passages of the articles with the worst mistakes: whoever may not have the articles may not have it.

    Args:
        evaluation: What to show.
        data_name: What the articles are called, such as their file's name.
    """
    return (
        _load_templates()
        .get_template("evaluation.html")
        .render(
            run=evaluation,
            data_name=data_name,
            headline=_HEADLINE,
            specs=FIGURES,
            label_specs=LABEL_FIGURES,
            low_support=LOW_SUPPORT,
            min_slice=MIN_ARTICLES,
            plots=_draw_plots(evaluation),
            confusion=_tabulate(evaluation.curves.confusion, [one.label for one in evaluation.labels]),
        )
    )


def render_comparison(comparison: Comparison, *, data_name: str = "") -> str:
    """The report of a comparison, HTML.

    Args:
        comparison: What to show.
        data_name: What the articles are called, such as their file's name.
    """
    template = _load_templates().get_template("comparison.html")
    return template.render(run=comparison, data_name=data_name, specs=FIGURES)


@cache
def _load_templates() -> Environment:
    """The templates of reports; whatever they print is escaped unless it was drawn by `training.svg`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "line": printable,
        "text": strip_controls,
        "number": _format_number,
        "interval": _format_interval,
        "bar": draw_interval,
        "against": _compare,
        "signed": _format_signed,
        "reach": _draw_difference,
    }
    return environment


def _format_number(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else "–"


def _format_signed(value: float) -> str:
    return f"{value:+.3f}" if math.isfinite(value) else "–"


def _draw_difference(figure: Estimate, all_of_them: Iterable[Difference]) -> Markup:
    """A difference on a line that is wide enough for all of a table."""
    ends = [end for one in all_of_them for end in one.difference.interval or ()]
    reach = max([0.01, *map(abs, ends)])
    return draw_interval(figure, low=-reach, high=reach, zero=True)


def _format_interval(figure: Estimate) -> str:
    return "–" if figure.interval is None else f"[{figure.interval[0]:.3f}, {figure.interval[1]:.3f}]"


def _compare(part: Estimate, whole: Estimate) -> str:
    """An arrow where the interval of a part does not hold the figure of the whole."""
    if part.interval is None or part.interval[0] <= whole.value <= part.interval[1]:
        return ""
    return "↓ " if part.interval[1] < whole.value else "↑ "


def _draw_plots(evaluation: Evaluation) -> dict[str, Any]:
    curves, figures = evaluation.curves, evaluation.figures
    order = sorted(range(len(evaluation.labels)), key=lambda at: -evaluation.labels[at].articles)[:_MAX_LABEL_PLOTS]
    works = (figures["recall_micro"].value, figures["precision_micro"].value)
    return {
        "ranking": _draw_ranking(curves.ranking, works, "Precision against recall, all labels"),
        "shifts": draw_lines(
            _rates_of(curves.shifts),
            title="Precision, recall and F1 with all thresholds moved",
            x_label="thresholds moved by (log-odds)",
            x_range=(-3.0, 3.0),
            x_ticks=(-3, -2, -1, 0, 1, 2, 3),
            cut=0.0,
        ),
        "reliability": draw_reliability(curves.reliability, title="Share that holds against mean score"),
        "labels": [_draw_label(evaluation, at) for at in sorted(order)],
    }


def _draw_label(evaluation: Evaluation, at: int) -> tuple[str, Markup, Markup]:
    one, curves = evaluation.labels[at], evaluation.curves
    name = printable(one.label)
    works = (one.figures["recall"].value, one.figures["precision"].value)
    return (
        one.label,
        _draw_ranking(curves.label_rankings[at], works, f"Precision against recall: {name}"),
        draw_lines(
            _rates_of(curves.label_thresholds[at]),
            title=f"Precision, recall and F1 at each threshold: {name}",
            x_label="threshold",
            cut=one.threshold,
        ),
    )


def _draw_ranking(curve: OperatingCurve, works: tuple[float, float], title: str) -> Markup:
    points = list(zip(curve.recall.tolist(), curve.precision.tolist(), strict=True))
    return draw_lines(
        [Series(name="precision", points=points)], title=title, x_label="recall", y_label="precision", marks=[works]
    )


def _rates_of(curve: OperatingCurve) -> list[Series]:
    return [
        Series(
            name={"f1": "F1"}.get(name, name),
            points=list(zip(curve.cuts.tolist(), getattr(curve, name).tolist(), strict=True)),
            tone=tone,
        )
        for tone, name in enumerate(("f1", "precision", "recall"))
    ]


def _tabulate(confusion: Confusion, labels: list[str]) -> dict[str, Any]:
    """The labels that are confused most, each cell with its count and heat in per cent."""
    counts = confusion.missed_with_alarm
    weight = counts.sum(axis=0) + counts.sum(axis=1)
    chosen = np.sort(np.argsort(-weight, kind="stable")[:_MAX_CONFUSED])
    rows, columns = (chosen[counts.sum(axis=axis)[chosen] > 0] for axis in (1, 0))
    most = max(int(counts.max(initial=0)), 1)
    pairs = [
        (labels[first], labels[second], int(confusion.alarms_together[first, second]))
        for first, second in zip(*np.triu_indices(len(labels), k=1), strict=True)
        if confusion.alarms_together[first, second] > 1
    ]
    return {
        "columns": [labels[at] for at in columns],
        "rows": [
            (labels[row], [(int(counts[row, at]), round(70 * int(counts[row, at]) / most)) for at in columns])
            for row in rows
            if len(columns)
        ],
        "cut": int((weight > 0).sum()) > _MAX_CONFUSED,
        "together": sorted(pairs, key=lambda pair: -pair[2])[:_MAX_TOGETHER],
    }
