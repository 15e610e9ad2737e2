"""ROUGE of the summarizers, beside those of sumy: `python -m tests.benchmarks.summaries FILE`.

FILE is JSON Lines, also gzipped, with `text`, `title` and a reference `summary`. Every method has the same forty words;
sumy's get the same sentences, and as many of its best as come nearest to forty words.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp.records import Article
from nlp.sentences import split_sentences
from nlp.summarizing import METHODS, Summarizer
from nlp.summarizing.terms import STOP_WORDS
from nlp.text import words

METRICS = ("rouge1", "rouge2", "rougeLsum")
WORDS = 40
_RESAMPLES = 1000


def read_rows(path: Path, limit: int | None) -> list[dict[str, Any]]:
    """The rows that have a summary."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [json.loads(line) for line in data.decode("utf-8").split("\n") if line]
    return [row for row in rows if row.get("summary")][:limit]


def as_article(row: dict[str, Any]) -> Article:
    return Article(id=str(row.get("id", "")), text=row["text"], title=row.get("title"))


def ours(method: str) -> Callable[[Article], list[str]]:
    summarizer = Summarizer(method)
    return lambda article: [sentence.text for sentence in summarizer.summarize(article, words=WORDS).sentences]


def of_sumy(kind: str) -> Callable[[Article], list[str]]:
    """A summarizer of sumy on our sentences and words, with its own stemmer; it has no length in words."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
    from sumy.nlp.stemmers import Stemmer
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer

    class Words:
        def to_words(self, text: str) -> tuple[str, ...]:
            return tuple(words(text))

    summarizer = {"lexrank": LexRankSummarizer, "textrank": TextRankSummarizer}[kind](Stemmer("english"))
    summarizer.stop_words = STOP_WORDS

    def summarize(article: Article) -> list[str]:
        sentences = [Sentence(sentence.text, Words()) for sentence in split_sentences(article.text)]
        document = ObjectDocumentModel([Paragraph(sentences)])
        choices = [[str(s) for s in summarizer(document, count)] for count in (1, 2, 3) if count <= len(sentences)]
        return min(choices, key=lambda parts: abs(len(" ".join(parts).split()) - WORDS))

    return summarize


def measure(
    rows: Sequence[dict[str, Any]], summarize: Callable[[Article], list[str]]
) -> tuple[np.ndarray, np.ndarray, float]:
    """F-measures, float64 (n_rows, 3) in the order of `METRICS`; words, int64 (n_rows,); articles a second."""
    from rouge_score import rouge_scorer

    scorer = rouge_scorer.RougeScorer(METRICS, use_stemmer=True)
    articles = [as_article(row) for row in rows]
    began = time.perf_counter()
    summaries = [summarize(article) for article in articles]
    pace = len(rows) / (time.perf_counter() - began)
    found = [scorer.score(row["summary"], "\n".join(parts)) for row, parts in zip(rows, summaries, strict=True)]
    scores = np.array([[score[metric].fmeasure for metric in METRICS] for score in found])
    return scores, np.array([len(" ".join(parts).split()) for parts in summaries]), pace


def interval(values: np.ndarray) -> tuple[float, float]:
    """95 % bootstrap interval of a mean."""
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (_RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, help="how many articles to use, the first of the file")
    parser.add_argument(
        "--no-sumy", action="store_true", help="leave the other library out (it needs `pip install sumy`)"
    )
    options = parser.parse_args()
    rows = read_rows(options.file, options.limit)
    methods = {name: ours(name) for name in METHODS}
    if not options.no_sumy:
        methods |= {f"sumy {kind}": of_sumy(kind) for kind in ("lexrank", "textrank")}
    print(f"{len(rows)} articles, {WORDS} words")
    print(f"{'':14} {'ROUGE-1':22} {'ROUGE-2':22} {'ROUGE-Lsum':22} words 5/50/95 %  articles/s")
    for name, summarize in methods.items():
        scores, lengths, pace = measure(rows, summarize)
        cells = []
        for column in range(len(METRICS)):
            low, high = interval(scores[:, column])
            cells.append(f"{scores[:, column].mean():.3f} [{low:.3f}, {high:.3f}]")
        spread = "/".join(f"{value:.0f}" for value in np.percentile(lengths, [5, 50, 95]))
        print(f"{name:14} {cells[0]:22} {cells[1]:22} {cells[2]:22} {spread:15}  {pace:.0f}", flush=True)


if __name__ == "__main__":
    main()
