"""Counting terms and fitting the classifiers of a linear model, with scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.svm import LinearSVC

from nlp.errors import InputError
from nlp.inflections import JOINERS
from nlp.scoring.linear import cut_windows, list_terms
from nlp.scoring.linear_parameters import LinearParameters
from nlp.text import words
from training.data import LabelledArticle
from training.linear_config import LinearConfig

_Window = tuple[list[str], list[str]]

__all__ = ["FittedLinear", "TermCounts", "WordReader", "count_terms", "export_parameters", "fit_linear"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TermCounts:
    """How often each term occurs in windows and in marked passages.

    Attributes:
        terms: The terms, in alphabetical order, one a column.
        forms: The forms that each word of the terms stands for.
        first: (n_articles, n_terms), first windows.
        later: (n_later, n_terms), the windows after the first.
        later_of: int64 (n_later,), the article of each.
        passages: (n_passages, n_terms), passages that prove a label.
        passage_of: int64 (n_passages,), the article of each.
        passage_label: int64 (n_passages,), the label that it proves.
    """

    terms: tuple[str, ...]
    forms: Mapping[str, tuple[str, ...]]
    first: csr_matrix
    later: csr_matrix
    later_of: npt.NDArray[np.int64]
    passages: csr_matrix
    passage_of: npt.NDArray[np.int64]
    passage_label: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedLinear:
    """Fitted classifiers.

    Attributes:
        columns: int64 (n_used,), the columns of the terms that are used.
        tfidf: Weighs their counts.
        coef: float64 (n_labels, n_used).
        intercept: float64 (n_labels,).
        later_cost: What a window after the first must have more.
    """

    columns: npt.NDArray[np.int64]
    tfidf: TfidfTransformer
    coef: npt.NDArray[np.float64]
    intercept: npt.NDArray[np.float64]
    later_cost: float

    def margins(self, counts: TermCounts, articles: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Largest margin over the windows of each article, float64 (n_articles, n_labels)."""
        margins = np.full((counts.first.shape[0], len(self.intercept)), -np.inf)
        margins[articles] = self._decide(counts.first[articles])
        later = np.flatnonzero(np.isin(counts.later_of, articles))
        if len(later):
            np.maximum.at(margins, counts.later_of[later], self._decide(counts.later[later]) - self.later_cost)
        return margins[articles]

    def _decide(self, counts: csr_matrix) -> npt.NDArray[np.float64]:
        margins: npt.NDArray[np.float64] = self.tfidf.transform(counts[:, self.columns]) @ self.coef.T + self.intercept
        return margins


def count_terms(rows: Sequence[LabelledArticle], labels: Sequence[str], config: LinearConfig) -> TermCounts:
    """Count the terms of articles, windows and marked passages.

    Terms of stop words alone are left out.

    Raises:
        InputError: If no term occurs in enough articles.
    """
    reader = WordReader(config)
    first: list[_Window] = []
    later: list[_Window] = []
    passages: list[_Window] = []
    later_of: list[int] = []
    passage_of: list[int] = []
    passage_label: list[int] = []
    for index, row in enumerate(rows):
        tokens, title = reader.read(row.article.text, row.article.title or "")
        for number, (start, end) in enumerate(cut_windows(len(tokens), config.window_words)):
            (later if number else first).append((tokens[start:end], title))
            later_of += [index] if number else []
        for label, spans in (row.evidence or {}).items():
            if label in labels and label in (row.labels or ()):
                passages += [(reader.join(words(row.article.text[start:end])), []) for start, end in spans]
                passage_of += [index] * len(spans)
                passage_label += [labels.index(label)] * len(spans)
    vectorizer = CountVectorizer(
        analyzer=reader.list_terms, min_df=min(config.min_articles, len(rows)), dtype=np.float64
    )
    try:
        counted = vectorizer.fit_transform(first)
    except ValueError:  # scikit-learn's word for an empty vocabulary
        raise InputError(
            f"No word occurs in at least {config.min_articles} of {len(rows)} articles: nothing can be learnt.",
            hint="Give more articles, or lower min_articles.",
        ) from None
    return TermCounts(
        terms=tuple(vectorizer.get_feature_names_out().tolist()),
        forms=reader.forms(),
        first=counted,
        later=vectorizer.transform(later) if later else csr_matrix((0, counted.shape[1])),
        later_of=np.array(later_of, dtype=np.int64),
        passages=vectorizer.transform(passages) if passages else csr_matrix((0, counted.shape[1])),
        passage_of=np.array(passage_of, dtype=np.int64),
        passage_label=np.array(passage_label, dtype=np.int64),
    )


class WordReader:
    """Cuts texts into words with their forms joined, and keeps account of the forms."""

    def __init__(self, config: LinearConfig) -> None:
        self._config = config
        self._joiner = JOINERS[config.forms]
        self._joined: dict[str, str] = {}
        self._articles: Counter[str] = Counter()
        self._stop = frozenset({*config.stop_words, *map(self._joiner, config.stop_words)})

    def read(self, text: str, title: str) -> tuple[list[str], list[str]]:
        """The words of an article's text and headline."""
        found = words(text), words(title)
        self._articles.update({*found[0], *found[1]})
        return self.join(found[0]), self.join(found[1])

    def join(self, tokens: list[str]) -> list[str]:
        """Words with their forms joined."""
        for token in tokens:
            if token not in self._joined:
                self._joined[token] = self._joiner(token)
        return [self._joined[token] for token in tokens]

    def list_terms(self, window: _Window) -> list[str]:
        """The terms of a window, those of stop words alone left out."""
        terms = list_terms(*window, title_weight=self._config.title_weight)
        return [term for term in terms if not self._stop.issuperset(term.split(" "))]

    def forms(self) -> dict[str, tuple[str, ...]]:
        """The forms of each joined word that are in enough articles, the most frequent first, and the joined word."""
        found: dict[str, list[str]] = {}
        for form, number in sorted(self._articles.items(), key=lambda item: (-item[1], item[0])):
            if number >= self._config.min_articles or self._joined[form] not in found:
                found.setdefault(self._joined[form], []).append(form)
        return {word: (*forms, *(() if word in forms else (word,))) for word, forms in found.items()}


def fit_linear(
    counts: TermCounts, targets: npt.NDArray[np.bool_], articles: npt.NDArray[np.int64], config: LinearConfig
) -> FittedLinear:
    """Fit a classifier a label on the first windows of some articles and the passages marked in them.

    A passage is a short article of its own, `passage_weight` of one. It has the label that it proves and none that its
    article has not; whether it has the article's other labels nobody said, so their classifiers do not see it.

    Args:
        counts: Of all articles.
        targets: bool (n_all_articles, n_labels).
        articles: int64, the articles to learn from.
        config: How to train.
    """
    columns = _select_terms(counts.first[articles], config)
    tfidf = TfidfTransformer(sublinear_tf=True)
    weighted = tfidf.fit_transform(counts.first[articles][:, columns])
    passages = np.flatnonzero(np.isin(counts.passage_of, articles) & (config.passage_weight > 0))
    if len(passages):
        weighted = vstack([weighted, tfidf.transform(counts.passages[passages][:, columns])]).tocsr()
    fitted = []
    for label, target in enumerate(targets[articles].T):
        proves = counts.passage_label[passages] == label
        known = proves | ~targets[counts.passage_of[passages], label]
        holds = np.concatenate([target, proves])
        weight = np.concatenate([np.ones(len(articles)), config.passage_weight * known])
        fitted.append(_fit_label(weighted[weight > 0], holds[weight > 0], weight[weight > 0], config))
    return FittedLinear(
        columns=columns,
        tfidf=tfidf,
        coef=np.stack([coef for coef, _ in fitted]),
        intercept=np.array([intercept for _, intercept in fitted]),
        later_cost=config.later_window_cost,
    )


def export_parameters(
    terms: Sequence[str],
    idf: npt.NDArray[np.float64],
    coef: npt.NDArray[np.float64],
    intercept: npt.NDArray[np.float64],
    config: LinearConfig,
    forms: Mapping[str, tuple[str, ...]],
) -> LinearParameters:
    """The parameters of a fitted vectorizer and classifiers, in the form that `nlp` scores with.

    Args:
        terms: Words, and pairs of words with a space between them: the vectorizer's feature names.
        idf: float64 (n_terms,).
        coef: float64 (n_labels, n_terms), as scikit-learn has it.
        intercept: float64 (n_labels,).
        config: What the terms were counted with.
        forms: The forms that each word stands for, itself where it is not there.
    """
    singles = [index for index, term in enumerate(terms) if " " not in term]
    pairs = {index: term.split(" ") for index, term in enumerate(terms) if " " in term}
    vocabulary = [terms[index] for index in singles]
    others = {word for pair in pairs.values() for word in pair} | {word for word in config.stop_words if word in forms}
    vocabulary += sorted(others - set(vocabulary))
    number = {word: index for index, word in enumerate(vocabulary)}
    keys = {index: number[first] * len(vocabulary) + number[second] for index, (first, second) in pairs.items()}
    keyed = sorted((key, index) for index, key in keys.items())
    order = singles + [index for _, index in keyed]
    return LinearParameters(
        vocabulary=tuple(" ".join(forms.get(word, (word,))) for word in vocabulary),
        n_terms=len(singles),
        pairs=np.array([key for key, _ in keyed], dtype=np.int64),
        idf=np.asarray(idf, dtype=np.float32)[order],
        coef=np.ascontiguousarray(coef.T[order], dtype=np.float32),
        intercept=np.asarray(intercept, dtype=np.float32),
        forms=config.forms,
        title_weight=config.title_weight,
        window_words=config.window_words,
        later_window_cost=config.later_window_cost,
    )


def _select_terms(counts: csr_matrix, config: LinearConfig) -> npt.NDArray[np.int64]:
    """Columns of the terms that occur in enough articles; of these, where they are too many, the most frequent."""
    enough = np.flatnonzero(np.diff(counts.tocsc().indptr) >= min(config.min_articles, counts.shape[0]))
    frequency = np.asarray(counts.sum(axis=0)).ravel()[enough]
    return np.sort(enough[np.argsort(-frequency, kind="stable")[: config.max_terms]])


def _fit_label(
    examples: csr_matrix, holds: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64], config: LinearConfig
) -> tuple[npt.NDArray[np.float64], float]:
    """Coefficients and intercept; for a label that holds always or never zeros and 1 or -1."""
    positive = int(holds.sum())
    if positive in (0, len(holds)):
        return np.zeros(examples.shape[1]), 1.0 if positive else -1.0
    # One label after the other: liblinear has a single random generator, which threads would share.
    machine = LinearSVC(C=config.cost, random_state=config.seed, dual=True, tol=1e-3, max_iter=10_000)
    machine.fit(examples, holds, sample_weight=weight)
    return machine.coef_[0], float(machine.intercept_[0])
