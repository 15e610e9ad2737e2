"""slugline's everyday half: read articles, label them, show why, sum them up.

Data flows one way: `reading` makes articles, `scoring` gives every label a number, `deciding` turns numbers
into labels, `evidence` finds the sentences behind them, `summarizing` sums up, `writing` prints, and `running`
does all that over batches that survive a kill. `text` is the one place for sentences, words and normalising;
`artifact` the one for model folders. Nothing here imports torch, transformers, scikit-learn or datasets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.classifier import Classifier
    from nlp.reading import read_articles
    from nlp.records import Article, Evidence, Prediction, Sentence, Summary, SummarySentence
    from nlp.summarizing import Summarizer

__version__ = "0.1.0"

__all__ = [
    "Article",
    "Classifier",
    "Evidence",
    "Prediction",
    "Sentence",
    "Summarizer",
    "Summary",
    "SummarySentence",
    "__version__",
    "read_articles",
]

_HOMES = {
    "Article": "nlp.records",
    "Classifier": "nlp.classifier",
    "Evidence": "nlp.records",
    "Prediction": "nlp.records",
    "Sentence": "nlp.records",
    "Summarizer": "nlp.summarizing",
    "Summary": "nlp.records",
    "SummarySentence": "nlp.records",
    "read_articles": "nlp.reading",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that `import nlp` and `slugline --help` stay quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
