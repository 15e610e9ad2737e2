"""How far scores are the probabilities that they claim to be."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["CALIBRATION_BINS", "bin_pairs", "bin_reliability", "calibration_errors"]

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.floating[Any]]

CALIBRATION_BINS = 15
"""Bins of equal width over [0, 1], as in Guo et al., "On Calibration of Modern Neural Networks", ICML 2017."""


def calibration_errors(targets: BoolArray, scores: FloatArray, judged: BoolArray) -> npt.NDArray[np.float64]:
    """Expected calibration error of each label, float64 (n_labels,); NaN where nothing is judged."""
    return np.array(
        [_bin_error(*bin_reliability(targets[:, at], scores[:, at], judged[:, at])) for at in range(targets.shape[1])]
    )


def bin_reliability(
    targets: BoolArray, scores: FloatArray, judged: BoolArray
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Bins of a reliability diagram over all pairs given, arrays of one shape.

    Returns:
        Number of pairs, mean score and share that holds, each float64 (`CALIBRATION_BINS`,); NaN means in empty bins.
    """
    sizes, score_sums, target_sums = (
        sums[0] for sums in bin_pairs((targets & judged).reshape(1, -1), scores.reshape(1, -1), judged.reshape(1, -1))
    )
    with np.errstate(invalid="ignore"):
        return sizes, score_sums / sizes, target_sums / sizes


def bin_pairs(
    holds: BoolArray, scores: FloatArray, judged: BoolArray
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Number of pairs, sum of scores and sum of targets in each bin of each row, float64 (n_rows, n_bins)."""
    n_rows = len(scores)
    bins = np.minimum((scores * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    places = (bins + np.arange(n_rows)[:, None] * CALIBRATION_BINS)[judged]

    def add(weights: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        sums = np.bincount(places, weights.astype(np.float64), minlength=n_rows * CALIBRATION_BINS)
        return np.asarray(sums, dtype=np.float64).reshape(n_rows, CALIBRATION_BINS)

    return add(np.ones(len(places))), add(scores[judged]), add(holds[judged])


def _bin_error(
    sizes: npt.NDArray[np.float64], confidences: npt.NDArray[np.float64], shares: npt.NDArray[np.float64]
) -> float:
    return float(np.nansum(sizes * np.abs(confidences - shares)) / sizes.sum()) if sizes.sum() else float("nan")
