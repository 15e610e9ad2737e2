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
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.svm import LinearSVC

from nlp.artifact import write_model_folder
from nlp.errors import InputError, SluglineError
from nlp.records import Article
from nlp.scoring.linear import LinearModel, LinearParameters, list_terms
from nlp.taxonomy import Taxonomy, read_taxonomy
from training.calibrate import choose_thresholds, fit_calibration
from training.cards import write_linear_card
from training.data import LabelledArticle, build_targets, fingerprint, read_labelled
from training.evaluate import measure_decisions
from training.linear_config import LinearConfig, read_config
from training.splits import assign_folds

__all__ = ["TrainedLinear", "count_terms", "export_parameters", "fit_linear", "score_out_of_fold", "train_linear"]

_RARE = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainedLinear:
    """A model and how it was made.

    Attributes:
        model: Scores articles.
        thresholds: float64 (n_labels,) in [0, 1].
        metrics: What was measured: `cross_validation`, and `dev` where a file was given.
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
    targets = build_targets(rows, labels)
    for label, number in zip(labels, targets.sum(axis=0), strict=True):
        if number < _RARE:
            _say(f"the label {label!r} has {number} of {len(rows)} articles: too few to tell how well it is known")
    counts, terms = count_terms([row.article for row in rows], config)
    folds = assign_folds([row.article.source for row in rows], config.folds, seed=config.seed)
    margins = score_out_of_fold(counts, targets, folds, config)
    calibration = fit_calibration(margins, targets)
    thresholds = choose_thresholds(calibration.apply(margins), targets, shrinkage=config.shrinkage)
    decided = decide_out_of_fold(margins, targets, folds, config.shrinkage)
    metrics = {"cross_validation": measure_decisions(targets, decided, labels, seed=config.seed)}
    _say(f"cross-validated micro-F1 {metrics['cross_validation']['f1_micro']:.3f}; fitting on all articles")
    parameters = fit_linear(counts, terms, targets, config)
    model = LinearModel(labels, parameters, calibration)
    for path in dev_paths:
        metrics[path.name.partition(".")[0]] = evaluate_linear(model, thresholds, path)
    data = {"fingerprint": fingerprint(rows), "articles": len(rows), "sources": len({r.article.source for r in rows})}
    write_model_folder(
        output,
        name=config.name,
        kind="linear",
        labels=labels,
        thresholds=thresholds,
        calibration=calibration,
        config={**parameters.to_config(), "training": {k: v for k, v in asdict(config).items() if k != "taxonomy"}},
        files=parameters.to_files(),
        card=write_linear_card(config, labels, taxonomy, metrics, data, notes=notes),
        data=data,
        metrics=metrics,
        taxonomy=taxonomy,
        replace=replace,
    )
    return TrainedLinear(model=model, thresholds=thresholds, metrics=metrics)


def count_terms(articles: Sequence[Article], config: LinearConfig) -> tuple[csr_matrix, list[str]]:
    """Count the terms of articles.

    Returns:
        The counts, (n_articles, n_terms), and the terms that occur in enough articles, in alphabetical order.

    Raises:
        InputError: If there is no such term.
    """
    _say(f"counting the terms of {len(articles)} articles")
    vectorizer = CountVectorizer(
        analyzer=partial(list_terms, title_weight=config.title_weight), min_df=config.min_articles, dtype=np.float64
    )
    try:
        counts = vectorizer.fit_transform(articles)
    except ValueError:  # scikit-learn's word for an empty vocabulary
        raise InputError(
            f"No word occurs in at least {config.min_articles} of {len(articles)} articles: nothing can be learnt.",
            hint="Give more articles, or lower min_articles.",
        ) from None
    return counts, vectorizer.get_feature_names_out().tolist()


def score_out_of_fold(
    counts: csr_matrix, targets: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64], config: LinearConfig
) -> npt.NDArray[np.float64]:
    """Margins by models that have seen no article of the same fold, float64 (n_articles, n_labels)."""
    margins = np.zeros(targets.shape)
    for fold in range(folds.max() + 1):
        _say(f"cross-validation: fold {fold + 1} of {folds.max() + 1}")
        held_out = folds == fold
        columns, tfidf, coef, intercept = _fit(counts[~held_out], targets[~held_out], config)
        margins[held_out] = tfidf.transform(counts[held_out][:, columns]) @ coef.T + intercept
    return margins


def decide_out_of_fold(
    margins: npt.NDArray[np.float64], targets: npt.NDArray[np.bool_], folds: npt.NDArray[np.int64], shrinkage: float
) -> npt.NDArray[np.bool_]:
    """Decisions whose calibration and thresholds come from the other folds, bool (n_articles, n_labels)."""
    decided = np.zeros(targets.shape, dtype=np.bool_)
    for fold in range(folds.max() + 1):
        held_out = folds == fold
        calibration = fit_calibration(margins[~held_out], targets[~held_out])
        thresholds = choose_thresholds(calibration.apply(margins[~held_out]), targets[~held_out], shrinkage=shrinkage)
        decided[held_out] = calibration.apply(margins[held_out]) >= thresholds
    return decided


def fit_linear(
    counts: csr_matrix, terms: Sequence[str], targets: npt.NDArray[np.bool_], config: LinearConfig
) -> LinearParameters:
    """Fit a classifier a label on all rows."""
    columns, tfidf, coef, intercept = _fit(counts, targets, config)
    return export_parameters(
        [terms[column] for column in columns], tfidf.idf_, coef, intercept, title_weight=config.title_weight
    )


def export_parameters(
    terms: Sequence[str],
    idf: npt.NDArray[np.float64],
    coef: npt.NDArray[np.float64],
    intercept: npt.NDArray[np.float64],
    *,
    title_weight: int,
) -> LinearParameters:
    """The parameters of a fitted vectorizer and classifiers, in the form that `nlp` scores with.

    Args:
        terms: Words, and pairs of words with a space between them: the vectorizer's feature names.
        idf: float64 (n_terms,).
        coef: float64 (n_labels, n_terms), as scikit-learn has it.
        intercept: float64 (n_labels,).
        title_weight: What the terms of the headline were counted with.
    """
    singles = [index for index, term in enumerate(terms) if " " not in term]
    pairs = {index: term.split(" ") for index, term in enumerate(terms) if " " in term}
    vocabulary = [terms[index] for index in singles]
    vocabulary += sorted({word for pair in pairs.values() for word in pair} - set(vocabulary))
    number = {word: index for index, word in enumerate(vocabulary)}
    keyed = sorted(
        (number[first] * len(vocabulary) + number[second], index) for index, (first, second) in pairs.items()
    )
    order = singles + [index for _, index in keyed]
    return LinearParameters(
        vocabulary=tuple(vocabulary),
        n_terms=len(singles),
        pairs=np.array([key for key, _ in keyed], dtype=np.int64),
        idf=np.asarray(idf, dtype=np.float32)[order],
        coef=np.ascontiguousarray(coef.T[order], dtype=np.float32),
        intercept=np.asarray(intercept, dtype=np.float32),
        title_weight=title_weight,
    )


def evaluate_linear(model: LinearModel, thresholds: npt.NDArray[np.float64], path: Path) -> dict[str, Any]:
    """Figures of a model on labelled articles."""
    rows = _keep_judged(read_labelled(path), str(path))
    decided = model.scores([row.article for row in rows]) >= thresholds.astype(np.float32)
    figures = measure_decisions(build_targets(rows, model.labels), decided, model.labels)
    _say(f"{path.name}: micro-F1 {figures['f1_micro']:.3f}, macro-F1 {figures['f1_macro']:.3f}")
    return figures


def _fit(
    counts: csr_matrix, targets: npt.NDArray[np.bool_], config: LinearConfig
) -> tuple[npt.NDArray[np.int64], TfidfTransformer, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Columns of the terms used, their weighting, coefficients (n_labels, n_terms) and intercepts (n_labels,)."""
    columns = _select_terms(counts, config)
    tfidf = TfidfTransformer(sublinear_tf=True)
    weighted = tfidf.fit_transform(counts[:, columns])
    fitted = [_fit_label(weighted, target, config) for target in targets.T]
    return columns, tfidf, np.stack([coef for coef, _ in fitted]), np.array([intercept for _, intercept in fitted])


def _select_terms(counts: csr_matrix, config: LinearConfig) -> npt.NDArray[np.int64]:
    """Columns of the terms that occur in enough articles; of these, where they are too many, the most frequent."""
    enough = np.flatnonzero(np.diff(counts.tocsc().indptr) >= min(config.min_articles, counts.shape[0]))
    frequency = np.asarray(counts.sum(axis=0)).ravel()[enough]
    return np.sort(enough[np.argsort(-frequency, kind="stable")[: config.max_terms]])


def _fit_label(
    weighted: csr_matrix, target: npt.NDArray[np.bool_], config: LinearConfig
) -> tuple[npt.NDArray[np.float64], float]:
    """Coefficients and intercept; for a label that holds always or never zeros and 1 or -1."""
    positive = int(target.sum())
    if positive in (0, len(target)):
        return np.zeros(weighted.shape[1]), 1.0 if positive else -1.0
    weights = {
        side: (len(target) / (2 * number)) ** config.class_weight_power
        for side, number in ((True, positive), (False, len(target) - positive))
    }
    # One label after the other: liblinear has a single random generator, which threads would share.
    machine = LinearSVC(
        C=config.cost, class_weight=weights, random_state=config.seed, dual=True, tol=1e-3, max_iter=10_000
    )
    machine.fit(weighted, target)
    return machine.coef_[0], float(machine.intercept_[0])


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
