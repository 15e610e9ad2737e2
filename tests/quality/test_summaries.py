"""Summaries of the sample corpus against its reference summaries: the floors are what was measured, less 0.01."""

from __future__ import annotations

import json
from statistics import mean

import pytest

from nlp.records import Article
from nlp.resources import shipped_root
from nlp.summarizing import METHODS, Summarizer

FLOORS = {"lead": 0.285, "textrank": 0.285, "lexrank": 0.291}


def _rouge_1(method: str) -> float:
    scoring = pytest.importorskip("rouge_score.rouge_scorer")
    scorer = scoring.RougeScorer(["rouge1"], use_stemmer=True)
    lines = (shipped_root("artifacts") / "samples" / "articles.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    summarizer = Summarizer(method)
    articles = [Article(id=row["id"], text=row["text"], title=row.get("title")) for row in rows]
    return mean(
        scorer.score(row["summary"], found.text)["rouge1"].fmeasure
        for row, found in zip(rows, summarizer.summarize_batch(articles, words=40), strict=True)
    )


@pytest.mark.parametrize("method", METHODS)
def test_rouge_1(method: str) -> None:
    assert _rouge_1(method) >= FLOORS[method]
