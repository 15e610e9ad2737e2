"""The public summarizer: one body over every method, batches, and what a summary is about."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.errors import UsageError
from nlp.records import Article, Sentence
from nlp.summarizing import METHODS, Length, Summarizer
from nlp.summarizing.about import find_relevance, match_text

TEXT = (
    "ELMSTEAD (Reuters) - The harbour board closed the old pier on Monday after a storm tore away its roof.\n\n"
    "Ferries to the island will leave from the new quay until spring, the board said.\n"
    "Miners in the north ended a strike of six weeks. Their union accepted a rise of four per cent, and work in all\n"
    "nine pits begins again on Friday.\n\n"
    "\u201cNobody was hurt,\u201d said Ada Quill, who runs the ferries. A decision about the pier is due in May."
)
PIECES = st.lists(
    st.sampled_from(
        [
            *TEXT.split(" ")[:40],
            "\n",
            "\n\n",
            ".",
            " (AP Photo/X)",
            "READ MORE:",
            "\u4e2d\u6587\u3002",
            "\u200b",
            "1.5",
            "U.S.",
            "-",
            "?",
        ]
    ),
    max_size=80,
).map(" ".join)


def _check(article: Article, method: str, length: Length) -> None:
    found = METHODS[method]().select(article, length=length)
    assert found.method == method
    assert found.text == " ".join(sentence.text for sentence in found.sentences)
    starts = [sentence.spans[0][0] for sentence in found.sentences]
    assert starts == sorted(starts)
    for sentence in found.sentences:
        ((start, end),) = sentence.spans
        assert article.text[start:end].split() == sentence.text.split()
        assert "\n" not in sentence.text
    total = len(found.text.split())
    if length.max_words is not None:
        assert total <= length.max_words
    if length.words is not None:
        assert total <= 1.5 * length.words or len(found.sentences) == 1
    if length.sentences is not None:
        assert len(found.sentences) <= length.sentences
    assert bool(found.text) == bool(article.text.strip()) or not any(map(str.isalnum, article.text))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(text=PIECES, number=st.integers(1, 60), kind=st.sampled_from(["words", "max_words", "sentences"]))
def test_length_order_and_spans_hold(method: str, text: str, number: int, kind: str) -> None:
    _check(Article(id="1", text=text), method, Length(**{kind: number}))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("text", ["", " \n\t", "\u200b"])
def test_empty_text_has_an_empty_summary(method: str, text: str) -> None:
    found = Summarizer(method).summarize(text)
    assert (found.text, found.sentences) == ("", ())
    assert "empty" in found.warnings[0]


@pytest.mark.parametrize("method", METHODS)
def test_hard_limit_cuts_a_sentence_and_says_so(method: str) -> None:
    found = Summarizer(method).summarize(TEXT, max_words=5)
    assert 1 <= len(found.text.split()) <= 5
    assert any("cut short" in warning for warning in found.warnings)


def test_lead_is_the_beginning() -> None:
    assert Summarizer("lead").summarize(TEXT, sentences=1).text.startswith("The harbour board closed the old pier")


@pytest.mark.parametrize("method", METHODS)
def test_about_words(method: str) -> None:
    article = Article(id="1", text=TEXT)
    found = METHODS[method]().select(article, length=Length(words=25), relevance=match_text("strikes by a miner"))
    assert "ended a strike" in found.text
    assert "ferries" not in found.text.lower()


@pytest.mark.parametrize("method", METHODS)
def test_about_something_else_sums_up_the_whole_and_says_so(method: str) -> None:
    article = Article(id="1", text=TEXT)
    found = METHODS[method]().select(article, length=Length(words=25), relevance=match_text("volcano"))
    assert found.text == METHODS[method]().select(article, length=Length(words=25)).text
    assert any("nothing in the article" in warning for warning in found.warnings)


def test_relevance_counts_rare_words_more() -> None:
    texts = ["The ferry left.", "The ferry sank.", "A ferry and a storm.", "Storms came."]
    weights = match_text("ferry storm")(Article(id="1", text=""), [Sentence(text=t, start=0, end=0) for t in texts])
    assert weights.argmax() == 2
    assert weights[3] > weights[0] == weights[1]
    assert np.all((weights >= 0) & (weights <= 1 + 1e-12))


def test_relevance_of_function_words_alone() -> None:
    sentences = [Sentence(text=text, start=0, end=0) for text in ("This is it.", "Ferries sank.")]
    assert match_text("it")(Article(id="1", text=""), sentences).tolist() == [1.0, 0.0]


@pytest.mark.parametrize("about", ["", "  ", "\u200b"])
def test_about_nothing_is_refused(about: str) -> None:
    with pytest.raises(UsageError, match="Nothing is named"):
        find_relevance(about, "affairs")


def test_unknown_method_is_refused() -> None:
    with pytest.raises(UsageError, match="lead, textrank, lexrank"):
        Summarizer("oracle")


def test_batches_stream() -> None:
    pulled = 0

    def endless() -> Iterator[str]:
        nonlocal pulled
        for number in count():
            pulled += 1
            yield f"Report {number}: the ferry to the island was late."

    found = list(islice(Summarizer().summarize_batch(endless()), 3))
    assert [summary.text[:8] for summary in found] == ["Report 0", "Report 1", "Report 2"]
    assert pulled <= 4


def test_a_bare_string_is_no_batch() -> None:
    with pytest.raises(TypeError, match="summarize"):
        Summarizer().summarize_batch("one text")
    with pytest.raises(TypeError, match="int"):
        list(Summarizer().summarize_batch([3]))  # type: ignore[list-item]


def test_bad_lengths_are_refused_before_the_first_article() -> None:
    with pytest.raises(UsageError):
        Summarizer().summarize_batch([], words=0)


def test_other_languages_are_warned_of() -> None:
    found = Summarizer().summarize(
        "Die Regierung hat am Dienstag ein Gesetz beschlossen, das die Mieten begrenzt. " * 4
    )
    assert found.text
    assert any("English" in warning for warning in found.warnings)
    assert not Summarizer().summarize(TEXT).warnings


def test_import_is_light() -> None:
    code = "import nlp.summarizing, sys; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for name in ("torch", "sklearn", "pydantic", "rich", "trafilatura", "onnxruntime", "tokenizers", "safetensors"):
        assert f"'{name}'" not in loaded
