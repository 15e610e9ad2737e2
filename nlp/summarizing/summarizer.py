"""The public summarizer: articles in, summaries out.

ROUGE F-measures of forty words with 95 % bootstrap intervals (`python -m tests.benchmarks.summaries FILE`); sumy's
methods were given the same sentences, words and length:

                      1,540 training articles          200 held out                60 of other outlets
                      ROUGE-1               -2    -Lsum  ROUGE-1               -2    ROUGE-1
    lead              0.363 [0.356, 0.370]  0.138 0.271  0.368 [0.350, 0.386]  0.141  0.413 [0.384, 0.440]
    textrank          0.338 [0.332, 0.343]  0.108 0.237  0.335 [0.320, 0.352]  0.103  0.366 [0.336, 0.398]
    lexrank           0.376 [0.370, 0.382]  0.144 0.279  0.374 [0.357, 0.392]  0.139  0.404 [0.380, 0.430]
    sumy's lexrank    0.304 [0.298, 0.310]  0.086 0.215  0.298 [0.283, 0.315]  0.084  0.348 [0.315, 0.378]
    sumy's textrank   0.306 [0.300, 0.312]  0.089 0.210  0.304 [0.288, 0.321]  0.087  0.332 [0.304, 0.362]

`lexrank` is the default, being the best on the training articles. Its three constants were chosen there; chosen by
cross-validation with outlets kept apart, they give 0.375.
"""

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
from nlp.text import is_blank

__all__ = ["DEFAULT_METHOD", "METHODS", "Summarizer"]

METHODS: dict[str, type[SummaryMethod]] = {"lead": Lead, "textrank": TextRank, "lexrank": LexRank}
"""The methods by name."""

DEFAULT_METHOD = "lexrank"
"""The best by ROUGE-1 on the training articles: see the table above."""


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
        if is_blank(article.text):
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
