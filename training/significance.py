"""Tests of whether two models differ on single labels."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["adjust_by_holm", "run_mcnemar"]


def run_mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value of the McNemar test: a fair coin for each case that only one of two gets right.

    Args:
        only_first: Cases that only the first gets right.
        only_second: Cases that only the second gets right.

    >>> round(run_mcnemar(6, 16), 4)
    0.0525
    """
    from scipy.stats import binomtest

    total = only_first + only_second
    return float(binomtest(only_first, total, 0.5).pvalue) if total else 1.0


def adjust_by_holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for their number by Holm's step-down method, in the order given.

    >>> adjust_by_holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, least = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = least
    return adjusted
