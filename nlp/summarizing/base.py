"""What every way of summing up shares: the length that is asked for, and the protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.errors import UsageError
from nlp.records import Article, Sentence, Summary

__all__ = ["DEFAULT_WORDS", "Length", "Relevance", "SummaryMethod"]

DEFAULT_WORDS = 40
"""Words of a summary if nothing else is asked for."""

Relevance = Callable[[Article, Sequence[Sentence]], NDArray[np.float64]]
"""How much each sentence says of what was asked about: float64 (n_sentences,); zero or less is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long a summary shall be: exactly one of three requests.

    Attributes:
        words: A target: whole sentences whose total is as near to it as the choice allows, never more than half as
            many again unless a single sentence is.
        max_words: A limit that is never passed, if a sentence must be cut short for it.
        sentences: A number of sentences, fewer where the article has no more to say.

    Raises:
        UsageError: If not exactly one is given, or it is not a whole number of at least 1.
    """

    words: int | None = None
    max_words: int | None = None
    sentences: int | None = None

    def __post_init__(self) -> None:
        given = {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}
        if len(given) != 1:
            raise UsageError(
                f"A summary has one length, not {len(given)}.", hint="Give one of words, max_words and sentences."
            )
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise UsageError(f"{name} is {value!r}.", hint="A summary has at least one word: give a number from 1.")

    @classmethod
    def from_options(
        cls, *, words: int | None = None, max_words: int | None = None, sentences: int | None = None
    ) -> Length:
        """The length that options ask for; `DEFAULT_WORDS` words if they ask for none.

        Raises:
            UsageError: If more than one is given, or it is not a whole number of at least 1.

        >>> Length.from_options()
        Length(words=40, max_words=None, sentences=None)
        """
        if words is None and max_words is None and sentences is None:
            words = DEFAULT_WORDS
        return cls(words=words, max_words=max_words, sentences=sentences)

    @property
    def longest(self) -> int | None:
        """Words that several sentences together must not pass; `None` where sentences are counted."""
        return self.max_words if self.words is None else self.words * 3 // 2


class SummaryMethod(Protocol):
    """A way of summing up."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    def select(self, article: Article, *, length: Length, relevance: Relevance | None = None) -> Summary:
        """A summary of one article.

        Args:
            article: Any article, also an empty one: its summary is empty.
            length: How long the summary shall be.
            relevance: What it shall be about; the whole article if `None`.
        """
