"""What may stand in a summary, and what is page furniture."""

from __future__ import annotations

import pytest

from nlp.records import Article
from nlp.summarizing import Summarizer
from nlp.summarizing.candidates import find_candidates, is_furniture


def _found(text: str, title: str | None = None) -> list[str]:
    candidates, _ = find_candidates(Article(id="1", text=text, title=title), max_sentences=1000)
    return [sentence.text for sentence in candidates]


@pytest.mark.parametrize(
    "line",
    [
        "By Ada Quill",
        "READ MORE: Ferries stop for the winter",
        "Storm closes the southern ports of Veland for a week Read more",
        "Saturday, March 23, 2019, 21:35",
        "Ministers meet on the quay. (AP Photo/Ada Quill)",
        "FILE PHOTO: A ferry leaves Elmstead harbour in the rain.",
        "Ferry Board Closes Pier After Storm Damages Three Ships And A Crane",
        "ANALYSIS/OPINION:",
        "12.30 0.37 29308 31.65 0.11",
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "The ferry sank.",
        "By Monday the ferries had stopped.",
        "Read the law, said the judge, and then read it again.",
        "\u201cWe share the blame,\u201d he said.",
        "The board (founded in 1931) closed the pier.",
        "The board announced that it was closing the old pier for the time being",
    ],
)
def test_no_furniture(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize(
    "opening",
    [
        "ELMSTEAD (Reuters) - ",
        "ELMSTEAD, Veland (AP) \u2014 ",
        "(CNN) ",
        "Elmstead, Veland \u2013 ",
        "PORT ELM \u2014 ",
        "- ",
    ],
)
def test_dateline_or_bullet_is_cut_off(opening: str) -> None:
    text = opening + "Ferries stopped on Monday after the storm."
    found = Summarizer("lead").summarize(text)
    assert found.text == "Ferries stopped on Monday after the storm."
    start, end = found.sentences[0].spans[0]
    assert text[start:end] == found.text


@pytest.mark.parametrize(
    "sentence", ["UN envoys met on Monday.", "Ferries - all nine of them - stopped.", "Mr. Orr (85) died."]
)
def test_no_dateline_is_cut_off_where_there_is_none(sentence: str) -> None:
    assert _found(sentence) == [sentence]


def test_headline_is_left_out() -> None:
    assert _found("Ferries stop.\n\nThe storm came at dawn.", title="Ferries Stop") == ["The storm came at dawn."]


def test_caption_goes_with_its_credit() -> None:
    text = (
        "Minister Orr waves to the crowd in Elmstead. (AP PHOTO/ADA QUILL)\n\n"
        "Ferries stopped on Monday as the worst storm of the year came in from the sea."
    )
    assert [sentence[:7] for sentence in _found(text)] == ["Ferries"]


def test_lists_without_stops_are_kept() -> None:
    text = "Before Monday\n- The pool raises its price\n- Night buses run on Fridays\n- Dogs must be on a lead\n"
    assert _found(text)[1:] == ["The pool raises its price", "Night buses run on Fridays", "Dogs must be on a lead"]


def test_something_is_left_of_an_article_that_is_its_headline() -> None:
    assert _found("Ferries stop.", title="Ferries stop.") == ["Ferries stop."]
