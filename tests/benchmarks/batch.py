"""Articles a second: a batch of slugline against the scikit-learn pipeline that its model came from.

    python -m tests.benchmarks batch --articles 3000

Both read the same JSONL file, label every article, and write labels and scores as JSON lines, on the same cores.
Loading the models is not timed, all else is. The pipeline runs in one process, for scikit-learn has no threads for
this; slugline in one, and in two as with `--jobs 2`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from nlp.artifact import ModelFolder, find_model, open_model_folder
from nlp.records import SCORE_DECIMALS
from nlp.running.batch import run_to_file
from nlp.running.jobs import ClassifyJob, OutputOptions
from nlp.scoring.linear import LinearModel, cut_windows
from nlp.text import words

SAMPLES = Path(__file__).parents[2] / "artifacts" / "samples" / "articles.jsonl"
CHUNK = 256


def generate_articles(path: Path, number: int, *, n_words: int = 700, seed: int = 0) -> None:
    """Write articles of about the length of a news story, put together from paragraphs of the sample corpus."""
    rng = random.Random(seed)
    samples = [json.loads(line) for line in SAMPLES.read_text("utf-8").split("\n") if line]
    paragraphs = [part for sample in samples for part in sample["text"].split("\n\n")]
    with path.open("w", encoding="utf-8") as stream:
        for index in range(number):
            text = [rng.choice(samples)["text"]]
            while sum(part.count(" ") for part in text) < n_words:
                text.append(rng.choice(paragraphs))
            row = {"id": f"a{index}", "title": rng.choice(samples)["title"], "text": "\n\n".join(text)}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def run_slugline(source: Path, target: Path, *, job: ClassifyJob, jobs: int) -> None:
    """What `slugline classify SOURCE --scores --output TARGET` does once its model is loaded."""
    run_to_file(job, (str(source),), output=target, force=True, resume=False, report=sys.stderr.write, jobs=jobs)


def run_sklearn(source: Path, target: Path, *, model: LinearModel, thresholds: Any, pipeline: Any, reader: Any) -> None:
    """The same with scikit-learn: a chunk of windows at a time goes through one pipeline."""
    parameters, calibration = model.parameters, model.calibration
    with source.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as stream:
        while rows := [json.loads(line) for line in islice(lines, CHUNK)]:
            windows, owners, costs = [], [], []
            for index, row in enumerate(rows):
                tokens, title = reader.join(words(row["text"])), reader.join(words(row["title"] or ""))
                for number, (start, end) in enumerate(cut_windows(len(tokens), parameters.window_words)):
                    windows.append((tokens[start:end], title))
                    owners.append(index)
                    costs.append(parameters.later_window_cost if number else 0.0)
            margins = np.full((len(rows), len(model.labels)), -np.inf)
            np.maximum.at(margins, owners, pipeline.decision_function(windows) - np.array(costs)[:, None])
            scores = np.round(calibration.apply(margins).astype(np.float64), SCORE_DECIMALS)
            for row, score in zip(rows, scores, strict=True):
                on = [model.labels[at] for at in np.argsort(-score, kind="stable") if score[at] >= thresholds[at]]
                found = {"labels": on, "scores": dict(zip(model.labels, score.tolist(), strict=True))}
                stream.write(json.dumps({"id": row["id"], "title": row["title"], **found}, ensure_ascii=False) + "\n")


def build_pipeline(folder: ModelFolder, model: LinearModel) -> tuple[Any, Any]:
    """The scikit-learn pipeline that a linear model was fitted as, and the reader of words that goes before it."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import Pipeline
    from sklearn.svm import LinearSVC

    from nlp.inflections import JOINERS
    from training.linear_config import LinearConfig
    from training.linear_fit import WordReader

    settings = folder.json("config.json")["training"]
    config = LinearConfig(**{**settings, "stop_words": tuple(settings["stop_words"])}, taxonomy="")
    join, reader, parameters = JOINERS[config.forms], WordReader(config), model.parameters
    names = [model.name_feature(feature) for feature in range(len(parameters.idf))]
    terms = [" ".join(map(join, name.split(" "))) for name in names]
    vectorizer = TfidfVectorizer(analyzer=reader.list_terms, vocabulary=terms, sublinear_tf=True)
    vectorizer.idf_ = parameters.idf.astype(np.float64)
    machine = LinearSVC()
    machine.coef_, machine.intercept_ = parameters.coef.T.astype(np.float64), parameters.intercept.astype(np.float64)
    machine.classes_ = np.arange(len(model.labels))
    return Pipeline([("tfidf", vectorizer), ("svm", machine)]), reader


def main(arguments: list[str] | None = None) -> int:
    """Print how many articles a second each does at best, and the median ratio of the rounds."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks batch", description=__doc__)
    parser.add_argument("--articles", type=int, default=2000, help="how many to generate from the sample corpus")
    parser.add_argument("--data", type=Path, help="a JSONL file with id, title and text, instead of generated articles")
    parser.add_argument("--model", default="affairs", help="a linear model: name or folder")
    parser.add_argument("--rounds", type=int, default=5, help="each runs so often, in turn")
    given = parser.parse_args(arguments)
    folder = open_model_folder(find_model(given.model))
    model = LinearModel.from_folder(folder)
    pipeline, reader = build_pipeline(folder, model)
    job = ClassifyJob(model=given.model, all_scores=True, output=OutputOptions(format="jsonl"))
    job.prepare()
    with tempfile.TemporaryDirectory() as name:
        source = given.data or Path(name, "articles.jsonl")
        if not given.data:
            generate_articles(source, given.articles)
        number = sum(1 for line in source.open("rb") if line.strip())
        runs: dict[str, Callable[[Path], None]] = {
            "scikit-learn": lambda target: run_sklearn(
                source, target, model=model, thresholds=folder.thresholds, pipeline=pipeline, reader=reader
            ),
            "slugline": lambda target: run_slugline(source, target, job=job, jobs=1),
            "slugline --jobs 2": lambda target: run_slugline(source, target, job=job, jobs=2),
        }
        times: dict[str, list[float]] = {kind: [] for kind in runs}
        for _ in range(given.rounds):
            for kind, run in runs.items():
                start = time.perf_counter()
                run(Path(name, f"{kind}.jsonl"))
                times[kind].append(time.perf_counter() - start)
        agree = count_equal(Path(name, "scikit-learn.jsonl"), Path(name, "slugline.jsonl"))
    for kind, taken in times.items():
        # The ratio of each round, for what else the machine does changes from round to round.
        ratios = [base / mine for base, mine in zip(times["scikit-learn"], taken, strict=True)]
        print(f"{kind:18s} {number / min(taken):7.0f} articles/s   ratio {statistics.median(ratios):.2f}")
    print(f"{number} articles; the same labels for {agree}")
    return 0


def count_equal(first: Path, second: Path) -> int:
    """For how many articles two results have the same labels."""
    results = [[json.loads(line) for line in path.read_text("utf-8").split("\n") if line] for path in (first, second)]
    return sum(sorted(one["labels"]) == sorted(other["labels"]) for one, other in zip(*results, strict=True))


if __name__ == "__main__":
    sys.exit(main())
