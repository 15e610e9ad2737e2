"""Comparisons whose verdict is known beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp import Classifier
from nlp.errors import InputError
from tests.unit.conftest import MakeArticle, train_topics
from training.compare import compare_decisions, compare_models
from training.data import LabelledArticle
from training.significance import adjust_by_holm, run_mcnemar

NAMES = ("old", "new")


def make_decisions(errors: float, *, seed: int, n_articles: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Targets, the same for every seed, and decisions of which a share is wrong."""
    targets = np.random.default_rng(0).random((n_articles, 4)) < 0.3
    return targets, targets ^ (np.random.default_rng(seed).random(targets.shape) < errors)


def test_mcnemar_of_worked_examples() -> None:
    # 2 * P(X <= 6) for 22 tosses of a fair coin: 110056 / 2^22.
    assert run_mcnemar(6, 16) == pytest.approx(110056 / 2**21)
    assert run_mcnemar(16, 6) == run_mcnemar(6, 16)
    assert run_mcnemar(0, 5) == pytest.approx(2 / 32)
    assert run_mcnemar(3, 3) == 1
    assert run_mcnemar(0, 0) == 1


def test_holm_of_a_worked_example() -> None:
    assert adjust_by_holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert adjust_by_holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_never_lowers(p_values: list[float]) -> None:
    adjusted = adjust_by_holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[at] for at in order] == sorted(adjusted)


def test_identical_models_show_no_difference() -> None:
    targets, decided = make_decisions(0.1, seed=1)
    contest = compare_decisions(targets, decided, decided.copy(), "abcd", names=NAMES)
    assert contest.better is None
    assert contest.verdict == "No difference: old and new decide alike on all 600 articles."
    micro = contest.differences["f1_micro"]
    assert (micro.difference.value, micro.difference.interval, micro.p_value) == (0, (0, 0), 1)
    assert {one.p_adjusted for one in contest.labels} == {1}


@pytest.mark.parametrize("turned", [False, True])
def test_a_clearly_better_model_is_told(turned: bool) -> None:
    targets, poor = make_decisions(0.15, seed=1)
    _, good = make_decisions(0.05, seed=2)
    first, second, names = (good, poor, NAMES[::-1]) if turned else (poor, good, NAMES)
    contest = compare_decisions(targets, first, second, "abcd", names=names)
    assert contest.better == "new"
    assert contest.verdict.startswith("new is better: +0.")
    assert "on 600 articles" in contest.verdict
    assert "of single labels new is better on " in contest.verdict
    micro = contest.differences["f1_micro"]
    assert micro.difference.value == pytest.approx(micro.second - micro.first)
    assert micro.p_value < 0.01


def test_equally_good_models_are_not_told_apart() -> None:
    targets, one = make_decisions(0.1, seed=1)
    _, other = make_decisions(0.1, seed=2)
    contest = compare_decisions(targets, one, other, "abcd", names=NAMES)
    assert contest.better is None
    assert contest.verdict.startswith("No difference can be told between old and new: ")
    assert contest.differing > 100


def test_better_on_common_labels_and_worse_on_rare_ones() -> None:
    rng = np.random.default_rng(4)
    targets = rng.random((2000, 4)) < [0.5, 0.03, 0.03, 0.03]
    first, second = targets.copy(), targets.copy()
    first[:, 0] ^= rng.random(2000) < 0.2
    second[:, 1:] &= rng.random((2000, 3)) < 0.3
    contest = compare_decisions(targets, first, second, "abcd", names=NAMES)
    assert contest.better == "new"
    assert "in macro-F1 it is the other way round: -0." in contest.verdict
    assert "old is better on b, c, d" in contest.verdict


def test_of_near_copies_one_counts_for_a_label() -> None:
    targets = np.ones((40, 1), dtype=bool)
    better = np.ones_like(targets)
    worse = (np.arange(40) >= 20)[:, None]
    alone = compare_decisions(targets, worse, better, "a", names=NAMES)
    copies = compare_decisions(targets, worse, better, "a", names=NAMES, groups=np.maximum(np.arange(40), 19))
    assert (alone.labels[0].only_second, copies.labels[0].only_second) == (20, 1)
    assert alone.labels[0].p_value < 0.001 < copies.labels[0].p_value


def test_pairs_that_nobody_judged_do_not_count() -> None:
    targets, first = make_decisions(0.1, seed=1)
    judged = np.zeros_like(targets)
    contest = compare_decisions(targets, first, ~first, "abcd", names=NAMES, judged=judged)
    assert contest.differing == 0
    assert contest.better is None


@pytest.fixture
def rows(make_article: MakeArticle) -> list[LabelledArticle]:
    topics = [("rents",), ("herons",), ("ferries",), ()]
    return [make_article(*topics[n % 4], labels=topics[n % 4], id=str(n)) for n in range(60)]


def test_models_of_different_labels_are_compared_on_the_shared_ones(
    topic_model: Classifier, rows: list[LabelledArticle], tmp_path: Path
) -> None:
    smaller = train_topics(tmp_path, {"herons": "herons", "rents": "rents"})
    found = compare_models({"all": topic_model, "two": smaller}, rows)
    assert found.labels == ("herons", "rents")
    assert found.left_out == {"all": ("ferries",), "two": ()}
    said = "\n".join(found.notes)
    assert "of all left out: ferries" in said
    assert "'ferries' of 15 articles is not compared" in said
    assert found.contests[0].better is None
    json.dumps(found.to_json(), allow_nan=False)


def test_models_without_a_common_label_cannot_be_compared(
    topic_model: Classifier, rows: list[LabelledArticle], tmp_path: Path
) -> None:
    other = train_topics(tmp_path, {"herons": "birds", "rents": "housing"})
    with pytest.raises(InputError, match="no label in common"):
        compare_models({"a": topic_model, "b": other}, rows)
    with pytest.raises(ValueError, match="two"):
        compare_models({"a": topic_model}, rows)
