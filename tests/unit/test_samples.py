"""The sample corpus keeps the promises that its README makes."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).parents[2] / "artifacts" / "samples"
PAGES = sorted((SAMPLES / "pages").iterdir())
LABELS = (
    "trade_dispute",
    "trade_agreement",
    "sanctions",
    "security_pact",
    "armed_conflict",
    "territorial_dispute",
    "nuclear_weapons",
    "historical_grievance",
    "diplomacy",
    "diplomatic_rift",
    "espionage_cyber",
    "terrorism",
    "human_rights",
    "protest_unrest",
    "migration",
    "humanitarian_crisis",
    "leadership_change",
    "energy_climate",
)
FIELDS = ["id", "title", "text", "date", "source", "labels", "summary", "hard_negative"]


def _read_articles() -> list[dict[str, Any]]:
    lines = (SAMPLES / "articles.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == "", "the file ends with a line break"
    return [json.loads(line) for line in lines]


ARTICLES = _read_articles()
by_id = pytest.mark.parametrize("article", ARTICLES, ids=[article["id"] for article in ARTICLES])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _uses_own_label_words(article: dict[str, Any]) -> bool:
    own = {word for label in article["labels"] for word in label.split("_")}
    return not own.isdisjoint(re.findall(r"[a-z]+", f"{article['title'] or ''} {article['text']}".lower()))


@by_id
def test_fields(article: dict[str, Any]) -> None:
    assert list(article) == FIELDS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", article["id"])
    assert article["title"] is None or article["title"].strip() == article["title"] != ""
    assert date.fromisoformat(article["date"]).isoformat() == article["date"]
    assert article["source"].strip()
    assert isinstance(article["hard_negative"], bool)


@by_id
def test_text_is_80_to_300_words_in_clean_paragraphs(article: dict[str, Any]) -> None:
    assert 80 <= len(article["text"].split()) <= 300
    paragraphs = article["text"].split("\n\n")
    assert len(paragraphs) >= 2
    for paragraph in paragraphs:
        assert paragraph.strip() == paragraph != ""
    assert "\n\n\n" not in article["text"]


@by_id
def test_labels_are_known_unique_and_in_order(article: dict[str, Any]) -> None:
    assert article["labels"] == [label for label in LABELS if label in article["labels"]]
    assert len(article["labels"]) <= 4


@by_id
def test_summary_is_20_to_45_words_of_its_own(article: dict[str, Any]) -> None:
    summary = article["summary"]
    assert 20 <= len(summary.split()) <= 45
    assert summary[0].isupper()
    assert summary.endswith(".")
    words, text = _words(summary), " ".join(_words(article["text"]))
    copied = [run for i in range(len(words) - 9) if (run := " ".join(words[i : i + 10])) in text]
    assert not copied


def test_corpus_is_large_and_varied() -> None:
    assert len(ARTICLES) >= 66
    assert len({article["id"] for article in ARTICLES}) == len(ARTICLES)
    assert len({article["text"] for article in ARTICLES}) == len(ARTICLES)
    assert len({article["source"] for article in ARTICLES}) >= 10
    assert sum(article["title"] is None for article in ARTICLES) <= 4
    usual = [article for article in ARTICLES if 120 <= len(article["text"].split()) <= 220]
    assert len(usual) > len(ARTICLES) / 2
    assert sum(article["text"].isupper() for article in ARTICLES) == 1
    hard_wrapped = [article for article in ARTICLES if re.search(r"[^\n]\n[^\n]", article["text"])]
    assert len(hard_wrapped) == 1


def test_each_label_occurs_and_none_several_and_one_too() -> None:
    counts = Counter(label for article in ARTICLES for label in article["labels"])
    assert set(counts) == set(LABELS)
    assert min(counts.values()) >= 4
    assert {0, 1, 2, 3} <= {len(article["labels"]) for article in ARTICLES}
    assert sum(not article["labels"] for article in ARTICLES) >= 14


def test_hard_negatives() -> None:
    hard = [article for article in ARTICLES if article["hard_negative"]]
    assert len(hard) >= 16
    assert sum(not article["labels"] for article in hard) > len(hard) / 2


def test_at_most_a_third_use_the_words_of_their_own_labels() -> None:
    assert 3 * sum(map(_uses_own_label_words, ARTICLES)) <= len(ARTICLES)


def test_readme_counts_are_true() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    rows = {label: int(count) for label, count in re.findall(r"^\| (\w+) \| (\d+) \|$", readme, flags=re.MULTILINE)}
    assert rows == Counter(label for article in ARTICLES for label in article["labels"])
    assert f"{len(ARTICLES)} short news articles" in readme
    assert f"{sum(article['hard_negative'] for article in ARTICLES)} articles are hard negatives" in readme


def test_there_are_four_text_and_three_html_pages_of_six_articles() -> None:
    assert Counter(page.suffix for page in PAGES) == {".txt": 4, ".html": 3}
    assert len({page.stem for page in PAGES}) == 6


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_page_holds_title_and_each_paragraph_among_furniture(page: Path) -> None:
    article = next(article for article in ARTICLES if article["id"] == page.stem)
    content = page.read_text(encoding="utf-8")
    if page.suffix == ".html":
        lines = [
            html.unescape(line)
            for line in re.findall(r"<(?:p|h1)(?:\s[^>]*)?>(.*?)</(?:p|h1)>", content, flags=re.DOTALL)
        ]
        furniture = re.search(r"<nav|class=\"menu\"", content) and "og:title" in content and "footer" in content
    else:
        lines = content.split("\n")
        body = set(article["text"].split("\n\n"))
        furniture = sum(line.strip() != "" and line not in body for line in lines) >= 30
    assert furniture
    places = [lines.index(line) for line in [article["title"], *article["text"].split("\n\n")]]
    assert places == sorted(places)


@pytest.mark.parametrize("page", [p for p in PAGES if p.suffix == ".txt"], ids=lambda page: page.name)
def test_copied_page_repeats_its_caption_and_breaks_into_the_story(page: Path) -> None:
    article = next(article for article in ARTICLES if article["id"] == page.stem)
    lines = page.read_text(encoding="utf-8").split("\n")
    paragraphs = article["text"].split("\n\n")
    repeated = [line for line, count in Counter(lines).items() if count > 1 and len(line.split()) >= 6]
    assert repeated, "a caption printed twice"
    story = lines[lines.index(paragraphs[0]) : lines.index(paragraphs[-1])]
    assert any(re.match(r"(>> )?(read|also|related)", line, flags=re.IGNORECASE) for line in story)
