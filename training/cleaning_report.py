"""How well pages are cleaned, and what plain articles lose to it: the figures of `python -m training.cleaning --cv`."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nlp.reading.cleaning import CleaningPlan, plan_cleaning
from nlp.reading.headline import same_headline
from nlp.reading.line_model import LineModel, smooth_parts
from nlp.reading.page_lines import measure_lines
from nlp.reading.page_text import SplitText, join_lines, split_lines, tidy_lines
from nlp.records import Article
from nlp.resources import find_shipped

if TYPE_CHECKING:
    from training.cleaning import RealPage

__all__ = ["report", "token_f1"]

_RESAMPLES = 2_000
_KEEP = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
_PAGE = (0.0, 2.0, 3.0, 4.0, 4.5, 5.0, 6.0, 8.0)
_TITLE = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98)
_PAGE_TITLE = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scored:
    """A page with what a model that has not seen it says of its lines, and the thresholds of that model."""

    page: SplitText
    probabilities: NDArray[np.float64]
    parts: NDArray[np.float64]
    model: LineModel

    def plan(self, **changed: float) -> CleaningPlan:
        thresholds = replace(self.model.thresholds, **changed)
        return plan_cleaning(self.page, self.probabilities, self.parts, thresholds)


def token_f1(text: str, truth: str) -> float:
    """F1 of the words of two texts as bags.

    >>> token_f1("a b c", "a b d e")
    0.5714285714285714
    """
    ours, theirs = (Counter(re.findall(r"\w+", part)) for part in (text, truth))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def report(
    pages: Sequence[RealPage], models: Sequence[LineModel], folds: NDArray[np.int_], articles: Sequence[Article]
) -> dict[str, float]:
    """Print the figures of pages and plain articles and the sweeps of the thresholds; return the figures."""
    scored = [_score(page.page, models[fold]) for page, fold in zip(pages, folds, strict=True)]
    metrics = _report_pages(pages, scored)
    forms = {
        "text alone": ((row.text, None) for row in articles),
        "title and text": ((row.text, row.title) for row in articles if row.title),
        "samples, text alone": ((row["text"], None) for row in _read_samples()),
        "samples, title and text": ((row["text"], row["title"]) for row in _read_samples() if row["title"]),
    }
    plain = {name: tuple(_score_articles(rows, models)) for name, rows in forms.items()}
    for name, rows in plain.items():
        metrics |= _report_plain(name, rows)
    _print_sweeps(pages, scored, plain)
    return metrics


def _score(page: SplitText, model: LineModel) -> _Scored:
    features = measure_lines(page.lines, page.blanks_before, blanks_at_end=page.blanks_at_end)
    probabilities = model.class_probabilities(features)
    parts = smooth_parts(probabilities, model.class_shares)
    return _Scored(page=page, probabilities=probabilities, parts=parts, model=model)


def _score_articles(
    rows: Iterator[tuple[str, str | None]], models: Sequence[LineModel]
) -> Iterator[tuple[_Scored, str | None]]:
    """Plain articles, each scored by one of the models in turn, and their titles."""
    for number, (text, title) in enumerate(rows):
        page = split_lines(tidy_lines(text if title is None else f"{title}\n\n{text}"))
        if page.lines:
            yield _score(page, models[number % len(models)]), title


def _read_samples() -> tuple[dict[str, str], ...]:
    path = find_shipped("artifacts", "samples")
    articles = path / "articles.jsonl" if path else None
    if articles is None or not articles.is_file():
        return ()
    return tuple(json.loads(line) for line in articles.read_text(encoding="utf-8").split("\n") if line.strip())


def _text_of(row: _Scored, plan: CleaningPlan) -> str:
    return join_lines(row.page, plan.kept)


def _report_pages(pages: Sequence[RealPage], scored: Sequence[_Scored]) -> dict[str, float]:
    whole = [token_f1("\n".join(page.page.lines), page.body) for page in pages]
    long = [token_f1("\n".join(x for x in page.page.lines if len(x.split()) >= 12), page.body) for page in pages]
    plans = [row.plan() for row in scored]
    f1 = [token_f1(_text_of(row, plan), page.body) for row, plan, page in zip(scored, plans, pages, strict=True)]
    low, high = _bootstrap(f1)
    print(f"copied pages: {len(pages)} of {len({page.site for page in pages})} sites, token F1 out of fold")
    print(f"  as they are {np.mean(whole):.3f}, lines of 12 words or more {np.mean(long):.3f}")
    print(f"  cleaned {np.mean(f1):.3f} [{low:.3f}, {high:.3f}], median {np.median(f1):.3f}")
    print(f"  headline right on {_count_titles(pages, scored, plans)} of {len(pages)}")
    return {
        "pages_token_f1": round(float(np.mean(f1)), 3),
        "pages_token_f1_low": round(low, 3),
        "pages_token_f1_high": round(high, 3),
        "pages_headlines_right": _count_titles(pages, scored, plans),
    }


def _bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """A 95 % percentile interval of the mean over pages."""
    draw = random.Random(0)  # noqa: S311  # nothing here is secret
    means = sorted(float(np.mean(draw.choices(values, k=len(values)))) for _ in range(_RESAMPLES))
    return means[round(0.025 * _RESAMPLES)], means[round(0.975 * _RESAMPLES) - 1]


def _count_titles(pages: Sequence[RealPage], scored: Sequence[_Scored], plans: Sequence[CleaningPlan]) -> int:
    return sum(
        plan.title is not None and any(same_headline(row.page.lines[plan.title], title) for title in page.titles)
        for page, row, plan in zip(pages, scored, plans, strict=True)
    )


def _kept_share(row: _Scored, plan: CleaningPlan, title: str | None) -> float:
    """Share of the words that stay in the text; where the article has a title, it may have become the title."""
    kept = Counter(_text_of(row, plan).split())
    if title is not None and plan.title == 0:
        kept.update(row.page.lines[0].split())
    words = Counter("\n".join(row.page.lines).split())
    return (kept & words).total() / max(1, words.total())


def _report_plain(name: str, rows: Sequence[tuple[_Scored, str | None]]) -> dict[str, float]:
    if not rows:
        return {}
    plans = [row.plan() for row, _ in rows]
    kept = [_kept_share(row, plan, title) for (row, title), plan in zip(rows, plans, strict=True)]
    percentile = float(np.quantile(kept, 0.01, method="lower"))
    titles = np.mean([plan.title == 0 for plan in plans])
    print(f"plain articles, {name}: {len(rows)}")
    print(f"  words kept: 1st percentile {percentile:.4f}, mean {np.mean(kept):.5f}", end="; ")
    print(
        f"taken for pages {np.mean([plan.is_page for plan in plans]):.4f}, first line taken for the title {titles:.4f}"
    )
    return {f"plain_{name.replace(',', '').replace(' ', '_')}_kept_p1": round(percentile, 4)}


def _print_sweeps(
    pages: Sequence[RealPage], scored: Sequence[_Scored], plain: Mapping[str, Sequence[tuple[_Scored, str | None]]]
) -> None:
    def pages_f1(**changed: float) -> str:
        texts = [_text_of(row, row.plan(**changed)) for row in scored]
        return f"F1 {np.mean([token_f1(text, page.body) for text, page in zip(texts, pages, strict=True)]):.4f}"

    def titles(**changed: float) -> str:
        return f"{_count_titles(pages, scored, [row.plan(**changed) for row in scored])} right"

    def losing(name: str, **changed: float) -> str:
        lost = [_kept_share(row, row.plan(**changed), title) < 0.995 for row, title in plain[name]]
        return f"{name}: {100 * np.mean(lost):.2f} % lose more than 0.5 %"

    def found(**changed: float) -> str:
        name = "title and text"
        return f"titles found {np.mean([row.plan(**changed).title == 0 for row, _ in plain[name]]):.3f}"

    sweeps: tuple[tuple[str, tuple[float, ...], tuple[Callable[..., str], ...]], ...] = (
        ("keep", _KEEP, (pages_f1,)),
        ("page", _PAGE, (pages_f1, lambda **c: losing("text alone", **c), lambda **c: losing("title and text", **c))),
        ("title", _TITLE, (found, lambda **c: losing("text alone", **c))),
        ("page_title", _PAGE_TITLE, (pages_f1, titles)),
    )
    for name, values, measures in sweeps:
        print(f"threshold {name}")
        for value in values:
            print(f"  {value:4.2f}  {', '.join(measure(**{name: value}) for measure in measures)}")
