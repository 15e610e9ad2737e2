"""Is one model better than another? Differences on the same articles, with what chance alone would give.

Two tests, each for what it can do. Micro- and macro-F1 of two models are compared by a paired bootstrap: both are
measured on the same resamples, in which near copies are drawn together (P. Koehn, "Statistical significance tests for
machine translation evaluation", EMNLP 2004; T. Berg-Kirkpatrick et al., EMNLP 2012). On each label the exact McNemar
test asks whether the articles that only one model gets right fall on both sides alike (Q. McNemar, Psychometrika 1947),
with the p-values of all labels corrected together (S. Holm, Scandinavian Journal of Statistics 1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nlp.classifier import Classifier
from nlp.errors import InputError
from training.bootstrap import N_RESAMPLES, find_interval, number_groups, resample_sums
from training.comparison import COMPARED, Comparison, Contest, Difference, LabelContest, judge
from training.data import LabelledArticle, TrainingData
from training.evaluate import predict
from training.figures import Estimate
from training.metrics import figures_of_sums, tally_articles
from training.significance import adjust_by_holm, run_mcnemar

__all__ = ["compare_decisions", "compare_models"]

BoolArray = npt.NDArray[np.bool_]


def compare_models(
    classifiers: Mapping[str, Classifier],
    rows: Sequence[LabelledArticle],
    *,
    groups: npt.ArrayLike | None = None,
    seed: int = 0,
) -> Comparison:
    """Compare the first model with each of the others.

    Args:
        classifiers: At least two, by the names to call them.
        rows: Labelled articles; those that nobody judged are left out, and of others the labels in `unjudged`.
        groups: The group of near copies of each row, (n_rows,); each its own if `None`.
        seed: Of the resamples.

    Raises:
        InputError: If no article is judged, or the models have no label in common.
        ValueError: If there are fewer than two models.
    """
    if len(classifiers) < 2:
        raise ValueError("at least two models are needed")
    kept = [index for index, row in enumerate(rows) if row.labels is not None]
    if not kept:
        raise InputError("No article has been judged.", hint='Give each a list of "labels", [] if none holds.')
    names, models = list(classifiers), list(classifiers.values())
    labels = tuple(label for label in models[0].labels if all(label in model.labels for model in models))
    if not labels:
        raise InputError("The models have no label in common.", hint="Only labels that all know can be compared.")
    data = TrainingData.from_rows([rows[index] for index in kept], labels=labels)
    there = data.rows
    numbers = number_groups(None if groups is None else np.asarray(groups)[kept], len(there))
    decided = [predict(model, there)[1][:, [model.labels.index(label) for label in labels]] for model in models]
    counts = {label: sum(label in (row.labels or ()) for row in there) for row in there for label in row.labels or ()}
    return Comparison(
        models={name: model.folder.reference for name, model in classifiers.items()},
        articles=len(there),
        groups=int(numbers.max()) + 1,
        fingerprint=data.fingerprint,
        labels=labels,
        left_out={
            name: tuple(label for label in model.labels if label not in labels) for name, model in classifiers.items()
        },
        unknown_labels={label: count for label, count in sorted(counts.items()) if label not in labels},
        contests=tuple(
            compare_decisions(
                data.targets,
                decided[0],
                decided[at],
                labels,
                names=(names[0], names[at]),
                judged=data.judged,
                groups=numbers,
                seed=seed,
            )
            for at in range(1, len(names))
        ),
        seed=seed,
    )


def compare_decisions(
    targets: BoolArray,
    first: BoolArray,
    second: BoolArray,
    labels: Sequence[str],
    *,
    names: tuple[str, str],
    judged: BoolArray | None = None,
    groups: npt.ArrayLike | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Contest:
    """Compare two models' decisions.

    Args:
        targets: bool (n_articles, n_labels), which labels hold.
        first: bool (n_articles, n_labels), which the first model gives.
        second: bool (n_articles, n_labels), which the second gives.
        labels: The labels, in the order of the columns.
        names: What to call the two.
        judged: bool (n_articles, n_labels), which pairs count; all if `None`.
        groups: The group of near copies of each article, (n_articles,); each its own if `None`.
        n_resamples: Number of resamples.
        seed: Of the resamples.
    """
    mask = np.ones_like(targets) if judged is None else judged
    numbers = number_groups(groups, len(targets))
    points, samples = [], []
    for decided in (first, second):
        tally, columns = tally_articles(targets, decided, mask)
        points.append(figures_of_sums(tally.sum(axis=0, dtype=np.float64), columns))
        sums = resample_sums(tally, numbers, n_resamples=n_resamples, seed=seed)
        samples.append(figures_of_sums(sums, columns)[0])
    differences = {
        name: _find_difference(
            float(points[0][0][name]), float(points[1][0][name]), samples[1][name] - samples[0][name]
        )
        for name in COMPARED
    }
    contests = _contest_labels(targets, first, second, mask, numbers, labels, [point[1]["f1"] for point in points])
    differing = int(((first ^ second) & mask).any(axis=1).sum())
    better, verdict = judge(names, differences, contests, len(targets), differing)
    return Contest(
        first=names[0],
        second=names[1],
        better=better,
        verdict=verdict,
        differences=differences,
        labels=contests,
        differing=differing,
    )


def _find_difference(first: float, second: float, samples: npt.NDArray[np.float64]) -> Difference:
    there = samples[np.isfinite(samples)]
    # Share of resamples on either side of none, ties on both; one more of each, for no p-value is 0.
    below, above = ((np.sum(side) + 1) / (len(there) + 1) for side in (there <= 0, there >= 0))
    difference = second - first
    return Difference(
        first=first,
        second=second,
        difference=Estimate(value=difference, interval=find_interval(difference, samples)),
        p_value=min(1.0, 2 * float(min(below, above))) if len(there) else float("nan"),
    )


def _contest_labels(
    targets: BoolArray,
    first: BoolArray,
    second: BoolArray,
    judged: BoolArray,
    groups: npt.NDArray[np.int64],
    labels: Sequence[str],
    f1: Sequence[npt.NDArray[np.float64]],
) -> tuple[LabelContest, ...]:
    leaders = np.unique(groups, return_index=True)[1]  # the test takes cases for independent: one of each group
    right = [((decided == targets) & judged)[leaders] for decided in (first, second)]
    only_first, only_second = (right[0] & ~right[1]).sum(axis=0), (right[1] & ~right[0]).sum(axis=0)
    p_values = [run_mcnemar(int(a), int(b)) for a, b in zip(only_first, only_second, strict=True)]
    return tuple(
        LabelContest(
            label=label,
            articles=int((targets & judged)[:, at].sum()),
            f1_first=float(f1[0][at]),
            f1_second=float(f1[1][at]),
            only_first=int(only_first[at]),
            only_second=int(only_second[at]),
            p_value=p_values[at],
            p_adjusted=adjusted,
        )
        for at, (label, adjusted) in enumerate(zip(labels, adjust_by_holm(p_values), strict=True))
    )
