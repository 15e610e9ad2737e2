"""Centrality: against an independent solution, the papers' formulas, and texts that repeat themselves."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from nlp.records import Article
from nlp.summarizing import Length, Summarizer
from nlp.summarizing.graph import MAX_SENTENCES, LexRank, link_by_cosine, link_by_shared_words, walk

STORY = (
    "The harbour board of Elmstead closed the old pier on Monday. "
    "Ferries to the island leave from the new quay until spring. "
    "The old pier of Elmstead harbour was damaged by a storm in autumn. "
    "The board said that repairs to the pier will cost nine million crowns. "
    "A bakery on Mill Street won a prize for its rye bread. "
    "Passengers of the ferries complained about the longer walk to the quay."
)


def test_walk_is_the_stationary_distribution() -> None:
    rng = np.random.default_rng(3)
    links = np.triu(rng.random((12, 12)) * (rng.random((12, 12)) < 0.4), 1)
    links += links.T
    links[:, 5] = links[5] = 0.0  # one sentence without links
    out = links.sum(axis=1, keepdims=True)
    steps = np.where(out > 0, links / np.where(out > 0, out, 1), 1 / 12)
    values, vectors = np.linalg.eig((0.85 * steps + 0.15 / 12).T)
    expected = np.abs(vectors[:, np.argmax(values.real)].real)
    np.testing.assert_allclose(walk(links), expected / expected.max(), atol=1e-7)


def test_shared_words_follow_the_formula() -> None:
    links = link_by_shared_words(["Old ferries sank.", "Old ferries left quickly.", "Bread rose."])
    # The stems of the first are old, ferr, sank; of the second old, ferr, left, quick.
    assert links[0, 1] == pytest.approx(2 / (math.log(3) + math.log(4)))
    assert links[0, 2] == 0.0


def test_cosine_agrees_with_scikit_learn() -> None:
    sklearn_text = pytest.importorskip("sklearn.feature_extraction.text")
    from nlp.summarizing.terms import content_words

    texts = [sentence + "." for sentence in STORY.split(". ")]
    counts = sklearn_text.CountVectorizer(analyzer=content_words).fit_transform(texts).toarray().astype(float)
    weights = counts * np.log1p(len(texts) / (counts > 0).sum(axis=0))
    unit = weights / np.linalg.norm(weights, axis=1, keepdims=True)
    expected = unit @ unit.T
    np.fill_diagonal(expected, 0.0)
    np.testing.assert_allclose(link_by_cosine(texts), expected, atol=1e-12)


def test_links_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = STORY.split(". ")
    whole = link_by_cosine(texts)
    monkeypatch.setattr("nlp.summarizing.graph._BLOCK", 2)
    np.testing.assert_allclose(link_by_cosine(texts), whole, atol=1e-12)


def test_no_sentences_and_no_words() -> None:
    assert walk(link_by_cosine([])).shape == (0,)
    assert walk(link_by_shared_words(["the of", "and"])).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("method", ["textrank", "lexrank"])
def test_repeating_a_sentence_changes_nothing(method: str) -> None:
    bread = "A bakery on Mill Street won a prize for its rye bread."
    once = Summarizer(method).summarize(STORY, sentences=3)
    again = Summarizer(method).summarize(STORY + f" {bread}" * 5, sentences=3)
    assert again == once


@pytest.mark.parametrize("method", ["lead", "textrank", "lexrank"])
def test_of_sentences_that_are_all_but_the_same_one_is_taken(method: str) -> None:
    first = "The harbour board of Elmstead closed the old pier on Monday."
    text = f"{first} {first[:-1]}, it said. The board of Elmstead harbour has closed the old pier on Monday. " + STORY
    found = Summarizer(method).summarize(text, sentences=4)
    assert sum("closed the old pier" in sentence.text for sentence in found.sentences) <= 1
    assert len(found.sentences) == 4


def test_sentences_that_differ_in_a_number_are_different() -> None:
    text = " ".join(f"Ferry number {number} to the island was late and passengers waited." for number in range(9))
    assert len(Summarizer("lexrank").summarize(text, words=40).text.split()) in range(33, 48)


def test_headline_and_position_matter_to_lexrank() -> None:
    text = STORY.replace(". ", ".\n\n")
    plain = LexRank().select(Article(id="1", text=text), length=Length(sentences=1))
    titled = LexRank().select(
        Article(id="1", text=text, title="Island ferries to leave from new quay"), length=Length(sentences=1)
    )
    assert "pier" in plain.text
    assert "Ferries to the island" in titled.text


@pytest.mark.parametrize("method", ["lead", "textrank", "lexrank"])
@pytest.mark.parametrize("different", [False, True])
def test_long_texts_are_quick(method: str, different: bool) -> None:
    names = ["ash", "birch", "cedar", "elm", "fir", "hazel", "larch", "oak", "pine", "yew"]
    text = " ".join(
        f"The ferry {names[n % 10]}{n if different else ''} left the harbour of {names[n // 10 % 10]} late."
        if different
        else "The ferry left the harbour of the island late again."
        for n in range(20_000)
    )
    began = time.perf_counter()
    found = Summarizer(method).summarize(text, words=40)
    assert time.perf_counter() - began < 10
    assert found.text
    limited = method != "lead" and different
    assert any(f"{MAX_SENTENCES} of them" in warning for warning in found.warnings) == limited
