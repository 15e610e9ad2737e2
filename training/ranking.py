"""How well scores rank: average precision of labels, label ranking average precision of articles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["ScoreRanking", "label_ranking_precisions", "rank_scores"]

_MAX_CELLS = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreRanking:
    """The judged pairs of some columns by falling score, ready to be weighed again and again.

    A step is the run of pairs from below one score at which the column's label holds down to the next such score; what
    comes after the last one is left out.

    Attributes:
        n_columns: Number of columns.
        rows: int32 (n_pairs,), the row of each pair, column after column.
        starts: int64 (n_steps,), the first pair of each step.
        holding: int32 (n_positives,), the row of each pair whose label holds, in the same order.
        holding_starts: int64 (n_steps,), the first of those in each step.
        columns: int64 (n_steps,), the column of each step.
    """

    n_columns: int
    rows: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    holding: npt.NDArray[np.int32]
    holding_starts: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]

    def average_precision(self, weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Sum over the score's values of the gain in recall times the precision down to there, without interpolation.

        scikit-learn's `average_precision_score`: pairs of one score count as one step.

        Args:
            weights: float32 (n_rows,), how often each row counts.

        Returns:
            float64 (n_columns,) in [0, 1]; NaN where the label never holds.
        """
        if not len(self.starts):
            return np.full(self.n_columns, np.nan)
        gain = np.add.reduceat(weights[self.holding], self.holding_starts)
        reached = self._cumulate(np.add.reduceat(weights[self.rows], self.starts))
        precision = self._cumulate(gain) / np.maximum(reached, 1)
        total = np.bincount(self.columns, gain, minlength=self.n_columns)
        found = np.bincount(self.columns, gain * precision, minlength=self.n_columns)
        return np.where(total > 0, found / np.maximum(total, 1), np.nan)

    def _cumulate(self, steps: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Running sums of the steps of each column."""
        running = np.cumsum(steps, dtype=np.float64)
        before = np.concatenate([[0.0], running])[np.searchsorted(self.columns, np.arange(self.n_columns))]
        return np.asarray(running - before[self.columns], dtype=np.float64)


def rank_scores(
    targets: npt.NDArray[np.bool_],
    scores: npt.NDArray[np.floating],
    judged: npt.NDArray[np.bool_],
    *,
    pooled: bool = False,
) -> ScoreRanking:
    """Put the scores of each column in order.

    Args:
        targets: bool (n_rows, n_columns), which labels hold.
        scores: float (n_rows, n_columns), finite.
        judged: bool (n_rows, n_columns), which pairs count.
        pooled: Rank all pairs together, as one column.

    >>> targets, scores = np.array([[True], [False], [True]]), np.array([[0.9], [0.8], [0.7]])
    >>> ranking = rank_scores(targets, scores, np.ones_like(targets))
    >>> ranking.average_precision(np.ones(3, dtype=np.float32)).round(3).tolist()
    [0.833]
    """
    columns, rows = np.nonzero(judged.T)
    values, holds = scores.T[columns, rows], targets.T[columns, rows]
    n_columns = targets.shape[1]
    if pooled:
        columns, n_columns = np.zeros_like(columns), 1
    order = np.lexsort((-values, columns))
    columns, rows, values, holds = columns[order], rows[order], values[order], holds[order]
    changes = np.ones(len(values), dtype=np.bool_)  # whether the pair is the last of its column and score
    changes[:-1] = (values[1:] != values[:-1]) | (columns[1:] != columns[:-1])
    ends = np.flatnonzero(changes)
    positives = np.flatnonzero(holds)
    steps, holding_starts = np.unique(ends[np.searchsorted(ends, positives)], return_index=True)
    step_columns = columns[steps]
    # A column's first step starts at its first pair, every other one after the step before. Pairs after a column's last
    # step would fall into the next column's first one: they are cut out.
    last = np.full(n_columns, -1, dtype=np.int64)
    last[step_columns] = steps
    kept = np.arange(len(columns)) <= last[columns]
    lengths = np.cumsum(kept)[steps]
    return ScoreRanking(
        n_columns=n_columns,
        rows=rows[kept].astype(np.int32),
        starts=np.concatenate([[0], lengths])[:-1].astype(np.int64),
        holding=rows[positives].astype(np.int32),
        holding_starts=holding_starts,
        columns=step_columns,
    )


def label_ranking_precisions(
    targets: npt.NDArray[np.bool_], scores: npt.NDArray[np.floating], judged: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """For each article the mean, over its labels, of the share of labels scored no lower that hold.

    The mean of it over articles is scikit-learn's `label_ranking_average_precision_score`, but for articles where no
    label holds: there it has no meaning, and is not 1.

    Args:
        targets: bool (n_articles, n_labels).
        scores: float (n_articles, n_labels).
        judged: bool (n_articles, n_labels), which pairs count.

    Returns:
        float64 (n_articles,) in [0, 1]; NaN where no label holds.
    """
    n_articles, n_labels = targets.shape
    result = np.full(n_articles, np.nan)
    holds = targets & judged
    rows = np.flatnonzero(holds.any(axis=1))
    for part in np.array_split(rows, max(1, len(rows) * n_labels**2 // _MAX_CELLS)):
        higher = scores[part][:, None, :] >= scores[part][:, :, None]  # [article, label, other label]
        above = (higher & judged[part][:, None, :]).sum(axis=2)
        right = (higher & holds[part][:, None, :]).sum(axis=2)
        shares = np.where(holds[part], right / np.maximum(above, 1), 0.0)
        result[part] = shares.sum(axis=1) / holds[part].sum(axis=1)
    return result
