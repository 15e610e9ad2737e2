"""The public summarizer: articles in, summaries out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from nlp.errors import UsageError
from nlp.records import Article, Summary
from nlp.summarizing.about import find_relevance
from nlp.summarizing.base import Length, Relevance, SummaryMethod
from nlp.summarizing.graph import LexRank, TextRank
from nlp.summarizing.lead import Lead
from nlp.summarizing.terms import is_english
from nlp.text import fold

__all__ = ["DEFAULT_METHOD", "METHODS", "Summarizer"]

METHODS: dict[str, type[SummaryMethod]] = {"lead": Lead, "textrank": TextRank, "lexrank": LexRank}
"""The methods by name."""

DEFAULT_METHOD = "lexrank"


class Summarizer:
    """Sums articles up with sentences of their own.

    Args:
        method: One of `METHODS`.
        model: Name or folder of the model whose labels a summary can be about; read when that is first asked for.

    Raises:
        UsageError: If there is no such method.

    >>> Summarizer().summarize("The ferry sank. Nobody was hurt.", sentences=1).text
    'The ferry sank.'
    """

    def __init__(self, method: str = DEFAULT_METHOD, model: str = "affairs") -> None:
        if method not in METHODS:
            raise UsageError(f"There is no method {method!r}.", hint=f"Choose one of {', '.join(METHODS)}.")
        self.method = METHODS[method]()
        self.model = model

    def summarize(
        self,
        article: Article | str,
        *,
        words: int | None = None,
        max_words: int | None = None,
        sentences: int | None = None,
        about: str | None = None,
    ) -> Summary:
        """Sum one article up; in 40 words if no length is given.

        Args:
            article: An `Article`, or a plain text.
            words: A target: whole sentences, their total as near to it as the choice allows.
            max_words: A hard limit.
            sentences: A number of sentences.
            about: A label of the model (its id, name or an alias), or any words: what the summary shall be about.

        Raises:
            UsageError: If more than one length is given or one is less than 1, or `about` is blank.
            ModelFolderError: If `about` is given and the model cannot be read.
        """
        return next(self.summarize_batch([article], words=words, max_words=max_words, sentences=sentences, about=about))

    def summarize_batch(
        self,
        articles: Iterable[Article | str],
        *,
        words: int | None = None,
        max_words: int | None = None,
        sentences: int | None = None,
        about: str | None = None,
    ) -> Iterator[Summary]:
        """Sum a stream of articles up, in order, one at a time; arguments as for `summarize`.

        Raises:
            TypeError: If `articles` is a single string, or holds something that is neither article nor text.
            UsageError: As for `summarize`; at once, not with the first article.
        """
        if isinstance(articles, str | bytes | Article):
            raise TypeError("summarize_batch takes an iterable of articles; for a single one call summarize")
        length = Length.from_options(words=words, max_words=max_words, sentences=sentences)
        relevance = None if about is None else find_relevance(about, self.model)
        return (self._summarize(item, length, relevance) for item in articles)

    def _summarize(self, item: Article | str, length: Length, relevance: Relevance | None) -> Summary:
        article = Article(id="text", text=item) if isinstance(item, str) else item
        if not isinstance(article, Article):
            raise TypeError(f"neither an Article nor a str but {type(item).__name__}")
        if not fold(article.text[:2000]).strip() and not fold(article.text).strip():
            return Summary(
                text="",
                sentences=(),
                method=self.method.name,
                warnings=("empty text: there is nothing to sum up",),
            )
        summary = self.method.select(article, length=length, relevance=relevance)
        if is_english(article.text):
            return summary
        return replace(
            summary,
            warnings=(
                *summary.warnings,
                "the text does not look like English, which is all that summaries are made for",
            ),
        )
