"""What is done to each item of a batch: read it, then classify or summarise it, then put the record into words.

A job is small and made of plain values, so that it can be sent to worker processes; each of them loads the model
when its first item comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from nlp.reading import RawItem, ReadOptions, parse_item
from nlp.records import Article, BadRow
from nlp.writing import RecordWriter, make_writer
from nlp.writing.record import Record, prediction_record, summary_record

if TYPE_CHECKING:
    from nlp.classifier import Classifier
    from nlp.summarizing import Summarizer

__all__ = ["ClassifyJob", "Done", "Job", "OutputOptions", "SummarizeJob"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A record, put into words, and the id of its article."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """How records are written: a format of `nlp.writing`, and for text whether it has colours and how wide it is."""

    format: str = "jsonl"
    colour: bool = False
    width: int = 100


class Job(Protocol):
    """Something to do to every item."""

    reading: ReadOptions
    """How items are found and read."""

    @property
    def writer(self) -> RecordWriter:
        """The format of the results."""

    def prepare(self) -> None:
        """Load what is needed, so that a bad model is found before any input is read."""

    def run(self, items: Sequence[RawItem]) -> list[Done | BadRow]:
        """One result for each item, in order."""

    def fingerprint(self) -> dict[str, Any]:
        """What the results depend on besides the items: JSON values only."""


@dataclass(kw_only=True)
class _ArticleJob:
    """The part that all jobs share: items to articles, records to text."""

    reading: ReadOptions = field(default_factory=ReadOptions)
    output: OutputOptions = field(default_factory=OutputOptions)

    @cached_property
    def writer(self) -> RecordWriter:
        return make_writer(
            self.output.format, columns=self._columns(), colour=self.output.colour, width=self.output.width
        )

    def run(self, items: Sequence[RawItem]) -> list[Done | BadRow]:
        results: list[Done | BadRow | None] = []
        articles: list[Article] = []
        for item in items:
            read = parse_item(item, self.reading)
            results.append(read if isinstance(read, BadRow) else None)
            if isinstance(read, Article):
                articles.append(read)
        done = iter(
            Done(id=article.id, text=self.writer.piece(record))
            for article, record in zip(articles, self._records(articles), strict=True)
        )
        return [next(done) if result is None else result for result in results]

    def __getstate__(self) -> dict[str, Any]:
        """Only the fields: what was loaded stays here, and each process loads its own."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    def _columns(self) -> tuple[str, ...]:
        raise NotImplementedError

    def _records(self, articles: Sequence[Article]) -> list[Record]:
        raise NotImplementedError


@dataclass(kw_only=True)
class ClassifyJob(_ArticleJob):
    """Classify every article; see `slugline classify` for the options."""

    model: str = "affairs"
    evidence: bool = False
    all_scores: bool = False
    summary: bool = False
    text: bool = False

    @cached_property
    def _classifier(self) -> Classifier:
        from nlp.classifier import Classifier

        return Classifier.from_pretrained(self.model)

    def prepare(self) -> None:
        _ = self._classifier

    def fingerprint(self) -> dict[str, Any]:
        return {
            "job": "classify",
            "model": self._classifier.folder.digest,
            "options": {
                "evidence": self.evidence,
                "scores": self.all_scores,
                "summary": self.summary,
                "text": self.text,
                "format": self.output.format,
            },
            "reading": _values(self.reading),
        }

    def _columns(self) -> tuple[str, ...]:
        optional = (("evidence", self.evidence), ("summary", self.summary), ("text", self.text))
        asked = tuple(name for name, wanted in optional if wanted)
        return ("id", "title", "date", "source", "labels", "scores", *asked, "model", "warnings")

    def _records(self, articles: Sequence[Article]) -> list[Record]:
        predictions = self._classifier.classify_batch(articles, evidence=self.evidence, summary=self.summary)
        return [
            prediction_record(
                prediction,
                all_scores=self.all_scores,
                evidence=self.evidence,
                text=article.text if self.text else None,
            )
            for article, prediction in zip(articles, predictions, strict=True)
        ]


@dataclass(kw_only=True)
class SummarizeJob(_ArticleJob):
    """Summarise every article; see `slugline summarize` for the options."""

    method: str | None = None
    model: str = "affairs"
    words: int | None = None
    max_words: int | None = None
    sentences: int | None = None
    about: str | None = None

    @cached_property
    def _summarizer(self) -> Summarizer:
        from nlp.summarizing import DEFAULT_METHOD, Summarizer

        return Summarizer(method=self.method or DEFAULT_METHOD, model=self.model)

    def _request(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "max_words": self.max_words,
            "sentences": self.sentences,
            "about": self.about,
        }

    def prepare(self) -> None:
        # An empty article shows a wrong length, or a topic whose model is not there, before any input is read.
        self._summarizer.summarize(Article(id="", text=""), **self._request())

    def fingerprint(self) -> dict[str, Any]:
        return {
            "job": "summarize",
            "model": self.model if self.about is not None else None,
            "options": {"method": self._summarizer.method.name, **self._request(), "format": self.output.format},
            "reading": _values(self.reading),
        }

    def _columns(self) -> tuple[str, ...]:
        return ("id", "title", "date", "source", "summary", "warnings")

    def _records(self, articles: Sequence[Article]) -> list[Record]:
        summaries = self._summarizer.summarize_batch(articles, **self._request())
        return [summary_record(article, summary) for article, summary in zip(articles, summaries, strict=True)]


def _values(options: ReadOptions) -> dict[str, Any]:
    """What of the reading options changes results; which files are left out shows in the items themselves."""
    return {one.name: getattr(options, one.name) for one in fields(options) if one.name != "exclude"}
