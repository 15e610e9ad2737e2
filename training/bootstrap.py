"""Bootstrap over groups of articles: how much a figure could have come out differently with other articles.

Near copies of one story are no independent articles. They are drawn together (cluster bootstrap: A. C. Davison and
D. V. Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8), so an interval is as wide as the number of
stories warrants. Whoever uses one seed and one grouping for two models gets the same resamples for both.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

__all__ = ["N_RESAMPLES", "draw_weights", "find_interval", "number_groups", "resample_sums"]

N_RESAMPLES = 1000
"""Resamples of an interval: the percentiles then move by about 0.002 for an interval 0.05 wide."""

_MAX_CELLS = 4_000_000  # resamples times groups that are held at once: 16 MB


def number_groups(groups: npt.ArrayLike | None, n_articles: int) -> npt.NDArray[np.int64]:
    """Groups numbered from 0 without gaps, int64 (n_articles,); without groups each article is one.

    Raises:
        ValueError: If there is not one group an article.
    """
    if groups is None:
        return np.arange(n_articles, dtype=np.int64)
    given = np.asarray(groups)
    if given.shape != (n_articles,):
        raise ValueError(f"{given.shape} groups for {n_articles} articles")
    return np.asarray(np.unique(given, return_inverse=True)[1], dtype=np.int64)


def draw_weights(n_groups: int, *, n_resamples: int, seed: int) -> Iterator[npt.NDArray[np.float32]]:
    """How often each group is drawn in each resample, a few resamples at a time.

    Args:
        n_groups: Number of groups, at least one; so many are drawn, with replacement.
        n_resamples: Number of resamples in all.
        seed: Of the draws; the same seed gives the same draws.

    Yields:
        float32 (some resamples, n_groups); each row sums to `n_groups`.
    """
    rng = np.random.default_rng(seed)
    chunk = max(1, min(n_resamples, _MAX_CELLS // n_groups))
    for start in range(0, n_resamples, chunk):
        rows = min(chunk, n_resamples - start)
        picks = rng.integers(n_groups, size=(rows, n_groups)) + np.arange(rows)[:, None] * n_groups
        drawn = np.bincount(picks.ravel(), minlength=rows * n_groups)
        yield drawn.reshape(rows, n_groups).astype(np.float32)


def resample_sums(
    values: npt.NDArray[np.float32], groups: npt.NDArray[np.int64], *, n_resamples: int = N_RESAMPLES, seed: int = 0
) -> npt.NDArray[np.float32]:
    """Sums of the columns in each resample: all figures that are made of sums follow from these.

    Args:
        values: float32 (n_articles, n_columns).
        groups: int64 (n_articles,), as `number_groups` gives them.
        n_resamples: Number of resamples.
        seed: Of the draws.

    Returns:
        float32 (n_resamples, n_columns).
    """
    n_groups = int(groups.max()) + 1 if len(groups) else 0
    if not n_groups:
        return np.zeros((n_resamples, values.shape[1]), dtype=np.float32)
    by_group = values[np.argsort(groups, kind="stable")]
    if n_groups < len(groups):
        by_group = np.add.reduceat(by_group, np.searchsorted(np.sort(groups), np.arange(n_groups)), axis=0)
    return np.concatenate([w @ by_group for w in draw_weights(n_groups, n_resamples=n_resamples, seed=seed)])


def find_interval(
    value: float, samples: npt.NDArray[np.floating], *, level: float = 0.95, basic: bool = False
) -> tuple[float, float] | None:
    """Interval of a figure from its resampled values.

    Args:
        value: The figure itself.
        samples: float (n_resamples,); NaN where a resample leaves the figure undefined.
        level: How often such intervals hold the true figure.
        basic: Mirror the percentiles at the figure (Davison and Hinkley, equation 5.6), for figures that resampling
            pushes to one side, such as a calibration error; not below 0.

    Returns:
        Lower and upper bound; `None` if the figure is undefined, or defined in hardly any resample.
    """
    there = samples[np.isfinite(samples)]
    if not np.isfinite(value) or len(there) < max(2, len(samples) // 20):
        return None
    low, high = np.percentile(there, [50 * (1 - level), 50 * (1 + level)])
    if basic:
        return max(0.0, float(2 * value - high)), max(0.0, float(2 * value - low))
    return float(low), float(high)
