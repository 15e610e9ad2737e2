"""Figures of multi-label decisions and scores, over the model's label set, with bootstrap intervals.

Every pair of an article and a label is judged or not; what nobody judged counts nowhere. The label set is the model's,
never that of the sample: a false alarm on a label that the sample lacks counts as one. Division by zero is settled
once:

- A label that neither holds nor is given is undefined (NaN) and left out of macro means; else 0 / 0 is 0.
- An article where none holds and none is given scores 1 in the means over articles; else 0 / 0 is 0.
- A figure that nothing is left for is NaN.

Whatever can be is computed from sums over articles, so that all resamples are one product of matrices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.bootstrap import N_RESAMPLES, draw_weights, find_interval, number_groups, resample_sums
from training.figures import FIGURES, LABEL_FIGURES, Estimate
from training.ranking import label_ranking_precisions, rank_scores
from training.reliability import bin_pairs, calibration_errors

__all__ = ["Measured", "count_outcomes", "figures_of_sums", "measure", "tally_articles"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]

_RANK_BUDGET = 200_000_000  # pairs that are weighed for the intervals of average precision: a few seconds
_MIN_RANK_RESAMPLES = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """What `measure` found.

    Attributes:
        figures: The top-level figures, by the names in `FIGURES`; those of scores only where scores were given.
        labels: For each figure in `LABEL_FIGURES` one estimate a label.
    """

    figures: Mapping[str, Estimate]
    labels: Mapping[str, tuple[Estimate, ...]]


def count_outcomes(
    targets: BoolArray, decided: BoolArray, judged: BoolArray
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Hits, false alarms and misses of each label, int64 (n_labels,); all arguments bool (n_articles, n_labels)."""
    on, holds = decided & judged, targets & judged
    return (on & holds).sum(axis=0), (on & ~holds).sum(axis=0), (holds & ~on).sum(axis=0)


def tally_articles(
    targets: BoolArray, decided: BoolArray, judged: BoolArray, scores: FloatArray | None = None
) -> tuple[npt.NDArray[np.float32], dict[str, slice]]:
    """What each article adds to the sums that figures are made of.

    Args:
        targets: bool (n_articles, n_labels), which labels hold.
        decided: bool (n_articles, n_labels), which are given.
        judged: bool (n_articles, n_labels), which pairs count.
        scores: float (n_articles, n_labels) in [0, 1], for the figures of scores.

    Returns:
        float32 (n_articles, n_columns), and where in the columns each sum is.
    """
    on: BoolArray = decided & judged
    holds: BoolArray = targets & judged
    hits = on & holds
    counts: list[npt.NDArray[np.int64]] = [flags.sum(axis=1) for flags in (hits, on, holds)]
    n_hits, n_on, n_holds = counts
    counted, full = np.asarray(judged.any(axis=1)), np.asarray(judged.all(axis=1))
    agreed = counted & (n_on + n_holds == 0)
    none_holds = full & (n_holds == 0)
    parts: dict[str, npt.NDArray[Any]] = {
        "hits": hits,
        "alarms": on & ~holds,
        "misses": holds & ~on,
        "counted": counted,
        "f1_samples": np.where(agreed, 1.0, 2 * n_hits / np.maximum(n_on + n_holds, 1)),
        "precision_samples": np.where(agreed, 1.0, n_hits / np.maximum(n_on, 1)),
        "recall_samples": np.where(agreed, 1.0, n_hits / np.maximum(n_holds, 1)),
        "full": full,
        "exact": full & ~(on ^ holds).any(axis=1),
        "none_holds": none_holds,
        "none_on": full & (n_on == 0),
        "none_right": none_holds & (n_on == 0),
        "none_labels": np.where(none_holds, n_on, 0),
    }
    if scores is not None:
        ranked = label_ranking_precisions(targets, scores, judged)
        sizes, score_sums, target_sums = bin_pairs(holds, scores, judged)
        parts |= {
            "judged": judged,
            "squares": np.where(judged, (scores - holds) ** 2, 0.0),
            "lrap": np.nan_to_num(ranked),
            "ranked": np.isfinite(ranked),
            "bin_gaps": score_sums - target_sums,
            "bin_sizes": sizes,
        }
    columns: dict[str, slice] = {}
    width = 0
    for name, part in parts.items():
        size = part.shape[1] if part.ndim == 2 else 1
        columns[name] = slice(width, width + size)
        width += size
    tally = np.empty((len(targets), width), dtype=np.float32)
    for name, part in parts.items():
        tally[:, columns[name]] = part if part.ndim == 2 else part[:, None]
    return tally, columns


def figures_of_sums(
    sums: FloatArray, columns: Mapping[str, slice]
) -> tuple[dict[str, npt.NDArray[np.float64]], dict[str, npt.NDArray[np.float64]]]:
    """Figures from the sums of a sample, or of many samples at once.

    Args:
        sums: float (..., n_columns), sums over articles of `tally_articles`.
        columns: Where each sum is.

    Returns:
        The top-level figures, each float64 (...), and those of labels, each float64 (..., n_labels). Average precision
        is no figure of sums and not among them.
    """
    part = {name: sums[..., where].astype(np.float64) for name, where in columns.items()}
    one = {name: values[..., 0] for name, values in part.items()}
    hits, alarms, misses = part["hits"], part["alarms"], part["misses"]
    labels = dict(zip(("f1", "precision", "recall"), _rates(hits, alarms, misses), strict=True))
    pooled = _rates(*(values.sum(axis=-1) for values in (hits, alarms, misses)))
    top = {f"{name}_micro": values for name, values in zip(labels, pooled, strict=True)}
    top |= {f"{name}_macro": _mean_of_defined(values) for name, values in labels.items()}
    top |= {name: _ratio(one[name], one["counted"]) for name in ("f1_samples", "precision_samples", "recall_samples")}
    top["exact_match"] = _ratio(one["exact"], one["full"])
    top["none_accuracy"] = _ratio(one["none_right"], one["none_holds"])
    top["none_precision"] = _ratio(one["none_right"], one["none_on"])
    top["false_label_rate"] = _ratio(one["none_labels"], one["none_holds"])
    if "squares" in part:
        top["lrap"] = _ratio(one["lrap"], one["ranked"])
        top["calibration_error"] = _ratio(np.abs(part["bin_gaps"]).sum(axis=-1), part["bin_sizes"].sum(axis=-1))
        top["brier"] = _ratio(part["squares"].sum(axis=-1), part["judged"].sum(axis=-1))
        labels["brier"] = _ratio(part["squares"], part["judged"])
    return top, labels


def measure(
    targets: BoolArray,
    decided: BoolArray,
    *,
    judged: BoolArray | None = None,
    scores: FloatArray | None = None,
    groups: npt.ArrayLike | None = None,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> Measured:
    """All figures with 95 % bootstrap intervals.

    Args:
        targets: bool (n_articles, n_labels), which labels hold.
        decided: bool (n_articles, n_labels), which are given.
        judged: bool (n_articles, n_labels), which pairs count; all if `None`.
        scores: float (n_articles, n_labels) in [0, 1]; without them the figures of scores are left out.
        groups: The group of near copies of each article, (n_articles,); each article its own if `None`.
        n_resamples: Resamples; where pairs are very many, average precision takes fewer, but at least 100.
        seed: Of the resamples.

    Raises:
        ValueError: If shapes differ, or a score is not in [0, 1].
    """
    judged = np.ones_like(targets) if judged is None else judged
    _check_shapes(targets, decided, judged, scores)
    numbers = number_groups(groups, len(targets))
    tally, columns = tally_articles(targets, decided, judged, scores)
    top, labels = figures_of_sums(tally.sum(axis=0, dtype=np.float64), columns)
    sums = resample_sums(tally, numbers, n_resamples=n_resamples, seed=seed)
    top_samples, label_samples = figures_of_sums(sums, columns)
    if scores is not None:
        labels["average_precision"], top["average_precision_micro"] = _average_precisions(targets, scores, judged)
        label_samples["average_precision"], top_samples["average_precision_micro"] = _resample_average_precisions(
            targets, scores, judged, numbers, n_resamples=n_resamples, seed=seed
        )
        for figures, values in ((top, labels), (top_samples, label_samples)):
            figures["average_precision_macro"] = _mean_of_defined(values["average_precision"])
        labels["calibration_error"] = calibration_errors(targets, scores, judged)
        label_samples["calibration_error"] = np.full((1, targets.shape[1]), np.nan)
    return Measured(
        figures={
            name: _estimate(top[name], top_samples[name], basic=name == "calibration_error")
            for name in FIGURES
            if name in top
        },
        labels={
            name: tuple(
                _estimate(value, samples) for value, samples in zip(labels[name], label_samples[name].T, strict=True)
            )
            for name in LABEL_FIGURES
            if name in labels
        },
    )


def _rates(
    hits: npt.NDArray[np.float64], alarms: npt.NDArray[np.float64], misses: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """F1, precision and recall; NaN where there is nothing to count, else 0 / 0 is 0."""
    f1 = _ratio(2 * hits, 2 * hits + alarms + misses)
    defined = np.isfinite(f1)
    precision = np.where(defined, hits / np.maximum(hits + alarms, 1), np.nan)
    return f1, precision, np.where(defined, hits / np.maximum(hits + misses, 1), np.nan)


def _ratio(over: FloatArray, under: FloatArray) -> npt.NDArray[np.float64]:
    """Quotient, NaN where the divisor is 0."""
    return np.asarray(np.where(under > 0, over / np.where(under > 0, under, 1), np.nan), dtype=np.float64)


def _mean_of_defined(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Mean over the last axis of what is not NaN."""
    return _ratio(np.nansum(values, axis=-1), np.isfinite(values).sum(axis=-1))


def _average_precisions(
    targets: BoolArray, scores: FloatArray, judged: BoolArray
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Average precision of each label, float64 (n_labels,), and of all pairs, float64 ()."""
    weights = np.ones(len(targets), dtype=np.float32)
    by_label, pooled = rank_scores(targets, scores, judged), rank_scores(targets, scores, judged, pooled=True)
    return by_label.average_precision(weights), pooled.average_precision(weights)[0]


def _resample_average_precisions(
    targets: BoolArray,
    scores: FloatArray,
    judged: BoolArray,
    groups: npt.NDArray[np.int64],
    *,
    n_resamples: int,
    seed: int,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """`_average_precisions` in each resample, float64 (n_resamples, n_labels) and (n_resamples,)."""
    n_labels = targets.shape[1]
    if not len(targets):
        return np.full((1, n_labels), np.nan), np.full(1, np.nan)
    n_resamples = min(n_resamples, max(_MIN_RANK_RESAMPLES, _RANK_BUDGET // max(targets.size, 1)))
    by_label = rank_scores(targets, scores, judged)
    pooled = rank_scores(targets, scores, judged, pooled=True)
    labels, micro = [], []
    for chunk in draw_weights(int(groups.max()) + 1, n_resamples=n_resamples, seed=seed):
        for drawn in chunk:
            weights = drawn[groups]
            labels.append(by_label.average_precision(weights))
            micro.append(pooled.average_precision(weights)[0])
    return np.array(labels), np.array(micro)


def _estimate(value: npt.NDArray[np.float64], samples: npt.NDArray[np.float64], *, basic: bool = False) -> Estimate:
    return Estimate(value=float(value), interval=find_interval(float(value), samples, basic=basic))


def _check_shapes(targets: BoolArray, decided: BoolArray, judged: BoolArray, scores: FloatArray | None) -> None:
    shapes = {array.shape for array in (targets, decided, judged, scores) if array is not None}
    if len(shapes) != 1 or targets.ndim != 2:
        raise ValueError(f"arrays of the shapes {sorted(shapes)}; all must be (n_articles, n_labels)")
    if scores is not None and not ((scores >= 0) & (scores <= 1)).all():
        raise ValueError("a score is not in [0, 1]")
