"""Fits the model that tells the story of a copied page from its furniture, and says how well it does.

    python -m training.cleaning --cv
    python -m training.cleaning --output artifacts/cleaner

Real pages (`--pages`: the copied text and the true body) are cut for cross-validation so that a site's pages are never
both learned from and judged. Made-up pages and plain articles (`--train`) of half of the outlets are only learned from;
the articles of the other half only show that nothing of a plain article is lost.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.errors import InputError, SluglineError
from nlp.reading.headline import same_headline
from nlp.reading.line_model import CLASSES, LineModel
from nlp.reading.line_shapes import OWN_FEATURES, measure_line
from nlp.reading.page_lines import measure_lines
from nlp.reading.page_text import SplitText, split_lines, tidy_lines
from training.cleaning_report import report
from training.data import LabelledArticle, read_labelled
from training.line_trees import BAGS, THRESHOLDS, MeasuredPage, fit_line_model, write_cleaner
from training.page_synthesis import PageMaker

ABOVE, STORY, INSIDE, BELOW, HEADLINE = range(len(CLASSES))
_MADE_PAGES, _PLAIN_ARTICLES = 240, 300  # of each bag
_FIRST_LINE_FACTOR = 8.0  # of plain articles, where headlines are told from first lines
_MADE_WEIGHT, _PLAIN_WEIGHT = 0.25, 0.06  # of one of them; a real page's is 1
_MAX_MADE_CHARS = 12_000
_FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RealPage:
    """A copied page and the truth about it.

    Attributes:
        site: Whose page it is; pages of one site are never on both sides of a cut.
        body: The true body.
        titles: What the page itself calls its headline.
        page: Its lines.
        measured: Their features and classes.
    """

    site: str
    body: str
    titles: tuple[str, ...]
    page: SplitText
    measured: MeasuredPage


def read_pages(path: Path) -> tuple[RealPage, ...]:
    """Read pages from JSONL, perhaps gzipped: objects with `html`, `copied` and `body`.

    Raises:
        InputError: If the file cannot be read or a row is not as it must be.
    """
    pages = []
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
        for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
            row = json.loads(line)
            pages.append(_real_page(row["html"], row["copied"], row["body"], number))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: cannot be read as pages ({error}).") from None
    return tuple(pages)


def _real_page(html: str, copied: str, body: str, number: int) -> RealPage:
    page = split_lines(tidy_lines(copied))
    titles = _find_titles(html)
    classes = _align(page.lines, body.split("\n"))
    headlines = [any(same_headline(line, title) for title in titles) for line in page.lines]
    classes[np.array(headlines) & (classes == ABOVE)] = HEADLINE
    return RealPage(
        site=_find_site(html) or str(number),
        body=body,
        titles=titles,
        page=page,
        measured=_measure(page, classes),
    )


def _align(lines: Sequence[str], body: Sequence[str]) -> NDArray[np.int_]:
    """Classes of a page's lines: those of the body, in the body's order, are story."""
    theirs, ours = ([" ".join(re.findall(r"\w+", line)) or line.strip() for line in part] for part in (body, lines))
    is_story = np.zeros(len(lines), dtype=bool)
    matcher = SequenceMatcher(None, ours, [line for line in theirs if line], autojunk=False)
    for start, _, size in matcher.get_matching_blocks():
        is_story[start : start + size] = True
    story = np.flatnonzero(is_story)
    classes = np.where(is_story, STORY, INSIDE)
    if len(story):
        classes[: story[0]] = ABOVE
        classes[story[-1] + 1 :] = BELOW
    return classes


def _measure(page: SplitText, classes: NDArray[np.int_], *, weight: float = 1.0, first: float = 1.0) -> MeasuredPage:
    return MeasuredPage(
        features=measure_lines(page.lines, page.blanks_before, blanks_at_end=page.blanks_at_end),
        classes=classes,
        words=np.array([len(re.findall(r"\w+", line)) for line in page.lines]),
        weight=weight,
        first_line_factor=first,
    )


def _find_site(html: str) -> str | None:
    for tag in re.findall(r"<(?:link|meta)\b[^>]*(?:canonical|og:url)[^>]*>", html):
        found = re.search(r"(?:href|content)=[\"']?https?://(?:www\.|m\.|amp\.|edition\.)?([^/\"'> ]+)", tag)
        if found:
            return found[1].lower()
    return None


def _find_titles(html: str) -> tuple[str, ...]:
    """What the page itself calls its headline: `og:title`, `title` and the `h1` elements of three words or more."""
    from html import unescape

    found = []
    for pattern in (
        r"<meta\b[^>]*og:title[^>]*\bcontent=\"([^\"]+)\"",
        r"<meta\b[^>]*\bcontent=\"([^\"]+)\"[^>]*og:title",
        r"<title[^>]*>(.*?)</title>",
        r"<h1\b[^>]*>(.*?)</h1>",
    ):
        found += [
            " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split()) for text in re.findall(pattern, html, re.DOTALL)
        ]
    return tuple(title for title in found if len(title.split()) >= 3)


def is_held_out(article: LabelledArticle) -> bool:
    """Whether an article's outlet is of the half that nothing is learned from."""
    return zlib.crc32((article.article.source or "").encode()) % 2 == 1


def make_bags(articles: Sequence[LabelledArticle]) -> tuple[tuple[MeasuredPage, ...], ...]:
    """For each bag made-up pages and plain articles, both from outlets that may be learned from."""
    return tuple(tuple(_make_pages([row for row in articles if not is_held_out(row)], seed=bag)) for bag in range(BAGS))


def _make_pages(articles: Sequence[LabelledArticle], *, seed: int) -> Iterator[MeasuredPage]:
    draw = random.Random(seed)  # noqa: S311  # nothing here is secret
    titles = [row.article.title for row in articles if row.article.title and len(row.article.title) > 15]
    sentences = []
    for row in draw.sample(articles, min(600, len(articles))):
        parts = [part for part in row.article.text.split("\n\n") if 12 < len(part.split()) < 70 and "\n" not in part]
        sentences += draw.sample(parts, min(3, len(parts)))
    maker = PageMaker(titles, sentences, seed=seed)
    short = [
        row.article
        for row in articles
        if len(row.article.text) < _MAX_MADE_CHARS and not _has_furniture(row.article.text)
    ]
    for article in draw.sample(short, _MADE_PAGES):
        made = maker.make(article.title or "", article.text)
        page = SplitText(lines=made.lines, blanks_before=made.blanks_before, blanks_at_end=0)
        yield _measure(page, np.array(made.classes), weight=_MADE_WEIGHT)
    for number, article in enumerate(draw.sample(short, _PLAIN_ARTICLES)):
        gap = (None, "\n\n", None, "\n\n\n", None, "\n")[number % 6] if article.title else None
        page = split_lines(f"{article.title}{gap}{article.text}" if gap else article.text)
        classes = np.full(len(page.lines), STORY)
        classes[: 1 if gap else 0] = HEADLINE
        yield _measure(page, classes, weight=_PLAIN_WEIGHT, first=_FIRST_LINE_FACTOR)


_SIGNS = (
    "credit",
    "read_more",
    "copyright",
    "address",
    "cue_share",
    "cue_account",
    "cue_related",
    "cue_comments",
    "cue_stamp",
)


def _has_furniture(text: str) -> bool:
    """Whether an article still has lines that look like furniture, which would be learned as story."""
    for line in text.split("\n"):
        if line.strip() and len(line.split()) <= 50:
            own = dict(zip(OWN_FEATURES, measure_line(line)[0], strict=True))
            if any(own[sign] for sign in _SIGNS) or own["furniture_share"] >= 0.6:
                return True
    return False


def assign_site_folds(pages: Sequence[RealPage]) -> NDArray[np.int_]:
    """A fold for each page, the same for all pages of a site."""
    sites = sorted({page.site for page in pages})
    random.Random(0).shuffle(sites)  # noqa: S311
    fold_of = {site: number % _FOLDS for number, site in enumerate(sites)}
    return np.array([fold_of[page.site] for page in pages])


def fit_folds(pages: Sequence[RealPage], bags: Sequence[Sequence[MeasuredPage]]) -> tuple[LineModel, ...]:
    """For each fold a model that has not seen its pages."""
    folds = assign_site_folds(pages)
    models = []
    for fold in range(_FOLDS):
        print(f"fold {fold + 1} of {_FOLDS}", file=sys.stderr)
        seen = [page.measured for page, of in zip(pages, folds, strict=True) if of != fold]
        models.append(fit_line_model([[*seen, *bag] for bag in bags], THRESHOLDS))
    return tuple(models)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.cleaning", description=__doc__.split("\n\n")[0])
    parser.add_argument("--cv", action="store_true", help="cross-validate and print the figures")
    parser.add_argument("--pages", type=Path, default=Path("../shared/data/pages/pages.jsonl.gz"))
    parser.add_argument("--train", type=Path, default=Path("../shared/data/affairs/train.jsonl.gz"))
    parser.add_argument("--output", type=Path, help="fit on all pages and write the model here")
    options = parser.parse_args(arguments)
    if not options.cv and options.output is None:
        parser.error("say --cv, --output DIR or both")
    try:
        pages, articles = read_pages(options.pages), read_labelled(options.train)
        bags = make_bags(articles)
        metrics: dict[str, float] = {}
        if options.cv:
            held_out = [row.article for row in articles if is_held_out(row)]
            metrics = report(pages, fit_folds(pages, bags), assign_site_folds(pages), held_out)
        if options.output is not None:
            model = fit_line_model([[*(page.measured for page in pages), *bag] for bag in bags], THRESHOLDS)
            write_cleaner(options.output, model, metrics=metrics)
    except SluglineError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
