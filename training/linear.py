"""Fits the linear model and writes its folder.

    python -m training.linear --config affairs --train train.jsonl.gz --output artifacts/affairs

Scores that no article's own outlet has had a part in (cross-validation, outlets kept apart) give the calibration, the
thresholds and the figures; the model itself is then fitted on everything.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.artifact import write_model_folder
from nlp.errors import InputError, SluglineError
from nlp.records import SCORE_DECIMALS
from nlp.scoring.linear import LinearModel
from nlp.taxonomy import Taxonomy, read_taxonomy
from training.calibrate import choose_thresholds, fit_calibration
from training.cards import write_linear_card
from training.data import LabelledArticle, build_targets, fingerprint, read_labelled
from training.evaluate import measure_decisions
from training.linear_config import LinearConfig, read_config
from training.linear_fit import TermCounts, count_terms, export_parameters, fit_linear
from training.splits import assign_folds

__all__ = ["TrainedLinear", "decide_out_of_fold", "evaluate_linear", "score_out_of_fold", "train_linear"]

_RARE = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainedLinear:
    """A model and how it was made.

    Attributes:
        model: Scores articles.
        thresholds: float64 (n_labels,) in [0, 1].
        metrics: What was measured: `cross_validation`, and the files of articles that were to be reported on.
    """

    model: LinearModel
    thresholds: npt.NDArray[np.float64]
    metrics: dict[str, Any]


def train_linear(
    config: LinearConfig,
    train_path: Path,
    output: Path,
    *,
    dev_paths: Sequence[Path] = (),
    notes: str = "",
    replace: bool = False,
) -> TrainedLinear:
    """Train a linear model and write its folder; progress goes to standard error.

    Args:
        config: How to train.
        train_path: Labelled articles; see `training.data`.
        output: The folder to write.
        dev_paths: Labelled articles that are reported on, and nothing else.
        notes: Markdown for the card: what the data is, what the model is for, where it fails.
        replace: Whether a model folder at `output` gives way.

    Raises:
        ConfigError: If the taxonomy cannot be read.
        InputError: If a file cannot be read, or holds too little to learn from.
        ModelFolderError: If the folder cannot be written.
    """
    rows = _keep_judged(read_labelled(train_path), str(train_path))
    taxonomy, labels = _choose_labels(config, rows)
    trained = _train(config, rows, labels)
    for path in dev_paths:
        trained.metrics[path.name.partition(".")[0]] = evaluate_linear(trained, path)
    data = {"fingerprint": fingerprint(rows), "articles": len(rows), "sources": len({r.article.source for r in rows})}
    settings = {key: value for key, value in asdict(config).items() if key != "taxonomy"}
    write_model_folder(
        output,
        name=config.name,
        kind="linear",
        labels=labels,
        thresholds=trained.thresholds,
        calibration=trained.model.calibration,
        config={**trained.model.parameters.to_config(), "training": settings},
        files=trained.model.parameters.to_files(),
        card=write_linear_card(config, labels, taxonomy, trained.metrics, data, notes=notes),
        data=data,
        metrics=trained.metrics,
        taxonomy=taxonomy,
        replace=replace,
    )
    return trained


def score_out_of_fold(
    counts: TermCounts, targets: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64], config: LinearConfig
) -> npt.NDArray[np.float64]:
    """Margins by models that have seen no article of the same fold, float64 (n_articles, n_labels)."""
    margins = np.zeros(targets.shape)
    for fold in range(folds.max() + 1):
        _say(f"cross-validation: fold {fold + 1} of {folds.max() + 1}")
        fitted = fit_linear(counts, targets, np.flatnonzero(folds != fold), config)
        margins[folds == fold] = fitted.margins(counts, np.flatnonzero(folds == fold))
    return margins


def decide_out_of_fold(
    margins: npt.NDArray[np.float64], targets: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64], config: LinearConfig
) -> npt.NDArray[np.bool_]:
    """Decisions whose calibration and thresholds come from the other folds, bool (n_articles, n_labels)."""
    decided = np.zeros(targets.shape, dtype=np.bool_)
    for fold in range(folds.max() + 1):
        held_out = folds == fold
        calibration = fit_calibration(margins[~held_out], targets[~held_out])
        thresholds = choose_thresholds(
            calibration.apply(margins[~held_out]), targets[~held_out], shrinkage=config.shrinkage
        )
        decided[held_out] = calibration.apply(margins[held_out]) >= thresholds
    return decided


def evaluate_linear(trained: TrainedLinear, path: Path) -> dict[str, Any]:
    """Figures of a trained model on labelled articles, decided as `nlp.Classifier` decides."""
    rows = _keep_judged(read_labelled(path), str(path))
    scores = trained.model.scores([row.article for row in rows]).astype(np.float64)
    labels = trained.model.labels
    decided = np.round(scores, SCORE_DECIMALS) >= trained.thresholds
    figures = measure_decisions(build_targets(rows, labels), decided, labels)
    _say(f"{path.name}: micro-F1 {figures['f1_micro']:.3f}, macro-F1 {figures['f1_macro']:.3f}")
    return figures


def _train(config: LinearConfig, rows: Sequence[LabelledArticle], labels: tuple[str, ...]) -> TrainedLinear:
    targets = build_targets(rows, labels)
    for label, number in zip(labels, targets.sum(axis=0), strict=True):
        if number < _RARE:
            _say(f"the label {label!r} has {number} of {len(rows)} articles: too few to tell how well it is known")
    _say(f"counting the terms of {len(rows)} articles")
    counts = count_terms(rows, labels, config)
    folds = assign_folds([row.article.source for row in rows], config.folds, seed=config.seed)
    margins = score_out_of_fold(counts, targets, folds, config)
    calibration = fit_calibration(margins, targets)
    thresholds = choose_thresholds(calibration.apply(margins), targets, shrinkage=config.shrinkage)
    figures = measure_decisions(targets, decide_out_of_fold(margins, targets, folds, config), labels, seed=config.seed)
    _say(f"cross-validated micro-F1 {figures['f1_micro']:.3f}; fitting on all articles")
    fitted = fit_linear(counts, targets, np.arange(len(rows)), config)
    terms = [counts.terms[column] for column in fitted.columns]
    parameters = export_parameters(terms, fitted.tfidf.idf_, fitted.coef, fitted.intercept, config, counts.forms)
    return TrainedLinear(
        model=LinearModel(labels, parameters, calibration),
        thresholds=thresholds.round(SCORE_DECIMALS),
        metrics={"cross_validation": figures},
    )


def _keep_judged(rows: Sequence[LabelledArticle], file: str) -> tuple[LabelledArticle, ...]:
    judged = tuple(row for row in rows if row.labels is not None)
    if len(judged) < len(rows):
        _say(f"{file}: {len(rows) - len(judged)} of {len(rows)} articles have no labels field and are left out")
    if len(judged) < 2:
        raise InputError(
            f"{file}: holds {len(judged)} labelled articles, at least 2 are needed.",
            hint='Write "labels": [] for an article that was judged and has none.',
        )
    return judged


def _choose_labels(config: LinearConfig, rows: Sequence[LabelledArticle]) -> tuple[Taxonomy, tuple[str, ...]]:
    """The taxonomy and the labels to learn: those that at least one article has, in the taxonomy's order."""
    there = {label for row in rows for label in row.labels or ()}
    taxonomy = read_taxonomy(Path(config.taxonomy)) if config.taxonomy else Taxonomy.from_ids(sorted(there))
    for label in sorted(there - set(taxonomy.ids)):
        _say(f"the label {label!r} is left out: it is not in the taxonomy")
    for label in taxonomy.ids:
        if label not in there:
            _say(f"the label {label!r} is left out: no article has it")
    labels = tuple(label for label in taxonomy.ids if label in there)
    if not labels:
        raise InputError("No article has a label: there is nothing to learn.")
    return taxonomy, labels


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="python -m training.linear", description="Train a linear model.")
    parser.add_argument("--config", required=True, help="a shipped configuration by name, or a TOML file")
    parser.add_argument("--train", type=Path, required=True, help="labelled articles, JSONL or JSONL.gz")
    parser.add_argument("--output", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--dev", type=Path, action="append", default=[], help="labelled articles to report on")
    parser.add_argument("--notes", type=Path, help="Markdown for the card")
    parser.add_argument("--force", action="store_true", help="replace a model folder that is there")
    given = parser.parse_args(arguments)
    try:
        notes = given.notes.read_text("utf-8") if given.notes else ""
        config = read_config(given.config)
        train_linear(config, given.train, given.output, dev_paths=given.dev, notes=notes, replace=given.force)
    except SluglineError as error:
        _say(f"error: {error}")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
