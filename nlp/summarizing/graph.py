"""Sentences that many others of an article resemble: TextRank and LexRank.

Both walk at random over a graph of sentences, and prefer those where the walk is found most often. Sentences that are
all but the same are not linked, so that a text does not gain weight by repeating itself; of them only one is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.records import Article, Sentence, Summary
from nlp.summarizing.base import Length, Relevance
from nlp.summarizing.candidates import find_candidates
from nlp.summarizing.extracting import extract
from nlp.summarizing.terms import content_words

__all__ = ["MAX_SENTENCES", "LexRank", "TextRank", "link_by_cosine", "link_by_shared_words", "walk"]

MAX_SENTENCES = 1000
"""Sentences a graph may have (8 MB a matrix): of longer texts so many are looked at, spread evenly, the first too."""

_MAX_TERMS = 100
"""Content words of a sentence that make links: what runs on for longer is a table or a text without stops."""

_BLOCK = 2048
"""Columns that are multiplied at a time: 16 MB with `MAX_SENTENCES`."""

_DAMPING = 0.85
"""Probability that the walk follows a link: 0.85 in both papers, after PageRank."""

_SAME = 0.9
"""Sentences with at least this cosine are one sentence said again; no link between them."""

_POSITION = 0.4
_CENTRALITY_FLOOR = 0.05
_TITLE_FLOOR = 0.4
"""Power of the position, and what centrality and the headline count from. Swept over 0.3 to 0.6, 0.05 to 0.4 and 0.2 to
0.8: ROUGE-1 on training summaries is between 0.372 and 0.377 throughout.
"""


class TextRank:
    """TextRank (Mihalcea and Tarau 2004): links weighted by shared words over the logarithms of the lengths."""

    name = "textrank"

    def select(self, article: Article, *, length: Length, relevance: Relevance | None = None) -> Summary:
        """The most central sentences of an article."""
        candidates, warnings = find_candidates(article, max_sentences=MAX_SENTENCES)
        values = walk(link_by_shared_words([sentence.text for sentence in candidates]))
        return extract(
            article, candidates, values, length=length, method=self.name, relevance=relevance, warnings=warnings
        )


class LexRank:
    """LexRank (Erkan and Radev 2004, continuous form), aware of where a sentence stands and of the headline.

    Centrality by links of TF-IDF cosine is multiplied by a prior that falls with the position, and by how much of the
    headline the sentence says; in news both say more than centrality does.
    """

    name = "lexrank"

    def select(self, article: Article, *, length: Length, relevance: Relevance | None = None) -> Summary:
        """The most central of an article's early sentences."""
        candidates, warnings = find_candidates(article, max_sentences=MAX_SENTENCES)
        central = walk(link_by_cosine([sentence.text for sentence in candidates]))
        position = np.arange(1, len(candidates) + 1, dtype=np.float64) ** -_POSITION
        values = position * (_CENTRALITY_FLOOR + central) * (_TITLE_FLOOR + _share_of_title(article, candidates))
        return extract(
            article, candidates, values, length=length, method=self.name, relevance=relevance, warnings=warnings
        )


def walk(similar: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often a random walk is found at each sentence, relative to the sentence where it is found most.

    Args:
        similar: float64 (n, n), not negative, the weights of the links. A sentence without any is left for a random
            one.

    Returns:
        float64 (n,) in (0, 1].

    >>> walk(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])).round(2).tolist()
    [1.0, 0.53, 0.53]
    """
    n = len(similar)
    if n == 0:
        return np.zeros(0)
    out = similar.sum(axis=1)
    linked = out > 0
    inverse = np.where(linked, 1.0 / np.where(linked, out, 1.0), 0.0)
    found = np.full(n, 1.0 / n)
    for _ in range(100):
        follow = (found * inverse) @ similar + found[~linked].sum() / n
        after = (1.0 - _DAMPING) / n + _DAMPING * follow
        moved = float(np.abs(after - found).sum())
        found = after
        if moved < 1e-9:
            break
    return np.asarray(found / found.max())


def link_by_shared_words(texts: Sequence[str]) -> NDArray[np.float64]:
    """Links of TextRank: the words two sentences share over the sum of the logarithms of their lengths.

    Returns:
        float64 (n, n), zero on the diagonal and between sentences that are all but the same.

    >>> round(float(link_by_shared_words(["Ferries sank at dawn.", "Old ferries sank slowly."])[0, 1]), 3)
    0.805
    """
    bags = _Bags(texts)
    shared = bags.multiply(np.ones(len(bags.rows)))
    distinct = bags.sum_rows(np.ones(len(bags.rows)))
    logs = np.log(np.maximum(bags.sum_rows(bags.counts), 1.0))
    # Two sentences of one word each have logarithms of zero; the floor keeps the link finite.
    return _without_repeats(shared / np.maximum(logs[:, None] + logs, np.log(2.0)), _over_norms(shared, distinct))


def link_by_cosine(texts: Sequence[str]) -> NDArray[np.float64]:
    """Links of LexRank: TF-IDF cosine, the sentences of the article being the collection.

    Returns:
        float64 (n, n) in [0, 1), zero on the diagonal and between sentences that are all but the same.
    """
    bags = _Bags(texts)
    frequency = np.bincount(bags.terms, minlength=bags.n_terms)
    weights = bags.counts * np.log1p(bags.n_rows / np.maximum(frequency, 1))[bags.terms]
    cosines = _over_norms(bags.multiply(weights), bags.sum_rows(weights**2))
    return _without_repeats(cosines, cosines)


class _Bags:
    """Counts of the content words of sentences, as coordinates: `counts[i]` of `terms[i]` in `rows[i]`."""

    def __init__(self, texts: Sequence[str]) -> None:
        index: dict[str, int] = {}
        cells: list[tuple[int, int, int]] = []
        for row, text in enumerate(texts):
            bag = Counter(content_words(text)[:_MAX_TERMS])
            cells.extend((row, index.setdefault(term, len(index)), count) for term, count in bag.items())
        table = np.array(cells, dtype=np.int64).reshape(-1, 3)
        self.n_rows, self.n_terms = len(texts), len(index)
        self.rows, self.terms, self.counts = table[:, 0], table[:, 1], table[:, 2].astype(np.float64)

    def sum_rows(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums by sentence of one value a cell: float64 (n_rows,)."""
        return np.bincount(self.rows, weights=values, minlength=self.n_rows).astype(np.float64)

    def multiply(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Inner products of all sentences, with one value a cell: float64 (n_rows, n_rows).

        In blocks of columns, so that memory depends on the sentences alone; terms of one sentence link nothing.
        """
        product = np.zeros((self.n_rows, self.n_rows))
        frequency = np.bincount(self.terms, minlength=self.n_terms)
        columns = np.cumsum(frequency > 1) - 1
        linking = frequency[self.terms] > 1
        rows, places, values = self.rows[linking], columns[self.terms[linking]], values[linking]
        for start in range(0, int(np.count_nonzero(frequency > 1)), _BLOCK):
            inside = (places >= start) & (places < start + _BLOCK)
            block = np.zeros((self.n_rows, _BLOCK))
            block[rows[inside], places[inside] - start] = values[inside]
            product += block @ block.T
        return product


def _over_norms(product: NDArray[np.float64], squares: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.sqrt(np.where(squares > 0, squares, 1.0))
    return np.asarray(product / (norms[:, None] * norms))


def _without_repeats(links: NDArray[np.float64], cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    links = np.where(cosines < _SAME, links, 0.0)
    np.fill_diagonal(links, 0.0)
    return links


def _share_of_title(article: Article, sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    """Share of the headline's words that each sentence says: float64 (n_sentences,) in [0, 1]; 0 without a headline."""
    title = set(content_words(article.title or ""))
    return np.array([len(title.intersection(content_words(s.text))) / max(1, len(title)) for s in sentences])
