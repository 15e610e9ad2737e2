"""From scores to labels: calibration, thresholds, the order of what is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Calibration", "decide"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """Platt scaling, one curve a label: margins become probabilities.

    J. Platt, "Probabilistic outputs for support vector machines", 1999, with the signs of a logistic regression: a
    positive slope means that a larger margin is a larger probability.

    Attributes:
        slope: float64 (n_labels,), finite.
        intercept: float64 (n_labels,), finite.

    Raises:
        ValueError: If the arrays are not one-dimensional, of one length and finite.
    """

    slope: npt.NDArray[np.float64]
    intercept: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("slope", "intercept"):
            object.__setattr__(self, name, _freeze(getattr(self, name), name))
        if len(self.slope) != len(self.intercept):
            raise ValueError(f"the slope has {len(self.slope)} values, the intercept {len(self.intercept)}")

    def __len__(self) -> int:
        return len(self.slope)

    def apply(self, margins: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
        """Probabilities of margins: `1 / (1 + exp(-(slope * margin + intercept)))`.

        Args:
            margins: float (n_articles, n_labels), finite.

        Returns:
            float32 (n_articles, n_labels) in [0, 1]; each entry depends on its own margin only.

        Raises:
            ValueError: If a margin is not finite.
        """
        if not np.isfinite(margins).all():
            raise ValueError("a margin is not a finite number")
        with np.errstate(
            over="ignore", under="ignore"
        ):  # a product beyond the range is an infinity: 0 or 1 all the same
            logits = self.slope * margins.astype(np.float64) + self.intercept
            decay = np.exp(-np.abs(logits))  # in [0, 1]: exp never overflows
            probabilities: npt.NDArray[np.float64] = np.where(logits >= 0, 1.0, decay) / (1.0 + decay)
            return probabilities.astype(np.float32)

    def to_json(self) -> dict[str, object]:
        """The value that `from_json` reads."""
        return {"method": "platt", "slope": self.slope.tolist(), "intercept": self.intercept.tolist()}

    @classmethod
    def from_json(cls, value: object) -> Calibration:
        """Build a calibration from parsed JSON.

        Raises:
            ValueError: If the method is not known or the numbers are not as they must be.
        """
        if not isinstance(value, dict) or "method" not in value:
            raise ValueError('expected an object with "method"')
        if value["method"] != "platt":
            raise ValueError(f"the method {value['method']!r} is not known to this slugline; known is 'platt'")
        if value.keys() != {"method", "slope", "intercept"}:
            raise ValueError('expected "method", "slope" and "intercept"')
        return cls(slope=_parse(value["slope"], "slope"), intercept=_parse(value["intercept"], "intercept"))


def decide(
    scores: npt.NDArray[np.floating[Any]], thresholds: npt.NDArray[np.floating[Any]], labels: Sequence[str]
) -> tuple[str, ...]:
    """The labels of one article that are on: those whose score is at least their threshold.

    The score is compared as the model gives it, not as it is written with 4 decimals, and in its own precision: a
    float32 score equals a threshold if it is that threshold's nearest float32.

    Args:
        scores: float32 (n_labels,) in [0, 1].
        thresholds: float (n_labels,) in [0, 1].
        labels: The model's labels, in its order.

    Returns:
        By score descending; equal scores in label order.

    >>> decide(np.float32([0.2, 0.7, 0.9]), np.array([0.3, 0.7, 0.5]), ["war", "peace", "trade"])
    ('trade', 'peace')
    """
    if not scores.shape == thresholds.shape == (len(labels),):
        raise ValueError(f"{scores.shape} scores and {thresholds.shape} thresholds for {len(labels)} labels")
    on = np.flatnonzero(scores >= thresholds.astype(scores.dtype))
    ranked = on[np.argsort(-scores[on], kind="stable")]
    return tuple(labels[index] for index in ranked)


def _freeze(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)  # a copy: nobody else can change it
    if array.ndim != 1 or not np.isfinite(array).all():
        raise ValueError(f"the {name} must be a list of finite numbers")
    array.flags.writeable = False
    return array


def _parse(values: object, name: str) -> npt.NDArray[np.float64]:
    if not isinstance(values, list) or not all(type(value) in (int, float) for value in values):
        raise ValueError(f"the {name} must be a list of finite numbers")
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        raise ValueError(f"the {name} must be a list of finite numbers") from None
