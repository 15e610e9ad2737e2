"""The beginning of an article: news says first what matters most."""

from __future__ import annotations

import numpy as np

from nlp.records import Article, Summary
from nlp.summarizing.base import Length, Relevance
from nlp.summarizing.candidates import find_candidates
from nlp.summarizing.extracting import extract

__all__ = ["MAX_SENTENCES", "Lead"]

MAX_SENTENCES = 10_000
"""Sentences that are looked at: no article has as many."""


class Lead:
    """The first sentences that are not page furniture, their total as near to the length as can be."""

    name = "lead"

    def select(self, article: Article, *, length: Length, relevance: Relevance | None = None) -> Summary:
        """The article's first sentences; of those that are about something, the foremost, if `relevance` is given."""
        candidates, warnings = find_candidates(article, max_sentences=MAX_SENTENCES, spread=relevance is not None)
        values = 1.0 / np.arange(1, len(candidates) + 1, dtype=np.float64)
        return extract(
            article,
            candidates,
            values,
            length=length,
            method=self.name,
            relevance=relevance,
            in_order=True,
            warnings=warnings,
        )
