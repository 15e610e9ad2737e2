"""Choosing sentences under a length, and turning the choice into a summary."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.records import Article, Sentence, Summary, SummarySentence
from nlp.summarizing.base import Length
from nlp.text import count_words

__all__ = ["choose_best", "choose_first", "cut_to", "make_summary"]

_SLACK = 0.1
"""Totals this near to the target, as a share of it, count as equally near: among them the better sentences win."""

_MAX_CELLS = 20_000_000
"""Sentences times words that the exact choice may look at; beyond, only the best sentences are looked at."""


def choose_first(n_words: Sequence[int], length: Length) -> list[int]:
    """Indices of the first sentences: as many as come nearest to the length asked for.

    Args:
        n_words: Words of each sentence, in the order of preference.
        length: The length asked for. Under `max_words`, sentences that are too long alone are passed over.

    >>> choose_first([12, 12, 12, 12], Length(words=40))
    [0, 1, 2]
    """
    if length.sentences is not None:
        return list(range(min(length.sentences, len(n_words))))
    if length.max_words is not None:
        fitting = [i for i, count in enumerate(n_words) if count <= length.max_words]
        totals = np.cumsum([n_words[i] for i in fitting])
        return fitting[: int(np.searchsorted(totals, length.max_words, side="right"))]
    if not n_words:
        return []
    assert length.words is not None
    assert length.longest is not None
    totals = np.cumsum(n_words)
    allowed = max(1, int(np.searchsorted(totals, length.longest, side="right")))
    return list(range(int(np.argmin(np.abs(totals[:allowed] - length.words))) + 1))


def choose_best(values: NDArray[np.float64], n_words: Sequence[int], length: Length) -> list[int]:
    """Indices, ascending, of the sentences of most value under a length.

    Under `words` the totals come first: of all choices whose total is about as near to the target as can be (within
    `_SLACK`), the one of most value is taken. Exact (a 0/1 knapsack over words), deterministic: ties go to the earlier.

    Args:
        values: float64 (n_sentences,), what a sentence adds to the summary; not negative.
        n_words: Words of each sentence.
        length: The length asked for.
    """
    order = np.argsort(-values, kind="stable")
    if length.sentences is not None:
        return sorted(int(i) for i in order[: length.sentences])
    longest = length.longest
    assert longest is not None
    fitting = [int(i) for i in order if n_words[i] <= longest][: max(1, _MAX_CELLS // (longest + 1))]
    best, taken = _fill(values[fitting], [n_words[i] for i in fitting], longest)
    reachable = np.flatnonzero(np.isfinite(best))[1:]  # without the empty choice
    if length.words is None:
        total = int(reachable[np.argmax(best[reachable])]) if reachable.size else 0
    else:
        over = min((count for count in n_words if count > longest), default=None)
        distance = np.abs(reachable - length.words)
        nearest = int(distance.min()) if reachable.size else None
        if over is not None and (nearest is None or over - length.words < nearest):
            return [next(int(i) for i in order if n_words[i] == over)]
        if nearest is None:
            return []
        near = reachable[distance <= max(nearest, _SLACK * length.words)]
        total = int(near[np.argmax(best[near])])
    chosen = []
    for row in range(len(fitting) - 1, -1, -1):
        if taken[row, total]:
            chosen.append(fitting[row])
            total -= n_words[fitting[row]]
    return sorted(chosen)


def _fill(
    values: NDArray[np.float64], n_words: Sequence[int], longest: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Best value for each exact total, and whether sentence i is in the best choice of the first i sentences.

    Returns:
        float64 (longest + 1,), -inf where no choice has that total, and bool (n_sentences, longest + 1).
    """
    best = np.full(longest + 1, -np.inf)
    best[0] = 0.0
    taken = np.zeros((len(n_words), longest + 1), dtype=np.bool_)
    for row, (value, count) in enumerate(zip(values.tolist(), n_words, strict=True)):
        with_it = best[: longest + 1 - count] + value
        better = with_it > best[count:]
        taken[row, count:] = better
        best[count:] = np.where(better, with_it, best[count:])
    return best, taken


def cut_to(sentence: Sentence, max_words: int) -> Sentence:
    """The beginning of a sentence, within a limit of words: to its last clause that fits, else to the last word."""
    ends = [match.end() for match in re.finditer(r"\S+", sentence.text)][:max_words]
    kept = sentence.text[: ends[-1]]
    clauses = [match.start() for match in re.finditer(r"[,;:]?\s+(?:\u2014|\u2013|-)\s|[,;:](?=\s|$)", kept)]
    if clauses and 2 * count_words(kept[: clauses[-1]]) >= max_words:
        kept = kept[: clauses[-1]]
    kept = kept.rstrip(" ,;:\u2014\u2013-") or kept
    return Sentence(text=kept, start=sentence.start, end=sentence.start + len(kept))


def make_summary(
    article: Article, sentences: Sequence[Sentence], *, method: str, warnings: Sequence[str] = ()
) -> Summary:
    """A summary of whole sentences of an article, which are put in source order."""
    kept = sorted(sentences, key=lambda sentence: sentence.start)
    parts = tuple(
        SummarySentence(
            text=" ".join(article.text[sentence.start : sentence.end].split()), spans=((sentence.start, sentence.end),)
        )
        for sentence in kept
    )
    return Summary(text=" ".join(part.text for part in parts), sentences=parts, method=method, warnings=tuple(warnings))
