"""A linear classifier a label over TF-IDF of words and word pairs, with numpy alone.

What `list_terms` says of an article, scikit-learn's `TfidfVectorizer` counts at training; here the same counts come
from numbers instead of strings: words are looked up once, a pair is `first * n_words + second` in a sorted array. The
model is `margin = coef . x + intercept` with `x` the unit vector of `(1 + ln count) * idf`, so a margin can be split
exactly over the places where its terms stand.

Files of the folder: `vocabulary.txt` (a word a line; the first ones are terms, all of them can be in pairs) and
`model.safetensors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from nlp.deciding import Calibration
from nlp.errors import ModelFolderError
from nlp.records import Article
from nlp.text import words

if TYPE_CHECKING:
    from nlp.artifact import ModelFolder

__all__ = ["LinearExplanation", "LinearModel", "LinearParameters", "list_terms"]

_TENSORS_FILE = "model.safetensors"
_VOCABULARY_FILE = "vocabulary.txt"
_CONFIG_KEY = "linear"


def list_terms(article: Article, *, title_weight: int) -> list[str]:
    """The terms of an article: words, and pairs of neighbouring words, those of the headline `title_weight` times.

    >>> list_terms(Article(id="1", title="Steel", text="New tariffs"), title_weight=2)
    ['new', 'tariffs', 'new tariffs', 'steel', 'steel']
    """

    def terms(tokens: list[str]) -> list[str]:
        return tokens + [f"{first} {second}" for first, second in pairwise(tokens)]

    return terms(words(article.text)) + terms(words(article.title or "")) * title_weight


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearParameters:
    """All that a linear model has learnt; features are `n_terms` words, then the pairs.

    Attributes:
        vocabulary: The words; those from `n_terms` on occur in pairs only.
        n_terms: How many words are features of their own.
        pairs: int64 (n_pairs,), strictly increasing: `first * len(vocabulary) + second`, numbers of words.
        idf: float32 (n_features,), positive: `ln((1 + n_articles) / (1 + articles with it)) + 1`.
        coef: float32 (n_features, n_labels).
        intercept: float32 (n_labels,).
        title_weight: How often a term of the headline counts.

    Raises:
        ValueError: If the parts do not fit together.
    """

    vocabulary: tuple[str, ...]
    n_terms: int
    pairs: npt.NDArray[np.int64]
    idf: npt.NDArray[np.float32]
    coef: npt.NDArray[np.float32]
    intercept: npt.NDArray[np.float32]
    title_weight: int

    def __post_init__(self) -> None:
        n_words, n_features = len(self.vocabulary), self.n_terms + len(self.pairs)
        if not 0 <= self.n_terms <= n_words:
            raise ValueError(f"{self.n_terms} of {n_words} words cannot be terms")
        if self.idf.shape != (n_features,) or self.coef.shape != (n_features, len(self.intercept)):
            raise ValueError(f"{self.idf.shape} idf and {self.coef.shape} coefficients for {n_features} features")
        if len(self.pairs) and (
            self.pairs[0] < 0 or self.pairs[-1] >= n_words**2 or not (self.pairs[1:] > self.pairs[:-1]).all()
        ):
            raise ValueError("the pairs are not increasing numbers of two words each")
        if not (self.idf > 0).all():
            raise ValueError("an idf is not positive")
        if not 0 <= self.title_weight <= 100:
            raise ValueError(f"the title weight {self.title_weight} is not within 0 to 100")

    def to_files(self) -> dict[str, bytes]:
        """The files that `from_folder` reads; equal parameters give equal bytes."""
        from nlp.artifact import pack_tensors

        tensors: dict[str, npt.NDArray[Any]] = {
            "pairs": self.pairs,
            "idf": self.idf,
            "coef": self.coef,
            "intercept": self.intercept,
        }
        return {_VOCABULARY_FILE: "\n".join(self.vocabulary).encode(), _TENSORS_FILE: pack_tensors(tensors)}

    def to_config(self) -> dict[str, Any]:
        """What `from_folder` reads from `config.json`."""
        return {_CONFIG_KEY: {"n_terms": self.n_terms, "title_weight": self.title_weight}}

    @classmethod
    def from_folder(cls, folder: ModelFolder) -> LinearParameters:
        """Read the parameters from a verified folder.

        Raises:
            ModelFolderError: If a file is not what it must be, or they do not fit together.
        """
        n_labels = len(folder.labels)
        tensors = folder.tensors(
            _TENSORS_FILE,
            {
                "pairs": (np.int64, (None,)),
                "idf": (np.float32, (None,)),
                "coef": (np.float32, (None, n_labels)),
                "intercept": (np.float32, (n_labels,)),
            },
        )
        text = folder.text(_VOCABULARY_FILE)
        settings = folder.json("config.json").get(_CONFIG_KEY)
        try:
            if not isinstance(settings, Mapping) or settings.keys() != {"n_terms", "title_weight"}:
                raise ValueError(f'config.json has no "{_CONFIG_KEY}" with "n_terms" and "title_weight"')
            if not all(type(value) is int for value in settings.values()):
                raise ValueError("a setting in config.json is not a whole number")
            return cls(
                vocabulary=tuple(text.split("\n")) if text else (),
                n_terms=settings["n_terms"],
                title_weight=settings["title_weight"],
                pairs=tensors["pairs"],
                idf=tensors["idf"],
                coef=tensors["coef"],
                intercept=tensors["intercept"],
            )
        except ValueError as error:
            raise ModelFolderError(f"{folder.path}: does not fit together: {error}.") from None


class LinearModel:
    """Scores articles with a linear classifier a label.

    Args:
        labels: The labels, in the order of the columns of `parameters.coef`.
        parameters: What was learnt.
        calibration: Turns margins into probabilities.

    Raises:
        ValueError: If the numbers of labels differ, or a word is in the vocabulary twice.
    """

    def __init__(self, labels: Sequence[str], parameters: LinearParameters, calibration: Calibration) -> None:
        self.labels = tuple(labels)
        if not len(self.labels) == len(parameters.intercept) == len(calibration):
            raise ValueError(f"{len(self.labels)} labels, {len(parameters.intercept)} intercepts")
        self.parameters = parameters
        self.calibration = calibration
        n_words = len(parameters.vocabulary)
        self._ids = dict(zip(parameters.vocabulary, range(n_words), strict=True))
        if len(self._ids) < n_words:
            raise ValueError("a word is in the vocabulary twice")
        # An unknown word is numbered n_words; with that many rows and columns no pair that holds one has a number
        # of the table, and the end mark lets every look-up land on an entry.
        first, second = np.divmod(parameters.pairs, max(n_words, 1))
        self._pairs = np.append(first * (n_words + 1) + second, np.iinfo(np.int64).max)
        self._intercept = parameters.intercept.astype(np.float64)

    @classmethod
    def from_folder(cls, folder: ModelFolder) -> LinearModel:
        """Read a model from a verified folder.

        Raises:
            ModelFolderError: If a file is not what it must be, or they do not fit together.
        """
        parameters = LinearParameters.from_folder(folder)
        try:
            return cls(folder.labels, parameters, folder.calibration)
        except ValueError as error:
            raise ModelFolderError(f"{folder.path}: does not fit together: {error}.") from None

    def scores(self, articles: Sequence[Article]) -> npt.NDArray[np.float32]:
        """Probabilities in [0, 1], float32 (n_articles, n_labels); a row never depends on the other articles."""
        return self.calibration.apply(self.margins(articles))

    def margins(self, articles: Sequence[Article]) -> npt.NDArray[np.float64]:
        """Values of the decision functions, float64 (n_articles, n_labels); the intercept where no term is known."""
        margins = np.empty((len(articles), len(self.labels)))
        for row, article in zip(margins, articles, strict=True):
            body, title = (
                self._find_features(words(article.text))[0],
                self._find_features(words(article.title or ""))[0],
            )
            features, counts = np.unique(
                np.concatenate([body] + [title] * self.parameters.title_weight), return_counts=True
            )
            # einsum adds in one fixed order whatever the number of threads
            row[:] = np.einsum("i,ij->j", self._weigh(features, counts), self.parameters.coef[features])
            row += self._intercept
        return margins

    def explain(self, article: Article, spans: Sequence[tuple[int, int]], labels: Sequence[str]) -> LinearExplanation:
        """Split the margins of some labels over the headline and segments of the text.

        A term's part of a margin is shared out evenly over the places where it stands, of which a place in the
        headline counts `title_weight` times; a pair stands where its first word stands.

        Args:
            article: The article.
            spans: Half-open character ranges of its text, in order, none overlapping, cut where no word is.
            labels: Labels of the model, in the order that the columns of the explanation are to have.
        """
        tokens: list[str] = []
        owners: list[int] = []  # of each word of the text its place: a segment, or len(spans) for what is between them
        at = 0
        for owner, (start, end) in enumerate([*spans, (len(article.text), len(article.text))]):
            for place, piece in ((len(spans), article.text[at:start]), (owner, article.text[start:end])):
                found = words(piece)
                tokens += found
                owners += repeat(place, len(found))
            at = end
        body, positions = self._find_features(tokens)
        title, _ = self._find_features(words(article.title or ""))
        if not self.parameters.title_weight:
            title = title[:0]
        features, inverse = np.unique(np.concatenate([body, title]), return_inverse=True)
        times = np.repeat([1.0, self.parameters.title_weight], [len(body), len(title)])
        counts = np.bincount(inverse, weights=times, minlength=len(features))
        columns = np.array([self.labels.index(label) for label in labels], dtype=np.int64)
        once = (self._weigh(features, counts) / counts)[:, None] * self.parameters.coef[features][:, columns]
        return LinearExplanation(
            model=self,
            bias=self._intercept[columns],
            features=features[inverse],
            places=np.concatenate([np.array(owners, dtype=np.int64)[positions], np.full(len(title), len(spans) + 1)]),
            parts=times[:, None] * once[inverse],
            n_segments=len(spans),
        )

    def name_feature(self, feature: int) -> str:
        """The word or pair of words that a feature stands for."""
        parameters = self.parameters
        if feature < parameters.n_terms:
            return parameters.vocabulary[feature]
        first, second = divmod(int(parameters.pairs[feature - parameters.n_terms]), len(parameters.vocabulary))
        return f"{parameters.vocabulary[first]} {parameters.vocabulary[second]}"

    def _find_features(self, tokens: list[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Features of consecutive words: their numbers, and for each the position of its (first) word."""
        n_words, n_terms = len(self.parameters.vocabulary), self.parameters.n_terms
        ids = np.fromiter(map(self._ids.get, tokens, repeat(n_words)), dtype=np.int64, count=len(tokens))
        at_words = np.flatnonzero(ids < n_terms)
        keys = ids[:-1] * (n_words + 1) + ids[1:]
        found = np.searchsorted(self._pairs, keys)
        at_pairs = np.flatnonzero(self._pairs[found] == keys)
        features = np.concatenate([ids[at_words], n_terms + found[at_pairs]])
        return features, np.concatenate([at_words, at_pairs])

    def _weigh(
        self, features: npt.NDArray[np.int64], counts: npt.NDArray[np.integer[Any] | np.floating[Any]]
    ) -> npt.NDArray[np.float64]:
        """The unit vector of `(1 + ln count) * idf`, float64 (n,); empty if there are no features."""
        values: npt.NDArray[np.float64] = (1.0 + np.log(counts)) * self.parameters.idf[features]
        if len(values):
            values /= np.sqrt(np.einsum("i,i->", values, values))
        return values


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearExplanation:
    """The parts of an article's margins; see `nlp.scoring.Explanation`.

    Attributes:
        model: The model that was asked.
        bias: float64 (n_labels,), the intercepts.
        features: int64 (n_occurrences,), the feature that stands at a place.
        places: int64 (n_occurrences,), the place: the number of a segment, `n_segments` between them, `n_segments + 1`
            in the headline.
        parts: float64 (n_occurrences, n_labels), what the occurrence adds to the margins.
        n_segments: Number of segments.
    """

    model: LinearModel
    bias: npt.NDArray[np.float64]
    features: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    parts: npt.NDArray[np.float64]
    n_segments: int

    @property
    def segments(self) -> npt.NDArray[np.float64]:
        """Share of each segment, float64 (n_segments, n_labels)."""
        return self._add_up()[: self.n_segments]

    @property
    def rest(self) -> npt.NDArray[np.float64]:
        """Share of what stands between the segments, float64 (n_labels,)."""
        share: npt.NDArray[np.float64] = self._add_up()[self.n_segments]
        return share

    @property
    def title(self) -> npt.NDArray[np.float64]:
        """Share of the headline, float64 (n_labels,)."""
        share: npt.NDArray[np.float64] = self._add_up()[self.n_segments + 1]
        return share

    def terms(self, segment: int | None, label: int, *, limit: int) -> tuple[tuple[str, float], ...]:
        """The terms of a segment (`None`: the headline) that speak for a label, strongest first, with their shares."""
        at = np.flatnonzero(self.places == (self.n_segments + 1 if segment is None else segment))
        features, inverse = np.unique(self.features[at], return_inverse=True)
        shares = np.bincount(inverse, weights=self.parts[at, label], minlength=len(features))
        best = [int(i) for i in np.argsort(-shares, kind="stable")[:limit] if shares[i] > 0]
        return tuple((self.model.name_feature(int(features[i])), float(shares[i])) for i in best)

    def _add_up(self) -> npt.NDArray[np.float64]:
        """Share of each place, float64 (n_segments + 2, n_labels)."""
        shares = np.zeros((self.n_segments + 2, self.parts.shape[1]))
        for column, parts in zip(shares.T, self.parts.T, strict=True):
            column[:] = np.bincount(self.places, weights=parts, minlength=len(shares))
        return shares
