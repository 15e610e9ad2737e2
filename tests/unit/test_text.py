from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlp.text import INVISIBLE, count_words, fold, words

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
TRICKY = (
    "aB1_ '\u2019\u2018\u201c`.-\n\t\u00a0\u2026\u0301\u0308\u00e9\u00bd\u00b2\u203f\u0436\u200b\u00ad"
    "\ufb01\uff21\u0915\u093e\u6f22\u3002\u20ac\u03a3\u0130\x1c\x85\u2028"
)
texts = st.text() | st.text(alphabet=TRICKY)


@given(texts)
@example("rock'n'roll 'tis dogs' a''b '''")
@example("snake_case\u203fna\u00efve\u2019s caf\u00e9s")
@example("a\x1cb\x85c")
def test_words_are_those_of_the_pattern(text: str) -> None:
    assert words(text) == WORD.findall(fold(text))


@given(texts)
def test_folding_is_that_of_the_whole_text(text: str) -> None:
    table = dict.fromkeys(map(ord, INVISIBLE)) | {0x60: "'", 0xB4: "'"}
    table |= dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u02bc"), "'")
    table |= dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"')
    table |= dict.fromkeys(range(0x2010, 0x2016), "-") | {0x2212: "-"}
    assert fold(text) == unicodedata.normalize("NFKC", text.translate(table)).lower()


@given(st.lists(texts, max_size=5))
def test_words_of_a_text_are_those_of_its_parts(parts: list[str]) -> None:
    assert words("\n".join(parts)) == [word for part in parts for word in words(part)]


@pytest.mark.parametrize(
    ("seen", "same"),
    [
        ("tar\u00adiffs", "tariffs"),
        ("st\u200beel", "steel"),
        ("\ufeffdu\u2060ties", "duties"),
        ("Cafe\u0301", "caf\u00e9"),
        ("o\u2019dell\u02bcs", "o'dell's"),
        ("\uff34\uff32\uff21\uff24\uff25", "trade"),
        ("\ufb01sh", "fish"),
        ("`quoted\u00b4", "'quoted'"),
    ],
)
def test_what_looks_alike_is_alike(seen: str, same: str) -> None:
    assert fold(seen) == same
    assert words(seen) == words(same)


def test_words_are_counted_as_an_editor_does() -> None:
    assert count_words("Mr. O\u2019Dell paid $1,000.50 \u2014 twice") == 6
