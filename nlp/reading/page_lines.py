"""What can be measured on the lines of a copied page: the features that tell story from furniture.

A line is what stands between line breaks; blank lines are not classified, but how many stand before and after a line
is known. Every line has features of its own (length, function words, case, punctuation, shapes such as datelines and
photo credits), of its place, of its neighbours, and of the page.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nlp.reading.line_shapes import OWN_FEATURES, measure_line, share_of
from nlp.reading.page_words import CUES, FUNCTION_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FEATURES", "measure_lines"]

_LONG_WORDS = 12
_MAX_RUN_WORDS, _LINE_COST, _CUE_COST = 60, 4.0, 10.0
_NEIGHBOURS = (-2, -1, 1, 2)

_PLACE = (
    "repeats", "begins_alike", "inside_longer", "known_words", "blank_before", "blank_after", "block_lines",
    "block_mean_words", "position", "from_start", "from_end", "story_before", "story_after", "since_story",
    "until_story", "story_near", "story_wide", "continues", "continued", "headline_overlap", "in_run",
    "from_run_start", "from_run_end", "run_share", "cues_since_run_began", "cues_until_run_ends", "cue_kinds_since",
    "since_cue", "until_cue", "thin_since_story", "thin_near",
)  # fmt: skip
_SEEN_OF_NEIGHBOURS = ("log_words", "function_share", "terminal", "capital_share", "furniture_share", "bullet", "story")
_PAGE = ("page_lines", "page_story_share", "page_furniture", "page_median_words", "page_blank_share", "page_bullets")

FEATURES: tuple[str, ...] = (
    *OWN_FEATURES,
    *_PLACE,
    *(f"{name}[{shift:+d}]" for shift in _NEIGHBOURS for name in _SEEN_OF_NEIGHBOURS),
    *_PAGE,
)
"""Names of the columns of `measure_lines`, in order."""


def _distances(marks: NDArray[np.bool_], *, cap: int = 50) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For each place the log of how many places ago, and how many on, a mark stands (`cap` if none)."""
    n = len(marks)
    index = np.arange(n)
    last = np.maximum.accumulate(np.where(marks, index, -cap - 1))
    following = np.minimum.accumulate(np.where(marks, index, n + cap + 1)[::-1])[::-1]
    return (
        np.log1p(np.minimum(index - last, cap)).astype(np.float32),
        np.log1p(np.minimum(following - index, cap)).astype(np.float32),
    )


def _window_mean(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Mean of each value and of up to `reach` neighbours on both sides."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    index = np.arange(len(values))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / (high - low), dtype=np.float32)


def _median(values: NDArray[np.float32]) -> float:
    """The median; `numpy.median` costs 15 ms when it is first called, for it imports `numpy.ma`."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _shift(values: NDArray[np.float32], by: int, fill: float) -> NDArray[np.float32]:
    """`values[i + by]` at place i, `fill` beyond the ends."""
    out = np.full_like(values, fill)
    if by > 0:
        out[:-by] = values[by:]
    else:
        out[-by:] = values[:by]
    return out


def _measure_place(
    lines: Sequence[str],
    words: Sequence[list[str]],
    blanks: tuple[NDArray[np.int_], NDArray[np.int_]],
    own: dict[str, NDArray[np.float32]],
    story: NDArray[np.bool_],
) -> list[NDArray[np.float32]]:
    """Features of a line's place on the page, in the order of `_PLACE`."""
    n = len(lines)
    low, high = _find_run(own, story)
    in_run = np.zeros(n, dtype=bool)
    in_run[low:high] = True
    told = story & in_run
    keys = [" ".join(w) for w in words]
    whole, starts = Counter(keys), Counter(key[:40] for key in keys)
    told_words = Counter(word for found, is_told in zip(words, told, strict=True) if is_told for word in set(found))
    known = np.zeros(n)
    for i, found in enumerate(words):
        content = [word for word in found if word not in FUNCTION_WORDS]
        seen = sum(told_words[word] > told[i] for word in content)
        known[i] = share_of(seen, len(content))
    before, after = blanks
    block = np.cumsum(before > 0)
    block_lines = np.bincount(block)[block]
    block_words = (np.bincount(block, weights=own["words"]) / np.maximum(1, np.bincount(block)))[block]
    weight = np.where(story, own["words"], 0.0)
    total = max(1.0, float(weight.sum()))
    done = np.cumsum(weight)
    since, until = _distances(story)
    open_ended = (own["terminal"] == 0) & (own["colon"] == 0)
    lower = own["lower_start"] > 0
    continued = np.zeros(n)
    continued[:-1] = open_ended[:-1] & lower[1:]
    continues = np.zeros(n)
    continues[1:] = continued[:-1]
    index = np.arange(n)
    columns = [
        np.log([max(1, whole[key]) for key in keys]), np.log([starts[key[:40]] for key in keys]),
        _inside_longer(keys), known, np.minimum(before, 3), np.minimum(after, 3), np.log1p(block_lines),
        np.log1p(block_words), index / max(1, n - 1), np.log1p(index), np.log1p(n - 1 - index),
        (done - weight) / total, (total - done) / total, since, until,
        _window_mean(story.astype(np.float32), 3), _window_mean(story.astype(np.float32), 10), continues, continued,
        _headline_overlap(words, told), in_run, _signed_log(index - low), _signed_log(index - high + 1),
        np.full(n, own["words"][low:high].sum() / max(1.0, float(own["words"].sum()))),
        *_measure_cues(own, story, low, high),
    ]  # fmt: skip
    return [np.asarray(column, dtype=np.float32) for column in columns]


def _find_run(own: dict[str, NDArray[np.float32]], story: NDArray[np.bool_]) -> tuple[int, int]:
    """The half-open range of lines that holds most of what reads like a story.

    Long sentences count for it, short lines against it, and openers of other sections the more; Kadane's rule finds the
    range with the largest sum.
    """
    cue = np.any([own[f"cue_{name}"] > 0 for name in CUES], axis=0)
    gains = np.where(story, np.minimum(own["words"], _MAX_RUN_WORDS), np.where(cue, -_CUE_COST, -_LINE_COST))
    sums = np.concatenate([[0.0], np.cumsum(gains, dtype=np.float64)])
    end = int(np.argmax(sums - np.minimum.accumulate(sums)))
    return int(np.argmin(sums[: end + 1])), end


def _signed_log(values: NDArray[np.int_]) -> NDArray[np.float64]:
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def _measure_cues(
    own: dict[str, NDArray[np.float32]], story: NDArray[np.bool_], low: int, high: int
) -> list[NDArray[np.float32]]:
    """What of other sections has been opened since the run began, and how near it is."""
    kinds = np.array([own[f"cue_{name}"] for name in CUES]) > 0
    cue = kinds.any(axis=0)
    index = np.arange(len(story))
    counts = np.cumsum(np.where(index >= low, kinds, False), axis=1)
    ahead = np.cumsum((cue & (index < high))[::-1])[::-1]
    since, until = _distances(cue & (index > low))
    thin = (own["furniture_share"] >= 0.5) | (own["letters"] == 0)
    run = np.cumsum(np.where(index >= low, thin, False))
    began = np.maximum.accumulate(np.where(story, run, 0))
    return [
        np.log1p(counts.sum(axis=0)), np.log1p(ahead), (counts > 0).sum(axis=0), since, until, np.log1p(run - began),
        _window_mean(thin.astype(np.float32), 3),
    ]  # fmt: skip


def _inside_longer(keys: Sequence[str]) -> list[float]:
    """1 where a line of four words or more begins a longer line of the page (teasers of the story itself, captions)."""
    ordered = sorted(set(keys))
    inside = {a for a, b in pairwise(ordered) if a.count(" ") >= 3 and b.startswith(a)}
    return [float(key in inside) for key in keys]


def _headline_overlap(words: Sequence[list[str]], story: NDArray[np.bool_]) -> list[float]:
    """Share of a short line's content words that stand in the first three story lines: headlines and captions."""
    first = {word for i in np.flatnonzero(story)[:3] for word in words[i]} - FUNCTION_WORDS
    out = []
    for found in words:
        content = [word for word in found if word not in FUNCTION_WORDS]
        out.append(share_of(sum(word in first for word in content), len(content)))
    return out


def measure_lines(lines: Sequence[str], blanks_before: Sequence[int], *, blanks_at_end: int = 0) -> NDArray[np.float32]:
    """Measure the lines of one page.

    Args:
        lines: The page's lines that are not blank, in order.
        blanks_before: How many blank lines stand before each.
        blanks_at_end: How many stand after the last.

    Returns:
        float32 (n_lines, n_features), columns as in `FEATURES`; all finite.
    """
    if not lines:
        return np.zeros((0, len(FEATURES)), dtype=np.float32)
    once = {line: measure_line(line) for line in set(lines)}
    measured = [once[line] for line in lines]
    matrix = np.array([values for values, _ in measured], dtype=np.float32)
    own = dict(zip(OWN_FEATURES, matrix.T, strict=True))
    own["words"] = np.expm1(own["log_words"])
    story = (
        (own["words"] >= _LONG_WORDS) & (own["terminal"] > 0) & (own["cut_off"] == 0) & (own["function_share"] > 0.2)
    )
    own["story"] = story.astype(np.float32)
    before = np.asarray(blanks_before)
    after = np.append(before[1:], blanks_at_end)
    place = _measure_place(lines, [words for _, words in measured], (before, after), own, story)
    around = [_shift(own[name], by, -1.0) for by in _NEIGHBOURS for name in _SEEN_OF_NEIGHBOURS]
    n = len(lines)
    total = max(1.0, float(own["words"].sum()))
    page = (
        np.log1p(n), float(own["words"][story].sum()) / total, float(own["furniture_share"].mean()),
        np.log1p(_median(own["words"])), float((before > 0).mean()), float(own["bullet"].mean()),
    )  # fmt: skip
    columns = [
        matrix,
        *(column[:, None] for column in (*place, *around)),
        np.tile(np.array(page, dtype=np.float32), (n, 1)),
    ]
    return np.hstack(columns).astype(np.float32)
