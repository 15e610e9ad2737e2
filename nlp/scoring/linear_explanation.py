"""The parts that the margins of a linear model are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from nlp.scoring.linear import LinearModel

__all__ = ["LinearExplanation"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearExplanation:
    """The parts of an article's margins; see `nlp.scoring.Explanation`.

    Attributes:
        model: The model that was asked.
        bias: float64 (n_labels,), the intercepts.
        tokens: The words of the text, then those of the headline.
        features: int64 (n_occurrences,), the features.
        positions: int64 (n_occurrences,), which of the tokens is the feature's (first) word.
        places: int64 (n_occurrences,), where it stands: the number of a segment, `n_segments` between them,
            `n_segments + 1` in the headline.
        parts: float64 (n_occurrences, n_labels), what the occurrence adds to the margins.
        n_segments: Number of segments.
    """

    model: LinearModel
    bias: npt.NDArray[np.float64]
    tokens: tuple[str, ...]
    features: npt.NDArray[np.int64]
    positions: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    parts: npt.NDArray[np.float64]
    n_segments: int

    @property
    def segments(self) -> npt.NDArray[np.float64]:
        """Share of each segment, float64 (n_segments, n_labels)."""
        return self._add_up()[: self.n_segments]

    @property
    def rest(self) -> npt.NDArray[np.float64]:
        """Share of what stands between the segments, float64 (n_labels,)."""
        share: npt.NDArray[np.float64] = self._add_up()[self.n_segments]
        return share

    @property
    def title(self) -> npt.NDArray[np.float64]:
        """Share of the headline, float64 (n_labels,)."""
        share: npt.NDArray[np.float64] = self._add_up()[self.n_segments + 1]
        return share

    def terms(self, segment: int | None, label: int, *, limit: int) -> tuple[tuple[str, float], ...]:
        """The terms of a segment (`None`: the headline) that speak for a label, strongest first, with their shares.

        They are named as they stand there. Pairs with a word that says nothing alone ("on", "the") are not named.
        """
        at = np.flatnonzero(self.places == (self.n_segments + 1 if segment is None else segment))
        features, first, inverse = np.unique(self.features[at], return_index=True, return_inverse=True)
        shares = np.bincount(inverse, weights=self.parts[at, label], minlength=len(features))
        named: list[tuple[str, float]] = []
        for index in np.argsort(-shares, kind="stable"):
            if shares[index] <= 0 or len(named) == limit:
                break
            size = self.model.measure_feature(int(features[index]))
            start = int(self.positions[at[first[index]]])
            if size:
                named.append((" ".join(self.tokens[start : start + size]), float(shares[index])))
        return tuple(named)

    def _add_up(self) -> npt.NDArray[np.float64]:
        """Share of each place, float64 (n_segments + 2, n_labels)."""
        shares = np.zeros((self.n_segments + 2, self.parts.shape[1]))
        for column, parts in zip(shares.T, self.parts.T, strict=True):
            column[:] = np.bincount(self.places, weights=parts, minlength=len(shares))
        return shares
