"""The trained model of page lines: boosted trees over line features, and a chain that keeps a page in order.

Trees say of each line alone whether it is the headline, stands above the story, is story, is furniture inside it, or
stands below. A hidden Markov chain over the page then makes these agree: what is above comes first, what is below comes
last and is not left again, and furniture inside the story is followed by story. Inference is numpy alone;
`training.cleaning` fits it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.resources import shipped_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = [
    "CLASSES",
    "FOLLOW",
    "START",
    "TENSORS",
    "TREE_DEPTH",
    "LineModel",
    "Thresholds",
    "load_line_model",
    "smooth_parts",
]

CLASSES = ("above", "story", "inside", "below", "headline")
"""What a line can be, in the order of the model's classes: furniture above, inside or below the story, or of it."""

TREE_DEPTH = 4
_ROWS_AT_ONCE = 512
_NEVER = 1e-6

START = np.array([0.9, 0.1, _NEVER, _NEVER])
FOLLOW = np.array(
    [
        [0.97, 0.03, _NEVER, _NEVER],
        [_NEVER, 0.79, 0.2, 0.01],
        [_NEVER, 0.5, 0.5, 1e-3],
        [_NEVER, _NEVER, _NEVER, 1.0],
    ]
)
"""How likely each part of a page follows each: above, story, inside, below. Round figures, set by hand."""

TENSORS: Mapping[str, tuple[str, tuple[int | None, ...]]] = {
    "split_features": ("uint8", (None, 2**TREE_DEPTH - 1)),
    "split_thresholds": ("float32", (None, 2**TREE_DEPTH - 1)),
    "leaf_values": ("float32", (None, 2**TREE_DEPTH)),
    "tree_classes": ("uint8", (None,)),
    "base_scores": ("float64", (len(CLASSES),)),
    "class_shares": ("float64", (len(CLASSES),)),
}
"""Dtype and shape of each array in a cleaner's folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is made of the probabilities; all were chosen by cross-validation.

    Attributes:
        keep: A line stays if it is story with at least this probability.
        page: Nothing is removed from a text that has less furniture than this; see `nlp.reading.cleaning`.
        title: The first line of a plain article is its headline from this probability.
        page_title: The likeliest headline of a page is taken for one from this probability.
    """

    keep: float
    page: float
    title: float
    page_title: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineModel:
    """Trees in arrays, and the settings that were chosen with them.

    Every tree is complete and of depth 4: node k sends a line to node 2k+1 if its feature is at most the threshold,
    else to 2k+2; nodes 15 to 30 are the leaves. A leaf higher up is a node whose threshold no feature exceeds.

    Attributes:
        split_features: uint8 (n_trees, 15), columns of `page_lines.FEATURES`.
        split_thresholds: float32 (n_trees, 15).
        leaf_values: float32 (n_trees, 16), what a tree adds to the score of its class.
        tree_classes: uint8 (n_trees,), each tree's class.
        base_scores: float64 (5,), what the scores of the classes start from.
        class_shares: float64 (5,), how common each class is taken to be, story being 1.
        thresholds: What is made of the probabilities.
    """

    split_features: NDArray[np.uint8]
    split_thresholds: NDArray[np.float32]
    leaf_values: NDArray[np.float32]
    tree_classes: NDArray[np.uint8]
    base_scores: NDArray[np.float64]
    class_shares: NDArray[np.float64]
    thresholds: Thresholds

    def class_probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities of the classes for each line by itself.

        Args:
            features: float32 (n_lines, n_features), see `page_lines.measure_lines`.

        Returns:
            float64 (n_lines, 5), columns as in `CLASSES`, rows sum to 1.
        """
        scores = np.empty((len(features), len(CLASSES)))
        for start in range(0, len(features), _ROWS_AT_ONCE):
            rows = features[start : start + _ROWS_AT_ONCE]
            scores[start : start + _ROWS_AT_ONCE] = self._score(rows)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
        return np.asarray(scores / scores.sum(axis=1, keepdims=True))

    def _score(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        n_rows, n_trees = len(rows), len(self.tree_classes)
        trees = np.arange(n_trees) * self.split_features.shape[1]
        flat_features, flat_thresholds = self.split_features.ravel(), self.split_thresholds.ravel()
        values = rows.ravel()
        starts = (np.arange(n_rows) * rows.shape[1])[:, None]
        node = np.zeros((n_rows, n_trees), dtype=np.intp)
        for _ in range(TREE_DEPTH):
            at = trees + node
            node = 2 * node + 1 + (values[starts + flat_features[at]] > flat_thresholds[at])
        leaves = np.arange(n_trees) * self.leaf_values.shape[1] + node - self.split_features.shape[1]
        gains = self.leaf_values.ravel()[leaves].astype(np.float64)
        return np.asarray(self.base_scores + gains @ np.eye(len(CLASSES))[self.tree_classes])


def smooth_parts(probabilities: NDArray[np.float64], class_shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of the parts of a page for each line, given all its lines, by the forward-backward algorithm.

    Rabiner (1989), "A tutorial on hidden Markov models", section III. What the trees say becomes likelihoods by
    division by the classes' shares; a headline counts as above.

    Args:
        probabilities: float64 (n_lines, 5) of the lines by themselves.
        class_shares: float64 (5,), how common each class is taken to be; see `LineModel`.

    Returns:
        float64 (n_lines, 4) for above, story, inside and below; rows sum to 1.
    """
    parts, shares = probabilities[:, :4].copy(), class_shares[:4].copy()
    parts[:, 0] += probabilities[:, 4]
    shares[0] += class_shares[4]
    likely = np.maximum(parts, 1e-4) / shares
    forward, backward = np.empty_like(likely), np.ones_like(likely)
    state = START
    for i in range(len(likely)):
        state = (state @ FOLLOW if i else state) * likely[i]
        state /= state.sum()
        forward[i] = state
    for i in range(len(likely) - 2, -1, -1):
        back = FOLLOW @ (likely[i + 1] * backward[i + 1])
        backward[i] = back / back.sum()
    both = forward * backward
    return np.asarray(both / both.sum(axis=1, keepdims=True))


@lru_cache(maxsize=2)
def load_line_model(folder: Path | None = None) -> LineModel:
    """Read and verify a cleaner's folder, the shipped one unless another is given; it is read once.

    Raises:
        ModelFolderError: If it is missing, was changed, or does not fit this slugline.
    """
    from nlp.artifact import open_part_folder
    from nlp.reading.page_lines import FEATURES

    verified = open_part_folder(folder or shipped_root("artifacts") / "cleaner", kind="page-cleaner")
    config = verified.json("config.json")
    try:
        if tuple(config["features"]) != FEATURES or tuple(config["classes"]) != CLASSES:
            raise verified.refuse("config.json", "is for other features or classes than this slugline has")
        thresholds = Thresholds(
            **{name: float(config["thresholds"][name]) for name in ("keep", "page", "title", "page_title")}
        )
    except (KeyError, TypeError, ValueError):
        raise verified.refuse("config.json", "lacks features, classes or thresholds") from None
    tensors = verified.tensors("model.safetensors", TENSORS)
    problem = _find_tensor_problem(tensors, n_features=len(FEATURES))
    if problem:
        raise verified.refuse("model.safetensors", problem)
    return LineModel(**tensors, thresholds=thresholds)


def _find_tensor_problem(tensors: Mapping[str, NDArray[Any]], *, n_features: int) -> str:
    n_trees = len(tensors["tree_classes"])
    if not n_trees or any(
        len(tensors[name]) != n_trees for name in ("split_features", "split_thresholds", "leaf_values")
    ):
        return "has tensors for different numbers of trees"
    if tensors["split_features"].max() >= n_features or tensors["tree_classes"].max() >= len(CLASSES):
        return "names a feature or a class that does not exist"
    if not (tensors["class_shares"] > 0).all():
        return "has a class without a share"
    return ""
