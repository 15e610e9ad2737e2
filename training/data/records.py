"""Labelled articles in memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.records import Article

__all__ = ["LabelledArticle", "Spans", "TrainingData", "build_targets", "fingerprint"]

Spans = Mapping[str, tuple[tuple[int, int], ...]]
"""For each label that has any the character ranges of the text that prove it, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledArticle:
    """An article and what somebody said of it.

    Attributes:
        article: The article.
        labels: The labels that hold, without repeats; empty if none does, `None` if nobody judged.
        evidence: The passages that prove the labels; `None` where nobody marked them.
        unjudged: Labels of which nobody said whether they hold, where others are judged.
    """

    article: Article
    labels: tuple[str, ...] | None
    evidence: Spans | None = None
    unjudged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingData:
    """Labelled articles with their labels as arrays.

    Attributes:
        rows: The articles as they were read.
        labels: The label set; its order is that of the columns.
        targets: Which labels hold, bool (n_rows, n_labels); false where nobody judged.
        judged: Where somebody said whether the label holds, bool (n_rows, n_labels).
        paths: What was read.
        fingerprint: SHA-256 of the rows, in hexadecimal.
    """

    rows: tuple[LabelledArticle, ...]
    labels: tuple[str, ...]
    targets: npt.NDArray[np.bool_]
    judged: npt.NDArray[np.bool_]
    paths: tuple[str, ...]
    fingerprint: str

    @classmethod
    def from_rows(
        cls, rows: Sequence[LabelledArticle], *, labels: Sequence[str] | None = None, paths: Sequence[str] = ()
    ) -> TrainingData:
        """Data of rows.

        Args:
            rows: The articles.
            labels: The label set in its order; `None` takes all that a row has, in the order of their characters.
            paths: Where they come from.
        """
        if labels is None:
            labels = sorted({label for row in rows for label in (*(row.labels or ()), *row.unjudged)})
        column = {label: index for index, label in enumerate(labels)}
        judged = np.zeros((len(rows), len(column)), dtype=np.bool_)
        for mask, row in zip(judged, rows, strict=True):
            mask[:] = row.labels is not None
            mask[[column[label] for label in row.unjudged if label in column]] = False
        return cls(
            rows=tuple(rows),
            labels=tuple(labels),
            targets=build_targets(rows, labels),
            judged=judged,
            paths=tuple(paths),
            fingerprint=fingerprint(rows),
        )

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles, in the order of the rows."""
        return tuple(row.article for row in self.rows)

    @property
    def evidence(self) -> tuple[Spans | None, ...]:
        """The marked passages of each article."""
        return tuple(row.evidence for row in self.rows)

    def select(self, rows: Sequence[int] | npt.NDArray[np.int64]) -> TrainingData:
        """The data of some rows, with the same label set."""
        return TrainingData.from_rows([self.rows[row] for row in rows], labels=self.labels, paths=self.paths)

    def select_judged(self) -> TrainingData:
        """The data of the rows of which at least one label was judged."""
        return self.select(np.flatnonzero(self.judged.any(axis=1)))


def build_targets(rows: Sequence[LabelledArticle], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which labels hold: bool (n_rows, n_labels); labels outside `labels` do not count."""
    column = {label: index for index, label in enumerate(labels)}
    targets = np.zeros((len(rows), len(labels)), dtype=np.bool_)
    for target, row in zip(targets, rows, strict=True):
        target[[column[label] for label in row.labels or () if label in column]] = True
    return targets


def fingerprint(rows: Sequence[LabelledArticle]) -> str:
    """SHA-256, in hexadecimal, of what training can see of the rows, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        article = row.article
        seen = [
            article.id,
            article.title,
            article.text,
            article.date,
            article.source,
            row.labels and sorted(row.labels),
        ]
        marked = None if row.evidence is None else sorted(row.evidence.items())
        digest.update(json.dumps([*seen, sorted(row.unjudged), marked]).encode() + b"\n")
    return digest.hexdigest()
