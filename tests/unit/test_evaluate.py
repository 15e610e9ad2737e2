"""Evaluations of a small model whose right answers are known."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import precision_recall_fscore_support

from nlp import Classifier
from nlp.errors import InputError
from tests.unit.conftest import MakeArticle
from training.curves import count_confusions, draw_curves, sweep
from training.data import LabelledArticle
from training.evaluate import evaluate_model, predict
from training.slices import measure_slices


@pytest.fixture
def rows(make_article: MakeArticle) -> list[LabelledArticle]:
    """Twelve articles: one false alarm (a1), one miss (a2), one of each in a3, one that nobody judged."""
    plain = [make_article("rents", labels=["rents"], id=f"r{number}") for number in range(4)]
    none = [make_article(id=f"n{number}") for number in range(4)]
    return [
        *plain,
        *none,
        make_article("ferries", id="a1"),
        make_article(labels=["herons"], id="a2", evidence={"herons": ((0, 10),)}),
        make_article("ferries", labels=["rents"], id="a3"),
        make_article("herons", labels=None, id="not judged"),
    ]


def test_figures_and_mistakes(topic_model: Classifier, rows: list[LabelledArticle]) -> None:
    found = evaluate_model(topic_model, rows)
    assert (found.articles, found.not_judged, found.none_holds) == (11, 1, 5)
    assert found.figures["precision_micro"].value == pytest.approx(4 / 6)
    assert found.figures["recall_micro"].value == pytest.approx(4 / 6)
    assert found.figures["none_accuracy"].value == pytest.approx(4 / 5)
    by_label = {one.label: one for one in found.labels}
    assert (by_label["ferries"].articles, by_label["ferries"].given) == (0, 2)
    assert by_label["rents"].figures["recall"].value == pytest.approx(4 / 5)
    mistakes = {(one.kind, one.label, one.id) for one in found.mistakes}
    assert mistakes == {
        ("false alarm", "ferries", "a1"),
        ("false alarm", "ferries", "a3"),
        ("miss", "herons", "a2"),
        ("miss", "rents", "a3"),
    }


def test_mistakes_show_what_spoke_for_them(topic_model: Classifier, rows: list[LabelledArticle]) -> None:
    found = {(one.kind, one.id): one for one in evaluate_model(topic_model, rows).mistakes}
    alarm, miss = found["false alarm", "a1"], found["miss", "a2"]
    text = rows[8].article.text
    assert any(word in alarm.passages[0].marked.lower() for word in ("ferry", "harbour", "quay", "rudder", "anchor"))
    assert alarm.passages[0].marked == text[alarm.passages[0].start : alarm.passages[0].end]
    assert alarm.score >= alarm.threshold
    assert miss.passages[0].marked == rows[9].article.text[:10]
    assert miss.score < miss.threshold
    opening = found["miss", "a3"].passages[0]
    assert (opening.marked, rows[10].article.text[:20]) == ("", opening.before[:20])


def test_json_has_no_text_of_the_articles(topic_model: Classifier, rows: list[LabelledArticle]) -> None:
    written = json.dumps(evaluate_model(topic_model, rows).to_json(), allow_nan=False)
    for row in rows:
        words = row.article.text.split()
        assert not any(" ".join(words[at : at + 3]) in written for at in range(len(words) - 3))
    values = json.loads(written)
    assert values["f1_micro_interval"][0] <= values["f1_micro"] <= values["f1_micro_interval"][1]
    assert values["labels"]["herons"]["f1"] == 0
    assert values["model"] == topic_model.folder.reference


def test_warnings(topic_model: Classifier, make_article: MakeArticle) -> None:
    rows = [make_article("rents", labels=["rents", "astronomy"]) for _ in range(3)] + [make_article() for _ in range(9)]
    found = evaluate_model(topic_model, rows, in_training=np.arange(12) < 2)
    said = "\n".join(found.warnings)
    assert "'astronomy' of 3 articles" in said
    assert found.unknown_labels == {"astronomy": 3}
    assert "2 of 12 articles have a near copy" in said
    assert "say little: rents (3)" in said
    assert "macro means: ferries, herons" in said
    assert found.figures["f1_micro"].value == 1


def test_articles_the_model_was_trained_on_are_noticed(topic_model: Classifier) -> None:
    from training.data import read_labelled

    rows = read_labelled(topic_model.path.parent / "train.jsonl")
    assert "trained on these very articles" in evaluate_model(topic_model, rows).warnings[0]


def test_nothing_judged_is_an_error(topic_model: Classifier, make_article: MakeArticle) -> None:
    with pytest.raises(InputError, match="No article has been judged"):
        evaluate_model(topic_model, [make_article(labels=None)])


def test_one_article_is_enough(topic_model: Classifier, make_article: MakeArticle) -> None:
    found = evaluate_model(topic_model, [make_article("rents", labels=["rents"])])
    assert found.figures["f1_micro"].value == 1
    assert not found.slices
    json.dumps(found.to_json(), allow_nan=False)


def test_pairs_that_nobody_judged_count_nowhere(topic_model: Classifier, rows: list[LabelledArticle]) -> None:
    found = evaluate_model(topic_model, [replace(row, unjudged=("ferries",)) for row in rows])
    assert found.figures["precision_micro"].value == 1
    assert not [one for one in found.mistakes if one.label == "ferries"]


def test_the_order_of_rows_does_not_matter(topic_model: Classifier, rows: list[LabelledArticle]) -> None:
    first, other = (evaluate_model(topic_model, some) for some in (rows, rows[::-1]))
    assert {name: figure.value for name, figure in first.figures.items()} == pytest.approx(
        {name: figure.value for name, figure in other.figures.items()}
    )


def test_predictions_are_what_classify_writes(topic_model: Classifier, rows: list[LabelledArticle]) -> None:
    scores, decided = predict(topic_model, rows)
    for at, row in enumerate(rows):
        prediction = topic_model.classify(row.article)
        assert {name for name, on in zip(topic_model.labels, decided[at], strict=True) if on} == set(prediction.labels)
        assert scores[at].tolist() == pytest.approx(list(prediction.scores.values()), abs=1e-7)


def test_slices(make_article: MakeArticle) -> None:
    rows = [
        make_article(
            source="The Gull" if number < 25 else f"Paper {number}" if number < 50 else None,
            date=f"12 May {2019 + number // 30}" if number < 60 else None,
            sentences=1 + number // 20,
        )
        for number in range(80)
    ]
    targets = np.ones((80, 1), dtype=bool)
    decided = (np.arange(80) < 25)[:, None]
    judged = np.ones_like(targets)
    found = {
        (one.kind, one.value): one for one in measure_slices(rows, targets, decided, judged, in_training=decided[:, 0])
    }
    assert found["source", "The Gull"].figures["f1_micro"].value == 1
    assert found["source", "(other sources)"].articles == 25
    assert found["source", "(no source)"].figures["recall_micro"].value == 0
    assert [value for kind, value in found if kind == "date"] == ["2019", "2020", "(no date)"]
    lengths = [one for (kind, _), one in found.items() if kind == "length"]
    assert [one.articles for one in lengths] == [20, 20, 20, 20]
    assert [one.value for one in lengths] == ["6 to 6 words", "7 to 12 words", "13 to 18 words", "19 to 24 words"]
    assert found["training", "no near copy in training"].articles == 55
    with pytest.raises(ValueError, match="author"):
        measure_slices(rows, targets, decided, judged, kinds=["author"])


@settings(max_examples=30, deadline=None)
@given(
    arrays.arrays(np.int64, 12, elements=st.integers(0, 8)),
    arrays.arrays(np.bool_, 12),
    st.sampled_from([0.0, 0.2, 0.5, 1.0]),
)
def test_a_cut_gives_the_figures_of_its_decisions(eighths: np.ndarray, holds: np.ndarray, cut: float) -> None:
    scores = (eighths / 8).astype(np.float32)
    curve = sweep(scores, holds, np.array([cut]))
    precision, recall, f1, _ = precision_recall_fscore_support(
        holds, scores >= cut, average="binary", zero_division=np.nan
    )
    assert [curve.precision[0], curve.recall[0], curve.f1[0]] == pytest.approx([precision, recall, f1], nan_ok=True)


def test_curves_pass_through_where_the_model_works() -> None:
    rng = np.random.default_rng(0)
    targets = rng.random((300, 4)) < 0.3
    scores = np.clip(targets * 0.3 + rng.random((300, 4)) * 0.7, 0, 1).round(4).astype(np.float32)
    thresholds = np.array([0.4, 0.5, 0.6, 0.7])
    decided = scores >= thresholds.astype(np.float32)
    curves = draw_curves(targets, np.ones_like(targets), scores, decided, thresholds)
    at_zero = np.flatnonzero(curves.shifts.cuts == 0)[0]
    hits = (decided & targets).sum()
    assert curves.shifts.precision[at_zero] == pytest.approx(hits / decided.sum())
    assert curves.shifts.recall[at_zero] == pytest.approx(hits / targets.sum())
    assert (np.diff(curves.ranking.recall) >= 0).all()
    assert curves.ranking.recall[-1] == 1
    assert curves.ranking.precision[-1] == pytest.approx(targets.mean())
    assert len(curves.ranking.cuts) <= 101


def test_a_ranking_has_the_highest_and_the_lowest_precision_of_each_recall() -> None:
    holds = np.array([True, False, False, True, False])
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.1])
    pair = holds[:, None], np.ones((5, 1), dtype=bool)
    curve = draw_curves(*pair, scores[:, None], pair[0], np.array([0.5])).label_rankings[0]
    assert curve.cuts.tolist() == [0.9, 0.7, 0.6, 0.1]
    assert curve.recall.tolist() == [0.5, 0.5, 1, 1]
    assert curve.precision == pytest.approx([1, 1 / 3, 0.5, 0.4])


def test_confusions_of_a_worked_example() -> None:
    targets = np.array([[1, 0, 0], [1, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=bool)
    decided = np.array([[0, 1, 0], [0, 1, 1], [0, 1, 1], [0, 0, 0]], dtype=bool)
    judged = np.ones_like(targets)
    found = count_confusions(targets, decided, judged)
    assert found.missed_with_alarm.tolist() == [[0, 2, 1], [0, 0, 0], [0, 0, 0]]
    assert found.alarms_together.tolist() == [[0, 0, 0], [0, 3, 2], [0, 2, 2]]
    assert found.missed_together.tolist() == [[3, 1, 0], [1, 1, 0], [0, 0, 0]]
    judged[1] = False
    assert count_confusions(targets, decided, judged).missed_with_alarm[0].tolist() == [0, 1, 0]
