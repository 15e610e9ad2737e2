"""Figures of multi-label decisions, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.classifier import Classifier
from training.data import LabelledArticle, build_targets

__all__ = ["evaluate_classifier", "f1_by_label", "macro_f1", "measure_decisions", "micro_f1"]

_BOOTSTRAPS = 1000


def micro_f1(targets: npt.NDArray[np.bool_], decided: npt.NDArray[np.bool_]) -> float:
    """F1 of all decisions together; 0 where nothing holds and nothing was decided.

    Args:
        targets: bool (n_articles, n_labels), which labels hold.
        decided: bool (n_articles, n_labels), which are on.

    >>> micro_f1(np.array([[True, False], [True, True]]), np.array([[True, True], [True, False]]))
    0.6666666666666666
    """
    total = int(targets.sum() + decided.sum())
    return 2 * int((targets & decided).sum()) / total if total else 0.0


def f1_by_label(targets: npt.NDArray[np.bool_], decided: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """F1 of each label, float64 (n_labels,); 0 where the label neither holds nor is decided."""
    total = targets.sum(axis=0) + decided.sum(axis=0)
    return np.asarray(2 * (targets & decided).sum(axis=0) / np.maximum(total, 1), dtype=np.float64)


def macro_f1(targets: npt.NDArray[np.bool_], decided: npt.NDArray[np.bool_]) -> float:
    """Mean F1 of the labels that hold for at least one article; 0 if there is none."""
    there = targets.any(axis=0)
    return float(f1_by_label(targets, decided)[there].mean()) if there.any() else 0.0


def measure_decisions(
    targets: npt.NDArray[np.bool_], decided: npt.NDArray[np.bool_], labels: Sequence[str], *, seed: int = 0
) -> dict[str, Any]:
    """All figures of a set of decisions, as JSON values.

    Intervals are percentiles (2.5 and 97.5) of 1,000 bootstrap samples of the articles.

    Args:
        targets: bool (n_articles, n_labels), which labels hold.
        decided: bool (n_articles, n_labels), which are on.
        labels: The labels, in the order of the columns.
        seed: Of the bootstrap.

    Returns:
        `articles`, `f1_micro` and `f1_macro` with their intervals, and `labels` with the figures of each; rounded to
        4 decimals.
    """
    rng = np.random.default_rng(seed)
    picks = [rng.integers(len(targets), size=len(targets)) for _ in range(_BOOTSTRAPS)]
    figures: dict[str, Any] = {"articles": len(targets)}
    for name, measure in (("f1_micro", micro_f1), ("f1_macro", macro_f1)):
        samples = [measure(targets[pick], decided[pick]) for pick in picks]
        low, high = np.percentile(samples, [2.5, 97.5])
        figures[name] = round(measure(targets, decided), 4)
        figures[f"{name}_interval"] = [round(float(low), 4), round(float(high), 4)]
    hits = (targets & decided).sum(axis=0)
    figures["labels"] = {
        label: {
            "articles": int(targets[:, index].sum()),
            "precision": round(float(hits[index] / max(decided[:, index].sum(), 1)), 4),
            "recall": round(float(hits[index] / max(targets[:, index].sum(), 1)), 4),
            "f1": round(float(f1), 4),
        }
        for index, (label, f1) in enumerate(zip(labels, f1_by_label(targets, decided), strict=True))
    }
    return figures


def evaluate_classifier(classifier: Classifier, rows: Sequence[LabelledArticle]) -> dict[str, Any]:
    """Figures of a model's decisions on judged articles, over the model's own labels.

    A label that only the data knows cannot be found and does not enter the figures: it is named in `unknown_labels`
    with the number of its articles. Articles that nobody judged are left out and counted in `not_judged`.
    """
    judged = [row for row in rows if row.labels is not None]
    column = {label: index for index, label in enumerate(classifier.labels)}
    decided = np.zeros((len(judged), len(column)), dtype=np.bool_)
    for row, prediction in zip(decided, classifier.classify_batch(row.article for row in judged), strict=True):
        row[[column[label] for label in prediction.labels]] = True
    figures = measure_decisions(build_targets(judged, classifier.labels), decided, classifier.labels)
    unknown = Counter(label for row in judged for label in row.labels or () if label not in column)
    return {
        "model": classifier.folder.reference,
        **figures,
        "not_judged": len(rows) - len(judged),
        "unknown_labels": dict(sorted(unknown.items())),
    }
