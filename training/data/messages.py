"""What a person should know about the labels of their data before a model is trained on them."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from training.data.records import TrainingData

__all__ = ["label_messages"]

_SEPARATORS = "|;,/"


def label_messages(train: TrainingData, dev: TrainingData | None = None) -> tuple[str, ...]:
    """Labels that cannot be learnt or tested as they are, and articles that teach nothing; one sentence each.

    Args:
        train: What is learnt from.
        dev: What is reported on.
    """
    return (*_unjudged(train), *_counts(train), *_look_alikes(train), *(_only_in_dev(train, dev) if dev else ()))


def _unjudged(train: TrainingData) -> Iterator[str]:
    unjudged = len(train) - int(train.judged.any(axis=1).sum())
    if unjudged:
        yield (
            f"{unjudged} of {len(train)} articles are not judged (their labels are null or empty) and are left out; "
            "an article that was judged and has no label is written []."
        )


def _counts(train: TrainingData) -> Iterator[str]:
    positives, judged = train.targets.sum(axis=0).tolist(), train.judged.sum(axis=0).tolist()
    for index, label in enumerate(train.labels):
        if not judged[index]:
            yield f"The label {label!r} was judged in no article: it cannot be learnt."
        elif not positives[index]:
            yield f"The label {label!r} never holds in the {judged[index]} articles judged for it: it cannot be learnt."
        elif positives[index] == judged[index]:
            yield f"The label {label!r} holds in all {judged[index]} articles judged for it: it cannot be told apart."
        elif positives[index] == 1:
            only = train.rows[int(train.targets[:, index].argmax())].article.id
            yield f"The label {label!r} holds once (article {only!r}): it is learnt, but cannot be tested."
    outside = sorted({label for row in train.rows for label in row.labels or ()} - set(train.labels))
    for label in outside:
        count = sum(label in (row.labels or ()) for row in train.rows)
        yield f"The label {label!r} of {count} articles is not in the label set and is left out."


def _look_alikes(train: TrainingData) -> Iterator[str]:
    alike = defaultdict(list)
    for label in train.labels:
        alike[" ".join(unicodedata.normalize("NFKC", label).casefold().split())].append(label)
    for labels in alike.values():
        if len(labels) > 1:
            yield f"The labels {' and '.join(map(repr, labels))} differ only in how they are written: are they one?"
    known = set(train.labels)
    for label in train.labels:
        for separator in _SEPARATORS:
            parts = [part.strip() for part in label.split(separator)]
            if len(parts) > 1 and known.issuperset(parts):
                yield f"The label {label!r} looks like several, separated by {separator!r}: say so with separator."


def _only_in_dev(train: TrainingData, dev: TrainingData) -> Iterator[str]:
    taught = {label for label, count in zip(train.labels, train.targets.sum(axis=0).tolist(), strict=True) if count}
    where = ", ".join(dev.paths) or "the dev file"
    for label, count in zip(dev.labels, dev.targets.sum(axis=0).tolist(), strict=True):
        if count and label not in taught:
            yield f"The label {label!r} is in {count} articles of {where} and in none of training: it cannot be found."
