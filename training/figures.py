"""What is measured: the names, titles and definitions of all figures, said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from training.reliability import CALIBRATION_BINS

__all__ = ["FIGURES", "LABEL_FIGURES", "LOW_SUPPORT", "Estimate", "FigureSpec"]

LOW_SUPPORT = 10
"""Articles of a label below which its figures say little: recall then moves by a tenth or more with each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """What a figure is called and how it is defined; `higher_is_better` says which way is up."""

    title: str
    definition: str
    higher_is_better: bool = True


FIGURES: Mapping[str, FigureSpec] = MappingProxyType(
    {
        "f1_micro": FigureSpec(
            title="micro-F1",
            definition="Harmonic mean of micro precision and recall: twice the hits over the labels given and holding.",
        ),
        "precision_micro": FigureSpec(
            title="micro precision", definition="Share of all labels given that hold, labels and articles pooled."
        ),
        "recall_micro": FigureSpec(
            title="micro recall", definition="Share of all labels holding that are given, labels and articles pooled."
        ),
        "f1_macro": FigureSpec(
            title="macro-F1",
            definition="Mean of the labels' F1; a label that neither holds nor is given is left out.",
        ),
        "precision_macro": FigureSpec(
            title="macro precision", definition="Mean of the labels' precision; the same labels as macro-F1."
        ),
        "recall_macro": FigureSpec(
            title="macro recall", definition="Mean of the labels' recall; the same labels as macro-F1."
        ),
        "f1_samples": FigureSpec(
            title="samples F1",
            definition="Mean over articles of the F1 of an article's labels; 1 where none holds and none is given.",
        ),
        "precision_samples": FigureSpec(
            title="samples precision",
            definition="Mean over articles of the share of labels given that hold; 1 where none holds and none is "
            "given.",
        ),
        "recall_samples": FigureSpec(
            title="samples recall",
            definition="Mean over articles of the share of labels holding that are given; 1 where none holds and none "
            "is given.",
        ),
        "exact_match": FigureSpec(
            title="exact match", definition="Share of articles whose labels are given exactly, fully judged ones only."
        ),
        "none_accuracy": FigureSpec(
            title="empty-set accuracy", definition="Of the articles where no label holds, the share that get none."
        ),
        "none_precision": FigureSpec(
            title="empty-set precision",
            definition="Of the articles that get no label, the share where none holds.",
        ),
        "false_label_rate": FigureSpec(
            title="false labels",
            definition="Labels given to an article where none holds, on average.",
            higher_is_better=False,
        ),
        "average_precision_micro": FigureSpec(
            title="average precision, micro",
            definition="Area under the steps of the precision-recall curve of all pairs of article and label.",
        ),
        "average_precision_macro": FigureSpec(
            title="average precision, macro",
            definition="Mean of the labels' average precision; labels that never hold are left out.",
        ),
        "lrap": FigureSpec(
            title="ranking precision (LRAP)",
            definition="For each label that holds, the share of labels scored no lower that hold; mean over the "
            "article's labels, then over the articles where any holds.",
        ),
        "calibration_error": FigureSpec(
            title="calibration error",
            definition=f"Expected calibration error of all pairs of article and label: {CALIBRATION_BINS} bins of "
            "equal width, the distance between mean score and share that holds, weighted by size. Its interval mirrors "
            "the percentiles, for resampling makes the error larger.",
            higher_is_better=False,
        ),
        "brier": FigureSpec(
            title="Brier score",
            definition="Mean squared distance between score and truth (0 or 1) of all pairs of article and label.",
            higher_is_better=False,
        ),
    }
)
"""The top-level figures, in the order of reports."""

LABEL_FIGURES: Mapping[str, FigureSpec] = MappingProxyType(
    {
        "f1": FigureSpec(title="F1", definition="Harmonic mean of the label's precision and recall."),
        "precision": FigureSpec(title="precision", definition="Share of the articles given the label that have it."),
        "recall": FigureSpec(title="recall", definition="Share of the articles with the label that are given it."),
        "average_precision": FigureSpec(
            title="average precision", definition="Area under the steps of the label's precision-recall curve."
        ),
        "calibration_error": FigureSpec(
            title="calibration error",
            definition="As above, over the articles judged for the label; without an interval.",
            higher_is_better=False,
        ),
        "brier": FigureSpec(
            title="Brier score", definition="As above, over the articles judged for the label.", higher_is_better=False
        ),
    }
)
"""The figures of each label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure, NaN where it is undefined, and its 95 % interval, `None` where it has none."""

    value: float
    interval: tuple[float, float] | None = None
