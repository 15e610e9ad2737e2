"""A small model of three topics, trained once, and articles about them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from nlp import Article, Classifier
from training.data import LabelledArticle
from training.linear import train_linear
from training.linear_config import read_config

TOPICS = {
    "ferries": ["ferry", "harbour", "quay", "rudder", "anchor"],
    "rents": ["rent", "landlord", "tenant", "lease", "deposit"],
    "herons": ["heron", "marsh", "reed", "otter", "sedge"],
}
FILLER = (
    "house", "road", "morning", "letter", "window", "table", "garden", "paper", "river", "hall", "friend", "story",
)  # fmt: skip

MakeArticle = Callable[..., LabelledArticle]


def write_text(rng: random.Random, topics: Sequence[str], sentences: int = 4) -> str:
    lines = []
    for _ in range(sentences):
        words = rng.sample(FILLER, 6) + [word for topic in topics for word in rng.sample(TOPICS[topic], 3)]
        rng.shuffle(words)
        lines.append(" ".join(words).capitalize() + ".")
    return " ".join(lines)


@pytest.fixture
def make_article() -> MakeArticle:
    """Articles whose text is about some topics and whose labels may say otherwise."""
    rng = random.Random(3)

    def make(
        *topics: str,
        labels: Sequence[str] | None = (),
        id: str = "a",
        source: str | None = None,
        date: str | None = None,
        title: str | None = None,
        evidence: dict[str, tuple[tuple[int, int], ...]] | None = None,
        sentences: int = 4,
    ) -> LabelledArticle:
        article = Article(id=id, text=write_text(rng, topics, sentences), source=source, date=date, title=title)
        return LabelledArticle(article=article, labels=None if labels is None else tuple(labels), evidence=evidence)

    return make


def train_topics(folder: Path, names: Mapping[str, str]) -> Classifier:
    """A model that knows topics of `make_article` by their words; `names` gives each its label."""
    rng = random.Random(5)
    topics = [*names, None]
    lines = []
    for number in range(100):
        topic = topics[number % len(topics)]
        row = {
            "text": write_text(rng, [topic] if topic else []),
            "labels": [names[topic]] if topic else [],
            "source": f"Outlet {number % 7}",
        }
        lines.append(json.dumps(row) + "\n")
    data = folder / "train.jsonl"
    data.write_text("".join(lines), encoding="utf-8")
    train_linear(read_config("linear"), data, folder / "model")
    return Classifier.from_pretrained(folder / "model")


@pytest.fixture(scope="session")
def topic_model(tmp_path_factory: pytest.TempPathFactory) -> Classifier:
    """A model that knows all topics of `make_article`."""
    return train_topics(tmp_path_factory.mktemp("topics"), {name: name for name in TOPICS})
