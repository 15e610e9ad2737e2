"""From articles to a number for every label: one file a kind of model, one protocol over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from nlp.errors import ModelFolderError
from nlp.records import Article

if TYPE_CHECKING:
    from nlp.artifact import ModelFolder

__all__ = ["ExplainingModel", "Explanation", "ScoringModel", "load_scorer"]


@runtime_checkable
class ScoringModel(Protocol):
    """Gives every label of its label set a probability."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the scores."""
        ...

    def scores(self, articles: Sequence[Article]) -> npt.NDArray[np.float32]:
        """Probabilities in [0, 1], float32 (n_articles, n_labels); a row never depends on the other articles."""
        ...


class Explanation(Protocol):
    """The parts that an article's margins are made of.

    `bias + title + rest + segments.sum(axis=0)` are the margins.

    Attributes:
        bias: float64 (n_labels,), what every article has.
        title: float64 (n_labels,), share of the headline.
        rest: float64 (n_labels,), share of what stands between the segments.
        segments: float64 (n_segments, n_labels), share of each segment.
    """

    bias: npt.NDArray[np.float64]
    title: npt.NDArray[np.float64]
    rest: npt.NDArray[np.float64]
    segments: npt.NDArray[np.float64]

    def terms(self, segment: int | None, label: int, *, limit: int) -> tuple[tuple[str, float], ...]:
        """The terms of a segment (`None`: the headline) that speak for a label, strongest first, with their shares."""
        ...


@runtime_checkable
class ExplainingModel(ScoringModel, Protocol):
    """A scoring model that can say which part of an article gave it how much of a score."""

    def explain(self, article: Article, spans: Sequence[tuple[int, int]], labels: Sequence[str]) -> Explanation:
        """Split the margins of some labels over the headline and segments of the text.

        Args:
            article: The article.
            spans: Half-open character ranges of its text, in order, none overlapping, cut where no word is.
            labels: Labels of the model, in the order that the columns of the explanation are to have.
        """
        ...


def load_scorer(folder: ModelFolder) -> ScoringModel:
    """The model that a verified folder holds.

    Raises:
        ModelFolderError: If the folder's files do not fit together, or its kind is not known.
    """
    if folder.kind == "linear":
        from nlp.scoring.linear import LinearModel

        return LinearModel.from_folder(folder)
    raise ModelFolderError(
        f"{folder.path}: holds a model of the kind {folder.kind!r}, which this slugline cannot score with.",
        hint="Upgrade it: pip install --upgrade slugline",
    )
