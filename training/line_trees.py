"""Fits the model of page lines with scikit-learn and turns it into the arrays that `nlp.reading.line_model` runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from nlp.artifact import pack_tensors, write_part_folder
from nlp.reading.line_model import CLASSES, TENSORS, TREE_DEPTH, LineModel, Thresholds
from nlp.reading.page_lines import FEATURES
from nlp.strict_json import dump_json

__all__ = ["BAGS", "MeasuredPage", "export_trees", "fit_line_model"]

BAGS = 3
_SETTINGS: dict[str, Any] = {
    "max_iter": 70, "learning_rate": 0.12, "max_depth": TREE_DEPTH, "max_leaf_nodes": 12, "min_samples_leaf": 10,
    "l2_regularization": 3.0, "max_features": 0.2, "early_stopping": False, "max_bins": 63,
}  # fmt: skip

_CARD = """# Cleaner of copied web pages

Tells of each line of a text how likely it is the story and not the page around it: boosted trees over features of the
line, its neighbours and the page. `nlp.reading.cleaning` runs it, `training.cleaning` made it.

Figures of pages and outlets that were not learned from:

{figures}

The real pages are mostly English, of 2018 and 2019; lists and tables at the end of a story are its weak side.
"""

_SHARES = np.array([1.02, 1.0, 0.05, 1.5, 0.18])
"""What the chain takes for the classes' shares, story being 1.

Neither the shares among lines nor those among the weights served, for it is worse to lose the last paragraph than to
keep a line of the footer. Of factors from 0.4 to 2.5 above and 0.5 to 2.5 below, these had the best mean of the
out-of-fold F1 of real pages and of pages with furniture inside the story.
"""

THRESHOLDS = Thresholds(keep=0.3, page=8.0, title=0.98, page_title=0.05)
"""Chosen by cross-validation; `python -m training.cleaning --cv` prints the sweeps."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredPage:
    """A page's features, float32 (n_lines, n_features), its lines' classes, int (n_lines,), and their words."""

    features: NDArray[np.float32]
    classes: NDArray[np.int_]
    words: NDArray[np.int_]
    weight: float = 1.0
    first_line_factor: float = 1.0

    def line_weights(self) -> NDArray[np.float64]:
        """What each line counts in training: a page counts as a whole, a line by the root of its words."""
        weights = np.sqrt(self.words + 1.0)
        weights *= self.weight / weights.sum()
        weights[:1] *= self.first_line_factor
        return np.asarray(weights)


def fit_line_model(bags: Sequence[Sequence[MeasuredPage]], thresholds: Thresholds) -> LineModel:
    """Fit one boosted ensemble to each bag of pages; the model's scores are the mean of theirs."""
    fitted = []
    for seed, pages in enumerate(bags):
        weights = np.concatenate([page.line_weights() for page in pages])
        fitted.append(
            HistGradientBoostingClassifier(random_state=seed, **_SETTINGS).fit(
                np.vstack([page.features for page in pages]),
                np.concatenate([page.classes for page in pages]),
                sample_weight=weights * (len(weights) / weights.sum()),
            )
        )
    return export_trees(fitted, class_shares=_SHARES, thresholds=thresholds)


def export_trees(
    fitted: Sequence[HistGradientBoostingClassifier], *, class_shares: NDArray[np.float64], thresholds: Thresholds
) -> LineModel:
    """The trees of several fitted ensembles as one model: its scores are the mean of their decision functions.

    scikit-learn has no public way to read the trees of this class; a test holds the result to its probabilities.
    """
    features, cuts, leaves, classes = [], [], [], []
    base = np.zeros(len(CLASSES))
    for ensemble in fitted:
        base += ensemble._baseline_prediction.ravel() / len(fitted)
        for trees in ensemble._predictors:
            for kind, tree in enumerate(trees):
                feature, cut, leaf = _complete(tree.nodes)
                features.append(feature)
                cuts.append(cut)
                leaves.append(leaf / len(fitted))
                classes.append(kind)
    return LineModel(
        split_features=np.array(features, dtype=np.uint8),
        split_thresholds=np.array(cuts, dtype=np.float32),
        leaf_values=np.array(leaves, dtype=np.float32),
        tree_classes=np.array(classes, dtype=np.uint8),
        base_scores=base,
        class_shares=np.asarray(class_shares, dtype=np.float64),
        thresholds=thresholds,
    )


def _complete(nodes: Any) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float64]]:
    """A tree as a complete one of depth `TREE_DEPTH`: features and thresholds of 15 nodes, values of 16 leaves."""
    inner = 2**TREE_DEPTH - 1
    feature = np.zeros(inner, dtype=np.uint8)
    cut = np.full(inner, np.finfo(np.float32).max, dtype=np.float32)
    values = np.zeros(2 * inner + 1)
    places = {0: 0}  # place in the complete tree: node that stands there
    for place in range(2 * inner + 1):
        node = nodes[places[place]]
        values[place] = node["value"]
        if place >= inner:
            continue
        left = right = places[place]
        if not node["is_leaf"]:
            feature[place], cut[place] = node["feature_idx"], _round_down(node["num_threshold"])
            left, right = int(node["left"]), int(node["right"])
        places[2 * place + 1], places[2 * place + 2] = left, right
    return feature, cut, values[inner:]


def _round_down(value: float) -> np.float32:
    """The largest float32 that is at most the value: the same float32 features are at most it."""
    rounded = np.float32(value)
    return np.nextafter(rounded, np.float32(-np.inf)) if float(rounded) > value else rounded


def write_cleaner(path: Path, model: LineModel, *, metrics: Mapping[str, float]) -> None:
    """Write a cleaner's folder, in place of one that is there.

    Raises:
        ModelFolderError: If the folder cannot be written.
    """
    config = {"classes": list(CLASSES), "features": list(FEATURES), "thresholds": asdict(model.thresholds)}
    figures = "\n".join(f"- {name}: {value}" for name, value in metrics.items())
    write_part_folder(
        path,
        name="cleaner",
        kind="page-cleaner",
        files={
            "README.md": _CARD.format(figures=figures or "- none: fitted without cross-validation").encode(),
            "config.json": dump_json(config),
            "model.safetensors": pack_tensors({name: getattr(model, name) for name in TENSORS}),
        },
        data={
            "pages": "60 copied web pages with true bodies",
            "articles": "news articles of half of the training outlets",
        },
        metrics=dict(metrics),
        replace=True,
    )
