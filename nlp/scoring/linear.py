"""A linear classifier a label over TF-IDF of words and word pairs, with numpy alone.

A text is scored in windows of some 750 words, for the vector of a long text is about everything a little. The margin of
a label is the largest of its windows', those after the first less a cost: news says first what it is about.
What `list_terms` says of a window, scikit-learn's `TfidfVectorizer` counts at training; here the same counts come from
numbers instead of strings: words are looked up once, a pair is `first * n_words + second` in a sorted array. A window's
margin is `coef . x + intercept` with `x` the unit vector of `(1 + ln count) * idf`, so it can be split exactly over the
places where its terms stand. Where fewer than half of the words are known, as in another language, `x` is that much
shorter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from nlp.deciding import Calibration
from nlp.errors import ModelFolderError
from nlp.inflections import JOINERS
from nlp.records import Article
from nlp.scoring.linear_explanation import LinearExplanation
from nlp.scoring.linear_parameters import LinearParameters
from nlp.text import words

if TYPE_CHECKING:
    from nlp.artifact import ModelFolder

__all__ = ["LinearModel", "cut_windows", "list_terms"]


_CHUNK = 32
_FULL_SHARE = 0.5  # of known words; English press has 0.75 and more, other languages 0 to 0.35


def cut_windows(n_words: int, size: int) -> list[tuple[int, int]]:
    """Half-open ranges of words: windows of `size`, the last one up to a quarter longer rather than a sliver more.

    >>> cut_windows(1000, 400), cut_windows(500, 400), cut_windows(0, 400)
    ([(0, 400), (400, 800), (800, 1000)], [(0, 500)], [(0, 0)])
    """
    number = max(1, (n_words - size // 4 + size - 1) // size)
    return [(at * size, (at + 1) * size) for at in range(number - 1)] + [((number - 1) * size, n_words)]


def list_terms(tokens: Sequence[str], title: Sequence[str], *, title_weight: int) -> list[str]:
    """The terms of a window: words, and pairs of neighbouring words, those of the headline `title_weight` times.

    >>> list_terms(["new", "tariffs"], ["steel"], title_weight=2)
    ['new', 'tariffs', 'new tariffs', 'steel', 'steel']
    """
    body, head = ([*part, *map(" ".join, pairwise(part))] for part in (tokens, title))
    return body + head * title_weight


class LinearModel:
    """Scores articles with a linear classifier a label.

    Args:
        labels: The labels, in the order of the columns of `parameters.coef`.
        parameters: What was learnt.
        calibration: Turns margins into probabilities.

    Raises:
        ValueError: If the numbers of labels differ, or a word is in the vocabulary twice or empty.
    """

    def __init__(self, labels: Sequence[str], parameters: LinearParameters, calibration: Calibration) -> None:
        self.labels = tuple(labels)
        if not len(self.labels) == len(parameters.intercept) == len(calibration):
            raise ValueError(f"{len(self.labels)} labels, {len(parameters.intercept)} intercepts")
        self.parameters = parameters
        self.calibration = calibration
        n_words = len(parameters.vocabulary)
        forms = " ".join(parameters.vocabulary).split(" ") if n_words else []
        numbers = np.repeat(np.arange(n_words), [word.count(" ") + 1 for word in parameters.vocabulary])
        self._ids = dict(zip(forms, numbers.tolist(), strict=True))
        if len(self._ids) < len(forms) or "" in self._ids:
            raise ValueError("a word is in the vocabulary twice, or is empty")
        join = JOINERS[parameters.forms]
        self._look_up_form = lru_cache(maxsize=1 << 14)(lambda word: self._ids.get(join(word), n_words))
        # An unknown word is numbered n_words; with that many rows and columns no pair that holds one has a number
        # of the table, and the end mark lets every look-up land on an entry.
        first, second = np.divmod(parameters.pairs, max(n_words, 1))
        self._pairs = np.append(first * (n_words + 1) + second, np.iinfo(np.int64).max)
        self._coef = parameters.coef.astype(np.float64)
        self._idf = parameters.idf.astype(np.float64)
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
        # A few at a time: each step then finds the table that it looks things up in still in the processor's cache.
        for start in range(0, len(articles), _CHUNK):
            chunk = articles[start : start + _CHUNK]
            texts = [(words(article.text), words(article.title or "")) for article in chunk]
            windows = [cut_windows(len(tokens), self.parameters.window_words) for tokens, _ in texts]
            scored = self._score_windows(
                [
                    (tokens[slice(*window)], title)
                    for (tokens, title), cuts in zip(texts, windows, strict=True)
                    for window in cuts
                ]
            )
            firsts = np.cumsum([0, *map(len, windows)])[:-1]
            later = np.delete(np.arange(len(scored)), firsts)
            scored[later] -= self.parameters.later_window_cost
            np.maximum.reduceat(scored, firsts, axis=0, out=margins[start : start + _CHUNK])
        return margins

    def explain(self, article: Article, spans: Sequence[tuple[int, int]], labels: Sequence[str]) -> LinearExplanation:
        """Split the margins of some labels over the headline and segments of the text.

        A label's margin is that of one window, the words outside it have no share. Within it a term's part is shared
        out evenly over the places where it stands, of which a place in the headline counts `title_weight` times; a
        pair stands where its first word stands.

        Args:
            article: The article.
            spans: Half-open character ranges of its text, in order, none overlapping, cut where no word is.
            labels: Labels of the model, in the order that the columns of the explanation are to have.
        """
        tokens, owners = _assign_words(article.text, spans)
        title = words(article.title or "")
        columns = np.array([self.labels.index(label) for label in labels], dtype=np.int64)
        windows = cut_windows(len(tokens), self.parameters.window_words)
        margins = self._score_windows([(tokens[slice(*window)], title) for window in windows])
        margins[1:] -= self.parameters.later_window_cost
        deciding = margins[:, columns].argmax(axis=0)
        found = [
            (*self._explain_window(tokens, windows[at], title, columns), at) for at in sorted({0, *deciding.tolist()})
        ]
        positions = np.concatenate([positions for _, positions, _, _ in found])
        return LinearExplanation(
            model=self,
            bias=self._intercept[columns] - self.parameters.later_window_cost * (deciding > 0),
            tokens=(*tokens, *title),
            features=np.concatenate([features for features, _, _, _ in found]),
            positions=positions,
            places=np.append(owners, np.full(len(title), len(spans) + 1))[positions],
            parts=np.concatenate([parts * (deciding == at) for _, _, parts, at in found]),
            n_segments=len(spans),
        )

    def name_feature(self, feature: int) -> str:
        """The word or pair of words that a feature stands for, in their commonest forms."""
        return " ".join(self.parameters.vocabulary[number].partition(" ")[0] for number in self._parse_feature(feature))

    def measure_feature(self, feature: int) -> int:
        """How many words a feature has; 0 if one of them is no feature of its own."""
        numbers = self._parse_feature(feature)
        return len(numbers) if all(number < self.parameters.n_terms for number in numbers) else 0

    def _parse_feature(self, feature: int) -> tuple[int, ...]:
        """Numbers of the words of a feature."""
        if feature < self.parameters.n_terms:
            return (feature,)
        return divmod(int(self.parameters.pairs[feature - self.parameters.n_terms]), len(self.parameters.vocabulary))

    def _score_windows(self, windows: Sequence[tuple[list[str], list[str]]]) -> npt.NDArray[np.float64]:
        """Margins of windows, each the words of a text and of its headline, float64 (n_windows, n_labels)."""
        parameters = self.parameters
        tokens: list[str] = []
        sizes: list[int] = []
        for body, title in windows:
            # No word is empty: an empty string is unknown, and no pair reaches over it.
            tokens += body
            tokens.append("")
            sizes.append(len(body) + 1)
            for _ in range(parameters.title_weight):
                tokens += title
                tokens.append("")
                sizes[-1] += len(title) + 1
        ids = self._look_up(tokens)
        features, positions = self._find_features(ids)
        n_features = len(parameters.idf)
        rows = np.repeat(np.arange(len(windows)), sizes)
        occurrences, counts = np.unique(rows[positions] * n_features + features, return_counts=True)
        ends = np.searchsorted(occurrences, np.arange(len(windows) + 1) * n_features)
        features = occurrences % n_features if n_features else occurrences
        values = self._weigh(features, counts)
        margins = np.empty((len(windows), len(self.labels)))
        for margin, start, end in zip(margins, ends, ends[1:], strict=False):
            # einsum adds in one fixed order whatever the number of threads
            np.einsum("i,ij->j", values[start:end], self._coef.take(features[start:end], axis=0), out=margin)
            margin /= _measure_length(values[start:end])
        known = np.bincount(rows, weights=ids < len(parameters.vocabulary), minlength=len(windows))
        totals = np.array(sizes) - 1 - parameters.title_weight
        return margins * _damp(known, totals)[:, None] + self._intercept

    def _explain_window(
        self, tokens: list[str], window: tuple[int, int], title: list[str], columns: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Of each occurrence of a feature its number, the place of its (first) word in `tokens + title`, its parts."""
        weight = self.parameters.title_weight
        body_ids, head_ids = self._look_up(tokens[slice(*window)]), self._look_up(title if weight else [])
        body, body_at = self._find_features(body_ids)
        head, head_at = self._find_features(head_ids)
        features, inverse = np.unique(np.concatenate([body, head]), return_inverse=True)
        times = np.repeat([1.0, weight], [len(body), len(head)])
        counts = np.bincount(inverse, weights=times, minlength=len(features))
        known, total = (
            count(body_ids) + weight * count(head_ids)
            for count in (lambda ids: np.count_nonzero(ids < len(self.parameters.vocabulary)), len)
        )
        values = self._weigh(features, counts)
        values *= _damp(np.array(known), np.array(total)) / _measure_length(values)
        once = (values / counts)[:, None] * self._coef[features][:, columns]
        positions = np.concatenate([window[0] + body_at, len(tokens) + head_at])
        return features[inverse], positions, times[:, None] * once[inverse]

    def _look_up(self, tokens: list[str]) -> npt.NDArray[np.int64]:
        """Numbers of words, int64 (n,); all unknown words have the number after the last."""
        unknown = len(self.parameters.vocabulary)
        ids = np.fromiter(map(self._ids.get, tokens, repeat(unknown)), dtype=np.int64, count=len(tokens))
        # The forms met in training are in the table; of another one the word that it is a form of may be.
        others = np.flatnonzero(ids == unknown)
        ids[others] = [self._look_up_form(tokens[at]) for at in others.tolist()]
        return ids

    def _find_features(self, ids: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Features of consecutive words: their numbers, and for each the position of its (first) word."""
        n_words, n_terms = len(self.parameters.vocabulary), self.parameters.n_terms
        at_words = np.flatnonzero(ids < n_terms)
        keys = ids[:-1] * (n_words + 1) + ids[1:]
        found = np.searchsorted(self._pairs, keys)
        at_pairs = np.flatnonzero(self._pairs[found] == keys)
        return np.concatenate([ids[at_words], n_terms + found[at_pairs]]), np.concatenate([at_words, at_pairs])

    def _weigh(
        self, features: npt.NDArray[np.int64], counts: npt.NDArray[np.integer[Any] | np.floating[Any]]
    ) -> npt.NDArray[np.float64]:
        """`(1 + ln count) * idf` of each feature, float64 (n,)."""
        values: npt.NDArray[np.float64] = (1.0 + np.log(counts)) * self._idf[features]
        return values


def _measure_length(values: npt.NDArray[np.float64]) -> float:
    """Euclidean length of a vector; 1 for an empty one, which can be divided by it."""
    return math.sqrt(float(np.einsum("i,i->", values, values))) or 1.0


def _damp(known: npt.NDArray[Any], totals: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """What a vector counts for: 1, and less the fewer of its words are known, for one known word of ten says little."""
    share: npt.NDArray[np.float64] = known / np.maximum(totals, 1)
    return np.minimum(1.0, share / _FULL_SHARE)


def _assign_words(text: str, spans: Sequence[tuple[int, int]]) -> tuple[list[str], npt.NDArray[np.int64]]:
    """The words of a text, and for each the span that it is in, `len(spans)` if in none."""
    tokens: list[str] = []
    owners: list[int] = []
    at = 0
    for owner, (start, end) in enumerate([*spans, (len(text), len(text))]):
        for place, piece in ((len(spans), text[at:start]), (owner, text[start:end])):
            found = words(piece)
            tokens += found
            owners += repeat(place, len(found))
        at = end
    return tokens, np.array(owners, dtype=np.int64)
