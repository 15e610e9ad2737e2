"""The mistakes a model is surest of, with what speaks for them in the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.classifier import Classifier
from nlp.evidence import find_evidence
from training.data import LabelledArticle

__all__ = ["Mistake", "Passage", "find_mistakes"]

_CONTEXT_CHARS = 140
_OPENING_CHARS = 320
_MAX_PASSAGES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of a text: `marked` is `text[start:end]`, the rest what stands around it; without offsets the headline.

    Attributes:
        before: Up to 140 characters before.
        marked: What speaks for the label; empty where an opening is shown that nothing is marked in.
        after: Up to 140 characters after.
        start: Offset of `marked` in the article's text.
        end: Offset after it.
    """

    before: str
    marked: str
    after: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A label that is wrongly given or wrongly missing.

    Attributes:
        kind: `"false alarm"` or `"miss"`.
        label: The label.
        score: Its score in [0, 1].
        threshold: Its threshold.
        row: Index of the article in the rows that were given.
        id: The article's id; `title` and `source` are the article's too.
        gold: The labels that hold.
        given: The labels that were given.
        passages: Of a false alarm the model's evidence; of a miss what a reader marked, else the opening.
    """

    kind: str
    label: str
    score: float
    threshold: float
    row: int
    id: str
    title: str | None
    source: str | None
    gold: tuple[str, ...]
    given: tuple[str, ...]
    passages: tuple[Passage, ...]


def find_mistakes(
    classifier: Classifier,
    rows: Sequence[LabelledArticle],
    targets: npt.NDArray[np.bool_],
    decided: npt.NDArray[np.bool_],
    judged: npt.NDArray[np.bool_],
    scores: npt.NDArray[np.float32],
    *,
    max_each: int = 10,
    max_of_label: int = 2,
) -> tuple[Mistake, ...]:
    """The false alarms of highest score, then the misses of lowest score.

    Args:
        classifier: The model.
        rows: The articles.
        targets: bool (n_articles, n_labels), which labels hold.
        decided: bool (n_articles, n_labels), which are given.
        judged: bool (n_articles, n_labels), which pairs count.
        scores: float32 (n_articles, n_labels).
        max_each: How many of either kind.
        max_of_label: How many of one label and kind, so that no label fills the list.
    """
    found = []
    for kind, wrong, order in (
        ("false alarm", decided & ~targets & judged, -scores),
        ("miss", targets & ~decided & judged, scores),
    ):
        places = np.argwhere(wrong)
        shown: Counter[int] = Counter()
        for row, column in places[np.argsort(order[wrong], kind="stable")]:
            if shown.total() == max_each:
                break
            if shown[int(column)] < max_of_label:
                shown[int(column)] += 1
                found.append((kind, int(row), int(column)))
    labels = classifier.labels
    return tuple(
        Mistake(
            kind=kind,
            label=labels[column],
            score=float(scores[row, column]),
            threshold=float(classifier.folder.thresholds[column]),
            row=row,
            id=rows[row].article.id,
            title=rows[row].article.title,
            source=rows[row].article.source,
            gold=tuple(rows[row].labels or ()),
            given=tuple(labels[at] for at in np.flatnonzero(decided[row])),
            passages=_find_passages(classifier, rows[row], labels[column], kind),
        )
        for kind, row, column in found
    )


def _find_passages(classifier: Classifier, row: LabelledArticle, label: str, kind: str) -> tuple[Passage, ...]:
    text = row.article.text
    spans: list[tuple[int, int]] = []
    if kind == "miss":
        spans = list((row.evidence or {}).get(label, ()))
    else:
        for proof in find_evidence(classifier.scorer, row.article, (label,)).get(label, ()):
            if proof.start is None or proof.end is None:
                return (Passage(before="", marked=proof.text, after="", start=None, end=None),)
            spans.append((proof.start, proof.end))
    if not spans:
        opening = text[:_OPENING_CHARS] + ("…" if len(text) > _OPENING_CHARS else "")
        return (Passage(before=opening, marked="", after="", start=0, end=0),)
    return tuple(_cut(text, start, end) for start, end in spans[:_MAX_PASSAGES])


def _cut(text: str, start: int, end: int) -> Passage:
    before, after = text[max(0, start - _CONTEXT_CHARS) : start], text[end : end + _CONTEXT_CHARS]
    if start > _CONTEXT_CHARS:
        before = "…" + before.partition(" ")[2]
    if end + _CONTEXT_CHARS < len(text):
        after = after.rpartition(" ")[0] + "…"
    return Passage(before=before, marked=text[start:end], after=after, start=start, end=end)
