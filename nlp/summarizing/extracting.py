"""From sentences with a value each to a summary: nothing said twice, about what was asked, under the length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlp.records import Article, Sentence, Summary
from nlp.summarizing.base import Length, Relevance
from nlp.summarizing.selecting import choose, cut_to, make_summary
from nlp.summarizing.terms import content_words
from nlp.text import count_words

__all__ = ["extract"]

_SAME = 0.75
"""Sentences that share this much of their content words (cosine of the two sets) say the same."""


def extract(
    article: Article,
    candidates: Sequence[Sentence],
    values: NDArray[np.float64],
    *,
    length: Length,
    method: str,
    relevance: Relevance | None = None,
    in_order: bool = False,
    warnings: Sequence[str] = (),
) -> Summary:
    """The summary that the best sentences make under a length.

    Args:
        article: The article.
        candidates: Its sentences that may be taken, in source order.
        values: float64 (n_candidates,), not negative: how much a word of each is worth.
        length: The length asked for.
        method: Name of the method, for the record.
        relevance: What the summary shall be about; sentences that say nothing of it are left out.
        in_order: Take the first sentences rather than the best ones (of the whole article only).
        warnings: What to say with the summary.
    """
    warnings = list(warnings)
    if relevance is not None and candidates:
        weights = np.maximum(relevance(article, candidates), 0.0)
        if weights.any():
            # The square root keeps the method's say second to what was asked for.
            values, in_order = weights * np.sqrt(values / max(float(values.max()), 1e-12) + 0.01), False
        else:
            warnings.append("nothing in the article is about what was asked: this sums up the whole of it")
    order = (
        range(len(candidates)) if in_order else [int(i) for i in np.argsort(-values, kind="stable") if values[i] > 0]
    )
    ranked = [candidates[index] for index in order]
    if not ranked:
        return make_summary(article, (), method=method, warnings=warnings)
    said = lru_cache(maxsize=None)(lambda index: frozenset(content_words(ranked[index].text)))
    chosen = choose(
        [count_words(sentence.text) for sentence in ranked],
        length,
        skip=not in_order,
        repeats=lambda one, other: _overlap(said(one), said(other)) >= _SAME,
    )
    taken = [ranked[index] for index in chosen]
    if not taken:
        assert length.max_words is not None
        taken = [cut_to(ranked[0], length.max_words)]
        warnings.append(f"no sentence has {length.max_words} words or fewer: one was cut short")
    return make_summary(article, taken, method=method, warnings=warnings)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Cosine of two sets."""
    return len(one & other) / math.sqrt(max(1, len(one) * len(other)))
