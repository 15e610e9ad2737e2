"""What a comparison of models found, in records and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.evaluation import estimates_to_json
from training.figures import FIGURES, Estimate

__all__ = ["COMPARED", "Comparison", "Contest", "Difference", "LabelContest", "judge"]

COMPARED = ("f1_micro", "f1_macro")
"""The figures whose difference is tested; the first decides the verdict."""

_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A figure of two models.

    Attributes:
        first: The first model's.
        second: The second model's.
        difference: The second's less the first's, with the 95 % interval of the paired bootstrap.
        p_value: Two-sided, of the paired bootstrap; NaN where the figure is undefined.
    """

    first: float
    second: float
    difference: Estimate
    p_value: float

    @property
    def is_told(self) -> bool:
        """Whether the interval leaves 0 out."""
        interval = self.difference.interval
        return interval is not None and (interval[0] > 0 or interval[1] < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelContest:
    """A label as two models give it.

    Attributes:
        label: The label.
        articles: How many articles it holds for.
        f1_first: F1 of the first model; NaN where the label neither holds nor is given.
        f1_second: The same of the second.
        only_first: Articles that only the first model gets right; of near copies one counts.
        only_second: Articles that only the second gets right.
        p_value: Two-sided, exact McNemar.
        p_adjusted: Corrected over all labels (Holm).
    """

    label: str
    articles: int
    f1_first: float
    f1_second: float
    only_first: int
    only_second: int
    p_value: float
    p_adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Two models on the same articles.

    Attributes:
        first: Name of the model that is compared with.
        second: Name of the other one.
        better: The name of the better one by micro-F1, `None` where no difference can be told.
        verdict: What that means, in words.
        differences: By figure, `f1_micro` and `f1_macro`.
        labels: Label by label.
        differing: Articles that the two decide differently.
    """

    first: str
    second: str
    better: str | None
    verdict: str
    differences: Mapping[str, Difference]
    labels: tuple[LabelContest, ...]
    differing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Models on the same articles, each compared with the first.

    Attributes:
        models: By name, the reference of each.
        articles: Number of judged articles.
        groups: Number of groups of near copies among them.
        fingerprint: Of the articles.
        labels: What is compared: the labels that all models know.
        left_out: By name, the labels of a model that another does not know.
        unknown_labels: Labels of the data that are not compared, with the number of their articles.
        contests: The first model against each other one.
        seed: Of the resamples.
    """

    models: Mapping[str, str]
    articles: int
    groups: int
    fingerprint: str
    labels: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]
    unknown_labels: Mapping[str, int]
    contests: tuple[Contest, ...]
    seed: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know before relying on the verdicts."""
        notes = [
            f"only the {len(self.labels)} labels that all models know are compared; of {name} left out: "
            f"{', '.join(labels)}"
            for name, labels in self.left_out.items()
            if labels
        ]
        notes += [
            f"the label {label!r} of {count} articles is not compared: not every model knows it"
            for label, count in self.unknown_labels.items()
        ]
        if len(self.contests) > 1:
            notes.append("several models are compared with the first: one difference in twenty is told by chance")
        return tuple(notes)

    def to_json(self) -> dict[str, Any]:
        """JSON values; undefined figures are null."""
        return {
            "models": dict(self.models),
            "articles": self.articles,
            "groups": self.groups,
            "fingerprint": self.fingerprint,
            "labels": list(self.labels),
            "left_out": {name: list(labels) for name, labels in self.left_out.items()},
            "unknown_labels": dict(self.unknown_labels),
            "notes": list(self.notes),
            "seed": self.seed,
            "contests": [_contest_to_json(contest) for contest in self.contests],
        }


def judge(
    names: tuple[str, str],
    differences: Mapping[str, Difference],
    contests: Sequence[LabelContest],
    n_articles: int,
    differing: int,
) -> tuple[str | None, str]:
    """Which model is better by micro-F1, and all that can be said, in words.

    Args:
        names: What to call the two.
        differences: By figure, `f1_micro` and `f1_macro`.
        contests: Label by label.
        n_articles: Number of articles.
        differing: Articles that the two decide differently.

    Returns:
        The name of the better one, `None` where no difference can be told, and the verdict.
    """
    micro, macro = (differences[name] for name in COMPARED)
    if not differing:
        return None, f"No difference: {names[0]} and {names[1]} decide alike on all {n_articles:,} articles."
    sign = 1 if micro.difference.value > 0 else -1
    better = names[1] if sign > 0 else names[0]
    parts = [f"{_describe('micro-F1', micro, sign if micro.is_told else 1)} on {n_articles:,} articles"]
    if not micro.is_told:
        start = f"No difference can be told between {names[0]} and {names[1]}"
        if micro.difference.interval is not None:
            width = (micro.difference.interval[1] - micro.difference.interval[0]) / 2
            parts.append(f"with so few, differences below about {width:.3f} do not show")
    else:
        start = f"{better} is better"
    side = sign if micro.is_told else 1
    if macro.is_told and macro.difference.value * side < 0:
        parts.append(f"but in macro-F1 it is the other way round: {_describe('macro-F1', macro, side)}")
    elif macro.is_told:
        parts.append(_describe("macro-F1", macro, side))
    elif np.isfinite(macro.difference.value):
        parts.append(f"{_describe('macro-F1', macro, side)}, which may be chance")
    for at, name in enumerate(names):
        told = [one for one in contests if one.p_adjusted < _ALPHA]
        wins = [one.label for one in told if (one.only_second > one.only_first) == bool(at)]
        if wins:
            parts.append(f"of single labels {name} is better on {', '.join(wins)}")
    return (better if micro.is_told else None), f"{start}: {'; '.join(parts)}."


def _describe(title: str, difference: Difference, sign: int) -> str:
    interval = difference.difference.interval
    value = f"{sign * difference.difference.value:+.3f} {title}"
    if interval is None:
        return value
    low, high = sorted(sign * end for end in interval)
    return f"{value} [{low:+.3f}, {high:+.3f}]"


def _contest_to_json(contest: Contest) -> dict[str, Any]:
    return {
        "first": contest.first,
        "second": contest.second,
        "better": contest.better,
        "verdict": contest.verdict,
        "differing": contest.differing,
        **{
            name: {
                "title": FIGURES[name].title,
                **estimates_to_json(
                    {
                        "first": Estimate(value=one.first),
                        "second": Estimate(value=one.second),
                        "difference": one.difference,
                        "p_value": Estimate(value=one.p_value),
                    }
                ),
            }
            for name, one in contest.differences.items()
        },
        "labels": {
            one.label: {
                "articles": one.articles,
                **{
                    name: None if not np.isfinite(value := getattr(one, name)) else round(value, 4)
                    for name in ("f1_first", "f1_second", "p_value", "p_adjusted")
                },
                "only_first": one.only_first,
                "only_second": one.only_second,
            }
            for one in contest.labels
        },
    }
