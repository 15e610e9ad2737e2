"""`slugline evaluate` and `compare`: what they print, write and refuse."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_train import articles


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of two labels, one of which has a comma and a blank in its name."""
    from training.linear import train_linear
    from training.linear_config import read_config

    folder = tmp_path_factory.mktemp("model")
    data = write(folder / "train.jsonl", articles(80))
    train_linear(read_config("linear"), data, folder / "model")
    return folder / "model"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Other articles; two have lost a label that the model gives."""
    rows = [{**row, "text": f"{row['text']} Again."} for row in articles(60)]
    sport = [row for row in rows if row["labels"] == ["sport"]]
    for row in sport[:2]:
        row["labels"] = []
    return write(tmp_path / "gold.jsonl", rows)


def test_a_table_and_two_files(slugline: Run, model: Path, data: Path, tmp_path: Path) -> None:
    done = slugline("evaluate", "--model", model, "--data", data, "--report", tmp_path / "new" / "report")
    assert done.code == 0, done.err
    assert "Wetter, heute" in done.out
    assert "micro-F1 0.9" in done.out
    assert "on 60 articles" in done.out
    figures = json.loads((tmp_path / "new" / "report" / "metrics.json").read_text("utf-8"))
    assert figures["none_accuracy"] < 1
    page = (tmp_path / "new" / "report" / "report.html").read_text("utf-8")
    assert "gold.jsonl" in page
    assert sorted(path.name for path in (tmp_path / "new" / "report").iterdir()) == ["metrics.json", "report.html"]


def test_json_on_standard_output(slugline: Run, model: Path, data: Path) -> None:
    done = slugline("evaluate", "--model", model, "--data", data, "--format", "json", "--seed", "5")
    figures = json.loads(done.out)
    assert figures["seed"] == 5
    assert figures["labels"]["Wetter, heute"]["f1"] == 1
    assert figures["f1_macro_interval"][0] <= figures["f1_macro"]


def test_gates_name_each_figure_that_fails(slugline: Run, model: Path, data: Path) -> None:
    args = ("evaluate", "--model", model, "--data", data)
    assert slugline(*args, "--fail-under", "f1[Wetter, heute]=0.99", "--fail-over", "brier=0.2").code == 0
    failed = slugline(*args, "--fail-under", "f1[sport]=1", "--fail-under", "f1_macro=1", "--fail-over", "brier=0")
    assert failed.code == 7
    assert all(f"{name} is 0." in failed.err for name in ("f1[sport]", "f1_macro", "brier"))
    assert "on 60 articles" in failed.out  # the figures are there all the same


@pytest.mark.parametrize(
    ("option", "gate", "said"),
    [
        ("--fail-under", "f1=0.5", "f1_micro"),
        ("--fail-under", "f1_micro", "f1_micro"),
        ("--fail-under", "f1_micro=nan", "bound"),
        ("--fail-under", "f1[weather]=0.5", "Wetter, heute"),
        ("--fail-under", "f1_micro[sport]=0.5", "average_precision"),
        ("--fail-under", "brier=0.5", "--fail-over"),
        ("--fail-over", "f1_micro=0.5", "--fail-under"),
    ],
)
def test_gates_that_cannot_be_meant(slugline: Run, model: Path, data: Path, option: str, gate: str, said: str) -> None:
    done = slugline("evaluate", "--model", model, "--data", data, option, gate)
    assert done.code == 2
    assert said in done.err


def test_an_undefined_figure_fails_its_gate(slugline: Run, model: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "none.jsonl", [{"text": "People by the river in the morning.", "labels": []}])
    done = slugline("evaluate", "--model", model, "--data", data, "--fail-under", "f1_micro=0.1")
    assert done.code == 7
    assert "f1_micro is undefined" in done.err


def test_near_copies_of_training_are_told(slugline: Run, model: Path, tmp_path: Path) -> None:
    trained = articles(80)
    for row in trained:
        row["text"] = f"{row['text']} {row['text']}"
    train_file = write(tmp_path / "train.jsonl", trained)
    new = [{**row, "text": " ".join(reversed(str(row["text"]).split()))} for row in trained[40:]]
    data = write(tmp_path / "mixed.jsonl", trained[:40] + new)
    done = slugline("evaluate", "--model", model, "--data", data, "--train", train_file)
    assert done.code == 0, done.err
    assert "40 of 80 articles have a near copy" in done.err
    assert "no near copy in training" in done.out


def test_reports_that_cannot_be_written(slugline: Run, model: Path, data: Path) -> None:
    done = slugline("evaluate", "--model", model, "--data", data, "--report", data)
    assert done.code == 2
    assert "is no folder" in done.err


def test_nothing_judged(slugline: Run, model: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "open.jsonl", [{"text": "A storm with hail."}])
    for command in (("evaluate", "--model", model), ("compare", model, "affairs")):
        done = slugline(*command, "--data", data)
        assert done.code == 4
        assert "No article has been judged" in done.err


def test_compare_with_itself(slugline: Run, model: Path, data: Path, tmp_path: Path) -> None:
    shutil.copytree(model, tmp_path / "copy")
    done = slugline("compare", model, tmp_path / "copy", "--data", data, "--report", tmp_path / "report")
    assert done.code == 0, done.err
    assert f"No difference: {model} and {tmp_path / 'copy'} decide alike on all 60 articles." in done.out
    found = json.loads((tmp_path / "report" / "comparison.json").read_text("utf-8"))
    assert found["contests"][0]["better"] is None
    assert "decide alike" in (tmp_path / "report" / "comparison.html").read_text("utf-8")


def test_compare_with_a_worse_model(slugline: Run, model: Path, data: Path, tmp_path: Path) -> None:
    rows = articles(80)
    for row in rows:
        row["labels"] = ["sport"] if row["labels"] == ["Wetter, heute"] else row["labels"]
    slugline("train", "--train", write(tmp_path / "wrong.jsonl", rows), "--output", tmp_path / "wrong")
    done = slugline("compare", tmp_path / "wrong", model, "--data", data, "--format", "json")
    assert done.code == 0, done.err
    contest = json.loads(done.out)["contests"][0]
    assert contest["better"] == str(model)
    assert contest["f1_micro"]["difference"] > 0
    assert contest["verdict"].startswith(f"{model} is better: +")


@pytest.mark.parametrize("models", [(), ("affairs",), ("affairs", "affairs")])
def test_compare_needs_two_models(slugline: Run, data: Path, models: tuple[str, ...]) -> None:
    assert slugline("compare", *models, "--data", data).code == 2


def test_columns_of_a_table(slugline: Run, model: Path, tmp_path: Path) -> None:
    rows = articles(30)
    lists = tmp_path / "lists.csv"
    lists.write_text(
        "body,topics\n" + "".join(f'{row["text"]},"{";".join(row["labels"])}"\n' for row in rows), encoding="utf-8"
    )
    flags = tmp_path / "flags.csv"
    flags.write_text(
        "body,sport\n" + "".join(f"{row['text']},{int('sport' in row['labels'])}\n" for row in rows), encoding="utf-8"
    )
    args = ("evaluate", "--model", model, "--format", "json", "--text-column", "body")
    done = slugline(
        *args, "--data", lists, "--labels-column", "topics", "--label-separator", ";", "--empty-labels", "none"
    )
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert (found["articles"], found["f1_micro"]) == (30, 1)
    done = slugline(*args, "--data", flags, "--label-column", "sport")
    found = json.loads(done.out)
    assert found["f1_micro"] == 1
    assert found["labels"]["Wetter, heute"]["given"] == 0  # nobody judged it: the file has no column for it
    assert found["labels"]["sport"]["articles"] > 0
