"""How well a model does on labelled articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.classifier import Classifier
from nlp.errors import InputError
from training.bootstrap import number_groups
from training.curves import draw_curves
from training.data import LabelledArticle, TrainingData
from training.evaluation import Evaluation, LabelResult, ModelCard
from training.figures import LABEL_FIGURES, LOW_SUPPORT
from training.metrics import Measured, measure
from training.mistakes import find_mistakes
from training.slices import SLICES, measure_slices

__all__ = [
    "evaluate_model",
    "f1_by_label",
    "macro_f1",
    "measure_decisions",
    "micro_f1",
    "predict",
]

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
    for name, score in (("f1_micro", micro_f1), ("f1_macro", macro_f1)):
        samples = [score(targets[pick], decided[pick]) for pick in picks]
        low, high = np.percentile(samples, [2.5, 97.5])
        figures[name] = round(score(targets, decided), 4)
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


def predict(
    classifier: Classifier, rows: Sequence[LabelledArticle]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """What a model says of articles, as it writes it.

    Returns:
        Scores, float32 (n_articles, n_labels) in [0, 1], and decisions, bool of the same shape.
    """
    column = {label: index for index, label in enumerate(classifier.labels)}
    scores = np.zeros((len(rows), len(column)), dtype=np.float32)
    decided = np.zeros(scores.shape, dtype=np.bool_)
    for index, prediction in enumerate(classifier.classify_batch(row.article for row in rows)):
        scores[index] = [prediction.scores[label] for label in classifier.labels]
        decided[index, [column[label] for label in prediction.labels]] = True
    return scores, decided


def evaluate_model(
    classifier: Classifier,
    rows: Sequence[LabelledArticle],
    *,
    groups: npt.ArrayLike | None = None,
    in_training: npt.NDArray[np.bool_] | None = None,
    slices: Sequence[str] = SLICES,
    seed: int = 0,
) -> Evaluation:
    """Measure a model on labelled articles, over the model's own labels.

    A label that only the data knows cannot be found and does not enter the figures: it is named in `unknown_labels`
    and in the warnings.

    Args:
        classifier: The model.
        rows: The articles; those that nobody judged are left out, and of others the labels in `unjudged`.
        groups: The group of near copies of each row, (n_rows,), drawn together for the intervals; each its own if
            `None`.
        in_training: bool (n_rows,), which have a near copy among the articles that the model learnt from.
        slices: What to part the articles by.
        seed: Of the resamples.

    Raises:
        InputError: If no article is judged.
    """
    kept = [index for index, row in enumerate(rows) if row.labels is not None]
    if not kept:
        raise InputError("No article has been judged.", hint='Give each a list of "labels", [] if none holds.')
    data = TrainingData.from_rows([rows[index] for index in kept], labels=classifier.labels)
    there, targets, judged = data.rows, data.targets, data.judged
    numbers = None if groups is None else number_groups(np.asarray(groups)[kept], len(kept))
    leaked = None if in_training is None else in_training[kept]
    scores, decided = predict(classifier, there)
    measured = measure(targets, decided, judged=judged, scores=scores, groups=numbers, seed=seed)
    folder = classifier.folder
    unknown = Counter(label for row in there for label in row.labels or () if label not in classifier.labels)
    card = ModelCard(
        reference=folder.reference, digest=folder.digest, kind=folder.kind, version=folder.version, data=folder.data
    )
    labels = _list_labels(classifier, measured, targets & judged, decided & judged)
    return Evaluation(
        model=card,
        articles=len(there),
        groups=len(there) if numbers is None else int(numbers.max()) + 1,
        none_holds=int((judged.all(axis=1) & ~targets.any(axis=1)).sum()),
        fingerprint=data.fingerprint,
        not_judged=len(rows) - len(there),
        unknown_labels=dict(sorted(unknown.items())),
        figures=measured.figures,
        labels=labels,
        slices=measure_slices(
            there, targets, decided, judged, kinds=slices, groups=numbers, in_training=leaked, seed=seed
        ),
        warnings=(
            *_warn_of_data(card, data.fingerprint, leaked, unknown, len(rows) - len(there)),
            *_warn_of_labels(labels),
        ),
        mistakes=find_mistakes(classifier, there, targets, decided, judged, scores),
        curves=draw_curves(targets, judged, scores, decided, folder.thresholds),
        seed=seed,
    )


def _list_labels(
    classifier: Classifier, measured: Measured, holds: npt.NDArray[np.bool_], given: npt.NDArray[np.bool_]
) -> tuple[LabelResult, ...]:
    return tuple(
        LabelResult(
            label=label,
            articles=int(holds[:, at].sum()),
            given=int(given[:, at].sum()),
            threshold=float(classifier.folder.thresholds[at]),
            figures={name: measured.labels[name][at] for name in LABEL_FIGURES},
        )
        for at, label in enumerate(classifier.labels)
    )


def _warn_of_data(
    card: ModelCard,
    fingerprint_of_data: str,
    in_training: npt.NDArray[np.bool_] | None,
    unknown: Counter[str],
    not_judged: int,
) -> list[str]:
    warnings = []
    if card.data.get("fingerprint") == fingerprint_of_data:
        warnings.append("the model was trained on these very articles: the figures say nothing of new ones")
    elif in_training is not None and in_training.any():
        warnings.append(
            f"{in_training.sum()} of {len(in_training)} articles have a near copy among those that the model was "
            "trained on; the slices give the figures with and without them"
        )
    warnings += [
        f"the model does not know the label {label!r} of {count} articles; it is left out of the figures"
        for label, count in sorted(unknown.items())
    ]
    if not_judged:
        warnings.append(f"{not_judged} articles have no labels field and are left out")
    return warnings


def _warn_of_labels(labels: Sequence[LabelResult]) -> list[str]:
    warnings = []
    rare = [f"{one.label} ({one.articles})" for one in labels if 0 < one.articles < LOW_SUPPORT]
    if rare:
        warnings.append(f"fewer than {LOW_SUPPORT} articles, so the figures say little: {', '.join(rare)}")
    for said, names in (
        ("never hold here, so all their alarms are false", [x.label for x in labels if not x.articles and x.given]),
        ("neither hold here nor are given, and are left out of macro means", [
            x.label for x in labels if not x.articles and not x.given
        ]),
    ):  # fmt: skip
        if names:
            warnings.append(f"labels that {said}: {', '.join(names)}")
    return warnings
