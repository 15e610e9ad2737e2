"""`slugline train` and `evaluate`."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.cli.conftest import Run

TOPICS = {"sport": ["match", "goal", "coach", "league"], "Wetter, heute": ["storm", "rain", "gale", "hail"]}
FILLER = [
    "people",
    "house",
    "road",
    "morning",
    "letter",
    "window",
    "table",
    "garden",
    "paper",
    "river",
    "hall",
    "friend",
]


def articles(count: int) -> list[dict[str, object]]:
    rng = random.Random(5)
    rows: list[dict[str, object]] = []
    for number in range(count):
        labels = [name for name in TOPICS if rng.random() < 0.4]
        words = rng.choices(FILLER, k=20) + [word for name in labels for word in rng.choices(TOPICS[name], k=6)]
        rng.shuffle(words)
        rows.append(
            {"id": str(number), "text": " ".join(words) + ".", "labels": labels, "source": f"Paper {number % 5}"}
        )
    return rows


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in articles(80)), encoding="utf-8")
    return path


def test_train_then_classify_and_evaluate(slugline: Run, data: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    done = slugline("train", "--train", data, "--output", model, "--dev", data)
    assert done.code == 0, done.err
    assert "cross_validation: micro-F1" in done.out
    assert [row["id"] for row in slugline("labels", "list", "--model", model, "--format", "jsonl").rows()] == sorted(
        TOPICS
    )
    new = tmp_path / "new.txt"
    new.write_text("A storm with rain and hail went over the house by the river; the gale took the window.")
    assert slugline("classify", new, "--model", model, "--format", "jsonl").rows()[0]["labels"] == ["Wetter, heute"]
    done = slugline("evaluate", "--model", model, "--data", data, "--report", tmp_path / "report")
    assert done.code == 0
    figures = json.loads((tmp_path / "report" / "metrics.json").read_text())
    assert figures["f1_micro"] > 0.9
    assert figures["articles"] == 80


def test_gates(slugline: Run, data: Path, tmp_path: Path) -> None:
    slugline("train", "--train", data, "--output", tmp_path / "model")
    args = ("evaluate", "--model", tmp_path / "model", "--data", data, "--fail-under")
    assert slugline(*args, "f1_micro=0.5").code == 0
    failed = slugline(*args, "f1_micro=1.01")
    assert failed.code == 7
    assert "f1_micro is" in failed.err
    assert slugline(*args, "f1=0.5").code == 2


def test_a_label_that_the_model_does_not_know_is_named(slugline: Run, data: Path, tmp_path: Path) -> None:
    slugline("train", "--train", data, "--output", tmp_path / "model")
    rows = [{**row, "labels": ["astronomy"]} if number < 3 else row for number, row in enumerate(articles(80))]
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = slugline("evaluate", "--model", tmp_path / "model", "--data", tmp_path / "gold.jsonl")
    assert done.code == 0
    assert "'astronomy' of 3 articles" in done.err


@pytest.mark.parametrize(
    ("row", "said"),
    [("{broken", ":2"), ('{"text": "x", "labels": "sport"}', ":2"), ('{"labels": []}', ":2")],
)
def test_bad_training_rows_name_file_and_line(slugline: Run, data: Path, tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(data.read_text().split("\n")[0] + "\n" + row + "\n")
    done = slugline("train", "--train", path, "--output", tmp_path / "model")
    assert done.code == 4
    assert f"bad.jsonl{said}" in done.err
    assert not (tmp_path / "model").exists()


def test_unknown_configuration(slugline: Run, data: Path, tmp_path: Path) -> None:
    done = slugline("train", "--config", "no-such", "--train", data, "--output", tmp_path / "model")
    assert done.code == 3
    assert "no-such" in done.err
