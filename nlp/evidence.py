"""Why a label is on: the sentences of an article that carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nlp.records import Article, Evidence, Sentence
from nlp.scoring import ExplainingModel, Explanation, ScoringModel
from nlp.sentences import split_sentences

__all__ = ["find_evidence", "sentence_weights"]

_MAX_TERMS = 5


def sentence_weights(
    model: ExplainingModel, article: Article, sentences: Sequence[Sentence], labels: Sequence[str]
) -> npt.NDArray[np.float64]:
    """Share of each sentence in the margin of each label, float64 (n_sentences, n_labels)."""
    spans = [(sentence.start, sentence.end) for sentence in sentences]
    return model.explain(article, spans, labels).segments


def find_evidence(
    model: ScoringModel, article: Article, labels: Sequence[str], *, max_sentences: int = 3
) -> Mapping[str, tuple[Evidence, ...]]:
    """The sentences that carry each label, strongest first; the headline only where no sentence does.

    Args:
        model: The model that gave the labels.
        article: The article.
        labels: Labels of the model.
        max_sentences: How many sentences to give at most.

    Returns:
        By label, in the order given; empty for a model that cannot explain its scores.
    """
    if not isinstance(model, ExplainingModel) or not labels:
        return {}
    sentences = split_sentences(article.text)
    explanation = model.explain(article, [(sentence.start, sentence.end) for sentence in sentences], labels)
    found = {}
    for column, label in enumerate(labels):
        weights = explanation.segments[:, column]
        best = [int(at) for at in np.argsort(-weights, kind="stable")[:max_sentences] if weights[at] > 0]
        found[label] = tuple(
            _build(explanation, column, at, sentences[at], float(weights[at])) for at in best
        ) or _use_title(explanation, column, article)
    return found


def _build(explanation: Explanation, column: int, at: int, sentence: Sentence, weight: float) -> Evidence:
    terms = explanation.terms(at, column, limit=_MAX_TERMS)
    return Evidence(text=sentence.text, start=sentence.start, end=sentence.end, weight=weight, terms=terms)


def _use_title(explanation: Explanation, column: int, article: Article) -> tuple[Evidence, ...]:
    weight = float(explanation.title[column])
    if not article.title or weight <= 0:
        return ()
    terms = explanation.terms(None, column, limit=_MAX_TERMS)
    return (Evidence(text=article.title, start=None, end=None, weight=weight, terms=terms),)
