"""What an evaluation found, as records that turn into JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.curves import Curves, OperatingCurve
from training.figures import FIGURES, LABEL_FIGURES, Estimate
from training.mistakes import Mistake
from training.slices import Slice

__all__ = ["Evaluation", "LabelResult", "ModelCard", "estimates_to_json"]

_DECIMALS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """Which model was measured.

    Attributes:
        reference: Name and short digest.
        digest: SHA-256 of its manifest, and through it of all its files.
        kind: How it scores.
        version: Version of the slugline that wrote it.
        data: What it was made from: number of articles, fingerprint, and the like.
    """

    reference: str
    digest: str
    kind: str
    version: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelResult:
    """The figures of a label.

    Attributes:
        label: The label.
        articles: How many articles it holds for.
        given: How many articles were given it.
        threshold: The threshold in use.
        figures: By the names of `training.figures.LABEL_FIGURES`.
    """

    label: str
    articles: int
    given: int
    threshold: float
    figures: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluation:
    """A model's figures on labelled articles.

    Attributes:
        model: Which model.
        articles: Number of judged articles.
        groups: Number of groups of near copies among them; the same as `articles` if there are none or nobody looked.
        none_holds: Articles where no label holds.
        fingerprint: Of the articles.
        not_judged: Articles that nobody judged; they are left out.
        unknown_labels: Labels of the data that the model does not know, with the number of their articles.
        figures: By the names of `training.figures.FIGURES`.
        labels: The figures of each label of the model, in its order.
        slices: The figures of parts of the articles.
        warnings: What a reader should know before relying on the figures.
        mistakes: The mistakes the model is surest of. They hold text of the articles, which `to_json` leaves out.
        curves: What is plotted.
        seed: Of the resamples.
    """

    model: ModelCard
    articles: int
    groups: int
    none_holds: int
    fingerprint: str
    not_judged: int
    unknown_labels: Mapping[str, int]
    figures: Mapping[str, Estimate]
    labels: tuple[LabelResult, ...]
    slices: tuple[Slice, ...]
    warnings: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    curves: Curves
    seed: int

    def to_json(self) -> dict[str, Any]:
        """JSON values without text of the articles; figures have 4 decimals, undefined ones are null."""
        return {
            "model": self.model.reference,
            "model_card": {
                "digest": self.model.digest,
                "kind": self.model.kind,
                "version": self.model.version,
                "data": dict(self.model.data),
            },
            "articles": self.articles,
            "groups": self.groups,
            "none_holds": self.none_holds,
            "not_judged": self.not_judged,
            "fingerprint": self.fingerprint,
            "seed": self.seed,
            **estimates_to_json(self.figures),
            "labels": {one.label: _label_to_json(one) for one in self.labels},
            "unknown_labels": dict(self.unknown_labels),
            "warnings": list(self.warnings),
            "slices": [
                {
                    "kind": one.kind,
                    "value": one.value,
                    "articles": one.articles,
                    "holding": one.holding,
                    **estimates_to_json(one.figures),
                }
                for one in self.slices
            ],
            "mistakes": [_mistake_to_json(one) for one in self.mistakes],
            "curves": _curves_to_json(self.curves, [one.label for one in self.labels]),
            "definitions": {name: spec.definition for name, spec in FIGURES.items()}
            | {f"{name} (label)": spec.definition for name, spec in LABEL_FIGURES.items()},
        }


def estimates_to_json(figures: Mapping[str, Estimate]) -> dict[str, Any]:
    """Each figure under its name, its interval under `<name>_interval`."""
    values: dict[str, Any] = {}
    for name, figure in figures.items():
        values[name] = _number(figure.value)
        values[f"{name}_interval"] = None if figure.interval is None else [_number(end) for end in figure.interval]
    return values


def _label_to_json(one: LabelResult) -> dict[str, Any]:
    values = {"articles": one.articles, "given": one.given, "threshold": _number(one.threshold)}
    return {**values, **estimates_to_json(one.figures)}


def _mistake_to_json(one: Mistake) -> dict[str, Any]:
    """Where to look, without what is there."""
    return {
        "kind": one.kind,
        "label": one.label,
        "score": _number(one.score),
        "threshold": _number(one.threshold),
        "id": one.id,
        "gold": list(one.gold),
        "given": list(one.given),
        "spans": [[passage.start, passage.end] for passage in one.passages if passage.marked],
    }


def _curves_to_json(curves: Curves, labels: Sequence[str]) -> dict[str, Any]:
    confusion, reliability = curves.confusion, curves.reliability
    return {
        "precision_recall": _curve_to_json(curves.ranking),
        "shifted_thresholds": _curve_to_json(curves.shifts),
        "labels": {
            label: {"precision_recall": _curve_to_json(ranking), "thresholds": _curve_to_json(thresholds)}
            for label, ranking, thresholds in zip(labels, curves.label_rankings, curves.label_thresholds, strict=True)
        },
        "reliability": {name: _numbers(getattr(reliability, name)) for name in ("sizes", "scores", "shares")},
        "confusion": {
            name: getattr(confusion, name).tolist()
            for name in ("missed_with_alarm", "alarms_together", "missed_together")
        },
    }


def _curve_to_json(curve: OperatingCurve) -> dict[str, list[float | None]]:
    return {name: _numbers(getattr(curve, name)) for name in ("cuts", "precision", "recall", "f1")}


def _numbers(values: npt.NDArray[np.float64]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    return round(value, _DECIMALS) if math.isfinite(value) else None
