"""Bounds on figures that a command is to fail beyond: `f1_micro=0.8`, or `f1[label]=0.7` for a label's figure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.errors import QualityGateError, UsageError

if TYPE_CHECKING:
    from training.evaluation import Evaluation

__all__ = ["Gate", "check_gates", "parse_gates"]

_OF_LABEL = re.compile(r"(\w+)\[(.+)\]", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A bound on a figure.

    Attributes:
        name: The figure and label as they were written.
        figure: Name of the figure.
        label: The label whose figure is meant; `None` for a top-level figure.
        bound: The least value that passes, or the greatest.
        is_floor: Which of the two.
    """

    name: str
    figure: str
    label: str | None
    bound: float
    is_floor: bool


def parse_gates(floors: Sequence[str], ceilings: Sequence[str], labels: Sequence[str]) -> tuple[Gate, ...]:
    """Gates from what was written on the command line.

    Args:
        floors: Values of --fail-under.
        ceilings: Values of --fail-over.
        labels: The model's labels.

    Raises:
        UsageError: If one is not `NAME=NUMBER` with the name of a figure, or of a label that there is not.
    """
    return (
        *(_parse(text, labels, option="--fail-under", is_floor=True) for text in floors),
        *(_parse(text, labels, option="--fail-over", is_floor=False) for text in ceilings),
    )


def check_gates(gates: Sequence[Gate], evaluation: Evaluation, data: str) -> None:
    """Compare figures with their bounds.

    Args:
        gates: The bounds.
        evaluation: The figures.
        data: What to call the articles.

    Raises:
        QualityGateError: If a figure is beyond its bound or undefined; names each.
    """
    missed = []
    labels = {one.label: one.figures for one in evaluation.labels}
    for gate in gates:
        value = (evaluation.figures if gate.label is None else labels[gate.label])[gate.figure].value
        if math.isnan(value):
            missed.append(f"{gate.name} is undefined: there is nothing to measure it on")
        elif (value < gate.bound) if gate.is_floor else (value > gate.bound):
            missed.append(f"{gate.name} is {value:.4f}, {'not' if gate.is_floor else 'over'} {gate.bound:g}")
    if missed:
        raise QualityGateError(f"{data}: {'; '.join(missed)}.")


def _parse(text: str, labels: Sequence[str], *, option: str, is_floor: bool) -> Gate:
    from training.figures import FIGURES, LABEL_FIGURES

    name, _, number = text.rpartition("=")
    of_label = _OF_LABEL.fullmatch(name)
    figure, label = (of_label[1], of_label[2]) if of_label else (name, None)
    known = FIGURES if label is None else LABEL_FIGURES
    try:
        bound = float(number)
    except ValueError:
        bound = math.nan
    if figure not in known or math.isnan(bound):
        raise UsageError(
            f"{option} {text}: not a figure and its bound.",
            hint=f"Figures: {', '.join(FIGURES)}; of a label, such as f1[trade]: {', '.join(LABEL_FIGURES)}.",
        )
    if label is not None and label not in labels:
        raise UsageError(f"{option} {text}: the model has no label {label!r}.", hint=f"Labels: {', '.join(labels)}.")
    if known[figure].higher_is_better != is_floor:
        other = "--fail-over" if is_floor else "--fail-under"
        better = "lower" if is_floor else "higher"
        raise UsageError(f"{option} {text}: {better} is better.", hint=f"Use {other}.")
    return Gate(name=name, figure=figure, label=label, bound=bound, is_floor=is_floor)
