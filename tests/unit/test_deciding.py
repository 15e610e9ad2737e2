from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import expit

from nlp.deciding import Calibration, decide

finite = st.floats(allow_nan=False, allow_infinity=False)
modest = st.floats(-1e6, 1e6)
probabilities = hnp.arrays(np.float32, st.integers(1, 12), elements=st.floats(0, 1, width=32))


def one(slope: float, intercept: float) -> Calibration:
    return Calibration(slope=np.array([slope]), intercept=np.array([intercept]))


@given(modest, modest, hnp.arrays(np.float64, (5, 1), elements=modest))
def test_platt_scaling_equals_scipys_expit(slope, intercept, margins):
    expected = expit(slope * margins + intercept).astype(np.float32)
    np.testing.assert_allclose(one(slope, intercept).apply(margins), expected, rtol=1e-6, atol=1e-38)


@given(finite, finite, hnp.arrays(np.float64, (5, 1), elements=finite))
def test_probabilities_stay_between_0_and_1_for_any_finite_numbers(slope, intercept, margins):
    scores = one(slope, intercept).apply(margins)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()


def test_each_label_has_its_own_curve():
    calibration = Calibration(slope=np.array([1.0, 2.0, -1.0]), intercept=np.array([0.0, -1.0, 0.5]))
    scores = calibration.apply(np.array([[0.0, 0.5, 0.5], [np.log(3.0), 0.0, 0.5]]))
    assert scores.shape == (2, 3)
    np.testing.assert_allclose(scores, [[0.5, 0.5, 0.5], [0.75, 1 / (1 + np.e), 0.5]], rtol=1e-6)


def test_a_row_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(3)
    calibration = Calibration(slope=rng.normal(size=7), intercept=rng.normal(size=7))
    margins = rng.normal(size=(33, 7), scale=20).astype(np.float32)
    alone = np.concatenate([calibration.apply(row[None]) for row in margins])
    assert (alone == calibration.apply(margins)).all()


def test_no_articles_give_no_scores():
    assert one(1.0, 0.0).apply(np.zeros((0, 1))).shape == (0, 1)


@pytest.mark.parametrize("margin", [np.nan, np.inf, -np.inf])
def test_a_margin_that_is_no_number_is_refused(margin):
    with pytest.raises(ValueError, match="not a finite number"):
        one(1.0, 0.0).apply(np.array([[margin]]))


@given(hnp.arrays(np.float64, st.integers(0, 9), elements=finite))
def test_a_calibration_survives_json_exactly(values):
    calibration = Calibration(slope=values, intercept=values[::-1])
    again = Calibration.from_json(json.loads(json.dumps(calibration.to_json())))
    assert (again.slope == calibration.slope).all()
    assert (again.intercept == calibration.intercept).all()


def test_a_calibration_is_not_changed_by_its_maker():
    values = np.ones(2)
    calibration = Calibration(slope=values, intercept=values)
    values[:] = 5
    assert calibration.slope.tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match="read-only"):
        calibration.slope[0] = 2


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "an object"),
        ([], "an object"),
        ({}, "an object"),
        ({"method": "isotonic", "points": []}, "'isotonic' is not known"),
        ({"method": "platt", "slope": [1.0]}, '"slope" and "intercept"'),
        ({"method": "platt", "slope": [1.0], "intercept": [0.0], "more": 1}, '"slope" and "intercept"'),
        ({"method": "platt", "slope": [1.0], "intercept": [0.0, 1.0]}, "1 values, the intercept 2"),
        ({"method": "platt", "slope": 1.0, "intercept": [0.0]}, "the slope must be a list"),
        ({"method": "platt", "slope": ["1"], "intercept": [0.0]}, "the slope must be a list"),
        ({"method": "platt", "slope": [True], "intercept": [0.0]}, "the slope must be a list"),
        ({"method": "platt", "slope": [[1.0]], "intercept": [0.0]}, "the slope must be a list"),
        ({"method": "platt", "slope": [1.0], "intercept": [float("nan")]}, "the intercept must be a list"),
        ({"method": "platt", "slope": [10**400], "intercept": [0.0]}, "the slope must be a list"),
    ],
)
def test_a_calibration_that_is_none_is_refused(value, reason):
    with pytest.raises(ValueError, match=reason):
        Calibration.from_json(value)


@given(probabilities, st.data())
def test_on_are_exactly_the_labels_that_reach_their_threshold_best_first(scores, data):
    thresholds = data.draw(hnp.arrays(np.float64, scores.shape, elements=st.floats(0, 1, width=32)))
    labels = [f"label {index}" for index in range(len(scores))]
    on = decide(scores, thresholds, labels)
    assert set(on) == {label for label, s, t in zip(labels, scores, thresholds, strict=True) if s >= t}
    ranks = [(-scores[labels.index(label)], labels.index(label)) for label in on]
    assert ranks == sorted(ranks)


def test_a_score_at_its_threshold_is_on():
    # The nearest float32 of 0.7 lies below the double 0.7: comparing them as doubles would turn the label off.
    assert float(np.float32(0.7)) < 0.7
    assert decide(np.float32([0.7]), np.array([0.7]), ["a"]) == ("a",)
    below = np.nextafter(np.float32(0.7), np.float32(0))
    assert decide(np.array([below]), np.array([0.7]), ["a"]) == ()


def test_equal_scores_stay_in_label_order():
    labels = ["z", "a", "m", "b"]
    assert decide(np.float32([0.5, 0.9, 0.5, 0.5]), np.zeros(4), labels) == ("a", "z", "m", "b")


def test_the_decision_is_made_on_the_score_before_it_is_rounded():
    assert decide(np.float32([0.44996]), np.array([0.45]), ["a"]) == ()


def test_no_label_may_hold():
    assert decide(np.float32([0.1, 0.2]), np.array([0.5, 0.5]), ["a", "b"]) == ()


@pytest.mark.parametrize("labels", [[], ["a"], ["a", "b", "c"]])
def test_lengths_must_agree(labels):
    with pytest.raises(ValueError, match="scores"):
        decide(np.float32([0.1, 0.2]), np.array([0.5, 0.5]), labels)
