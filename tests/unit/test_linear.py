from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlp.artifact import open_model_folder
from nlp.errors import ConfigError, InputError, ModelFolderError
from nlp.records import Article
from nlp.scoring import ScoringModel, load_scorer
from nlp.scoring.linear import LinearModel
from training.calibrate import choose_thresholds, find_best_threshold, fit_calibration
from training.evaluate import macro_f1, measure_decisions, micro_f1
from training.linear import train_linear
from training.linear_config import parse_config, read_config
from training.splits import assign_folds

ROOT = Path(__file__).parents[2]
FILLER = (
    "house", "road", "morning", "letter", "window", "table", "garden", "paper", "river", "hall", "friend", "story",
    "school", "visit", "corner", "evening",
)  # fmt: skip
TOPICS = {
    "None": ["ferry", "anchor", "harbour", "quay", "rudder", "mast"],
    "cost, of living": ["rent", "bread", "wages", "prices", "bills", "heating"],
    "EU: fish/budget": ["trawler", "quota", "herring", "levy", "subsidy", "haddock"],
    "\u00d6kologie \u2665": ["meadow", "heron", "reed", "marsh", "otter", "sedge"],
}


def write_text(rng: random.Random, *topics: str) -> str:
    sentences = []
    for _ in range(5):
        tokens = rng.sample(FILLER, 6) + [word for topic in topics for word in rng.sample(TOPICS[topic], 3)]
        rng.shuffle(tokens)
        sentences.append(" ".join(tokens).capitalize() + ".")
    return " ".join(sentences)


def make_rows(number: int = 60) -> list[dict[str, Any]]:
    rng = random.Random(7)
    names = [*TOPICS, None]
    rows = []
    for index in range(number):
        topics = [name for name in (names[index % 5],) if name is not None]
        rows.append(
            {"id": f"a{index}", "text": write_text(rng, *topics), "source": f"Outlet {index % 7}", "labels": topics}
        )
    return rows


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def train(folder: Path, rows: list[dict[str, Any]]) -> LinearModel:
    data = write_rows(folder / "train.jsonl", rows)
    train_linear(read_config("linear"), data, folder / "model")
    model = load_scorer(open_model_folder(folder / "model"))
    assert isinstance(model, LinearModel)
    return model


def test_any_label_names_are_learnt_and_survive_the_folder(tmp_path: Path) -> None:
    model = train(tmp_path, make_rows())
    assert model.labels == tuple(sorted(TOPICS))
    assert isinstance(model, ScoringModel)
    folder = open_model_folder(tmp_path / "model")
    for name in TOPICS:
        (row,) = model.scores([Article(id="x", text=write_text(random.Random(1), name))])
        on = {
            label
            for label, score, threshold in zip(model.labels, row, folder.thresholds, strict=True)
            if score >= threshold
        }
        assert on == {name}
    assert "cost, of living" in (tmp_path / "model" / "README.md").read_text("utf-8")
    assert folder.metrics["cross_validation"]["f1_micro"] > 0.9


def test_texts_without_a_known_word_get_finite_scores(tmp_path: Path) -> None:
    model = train(tmp_path, make_rows())
    scores = model.scores(
        [Article(id="1", text=""), Article(id="2", text="xyzzy", title=""), Article(id="3", text="?!")]
    )
    assert np.isfinite(scores).all()
    assert (scores < 0.5).all()
    assert scores[0].tobytes() == scores[1].tobytes() == scores[2].tobytes()


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    data = write_rows(tmp_path / "train.jsonl", make_rows(30))
    train_linear(read_config("linear"), data, tmp_path / "here")
    command = [
        sys.executable,
        "-m",
        "training.linear",
        "--config",
        "linear",
        "--train",
        data,
        "--output",
        tmp_path / "there",
    ]
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True)
    here, there = (
        {path.name: path.read_bytes() for path in (tmp_path / place).iterdir()} for place in ("here", "there")
    )
    assert here == there


def test_labels_always_and_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = make_rows()
    for index, row in enumerate(rows):
        row["labels"] = ["always", *row["labels"], *(["once"] if index == 12 else [])]
    model = train(tmp_path, rows)
    assert "'once' has 1 of 60 articles" in capsys.readouterr().err
    folder = open_model_folder(tmp_path / "model")
    (row,) = model.scores([Article(id="x", text=write_text(random.Random(1)))])
    on = dict(zip(model.labels, row >= folder.thresholds, strict=True))
    assert on["always"]
    assert not on["once"]
    assert dict(zip(model.labels, row, strict=True))["always"] >= 0.5


def test_three_rows_are_enough_for_an_answer(tmp_path: Path) -> None:
    model = train(tmp_path, make_rows()[:3])
    assert np.isfinite(model.scores([Article(id="x", text="A ferry.")])).all()


def test_rows_that_nobody_judged_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = make_rows()
    unjudged = [{**row, "labels": None} for row in rows[:10]]
    train(tmp_path, rows + unjudged)
    assert "10 of 70 articles have no labels" in capsys.readouterr().err
    assert open_model_folder(tmp_path / "model").data["articles"] == 60


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"text": "a"}, {"text": "b"}], "holds 0 labelled articles"),
        ([{"text": "a b", "labels": []}, {"text": "a b", "labels": []}], "No article has a label"),
        ([{"text": "a", "labels": ["x"]}, {"text": "b", "labels": []}], "nothing can be learnt"),
    ],
)
def test_too_little_to_learn_from(tmp_path: Path, rows: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        train(tmp_path, rows)


def test_labels_follow_the_taxonomy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taxonomy = {"labels": [{"id": name} for name in ("\u00d6kologie \u2665", "unheard of", "None", "cost, of living")]}
    (tmp_path / "taxonomy.json").write_text(json.dumps(taxonomy), "utf-8")
    config = replace(read_config("linear"), taxonomy=str(tmp_path / "taxonomy.json"))
    trained = train_linear(config, write_rows(tmp_path / "train.jsonl", make_rows()), tmp_path / "model")
    assert trained.model.labels == ("\u00d6kologie \u2665", "None", "cost, of living")
    told = capsys.readouterr().err
    assert "'unheard of' is left out" in told
    assert "'EU: fish/budget' is left out" in told


def test_a_folder_whose_parts_do_not_fit_is_refused(tmp_path: Path) -> None:
    model = train(tmp_path, make_rows())
    folder = open_model_folder(tmp_path / "model")
    files = dict(folder.files)
    lines = folder.text("vocabulary.txt").split("\n")
    for vocabulary in (lines[1:], [lines[1], *lines[1:]], []):
        broken = replace(folder, files={**files, "vocabulary.txt": "\n".join(vocabulary).encode()})
        with pytest.raises(ModelFolderError, match="does not fit together"):
            load_scorer(broken)
    config = {**folder.json("config.json"), "linear": {**folder.json("config.json")["linear"], "n_terms": True}}
    with pytest.raises(ModelFolderError, match="n_terms in config"):
        load_scorer(replace(folder, files={**files, "config.json": json.dumps(config).encode()}))
    with pytest.raises(ModelFolderError, match="cannot score with"):
        load_scorer(replace(folder, kind="oracle"))
    with pytest.raises(ValueError, match="not increasing"):
        replace(model.parameters, pairs=model.parameters.pairs[::-1])


CONFIG = {
    "kind": "linear", "name": "mine", "taxonomy": "", "min_articles": 2, "max_terms": 100, "forms": "none",
    "title_weight": 2, "stop_words": ["the"], "window_words": 750, "later_window_cost": 0.5, "passage_weight": 0.3,
    "cost": 1, "folds": 5, "seed": 0, "shrinkage": 10.0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": 1}, "unknown key 'colour'"),
        ({"folds": None}, "lacks the key 'folds'"),
        ({"folds": "5"}, "folds is '5', not of the type int"),
        ({"folds": True}, "not of the type int"),
        ({"folds": 1}, "not within 2 to 100"),
        ({"forms": "elvish"}, "not one of english, none"),
        ({"kind": "encoder"}, "not 'linear'"),
        ({"name": ""}, "name is empty"),
    ],
)
def test_a_configuration_is_read_strictly(change: dict[str, Any], message: str) -> None:
    assert parse_config(CONFIG, file="x.toml").cost == 1.0
    value = {key: new for key, new in {**CONFIG, **change}.items() if new is not None}
    with pytest.raises(ConfigError, match=message):
        parse_config(value, file="x.toml")


def test_shipped_configurations_are_complete() -> None:
    assert read_config("affairs").name == "affairs"
    assert Path(read_config("affairs").taxonomy).is_file()
    with pytest.raises(ConfigError, match="cannot be read"):
        read_config("no-such-configuration")


def test_forms_of_a_noun_count_as_one(tmp_path: Path) -> None:
    rows = make_rows()
    for index, row in enumerate(rows):
        row["text"] = row["text"].replace("ferry", ("ferry", "ferries", "ferry's")[index % 3])
    model = train(tmp_path, rows)
    texts = ("The ferry came.", "The ferries came.", "The Ferry\u2019s came.", "The boat came.")
    first, second, third, other = (
        row.tobytes() for row in model.scores([Article(id=text, text=text) for text in texts])
    )
    assert first == second == third != other
    named = [word for word in model.parameters.vocabulary if "ferry" in word.split(" ")]
    assert sorted(named[0].split(" ")) == ["ferries", "ferry", "ferry's"]


def test_folds_keep_outlets_apart() -> None:
    groups = [f"outlet {number % 11}" for number in range(100)] + [None] * 20
    folds = assign_folds(groups, 5, seed=0)
    for group in set(groups) - {None}:
        assert len({fold for fold, name in zip(folds, groups, strict=True) if name == group}) == 1
    sizes = np.bincount(folds)
    assert len(sizes) == 5
    assert sizes.max() - sizes.min() <= 5
    assert assign_folds(["one"] * 6, 3, seed=0).tolist() != [0] * 6


def test_rare_labels_lean_on_the_common_threshold() -> None:
    rng = np.random.default_rng(0)
    targets = np.zeros((200, 2), dtype=bool)
    targets[:80, 0], targets[0, 1] = True, True
    scores = np.clip(targets * 0.4 + rng.uniform(0, 0.5, targets.shape), 0, 1)
    scores[0, 1] = 0.95  # one lucky article: its own best threshold is far too high
    common, own = find_best_threshold(scores.ravel(), targets.ravel()), find_best_threshold(scores[:, 1], targets[:, 1])
    assert own > 0.7 > common
    thresholds = choose_thresholds(scores, targets, shrinkage=9.0)
    assert thresholds[1] == pytest.approx((own + 9 * common) / 10)
    assert choose_thresholds(scores, targets, shrinkage=0.0)[1] == pytest.approx(own)


def test_calibration_is_that_of_scikit_learn_and_never_falls() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    margins = rng.normal(size=(5000, 2))
    targets = rng.uniform(size=margins.shape) < 1 / (1 + np.exp(1 - 2 * margins))
    curve = fit_calibration(margins, targets)
    reference = LogisticRegression(C=1e6).fit(margins[:, :1], targets[:, 0])
    assert curve.slope[0] == pytest.approx(reference.coef_[0, 0], rel=0.01)
    assert curve.intercept[0] == pytest.approx(reference.intercept_[0], rel=0.01)
    against = np.stack([targets[:, 0], ~targets[:, 1]], axis=1)
    assert (fit_calibration(margins, against).slope > 0).all()
    constant = fit_calibration(np.full((5, 1), 1.0), np.ones((5, 1), dtype=bool))
    assert 0.5 < constant.apply(np.array([[1.0]]))[0, 0] < 1


def test_figures_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import f1_score

    rng = np.random.default_rng(0)
    targets, decided = rng.random((50, 4)) < 0.3, rng.random((50, 4)) < 0.3
    assert micro_f1(targets, decided) == pytest.approx(f1_score(targets, decided, average="micro"))
    assert macro_f1(targets, decided) == pytest.approx(f1_score(targets, decided, average="macro"))
    figures = measure_decisions(targets, decided, "abcd")
    assert figures["f1_micro_interval"][0] < figures["f1_micro"] < figures["f1_micro_interval"][1]
    assert figures["labels"]["a"]["articles"] == targets[:, 0].sum()
    nothing = np.zeros((3, 4), dtype=bool)
    assert micro_f1(nothing, nothing) == macro_f1(nothing, nothing) == 0.0
