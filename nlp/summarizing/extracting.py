"""From sentences with a value each to a summary: nothing said twice, about what was asked, under the length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.records import Article, Sentence, Summary
from nlp.summarizing.base import Length, Relevance
from nlp.summarizing.selecting import choose_best, choose_first, cut_to, make_summary
from nlp.text import count_words, words

__all__ = ["extract"]

_SAME = 0.75
"""Sentences that share this much of their words (cosine of their word sets) say the same."""

_MIN_POOL = 100
"""Sentences that are looked at however short the summary shall be."""


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
    order = np.arange(len(candidates)) if in_order else np.argsort(-values, kind="stable")
    pool = _distinct(candidates, [int(i) for i in order if in_order or values[i] > 0], length)
    if not pool:
        return make_summary(article, (), method=method, warnings=warnings)
    n_words = [count_words(candidates[i].text) for i in pool]
    chosen = choose_first(n_words, length) if in_order else choose_best(values[pool] * n_words, n_words, length)
    taken = [candidates[pool[i]] for i in chosen]
    if not taken:
        assert length.max_words is not None
        taken = [cut_to(candidates[pool[0]], length.max_words)]
        warnings.append(f"no sentence has {length.max_words} words or fewer: one was cut short")
    return make_summary(article, taken, method=method, warnings=warnings)


def _distinct(candidates: Sequence[Sentence], order: Sequence[int], length: Length) -> list[int]:
    """The indices in `order` whose sentences say something that none before them says; as many as can matter."""
    kept: list[int] = []
    kept_words: list[frozenset[str]] = []
    enough = 4 * (length.longest or 0)
    total = 0
    for index in order:
        if len(kept) >= max(_MIN_POOL, length.sentences or 0) and total >= enough:
            break
        own = frozenset(words(candidates[index].text))
        limit = _SAME * len(own) ** 0.5
        if any(len(own & other) >= limit * len(other) ** 0.5 for other in kept_words):
            continue
        kept.append(index)
        kept_words.append(own)
        total += count_words(candidates[index].text)
    return kept
