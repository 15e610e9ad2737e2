"""Splits that do not leak: outlets and near copies stay on one side, and labels have like shares in each part.

Articles of one outlet share names, house style and topics, so a model that has seen an outlet looks better on it than
it will be on a new one; and a wire story that is in training and in the test by another outlet tests memory alone.
"""

from __future__ import annotations

import datetime
import email.utils
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from nlp.errors import InputError, UsageError
from nlp.records import Article
from training.copies import group_near_copies, unite

__all__ = ["Split", "SplitBy", "assign_folds", "group_articles", "parse_date", "split"]

SplitBy = Literal["source", "copies", "date"]

_Ints = npt.NDArray[np.int64]
_MAX_PASSES = 20
_DAY_FORMATS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
_ISO_DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?!\d)")
_ISO_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?$")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Rows to learn from and rows to test on, int64 (n_train,) and (n_test,), each in ascending order."""

    train: _Ints
    test: _Ints


def assign_folds(
    groups: Sequence[Hashable] | _Ints, n_folds: int, *, seed: int, targets: npt.NDArray[np.bool_] | None = None
) -> _Ints:
    """Put each row into one of at most `n_folds` folds of like size, rows of one group into the same.

    With targets the labels are stratified iteratively (Sechidis, Tsoumakas and Vlahavas 2011), by groups instead of
    rows: the rarest label that is left is dealt out first, its groups with most of it first, each to the fold that
    wants most of the label, then to the one that wants most rows. Without, the largest groups are placed first, each
    into the smallest fold. Ties are decided by an order drawn from the seed.

    Args:
        groups: The group of each row; a row of no group (`None`) stands alone.
        n_folds: How many folds to make.
        seed: Of the order.
        targets: Which labels hold, bool (n_rows, n_labels).

    Returns:
        int64 (n_rows,), from 0; the folds are fewer if the groups are. With a single group of several rows the rows
        themselves are dealt out, for there is nothing to keep apart.
    """
    keys = [f"group {group}" if group is not None else f"row {row}" for row, group in enumerate(groups)]
    if len(set(keys)) < 2:
        keys = [f"row {row}" for row in range(len(keys))]
    names, members, sizes = np.unique(keys, return_inverse=True, return_counts=True)
    rng = np.random.default_rng(seed)
    if targets is None:
        return _fill_evenly(sizes, n_folds, rng)[members]
    n_folds = max(1, min(n_folds, len(names)))
    return _stratify(_count_labels(targets, members, len(names)), sizes, np.full(n_folds, 1 / n_folds), rng)[members]


def group_articles(articles: Sequence[Article], by: SplitBy) -> _Ints:
    """The groups that must not be torn apart.

    Args:
        articles: All articles that are to be split.
        by: `"copies"` and `"date"` keep near copies together, `"source"` the articles of an outlet and near copies.

    Returns:
        int64 (n_articles,), numbered in the order in which the groups begin.

    Raises:
        MissingExtraError: If datasketch is not installed.
    """
    copies = group_near_copies([article.text for article in articles])
    if by != "source":
        return copies
    nodes: dict[object, int] = {}
    pairs = []
    for row, (article, group) in enumerate(zip(articles, copies.tolist(), strict=True)):
        pairs.append((row, len(articles) + nodes.setdefault(group, len(nodes))))
        if article.source is not None:
            pairs.append((row, len(articles) + nodes.setdefault(article.source, len(nodes))))
    return unite(len(articles) + len(nodes), pairs)[: len(articles)]


def split(
    articles: Sequence[Article],
    targets: npt.NDArray[np.bool_],
    test_share: float,
    *,
    by: SplitBy = "source",
    seed: int = 0,
) -> Split:
    """Set articles aside for a test.

    Args:
        articles: All articles.
        targets: Which labels hold, bool (n_articles, n_labels).
        test_share: The share to set aside, in (0, 1); what comes out is as near as the groups allow.
        by: `"source"` tests on outlets that are not in training, `"copies"` on outlets that may be, `"date"` on the
            latest articles. With each of them near copies are on one side; by date, on that of the first of them, and
            articles whose date is not known are in training.
        seed: Decides ties.

    Raises:
        InputError: If a part would be empty, or, by date, most articles have no date that can be read.
        MissingExtraError: If datasketch is not installed.
        UsageError: If `test_share` is not between 0 and 1.
    """
    if not 0 < test_share < 1:
        raise UsageError(f"test_share is {test_share}.", hint="It lies between 0 and 1, such as 0.2.")
    groups = group_articles(articles, by)
    if by == "date":
        in_test = _split_by_date(articles, groups, test_share)
    else:
        sizes = np.bincount(groups)
        counts = _count_labels(targets, groups, len(sizes))
        shares = np.array([1 - test_share, test_share])
        in_test = _stratify(counts, sizes, shares, np.random.default_rng(seed))[groups] == 1
    if in_test.all() or not in_test.any():
        raise InputError(
            f"{len(articles)} articles in {len(set(groups.tolist()))} groups by {by}: no test can be set aside.",
            hint="Split by copies, which makes smaller groups." if by == "source" else "Give more articles.",
        )
    return Split(train=np.flatnonzero(~in_test), test=np.flatnonzero(in_test))


def parse_date(text: str | None) -> datetime.date | None:
    """The day that a date as written means; of a month or year its first; `None` if it cannot be read.

    ISO 8601, RFC 2822 and days with an English month are read; 3/4/2021 is not, for it means two different days.

    >>> parse_date("20020409"), parse_date("Tue, 09 Apr 2002 08:00:00 +0200"), parse_date("April 9, 2002")
    (datetime.date(2002, 4, 9), datetime.date(2002, 4, 9), datetime.date(2002, 4, 9))
    """
    text = (text or "").strip()
    try:
        if found := _ISO_DAY.match(text) or _ISO_MONTH.match(text):
            year, month, day = (*map(int, found.groups("1")), 1)[:3]
            return datetime.date(year, month, day)
        if text[:1].isalpha() and ":" in text:
            return email.utils.parsedate_to_datetime(text).date()
    except ValueError:
        return None
    for form in _DAY_FORMATS:
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _fill_evenly(sizes: _Ints, n_folds: int, rng: np.random.Generator) -> _Ints:
    """The fold of each group: the largest first, each into the smallest fold."""
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled = np.zeros(max(1, min(n_folds, len(sizes))), dtype=np.int64)
    fold_of = np.zeros(len(sizes), dtype=np.int64)
    for group in order:
        fold_of[group] = np.argmin(filled)
        filled[fold_of[group]] += sizes[group]
    return fold_of


def _count_labels(targets: npt.NDArray[np.bool_], groups: _Ints, n_groups: int) -> _Ints:
    """How many rows of each group have each label, int64 (n_groups, n_labels)."""
    counts = np.zeros((n_groups, targets.shape[1]), dtype=np.int64)
    np.add.at(counts, groups, targets)
    return counts


def _stratify(counts: _Ints, sizes: _Ints, shares: npt.NDArray[np.float64], rng: np.random.Generator) -> _Ints:
    """Deal groups out to parts.

    Args:
        counts: Rows of each group that have each label, int64 (n_groups, n_labels).
        sizes: Rows of each group, int64 (n_groups,).
        shares: The share of the rows that each part wants, float64 (n_parts,), sum 1.
        rng: Decides ties.

    Returns:
        The part of each group, int64 (n_groups,).
    """
    wanted = shares[:, None] * counts.sum(axis=0)  # (n_parts, n_labels)
    wanted_rows = shares * sizes.sum()
    part_of = np.full(len(sizes), -1, dtype=np.int64)
    left = counts.sum(axis=0)
    drawn = rng.permutation(len(sizes))  # the order of groups that are alike

    def place(group: int, wants: npt.NDArray[np.float64]) -> None:
        best = np.flatnonzero(wants >= wants.max() - 1e-9)
        best = best[wanted_rows[best] >= wanted_rows[best].max() - 1e-9]
        part = best[0] if len(best) == 1 else rng.choice(best)
        part_of[group] = part
        wanted[part] -= counts[group]
        wanted_rows[part] -= sizes[group]
        left[:] -= counts[group]

    while left.any():
        label = int(np.argmin(np.where(left > 0, left, left.max() + 1)))
        groups = drawn[(part_of[drawn] < 0) & (counts[drawn, label] > 0)]
        for group in groups[np.argsort(-counts[groups, label], kind="stable")]:
            place(group, wanted[:, label])
    groups = drawn[part_of[drawn] < 0]
    for group in groups[np.argsort(-sizes[groups], kind="stable")]:
        place(group, wanted_rows)
    return _balance(part_of, counts, sizes, shares)


def _balance(part_of: _Ints, counts: _Ints, sizes: _Ints, shares: npt.NDArray[np.float64]) -> _Ints:
    """Move single groups to other parts as long as that brings labels and rows nearer to their shares.

    What is made smaller is the sum of squares of what each part has too much or too little of each label, and of rows,
    as shares of the whole; rows weigh as much as all labels together.
    """
    weights = np.concatenate([counts, sizes[:, None]], axis=1).astype(np.float64)
    weights /= np.maximum(weights.sum(axis=0), 1)
    weights[:, -1] *= np.sqrt(max(counts.shape[1], 1))
    over = np.zeros((len(shares), weights.shape[1]))
    np.add.at(over, part_of, weights)
    over -= shares[:, None] * weights.sum(axis=0)
    part_of = part_of.copy()
    for _ in range(_MAX_PASSES):
        moved = False
        for group in np.argsort(-sizes, kind="stable"):
            own, weight = part_of[group], weights[group]
            costs = over @ weight  # of a move to a part: what it adds to the sum of squares, halved
            costs += weight @ weight - costs[own]
            costs[own] = 0
            part = int(np.argmin(costs))
            if costs[part] < -1e-12:
                over[own] -= weight
                over[part] += weight
                part_of[group], moved = part, True
        if not moved:
            break
    return part_of


def _split_by_date(articles: Sequence[Article], groups: _Ints, test_share: float) -> npt.NDArray[np.bool_]:
    days = [parse_date(article.date) for article in articles]
    dated = sorted((day, row) for row, day in enumerate(days) if day is not None)
    if 2 * len(dated) < len(articles):
        shown = next((repr(a.date) for a, day in zip(articles, days, strict=True) if a.date and day is None), "none")
        raise InputError(
            f"{len(dated)} of {len(articles)} articles have a date that can be read; found {shown}.",
            hint="Write dates as 2021-04-03, or split by source.",
        )
    first_day: dict[int, datetime.date] = {}
    for day, row in dated:
        first_day.setdefault(int(groups[row]), day)
    cut = dated[max(len(dated) - max(1, round(test_share * len(articles))), 0)][0]
    undated = {int(group) for group, day in zip(groups, days, strict=True) if day is None}
    return np.array([group not in undated and first_day[int(group)] >= cut for group in groups], dtype=np.bool_)
