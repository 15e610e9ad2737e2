"""Folds for cross-validation that outlets cannot leak across."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["assign_folds"]


def assign_folds(groups: Sequence[str | None], n_folds: int, *, seed: int) -> npt.NDArray[np.int64]:
    """Put each row into one of at most `n_folds` folds of like size, rows of one group into the same.

    Articles of one outlet share names, house style and topics, so a model that has seen an outlet looks better on it
    than it will be on a new one. The largest groups are placed first, each into the smallest fold; groups of one size
    are placed in an order drawn from the seed.

    Args:
        groups: The group of each row; a row of no group (`None`) stands alone.
        n_folds: How many folds to make.
        seed: Of the order.

    Returns:
        int64 (n_rows,), from 0; the folds are fewer if the groups are. With a single group of several rows the rows
        themselves are dealt out, for there is nothing to keep apart.
    """
    keys = [f"group {group}" if group is not None else f"row {row}" for row, group in enumerate(groups)]
    if len(set(keys)) < 2:
        keys = [f"row {row}" for row in range(len(groups))]
    names, members, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled = np.zeros(max(1, min(n_folds, len(names))), dtype=np.int64)
    fold_of = np.zeros(len(names), dtype=np.int64)
    for name in order:
        fold_of[name] = np.argmin(filled)
        filled[fold_of[name]] += sizes[name]
    return fold_of[members]
