"""The records that pass through slugline: what was read, what was decided, and why.

All of them are frozen dataclasses made of plain values, so they can be hashed out to JSON, compared in
tests and passed between processes. Offsets are characters in `Article.text`, half open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = [
    "SCORE_DECIMALS",
    "Article",
    "BadRow",
    "Evidence",
    "Prediction",
    "Sentence",
    "Summary",
    "SummarySentence",
]

SCORE_DECIMALS = 4
"""Decimals of a score that is decided on and written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article, read and (where asked) cleaned.

    Attributes:
        id: The id field of the row, else the path relative to the source, else `file:line`.
        text: The body. Every offset that slugline reports counts characters of this string.
        title: The headline, `None` where there is none.
        date: The date as it was written (a field), or ISO 8601 where slugline found it in a page.
        source: The outlet, `None` where it is not known.
        warnings: What a reader should know about how this article was read.
    """

    id: str
    text: str
    title: str | None = None
    date: str | None = None
    source: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row or file that could not be read, and why.

    Attributes:
        file: The file as the user named it (`-` for standard input).
        line: Line of the row, counted from 1; `None` where the whole file is at fault.
        reason: One sentence that says what was found and what was expected.
    """

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a text: `text[start:end]`, without the white space around it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that carries a label.

    Attributes:
        text: The sentence, or the headline where no sentence carries the label.
        start: Offset of its first character in the article's text; `None` for the headline.
        end: Offset after its last character; `None` for the headline.
        weight: Its share of the label's score, in the scorer's own units (log-odds for a linear model).
        terms: The terms that weigh most in it, strongest first, with their shares.
    """

    text: str
    start: int | None
    end: int | None
    weight: float
    terms: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of a summary and the parts of the article's text that it keeps.

    Attributes:
        text: What is printed.
        spans: Half-open character ranges of the article's text; one, unless the sentence was compressed.
        generated: True if a model wrote it; `spans` then holds the span that supports it best.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary: its sentences in source order; `text` is those joined by spaces.

    `warnings` says what a reader should know of how it was made; in a record they stand with the article's own.
    """

    text: str
    sentences: tuple[SummarySentence, ...]
    method: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What slugline says of one article.

    Attributes:
        id: The article's id; `title`, `date` and `source` are the article's too.
        labels: Labels that are on, by score descending, then in the model's label order.
        review: Labels that are likely but do not keep a promised precision.
        scores: A probability in [0, 1] for every label of the model, in the model's label order, to `SCORE_DECIMALS`.
        evidence: For each label that is on, its sentences, strongest first; empty unless asked for.
        summary: `None` unless asked for.
        model: Name and version of the model folder.
        warnings: What a reader should know before relying on this record.
    """

    id: str
    title: str | None
    date: str | None
    source: str | None
    labels: tuple[str, ...]
    review: tuple[str, ...] = ()
    scores: Mapping[str, float]
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    summary: Summary | None = None
    model: str
    warnings: tuple[str, ...] = ()
