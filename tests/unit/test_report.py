"""Reports load nothing, run nothing, and show what came from outside as text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from nlp import Article, Classifier
from tests.unit.conftest import MakeArticle, train_topics
from training.compare import compare_models
from training.curves import Reliability
from training.data import LabelledArticle
from training.evaluate import evaluate_model
from training.evaluation import Evaluation
from training.figures import FIGURES, Estimate
from training.report import render_comparison, render_report
from training.svg import Series, draw_interval, draw_lines, draw_reliability

HOSTILE = "<script>alert(1)</script>\"'><img src=//evil.example/x onerror=alert(2)>&amp;{{ 7 * 7 }}\u202etxt.exe"
_LOADING = {"src", "href", "srcset", "data", "action", "background", "poster", "xlink:href"}
_VOID = {"meta", "br", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Elements and attributes of a page; unclosed elements are an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def check_self_contained(html: str) -> Page:
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "img", "form", "base"}, tag
        for name, value in attributes.items():
            assert not name.startswith("on"), name
            assert name not in _LOADING or (value or "").startswith("#"), (tag, name, value)
    assert not re.search(r"@import|url\(", html)
    assert "default-src 'none'" in html
    assert "\u202e" not in html
    return page


@pytest.fixture
def rows(make_article: MakeArticle) -> list[LabelledArticle]:
    good = [make_article("rents", labels=["rents"], source="The Gull") for _ in range(25)]
    return [
        *good,
        *(make_article(source=HOSTILE) for _ in range(22)),
        make_article("ferries", labels=[HOSTILE], id=HOSTILE, title=HOSTILE, source=HOSTILE),
        make_article("ferries", labels=["herons"], date=HOSTILE),
    ]


@pytest.fixture
def evaluation(topic_model: Classifier, rows: list[LabelledArticle]) -> Evaluation:
    return evaluate_model(topic_model, rows)


def test_the_report_is_self_contained_and_complete(evaluation: Evaluation) -> None:
    page = check_self_contained(render_report(evaluation, data_name="gulls.jsonl"))
    for spec in FIGURES.values():
        assert spec.title in page.text
        assert spec.definition in page.text
    assert evaluation.model.reference in page.text
    assert evaluation.model.digest in page.text
    assert evaluation.fingerprint in page.text
    assert f"{evaluation.figures['f1_micro'].value:.3f}" in page.text
    for warning in evaluation.warnings:
        assert " ".join(warning.replace("\u202e", "").split()) in page.text
    anchors = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    links = {(attributes["href"] or "")[1:] for tag, attributes in page.tags if tag == "a"}
    assert links <= anchors
    assert sum(tag == "svg" and attributes["class"] == "plot" for tag, attributes in page.tags) == 3 + 2 * 3


def test_what_comes_from_outside_is_text(evaluation: Evaluation) -> None:
    html = render_report(evaluation, data_name=HOSTILE)
    page = check_self_contained(html)
    assert "<script>alert(1)" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert "<script" not in html


def test_hostile_labels_are_text(topic_model: Classifier, make_article: MakeArticle, tmp_path: Path) -> None:
    label = HOSTILE.replace("\u202e", "")
    model = train_topics(tmp_path, {"herons": label, "rents": "rents", "ferries": "ferries"})
    rows = [
        *(make_article("herons", labels=["rents"]) for _ in range(3)),
        *(make_article("herons", "rents", labels=["ferries"]) for _ in range(3)),
        make_article("herons", labels=[label]),
    ]
    page = check_self_contained(render_report(evaluate_model(model, rows)))
    assert page.text.count("<script>alert(1)") > 5
    comparison = compare_models({HOSTILE: model, "plain": topic_model}, rows)
    check_self_contained(render_comparison(comparison, data_name=HOSTILE))


def test_the_text_of_mistakes_is_marked(topic_model: Classifier) -> None:
    text = 'The <b>ferry</b> left the harbour & the quay. A rudder, an anchor & "a ferry".'
    row = LabelledArticle(article=Article(id="1", text=text), labels=())
    html = render_report(evaluate_model(topic_model, [row]))
    page = check_self_contained(html)
    assert "<mark>" in html
    assert "<b>ferry</b>" in page.text
    assert "<b>ferry" not in html


def test_an_evaluation_of_one_article_and_undefined_figures(topic_model: Classifier, make_article: MakeArticle) -> None:
    html = render_report(evaluate_model(topic_model, [make_article()]))
    check_self_contained(html)
    assert "nan" not in html.lower().replace("finance", "")


def test_a_comparison_says_its_verdict(topic_model: Classifier, rows: list[LabelledArticle], tmp_path: Path) -> None:
    other = train_topics(tmp_path, {"herons": "herons", "rents": "rents"})
    comparison = compare_models({"three": topic_model, "two": other}, rows)
    page = check_self_contained(render_comparison(comparison))
    assert comparison.contests[0].verdict in page.text
    for note in comparison.notes:
        assert " ".join(note.replace("\u202e", "").split()) in page.text


def test_many_labels_are_cut_to_those_that_matter(evaluation: Evaluation) -> None:
    n_labels = 130
    curves, first = evaluation.curves, evaluation.labels[0]
    confusion = replace(
        curves.confusion,
        missed_with_alarm=np.eye(n_labels, k=1, dtype=np.int64),
        alarms_together=np.full((n_labels, n_labels), 2),
        missed_together=np.eye(n_labels, dtype=np.int64),
    )
    large = replace(
        evaluation,
        labels=tuple(replace(first, label=f"label {at}", articles=at) for at in range(n_labels)),
        curves=replace(
            curves,
            confusion=confusion,
            label_rankings=curves.label_rankings[:1] * n_labels,
            label_thresholds=curves.label_thresholds[:1] * n_labels,
        ),
    )
    page = check_self_contained(render_report(large))
    assert "Curves of 100 labels with most articles" in page.text
    assert "labels that are confused most" in page.text


def test_plots_hold_no_number_that_is_none() -> None:
    nan = float("nan")
    lines = draw_lines(
        [Series(name="<a>", points=[(0, nan), (0.5, 0.5), (0.7, nan), (1, 1)]), Series(name="b", points=[])],
        title='"<t>"',
        x_label="x",
        marks=[(nan, 0.5)],
    )
    empty = Reliability(sizes=np.zeros(15), scores=np.full(15, nan), shares=np.full(15, nan))
    for drawn in (lines, draw_reliability(empty, title="t"), draw_interval(Estimate(value=0.5, interval=(0.4, 0.4)))):
        Page(str(drawn))
        assert "nan" not in drawn
    assert "<t>" not in lines
    assert "<a>" not in lines
    assert draw_interval(Estimate(value=nan)) == ""
