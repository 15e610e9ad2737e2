from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.linebreaks import find_unit_starts
from nlp.sentences import split_sentences


def _split(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Gen. Ruiz met Lt. Col. Baptiste on Nov. 23.",
        "The U.S. Senate, the U.N. Security Council and J. R. Moss of Lund Inc. agree.",
        "Bus No. 5 left St. Ives at 8 a.m. Tuesday.",
        "Holm beat Tarn 3.5 to 2 in Q3 vs. Q2, i.e. by far.",
        "“Will it hold?” asked the engineer.",
        "“Stop!” Mr. Moss shouted.",
        "She waited … and waited ... in vain.",
        "See example.com, v2.0 of Node.js, or ida@coast.example.com.",
        "NAGOYA, Japan — Ministers met.",
        "The mill (see p. 4) closed; the yard did not.",
        "THE U.S. SAID TUESDAY THAT GEN. RUIZ LEFT.",
        "The harbour board voted on\nTuesday to close the old\npier for the winter.",
    ],
)
def test_one_sentence_stays_whole(sentence: str) -> None:
    assert _split(sentence) == [sentence]
    assert _split(f"{sentence} She knew.") == [sentence, "She knew."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left the U.S. He did not return.", ["He left the U.S.", "He did not return."]),
        ("He called it “a farce.” Lawyers laughed.", ["He called it “a farce.”", "Lawyers laughed."]),
        ('They won. "Next," she said.', ["They won.", '"Next," she said.']),
        ("It was late… The door opened.", ["It was late…", "The door opened."]),
        ("It held through the night.Engineers slept.", ["It held through the night.", "Engineers slept."]),
        ('Nobody came."There is no reason," she said.', ["Nobody came.", '"There is no reason," she said.']),
        ("She didn't. He did.", ["She didn't.", "He did."]),
        ("THE ENVOY LEFT. MR. X STAYED.", ["THE ENVOY LEFT.", "MR. X STAYED."]),
        ("雨です。晴れます！", ["雨です。", "晴れます！"]),
        ("هل سيصمد السد؟ نعم.", ["هل سيصمد السد؟", "نعم."]),
        ("the mill shut. nobody cried.", ["the mill shut.", "nobody cried."]),
        (
            "It shut.[1][2] It was old.¹ No one wept.12 Bye.",
            ["It shut.[1][2]", "It was old.¹", "No one wept.12", "Bye."],
        ),
    ],
)
def test_borders(text: str, expected: list[str]) -> None:
    assert _split(text) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Storm closes port\n\nand nobody knew", 2),
        ("Bank raises rates\nMinister quits over ferry\nStorm closes port", 3),
        ("Rules:\n- no boats\n- no fires", 3),
        ("Rules:\nno boats after dark on the lake\nno fires\nno dogs", 4),
        ("1. Mr. Moss goes\n2. Ms. Lund stays", 2),
        ("Log in\nSign up", 2),
        ("The town of Tarn, where no mayor has\nbeen elected twice since the mill was\nshut by\nLund, votes.", 1),
        ("THE TAX ON SALT WOULD BE CUT BY HALF IN SPRING, SHE TOLD\nDEPUTIES OF THE COAST PARTY ON MONDAY", 1),
        ("the mill will close\r\n\r\nin may", 2),
        ("one\u2029two\ftwo and a half", 3),
    ],
)
def test_lines_that_begin_something(text: str, lines: int) -> None:
    assert len(find_unit_starts(text)) == lines


def test_offsets_of_a_small_text() -> None:
    text = "  Storm closes port\n\n  Ships wait. \tNobody knows.\r\n"
    assert [(s.start, s.end) for s in split_sentences(text)] == [(2, 19), (23, 34), (36, 49)]


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\t\u2028\x1c", "\u00a0"])
def test_nothing_visible(text: str) -> None:
    assert split_sentences(text) == ()


NEWSLIKE = st.lists(
    st.sampled_from(
        [
            *[
                "Mr.",
                "U.S.",
                "The",
                "mill",
                "closed",
                "A",
                "I",
                "No. 5",
                "a.m.",
                "x.Y",
                "12",
                ".",
                "?",
                "!",
                "…",
                "...",
            ],
            *[
                " ",
                "  ",
                "\n",
                "\n\n",
                "\r\n",
                "“",
                "”",
                '"',
                "'",
                "(",
                ")",
                "- ",
                "1. ",
                "•",
                "。",
                "」と",
                "[1]",
                "¹",
            ],
            *["— ", ","],
        ]
    ),
    max_size=60,
).map("".join)
ANY = st.text(st.characters(exclude_categories=()), max_size=200)


@settings(max_examples=400, deadline=None)
@given(st.one_of(NEWSLIKE, ANY))
def test_sentences_hold_every_visible_character_once(text: str) -> None:
    sentences = split_sentences(text)
    at = 0
    for sentence in sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""
        assert text[at : sentence.start].strip() == ""
        at = sentence.end
    assert text[at:].strip() == ""


WHOLE = st.sampled_from(["The mill shut.", "Dr. Moss left.", "“Why?” she asked.", "Is it 5 p.m. yet?"])


@given(st.lists(WHOLE, min_size=1))
def test_joined_sentences_come_apart_again(sentences: list[str]) -> None:
    assert _split(" ".join(sentences)) == sentences
    assert _split("\n".join(sentences)) == sentences


@pytest.mark.parametrize(
    "unit",
    [
        *["The dam held, said Mr. Moss. ", "word ", "a", ".", ". ", ". . ", "A. ", "U.S. ", '."', 'a."B', "Ab.Cd"],
        *["\n", "a\n", "1) ", "(", '?" Aa ', "[1", ".[1", "\ud800.", ' "', ". »"],
    ],
)
def test_time_is_linear(unit: str) -> None:
    """Quadratic work on a tenth of a megabyte takes minutes; the limit is far above what a slow machine needs."""
    text = unit * (100_000 // len(unit))
    started = time.process_time()
    split_sentences(text)
    assert time.process_time() - started < 5
