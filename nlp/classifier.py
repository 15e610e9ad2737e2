"""The public classifier: articles in, predictions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp.artifact import ModelFolder, find_model, open_model_folder
from nlp.deciding import decide
from nlp.evidence import find_evidence
from nlp.records import SCORE_DECIMALS, Article, Evidence, Prediction, Summary
from nlp.scoring import ScoringModel, load_scorer
from nlp.text import is_blank

if TYPE_CHECKING:
    from nlp.summarizing import Summarizer

__all__ = ["Classifier", "as_article"]

_MAX_CHUNK = 64


class Classifier:
    """Says which of a model's topics an article is about, and shows why.

    >>> from nlp import Classifier
    >>> classifier = Classifier.from_pretrained("affairs")
    >>> prediction = classifier.classify("The ministers imposed sanctions on the bank and froze its assets.")
    >>> prediction.labels
    ('sanctions',)
    """

    def __init__(self, folder: ModelFolder) -> None:
        self.folder = folder
        self.scorer: ScoringModel = load_scorer(folder)
        self._summarizer: Summarizer | None = None

    @classmethod
    def from_pretrained(cls, name_or_folder: str | PathLike[str] = "affairs") -> Classifier:
        """Load a shipped model by name, or any model folder by path.

        Raises:
            ModelFolderError: If there is no such model, or its folder is corrupt or of another version.
        """
        return cls(open_model_folder(find_model(str(name_or_folder))))

    @property
    def labels(self) -> tuple[str, ...]:
        """All labels of the model, in its order."""
        return self.folder.labels

    @property
    def path(self) -> Path:
        """The model folder."""
        return self.folder.path

    def scores(self, articles: Sequence[Article]) -> NDArray[np.float32]:
        """Probabilities in [0, 1], float32, shape (n_articles, n_labels); zero where the text is empty."""
        scores = np.zeros((len(articles), len(self.labels)), dtype=np.float32)
        written = [index for index, article in enumerate(articles) if not is_blank(article.text)]
        if written:
            scores[written] = self.scorer.scores([articles[index] for index in written])
        return scores

    def classify(
        self, article: Article | str, *, title: str | None = None, evidence: bool = False, summary: bool = False
    ) -> Prediction:
        """Classify one article.

        Args:
            article: An `Article`, or a plain text.
            title: The headline of a plain text.
            evidence: Find the sentences that carry each label.
            summary: Sum the article up in about forty words.
        """
        if isinstance(article, str):
            article = Article(id="text-1", text=article, title=title)
        return next(self.classify_batch([article], evidence=evidence, summary=summary))

    def classify_batch(
        self, articles: Iterable[Article | str], *, evidence: bool = False, summary: bool = False
    ) -> Iterator[Prediction]:
        """Classify a stream of articles, in order, a few at a time; a prediction never depends on its neighbours.

        Raises:
            TypeError: If `articles` is a single string, or holds something that is neither article nor text.
        """
        if isinstance(articles, str | bytes | Article):
            raise TypeError("classify_batch takes an iterable of articles; for a single one call classify")
        # Chunks grow from one, so that the first answer of a slow stream does not wait for the sixty-fourth article.
        size = _MAX_CHUNK if isinstance(articles, Sequence) else 1
        return self._classify_stream(iter(articles), size, evidence=evidence, summary=summary)

    def _classify_stream(
        self, articles: Iterator[Article | str], size: int, *, evidence: bool, summary: bool
    ) -> Iterator[Prediction]:
        number = 0
        while chunk := [as_article(item, number + at) for at, item in enumerate(islice(articles, size), start=1)]:
            number, size = number + len(chunk), min(2 * size, _MAX_CHUNK)
            for article, row in zip(chunk, self.scores(chunk), strict=True):
                yield self._predict(article, row, evidence=evidence, summary=summary)

    def _predict(self, article: Article, row: NDArray[np.floating], *, evidence: bool, summary: bool) -> Prediction:
        empty = is_blank(article.text)
        # Decided on the scores as they are written, so that a record can be checked from what it shows.
        row = np.round(row.astype(np.float64), SCORE_DECIMALS)
        labels = () if empty else decide(row, self.folder.thresholds, self.labels)
        proofs: dict[str, tuple[Evidence, ...]] = {}
        if evidence and labels:
            proofs = dict(find_evidence(self.scorer, article, labels))
        summed: Summary | None = None
        warnings = article.warnings
        if summary:
            summed = self._summarize(article)
            warnings = (*warnings, *(warning for warning in summed.warnings if warning not in warnings))
        if empty and not any("empty" in warning for warning in warnings):
            warnings = (*warnings, "empty text: no label can hold")
        return Prediction(
            id=article.id,
            title=article.title,
            date=article.date,
            source=article.source,
            labels=labels,
            scores=dict(zip(self.labels, row.tolist(), strict=True)),
            evidence=proofs,
            summary=summed,
            model=self.folder.reference,
            warnings=warnings,
        )

    def _summarize(self, article: Article) -> Summary:
        if self._summarizer is None:
            from nlp.summarizing import Summarizer

            self._summarizer = Summarizer()
        return self._summarizer.summarize(article)


def as_article(item: Article | str, number: int) -> Article:
    """The article itself, or one made of a plain text; `number` counts from 1 and gives such a text its id."""
    if isinstance(item, Article):
        return item
    if isinstance(item, str):
        return Article(id=f"text-{number}", text=item)
    raise TypeError(f"item {number} is neither an Article nor a str but {type(item).__name__}")
