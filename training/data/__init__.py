"""Labelled articles: read from files and from Hugging Face `datasets`, for training and evaluation.

A row has `text` and, where known, `id`, `title`, `date`, `source`, `labels` and `evidence`; `Columns` says under which
names. `labels: []` says that somebody judged the article and no label holds; a missing or null field that nobody did.
"""

from __future__ import annotations

from training.data.columns import Columns
from training.data.huggingface import stream_datasets, to_datasets
from training.data.messages import label_messages
from training.data.reading import iter_labelled, read_labelled, read_training_data
from training.data.records import LabelledArticle, TrainingData, build_targets, fingerprint

__all__ = [
    "Columns",
    "LabelledArticle",
    "TrainingData",
    "build_targets",
    "fingerprint",
    "iter_labelled",
    "label_messages",
    "read_labelled",
    "read_training_data",
    "stream_datasets",
    "to_datasets",
]
