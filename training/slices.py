"""Parts of a data set that a model may do better or worse on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.text import count_words
from training.data import LabelledArticle
from training.figures import Estimate
from training.metrics import measure

__all__ = ["MIN_ARTICLES", "SLICES", "Slice", "measure_slices"]

SLICES = ("source", "date", "length")
"""What articles can be parted by."""

MIN_ARTICLES = 20
"""Articles that a slice needs; below, an interval of F1 is wider than any difference that is looked for."""

_MAX_SOURCES = 20
_YEAR = re.compile(r"(?<!\d)(1[5-9]|20)\d\d(?!\d)")
_FIGURES = ("f1_micro", "precision_micro", "recall_micro", "f1_macro", "none_accuracy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the articles.

    Attributes:
        kind: What they were parted by.
        value: What these have in common.
        articles: How many they are.
        holding: How many labels hold for them, all counted: what micro recall is a share of.
        figures: Their figures, by the names of `training.figures.FIGURES`.
    """

    kind: str
    value: str
    articles: int
    holding: int
    figures: Mapping[str, Estimate]


def measure_slices(
    rows: Sequence[LabelledArticle],
    targets: npt.NDArray[np.bool_],
    decided: npt.NDArray[np.bool_],
    judged: npt.NDArray[np.bool_],
    *,
    kinds: Sequence[str] = SLICES,
    groups: npt.NDArray[np.int64] | None = None,
    in_training: npt.NDArray[np.bool_] | None = None,
    seed: int = 0,
) -> tuple[Slice, ...]:
    """Figures of the parts that have at least `MIN_ARTICLES` articles; none if there is a single part.

    Args:
        rows: The articles.
        targets: bool (n_articles, n_labels), which labels hold.
        decided: bool (n_articles, n_labels), which are given.
        judged: bool (n_articles, n_labels), which pairs count.
        kinds: Some of `SLICES`.
        groups: int64 (n_articles,), groups of near copies.
        in_training: bool (n_articles,), which have a near copy among the articles that the model learnt from.
        seed: Of the resamples.

    Raises:
        ValueError: If a kind is not known.
    """
    parts: dict[str, Sequence[str | None]] = {}
    for kind in kinds:
        if kind not in SLICES:
            raise ValueError(f"articles cannot be parted by {kind!r}; known are {', '.join(SLICES)}")
        parts[kind] = {"source": _by_source, "date": _by_year, "length": _by_length}[kind](rows)
    if in_training is not None and in_training.any():
        parts["training"] = ["near copy in training" if flag else "no near copy in training" for flag in in_training]
    found = []
    for kind, values in parts.items():
        order = sorted({value for value in values if value is not None}, key=list(values).index)
        if kind in {"date", "length"}:
            order.sort(key=lambda value: (not value[:1].isdigit(), value if kind == "date" else _first_number(value)))
        if kind == "source":
            counts = Counter(values)
            order.sort(key=lambda value: (value.startswith("("), -counts[value]))
        for value in order:
            members = np.flatnonzero([one == value for one in values])
            if MIN_ARTICLES <= len(members) < len(rows):
                measured = measure(
                    targets[members],
                    decided[members],
                    judged=judged[members],
                    groups=None if groups is None else groups[members],
                    seed=seed,
                )
                figures = {name: measured.figures[name] for name in _FIGURES}
                holding = int((targets & judged)[members].sum())
                found.append(Slice(kind=kind, value=value, articles=len(members), holding=holding, figures=figures))
    return tuple(found)


def _by_source(rows: Sequence[LabelledArticle]) -> list[str | None]:
    counts = Counter(row.article.source for row in rows if row.article.source)
    large = {source for source, count in counts.most_common(_MAX_SOURCES) if count >= MIN_ARTICLES}
    return [
        "(no source)"
        if not row.article.source
        else row.article.source
        if row.article.source in large
        else "(other sources)"
        for row in rows
    ]


def _by_year(rows: Sequence[LabelledArticle]) -> list[str | None]:
    years = [_YEAR.search(row.article.date or "") for row in rows]
    return [year[0] if year else "(no date)" for year in years]


def _by_length(rows: Sequence[LabelledArticle]) -> list[str | None]:
    words = np.array([count_words(row.article.text) for row in rows])
    bounds = np.unique(np.quantile(words, [0.25, 0.5, 0.75], method="lower"))
    starts = [words.min(), *(bounds + 1)]
    names = [f"{low} to {high} words" for low, high in zip(starts, [*bounds, words.max()], strict=True)]
    return [names[place] for place in np.searchsorted(bounds, words)]


def _first_number(value: str) -> int:
    return int(value.partition(" ")[0])
