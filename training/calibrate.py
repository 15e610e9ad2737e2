"""From out-of-fold margins to probabilities and thresholds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nlp.deciding import Calibration

__all__ = ["choose_thresholds", "find_best_threshold", "fit_calibration"]

_PRIOR_STRENGTH = 1.0  # as much as a few certain articles: matters only where a label has hardly more
_MIN_SLOPE_SHARE = 0.1


def fit_calibration(margins: npt.NDArray[np.float64], targets: npt.NDArray[np.bool_]) -> Calibration:
    """Fit Platt's curve for each label, rare labels leaning on the curve of all labels together.

    Each curve is the maximum a posteriori of a logistic regression on the margin, its slope and intercept normally
    distributed (variance 1) around those of all labels together, and those around (1, 0). So a label that every
    article has, or a single one, gets a finite curve. A slope is at least a tenth of the common one: a larger margin
    is never a smaller probability.

    Args:
        margins: float64 (n_articles, n_labels), of articles that the margin's model did not see.
        targets: bool (n_articles, n_labels).
    """
    common = _fit_curve(margins.ravel(), targets.ravel(), prior=(1.0, 0.0), min_slope=0.01)
    curves = [
        _fit_curve(margin, target, prior=common, min_slope=_MIN_SLOPE_SHARE * common[0])
        for margin, target in zip(margins.T, targets.T, strict=True)
    ]
    slopes, intercepts = zip(*curves, strict=True)
    return Calibration(slope=np.array(slopes), intercept=np.array(intercepts))


def choose_thresholds(
    scores: npt.NDArray[np.floating], targets: npt.NDArray[np.bool_], *, shrinkage: float
) -> npt.NDArray[np.float64]:
    """Thresholds that are best for F1, those of rare labels drawn towards one common threshold.

    `threshold = (n * own + shrinkage * common) / (n + shrinkage)`, where `n` is the number of articles that have the
    label, `own` is best for its F1 and `common` for the micro-averaged F1 of all labels: the fewer articles, the more
    of what looks best is chance.

    Args:
        scores: float (n_articles, n_labels) in [0, 1], calibrated, of articles that the model did not see.
        targets: bool (n_articles, n_labels).
        shrinkage: Articles' worth of trust in the common threshold.

    Returns:
        float64 (n_labels,) in [0, 1].
    """
    common = find_best_threshold(scores.ravel(), targets.ravel())
    numbers = targets.sum(axis=0)
    own = [find_best_threshold(score, target) for score, target in zip(scores.T, targets.T, strict=True)]
    return (numbers * np.array(own) + shrinkage * common) / (numbers + shrinkage) if shrinkage else np.array(own)


def find_best_threshold(scores: npt.NDArray[np.floating], targets: npt.NDArray[np.bool_]) -> float:
    """The threshold with the largest F1, halfway between two scores; 0.5 if nothing holds.

    >>> find_best_threshold(np.array([0.1, 0.3, 0.5, 0.9]), np.array([False, False, True, True]))
    0.4
    """
    if not targets.any():
        return 0.5
    order = np.argsort(-scores, kind="stable")
    ranked = np.append(scores[order].astype(np.float64), 0.0)
    hits = np.cumsum(targets[order])
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + hits[-1])
    f1[ranked[:-1] == ranked[1:]] = -1.0  # equal scores cannot be told apart
    best = int(np.argmax(f1))
    return float((ranked[best] + ranked[best + 1]) / 2)


def _fit_curve(
    margins: npt.NDArray[np.float64], targets: npt.NDArray[np.bool_], *, prior: tuple[float, float], min_slope: float
) -> tuple[float, float]:
    """Slope and intercept, by Newton's method; the slope is held at `min_slope` if it would be less."""
    slope, intercept = _minimize(margins, targets, prior, free=(True, True))
    if slope < min_slope:
        return _minimize(margins, targets, (min_slope, prior[1]), free=(False, True))
    return slope, intercept


def _minimize(
    margins: npt.NDArray[np.float64],
    targets: npt.NDArray[np.bool_],
    prior: tuple[float, float],
    free: tuple[bool, bool],
) -> tuple[float, float]:
    design = np.stack([margins, np.ones_like(margins)], axis=1) * np.array(free)
    start = np.array(prior)
    offset = np.stack([margins, np.ones_like(margins)], axis=1) @ start
    signs = np.where(targets, 1.0, -1.0)

    def loss(step: npt.NDArray[np.float64]) -> float:
        return float(np.logaddexp(0.0, -signs * (offset + design @ step)).sum() + _PRIOR_STRENGTH / 2 * step @ step)

    step = np.zeros(2)
    for _ in range(100):
        chances = np.exp(-np.logaddexp(0.0, -(offset + design @ step)))
        gradient = design.T @ (chances - targets) + _PRIOR_STRENGTH * step
        hessian = (design * (chances * (1 - chances))[:, None]).T @ design + _PRIOR_STRENGTH * np.eye(2)
        move = np.linalg.solve(hessian, gradient)
        rate = 1.0
        while loss(step - rate * move) > loss(step) and rate > 1e-6:
            rate /= 2
        step = step - rate * move
        if np.abs(move).max() < 1e-9:
            break
    slope, intercept = start + step
    return float(slope), float(intercept)
