"""Figures against scikit-learn's, their corner cases, and intervals whose width is known."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn import metrics as oracle

from training.bootstrap import draw_weights, find_interval, number_groups, resample_sums
from training.figures import FIGURES, LABEL_FIGURES
from training.metrics import count_outcomes, measure
from training.ranking import label_ranking_precisions, rank_scores
from training.reliability import bin_reliability

SHAPES = st.tuples(st.integers(1, 12), st.integers(2, 5))


@st.composite
def samples(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Targets, decisions, mask and scores, scores with many ties."""
    shape = draw(SHAPES)
    flags = [draw(arrays.arrays(np.bool_, shape)) for _ in range(3)]
    scores = draw(arrays.arrays(np.int64, shape, elements=st.integers(0, 8))) / np.float32(8)
    return flags[0], flags[1], flags[2], scores.astype(np.float32)


def values_of(*args: object, **kwargs: object) -> dict[str, float]:
    measured = measure(*args, n_resamples=5, **kwargs)  # type: ignore[arg-type]
    return {name: figure.value for name, figure in measured.figures.items()}


@settings(max_examples=25, deadline=None)
@given(samples())
def test_figures_of_decisions_are_those_of_scikit_learn(sample: tuple[np.ndarray, ...]) -> None:
    targets, decided, _, _ = sample
    values = values_of(targets, decided)
    some = targets.any(axis=0) | decided.any(axis=0)
    rows = targets.any(axis=1) | decided.any(axis=1)
    for name, score in (
        ("f1", oracle.f1_score), ("precision", oracle.precision_score), ("recall", oracle.recall_score)
    ):  # fmt: skip
        if some.any():
            assert values[f"{name}_micro"] == pytest.approx(score(targets.ravel(), decided.ravel(), zero_division=0))
            of_labels = [score(targets[:, at], decided[:, at], zero_division=0) for at in np.flatnonzero(some)]
            assert values[f"{name}_macro"] == pytest.approx(np.mean(of_labels))
            there = score(targets[rows], decided[rows], average="samples", zero_division=0)
            assert values[f"{name}_samples"] == pytest.approx((there * rows.sum() + (~rows).sum()) / len(rows))
        else:
            assert np.isnan(values[f"{name}_micro"])
            assert np.isnan(values[f"{name}_macro"])
            assert values[f"{name}_samples"] == 1
    assert values["exact_match"] == pytest.approx(oracle.accuracy_score(targets, decided))


@settings(max_examples=25, deadline=None)
@given(samples())
def test_figures_of_scores_are_those_of_scikit_learn(sample: tuple[np.ndarray, ...]) -> None:
    targets, decided, _, scores = sample
    measured = measure(targets, decided, scores=scores, n_resamples=5)
    values = {name: figure.value for name, figure in measured.figures.items()}
    assert values["brier"] == pytest.approx(oracle.mean_squared_error(targets.astype(float), scores), abs=1e-6)
    holding, rows = targets.any(axis=0), targets.any(axis=1)
    if not holding.any():
        assert np.isnan([values[name] for name in ("average_precision_micro", "average_precision_macro", "lrap")]).all()
        return
    expected = [oracle.average_precision_score(targets[:, at], scores[:, at]) for at in np.flatnonzero(holding)]
    found = np.array([one.value for one in measured.labels["average_precision"]])
    assert found[holding] == pytest.approx(expected)
    assert np.isnan(found[~holding]).all()
    assert values["average_precision_macro"] == pytest.approx(np.mean(expected))
    assert values["average_precision_micro"] == pytest.approx(
        oracle.average_precision_score(targets.ravel(), scores.ravel())
    )
    lrap = oracle.label_ranking_average_precision_score(targets[rows], scores[rows])
    assert values["lrap"] == pytest.approx(lrap)


@settings(max_examples=25, deadline=None)
@given(samples())
def test_what_nobody_judged_counts_nowhere(sample: tuple[np.ndarray, ...]) -> None:
    targets, decided, judged, scores = sample
    first = measure(targets, decided, judged=judged, scores=scores, n_resamples=5)
    other = measure(
        targets ^ ~judged, decided ^ ~judged, judged=judged, scores=np.where(judged, scores, 1 - scores), n_resamples=5
    )
    for name, figure in first.figures.items():
        assert figure.value == pytest.approx(other.figures[name].value, nan_ok=True), name
    hits, alarms, misses = count_outcomes(targets, decided, judged)
    for at in range(targets.shape[1]):
        pair = targets[judged[:, at], at], decided[judged[:, at], at]
        if hits[at] + alarms[at] + misses[at]:
            assert first.labels["f1"][at].value == pytest.approx(oracle.f1_score(*pair, zero_division=0))
        else:
            assert np.isnan(first.labels["f1"][at].value)


@settings(max_examples=25, deadline=None)
@given(samples(), st.randoms(use_true_random=False))
def test_the_order_of_articles_does_not_matter(sample: tuple[np.ndarray, ...], random: object) -> None:
    order = np.array(sorted(range(len(sample[0])), key=lambda _: random.random()))  # type: ignore[attr-defined]
    targets, decided, judged, scores = sample
    values = values_of(targets, decided, judged=judged, scores=scores)
    others = values_of(targets[order], decided[order], judged=judged[order], scores=scores[order])
    assert values == pytest.approx(others, nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(samples(), st.data())
def test_a_weight_is_a_repetition(sample: tuple[np.ndarray, ...], data: st.DataObject) -> None:
    targets, _, judged, scores = sample
    weights = data.draw(arrays.arrays(np.int64, len(targets), elements=st.integers(0, 3)))
    repeated = (np.repeat(array, weights, axis=0) for array in (targets, scores, judged))
    ones = np.ones(weights.sum(), dtype=np.float32)
    for found, expected in zip(
        rank_scores(targets, scores, judged).average_precision(weights.astype(np.float32)),
        rank_scores(*repeated).average_precision(ones),
        strict=True,
    ):
        assert found == pytest.approx(expected, nan_ok=True)


def test_articles_where_none_holds() -> None:
    targets = np.array([[0, 0], [0, 0], [0, 0], [1, 0], [0, 1]], dtype=bool)
    decided = np.array([[0, 0], [1, 1], [0, 1], [0, 0], [0, 1]], dtype=bool)
    values = values_of(targets, decided)
    assert values["none_accuracy"] == pytest.approx(1 / 3)
    assert values["none_precision"] == pytest.approx(1 / 2)
    assert values["false_label_rate"] == pytest.approx(3 / 3)
    partly = np.ones_like(targets)
    partly[0, 1] = False  # whether the other label holds is not known: no article where none holds
    assert values_of(targets, decided, judged=partly)["none_accuracy"] == 0


def test_a_false_alarm_on_a_label_the_sample_lacks_counts() -> None:
    targets = np.array([[1, 0], [1, 0]], dtype=bool)
    decided = np.array([[1, 1], [1, 0]], dtype=bool)
    values = values_of(targets, decided)
    assert values["f1_micro"] == pytest.approx(4 / 5)
    assert values["f1_macro"] == pytest.approx((1 + 0) / 2)


def test_calibration_error_of_a_worked_example() -> None:
    # Bins of 1/15: 0.9 and 0.92 share one (14th), 0.1 is in another. |1.82 - 1| / 3 + |0.1 - 0| / 3.
    targets = np.array([[True], [False], [False]])
    scores = np.array([[0.9], [0.92], [0.1]], dtype=np.float32)
    values = values_of(targets, targets, scores=scores)
    assert values["calibration_error"] == pytest.approx((0.82 + 0.1) / 3, abs=1e-6)
    sizes, confidences, shares = bin_reliability(targets, scores, np.ones_like(targets))
    assert (sizes[13], shares[13], sizes[1]) == (2, 0.5, 1)
    assert confidences[13] == pytest.approx(0.91)
    assert np.isnan(confidences[0])
    edges = np.array([[0.0], [1.0]], dtype=np.float32)
    sizes, _, _ = bin_reliability(np.array([[False], [True]]), edges, np.ones((2, 1), dtype=bool))
    assert sizes[[0, -1]].tolist() == [1, 1]


def test_interval_of_a_share_is_as_wide_as_the_binomial_says() -> None:
    rng = np.random.default_rng(1)
    targets = rng.random((1000, 1)) < 2  # all hold; recall is the share given
    decided = rng.random((1000, 1)) < 0.8
    low, high = measure(targets, decided).figures["recall_micro"].interval or (0, 0)
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.8 * 0.2 / 1000), rel=0.1)


def test_near_copies_widen_the_interval() -> None:
    rng = np.random.default_rng(2)
    targets, decided = np.ones((200, 1), dtype=bool), rng.random((200, 1)) < 0.8
    copies = [np.repeat(array, 4, axis=0) for array in (targets, decided)]
    alone = measure(targets, decided).figures["recall_micro"].interval
    as_one = measure(*copies, groups=np.repeat(np.arange(200) + 7, 4)).figures["recall_micro"].interval
    as_four = measure(*copies).figures["recall_micro"].interval
    assert as_one == pytest.approx(alone)
    assert alone is not None
    assert as_four is not None
    assert (as_four[1] - as_four[0]) / (alone[1] - alone[0]) == pytest.approx(0.5, abs=0.1)


def test_interval_of_the_calibration_error_holds_the_truth_of_a_calibrated_model() -> None:
    rng = np.random.default_rng(3)
    scores = rng.random((400, 2)).astype(np.float32)
    figure = measure(rng.random((400, 2)) < scores, scores > 0.5, scores=scores).figures["calibration_error"]
    assert figure.interval is not None
    assert 0 <= figure.interval[0] < 0.02 < figure.interval[1]


def test_resamples_follow_from_the_seed_and_draw_whole_groups() -> None:
    groups = number_groups(["b", "a", "b"], 3)
    assert groups.tolist() == [1, 0, 1]
    values = np.array([[1], [10], [2]], dtype=np.float32)
    sums = resample_sums(values, groups, n_resamples=50, seed=4)
    assert set(sums[:, 0].tolist()) == {20, 13, 6}
    assert (sums == resample_sums(values, groups, n_resamples=50, seed=4)).all()
    assert all(chunk.sum(axis=1).tolist() == [5] * len(chunk) for chunk in draw_weights(5, n_resamples=9, seed=0))
    with pytest.raises(ValueError, match="groups"):
        number_groups([1, 2], 3)


def test_no_interval_where_there_is_none() -> None:
    nan = float("nan")
    assert find_interval(nan, np.ones(9)) is None
    assert find_interval(1.0, np.full(9, nan)) is None
    assert find_interval(0.5, np.array([0.4, 0.6] * 50)) == (0.4, 0.6)


def test_no_article_and_nothing_judged() -> None:
    for n_articles in (0, 3):
        empty = np.zeros((n_articles, 2), dtype=bool)
        measured = measure(empty, empty, judged=empty, scores=np.zeros((n_articles, 2), dtype=np.float32))
        assert all(np.isnan(figure.value) and figure.interval is None for figure in measured.figures.values())
    assert np.isnan(label_ranking_precisions(empty, empty.astype(np.float32), empty)).all()


def test_every_figure_is_defined_and_the_other_way_round() -> None:
    some = np.eye(3, dtype=bool)
    measured = measure(some, some, scores=some.astype(np.float32), n_resamples=5)
    assert list(measured.figures) == list(FIGURES)
    assert list(measured.labels) == list(LABEL_FIGURES)


def test_wrong_shapes_and_scores_are_refused() -> None:
    some = np.eye(3, dtype=bool)
    with pytest.raises(ValueError, match="shapes"):
        measure(some, some[:2])
    with pytest.raises(ValueError, match="score"):
        measure(some, some, scores=some * np.float32(np.nan))


def test_a_thousand_resamples_of_ten_thousand_articles_take_seconds() -> None:
    rng = np.random.default_rng(0)
    targets, decided = rng.random((2, 10_000, 100)) < 0.05
    start = time.perf_counter()
    measure(targets, decided)
    assert time.perf_counter() - start < 15  # about 0.6 s on one idle core
