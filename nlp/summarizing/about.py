"""What a summary shall be about: a label of a model, or any words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp.errors import UsageError
from nlp.records import Article, Sentence
from nlp.summarizing.base import Relevance
from nlp.summarizing.terms import content_words
from nlp.text import fold, words

if TYPE_CHECKING:
    from nlp.artifact import ModelFolder

__all__ = ["find_relevance", "match_label", "match_text"]

_DEFINITION = 0.25
"""Weight of the definition beside the model. On training articles a sentence that a reader marked for the label is in
the summary for 0.552 of the labels; with 0 for 0.548, with 1 for 0.532, by the definition alone for 0.472.
"""


def find_relevance(about: str, model: str) -> Relevance:
    """What measures how much a sentence says of something.

    Args:
        about: A label of the model, by id, name or alias; anything else is taken as words to look for.
        model: Name or folder of the model.

    Raises:
        UsageError: If `about` is blank.
        ModelFolderError: If the model is missing, corrupt or of another version.
    """
    if not fold(about).strip():
        raise UsageError("Nothing is named that the summary shall be about.", hint="Give a label or some words.")
    from nlp.artifact import find_model, open_model_folder

    folder = open_model_folder(find_model(model))
    label = folder.taxonomy.find(about)
    return match_text(about) if label is None or label.id not in folder.labels else match_label(folder, label.id)


def match_label(folder: ModelFolder, label: str) -> Relevance:
    """Relevance to a label: each sentence's share of its score, and how much it says of the label's definition.

    The shares are measured against the strongest sentence of any label, so that of an article in which the model sees
    little of the label the definition decides.

    Raises:
        ModelFolderError: If the model's files do not fit together.
        UsageError: If the model cannot say what its scores are made of.
    """
    from nlp.evidence import sentence_weights
    from nlp.scoring import ExplainingModel, load_scorer

    scorer = load_scorer(folder)
    if not isinstance(scorer, ExplainingModel):
        raise UsageError(
            f"The model {folder.name!r} cannot say which sentences carry a label.",
            hint="Say in words what you look for.",
        )
    column = folder.labels.index(label)
    known = folder.taxonomy[label]
    defined = match_text(" ".join((known.name, known.definition, *known.aliases)))

    def weigh(article: Article, sentences: Sequence[Sentence]) -> NDArray[np.float64]:
        shares = sentence_weights(scorer, article, sentences, folder.labels)
        said = defined(article, sentences)
        return np.maximum(shares[:, column], 0.0) / _positive_max(shares) + _DEFINITION * said / _positive_max(said)

    return weigh


def _positive_max(values: NDArray[np.float64]) -> float:
    return max(float(values.max(initial=0.0)), 1e-9)


def match_text(query: str) -> Relevance:
    """Relevance to a text: how much of its words a sentence says, the rarer in the article the more each counts.

    Inflections match; function words count only if the text has no others. The weights are in [0, 1].

    >>> sentences = [Sentence(text=text, start=0, end=0) for text in ("The ferry sank.", "Miners walked out.")]
    >>> match_text("the strike of a miner")(Article(id="1", text=""), sentences).round(2).tolist()
    [0.0, 0.5]
    """
    wanted = frozenset(content_words(query)) or frozenset(words(query))
    split = content_words if content_words(query) else words

    def weigh(_: Article, sentences: Sequence[Sentence]) -> NDArray[np.float64]:
        said = [wanted.intersection(split(sentence.text)) for sentence in sentences]
        frequency = Counter(term for terms in said for term in terms)
        weight = {term: math.log1p(len(said) / max(1, frequency[term])) for term in wanted}
        whole = sum(weight.values()) or 1.0
        # Summed in a fixed order: a set's own differs from run to run, and with it the last digit.
        return np.array([sum(weight[term] for term in sorted(terms)) / whole for terms in said])

    return weigh
