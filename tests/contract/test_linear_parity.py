"""The numpy model is the scikit-learn pipeline it came from, to 1e-5, on ordinary and on odd texts."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MultiLabelBinarizer
from sklearn.svm import LinearSVC

from nlp.deciding import Calibration
from nlp.inflections import join_english_forms
from nlp.records import Article
from nlp.scoring.linear import LinearModel
from nlp.text import words
from training.linear_config import read_config
from training.linear_fit import export_parameters

SAMPLES = Path(__file__).parents[2] / "artifacts" / "samples" / "articles.jsonl"
TITLE_WEIGHT, WINDOW = 3, 60
CONFIG = replace(
    read_config("linear"), forms="english", title_weight=TITLE_WEIGHT, window_words=WINDOW, later_window_cost=0.25
)
ODD = {
    "empty": ("", None),
    "blank": (" \n\t ", ""),
    "no known word": ("qqxx zzyy", "wwvv"),
    "one word": ("tariffs", None),
    "title alone": ("", "New tariffs on steel"),
    "invisible": ("The gov\u00adern\u200bment an\u2060nounced tar\u00adiffs \ufeffon steel.", None),
    "decomposed": ("A cafe\u0301 in Co\u0302te d\u2019Ivoire", "CAFE\u0301"),
    "other scripts": ("Правительство объявило о тарифах. 政府は関税を発表した。 तटकर", "Ελλάδα"),
    "forms never seen": ("The tariffs's steel's ministers's harvestses of ceasefires. Countrys!", "Tariff\u2019s"),
    "control characters": ("\x00tariffs\x1b[31m on\u2028steel\x85", None),
    "unpaired surrogate": ("tariffs \ud800 on steel", None),
    "one word often": ("tariffs " * 5000, None),
    "known among unknown": ("zzyy tariffs qqxx on zzyy steel", None),
    "very long": (
        "The ministers met in the capital and spoke of tariffs, ceasefire lines and the harvest. " * 3_000,
        "Long",
    ),
}


def read_samples() -> tuple[list[Article], list[list[str]]]:
    rows = [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]
    articles = [Article(id=row["id"], title=row["title"], text=row["text"]) for row in rows]
    return articles, [row["labels"] for row in rows]


def list_terms(window: tuple[list[str], list[str]]) -> list[str]:
    found = []
    for tokens, times in zip(window, (1, TITLE_WEIGHT), strict=True):
        found += (tokens + [" ".join(pair) for pair in pairwise(tokens)]) * times
    return found


def read_words(text: str) -> list[str]:
    return [join_english_forms(word) for word in words(text)]


def cut(article: Article) -> list[tuple[list[str], list[str]]]:
    """Windows, written in another way than the model does."""
    tokens, windows = read_words(article.text), []
    while len(tokens) > WINDOW * 5 // 4:
        windows.append(tokens[:WINDOW])
        tokens = tokens[WINDOW:]
    return [(window, read_words(article.title or "")) for window in [*windows, tokens]]


def decide(pipeline: Pipeline, article: Article) -> NDArray[np.float64]:
    known = {word for term in pipeline["tfidf"].get_feature_names_out() for word in term.split(" ")}
    bias = np.concatenate([machine.intercept_ for machine in pipeline["svm"].estimators_])
    margins = pipeline.decision_function(cut(article))
    for margin, (tokens, title) in zip(margins, cut(article), strict=True):
        weighted = tokens + title * TITLE_WEIGHT
        share = sum(word in known for word in weighted) / max(len(weighted), 1)
        margin[:] = bias + (margin - bias) * min(1, share / 0.5)
    margins[1:] -= CONFIG.later_window_cost
    return margins.max(axis=0)


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    articles, labels = read_samples()
    vectorizer = TfidfVectorizer(analyzer=list_terms, min_df=2, max_features=3000, sublinear_tf=True)
    made = Pipeline([("tfidf", vectorizer), ("svm", OneVsRestClassifier(LinearSVC(random_state=0)))])
    return made.fit([cut(article)[0] for article in articles], MultiLabelBinarizer().fit_transform(labels))


@pytest.fixture(scope="module")
def model(pipeline: Pipeline) -> LinearModel:
    machines = pipeline["svm"].estimators_
    parameters = export_parameters(
        pipeline["tfidf"].get_feature_names_out().tolist(),
        pipeline["tfidf"].idf_,
        np.concatenate([machine.coef_ for machine in machines]),
        np.concatenate([machine.intercept_ for machine in machines]),
        CONFIG,
        {},
    )
    labels = [f"label {number}" for number in range(len(machines))]
    slope, intercept = np.linspace(0.5, 5, len(labels)), np.linspace(-2, 1, len(labels))
    return LinearModel(labels, parameters, Calibration(slope=slope, intercept=intercept))


def test_the_export_keeps_all_terms(pipeline: Pipeline, model: LinearModel) -> None:
    names = [model.name_feature(number) for number in range(len(model.parameters.idf))]
    assert sorted(names) == sorted(pipeline["tfidf"].get_feature_names_out())
    assert any(" " in name for name in names)


def check_equal(pipeline: Pipeline, model: LinearModel, articles: list[Article]) -> None:
    expected = np.stack([decide(pipeline, article) for article in articles])
    np.testing.assert_allclose(model.margins(articles), expected, rtol=0, atol=1e-5)
    chances = expit(model.calibration.slope * expected + model.calibration.intercept)
    scores = model.scores(articles)
    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, chances, rtol=0, atol=1e-5)


def test_equal_on_the_sample_corpus(pipeline: Pipeline, model: LinearModel) -> None:
    articles, _ = read_samples()
    assert any(len(cut(article)) > 2 for article in articles)
    check_equal(pipeline, model, articles)


@pytest.mark.parametrize("n_words", [0, 1, 59, 60, 61, 74, 75, 76, 119, 120, 121, 135, 136, 195, 196, 6000])
def test_windows_end_where_they_should(pipeline: Pipeline, model: LinearModel, n_words: int) -> None:
    text = " ".join((["tariffs", "on", "steel", "and", "a", "ceasefire"] * 1000)[:n_words])
    check_equal(pipeline, model, [Article(id="1", text=text, title="Ministers meet")])


@pytest.mark.parametrize("case", ODD)
def test_equal_on_odd_texts(pipeline: Pipeline, model: LinearModel, case: str) -> None:
    text, title = ODD[case]
    check_equal(pipeline, model, [Article(id=case, text=text, title=title)])


def test_scores_do_not_depend_on_neighbours(model: LinearModel) -> None:
    articles, _ = read_samples()
    odd = [Article(id=name, text=text, title=title) for name, (text, title) in ODD.items()]
    probe = articles[0]
    alone = model.scores([probe])
    for crowd in ([probe, *articles], [*articles, probe], [*odd, probe], [probe, *odd]):
        rows = [row for row, article in zip(model.scores(crowd), crowd, strict=True) if article is probe]
        assert all(row.tobytes() == alone[0].tobytes() for row in rows)


def test_no_article_no_row(model: LinearModel) -> None:
    assert model.scores([]).shape == (0, len(model.labels))
