"""What figures would be at other thresholds, how far scores hold what they promise, and which labels are mixed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.reliability import bin_reliability

__all__ = [
    "Confusion",
    "Curves",
    "OperatingCurve",
    "Reliability",
    "count_confusions",
    "draw_curves",
    "sweep",
]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]
Floats = npt.NDArray[np.float64]

_GRID = np.linspace(0, 1, 51)
_SHIFTS = np.linspace(-3, 3, 61)  # log-odds: at 3 a threshold of 0.5 becomes 0.95
_MAX_RECALLS = 50
_FLOOR = 5e-5  # half a step of written scores: log-odds of 0 and 1 stay finite


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OperatingCurve:
    """Precision, recall and F1 at each of many cuts; all float64 (n_cuts,), NaN where a figure is undefined."""

    cuts: Floats
    precision: Floats
    recall: Floats
    f1: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reliability:
    """Bins of equal width over [0, 1]: number of pairs, mean score, share that holds; float64 (n_bins,)."""

    sizes: Floats
    scores: Floats
    shares: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Confusion:
    """Counts of articles, int64 (n_labels, n_labels).

    Attributes:
        missed_with_alarm: `[missed, given]`: the first label holds and is missing, the second is given and does not
            hold.
        alarms_together: Both are given, neither holds; on the diagonal all false alarms of a label.
        missed_together: Both hold, neither is given; on the diagonal all misses of a label.
    """

    missed_with_alarm: npt.NDArray[np.int64]
    alarms_together: npt.NDArray[np.int64]
    missed_together: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curves:
    """Everything that is plotted.

    Attributes:
        ranking: Precision and recall of all pairs, at cuts where recall changes, from the highest down.
        label_rankings: The same for each label.
        shifts: All pairs, with all thresholds moved by the same log-odds.
        label_thresholds: Each label at thresholds from 0 to 1.
        reliability: Of all pairs.
        confusion: Between labels.
    """

    ranking: OperatingCurve
    label_rankings: tuple[OperatingCurve, ...]
    shifts: OperatingCurve
    label_thresholds: tuple[OperatingCurve, ...]
    reliability: Reliability
    confusion: Confusion


def draw_curves(
    targets: BoolArray, judged: BoolArray, scores: FloatArray, decided: BoolArray, thresholds: FloatArray
) -> Curves:
    """All curves of a model's scores and decisions.

    Args:
        targets: bool (n_articles, n_labels), which labels hold.
        judged: bool (n_articles, n_labels), which pairs count.
        scores: float (n_articles, n_labels) in [0, 1].
        decided: bool (n_articles, n_labels), which labels are given.
        thresholds: float (n_labels,) in [0, 1], those in use.
    """
    columns = [(scores[judged[:, at], at], targets[judged[:, at], at]) for at in range(targets.shape[1])]
    margins = _log_odds(scores) - _log_odds(thresholds)
    return Curves(
        ranking=_rank(scores[judged], targets[judged]),
        label_rankings=tuple(_rank(values, holds) for values, holds in columns),
        shifts=sweep(margins[judged], targets[judged], _SHIFTS),
        label_thresholds=tuple(sweep(values, holds, _GRID) for values, holds in columns),
        reliability=Reliability(
            **dict(zip(("sizes", "scores", "shares"), bin_reliability(targets, scores, judged), strict=True))
        ),
        confusion=count_confusions(targets, decided, judged),
    )


def sweep(values: FloatArray, holds: BoolArray, cuts: FloatArray) -> OperatingCurve:
    """Figures where everything from a cut upwards is given.

    Args:
        values: float (n_pairs,).
        holds: bool (n_pairs,).
        cuts: float (n_cuts,).

    >>> curve = sweep(np.array([0.2, 0.6, 0.9]), np.array([False, False, True]), np.array([0.5]))
    >>> curve.precision.tolist(), curve.recall.tolist()
    ([0.5], [1.0])
    """
    # A score on the cut is given. Both are compared as the wider type gives them, with room for rounding.
    positives, negatives = np.sort(values[holds]), np.sort(values[~holds])
    exact = cuts.astype(np.float64)
    hits = len(positives) - np.searchsorted(positives, exact - 1e-9)
    alarms = len(negatives) - np.searchsorted(negatives, exact - 1e-9)
    with np.errstate(invalid="ignore"):
        return OperatingCurve(
            cuts=exact,
            precision=hits / (hits + alarms),
            recall=hits / np.float64(len(positives)),
            f1=2 * hits / (hits + alarms + len(positives)),
        )


def count_confusions(targets: BoolArray, decided: BoolArray, judged: BoolArray) -> Confusion:
    """Which labels are given where others are missed, and which are wrong together.

    Args:
        targets: bool (n_articles, n_labels), which labels hold.
        decided: bool (n_articles, n_labels), which are given.
        judged: bool (n_articles, n_labels), which pairs count.
    """
    missed = (targets & ~decided & judged).astype(np.float64)
    alarms = (decided & ~targets & judged).astype(np.float64)
    products = (missed.T @ alarms, alarms.T @ alarms, missed.T @ missed)
    with_alarm, alarms_together, missed_together = (product.astype(np.int64) for product in products)
    return Confusion(missed_with_alarm=with_alarm, alarms_together=alarms_together, missed_together=missed_together)


def _rank(values: FloatArray, holds: BoolArray) -> OperatingCurve:
    """The precision-recall curve from the highest score down, thinned out.

    For each recall there are two cuts: where it is reached, and the last before the next, where precision is lowest.
    """
    scores, reached = np.unique(values), np.unique(values[holds])[::-1]
    if len(reached) > _MAX_RECALLS:
        reached = reached[np.unique(np.linspace(0, len(reached) - 1, _MAX_RECALLS).astype(int))]
    above = scores[np.minimum(np.searchsorted(scores, reached[1:], side="right"), len(scores) - 1)]
    return sweep(values, holds, np.unique(np.concatenate([reached, above, scores[:1]]))[::-1])


def _log_odds(scores: FloatArray) -> Floats:
    inside = np.clip(scores.astype(np.float64), _FLOOR, 1 - _FLOOR)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)
