"""Normalising and words: the one place where a string becomes what models see.

`fold` gives the form that matching works on: what looks alike to a reader becomes the same string (compatibility
forms, decomposed accents, curly quotes), and what no reader sees (soft hyphens, zero-width characters) is gone.
Folding works character by character, so the words of a text are those of its sentences one after another: whoever
needs to know where a word stood folds sentence by sentence. Sentences themselves are in `nlp.sentences`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["INVISIBLE", "count_words", "fold", "is_blank", "printable", "strip_controls", "words"]

INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e" + "".join(
    map(chr, [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF])
)
"""Characters without a shape of their own: default ignorables of Unicode that occur in pages and in text from PDF."""

_ALIKE: dict[int, str | None] = {
    **dict.fromkeys(map(ord, INVISIBLE)),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
}
# Control characters could move a cursor or change colours, bidirectional overrides show another text than there is.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What most of the press has beyond ASCII; the forms are those that folding gives.
_COMMON = (
    ("\u2019", "'"), ("\u2018", "'"), ("\u201c", '"'), ("\u201d", '"'), ("\u2013", "-"), ("\u2014", "-"),
    ("\u00a0", " "), ("\u2026", "..."),
)  # fmt: skip
_SEEN = re.compile(r"[!-~]")  # found at once in nearly every text
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_COMBINING = re.compile(r"[\u0300-\u036f]")  # what an ASCII character composes with is all here
_SHORT = 8
_GAPS = bytes(code if code >= 0x80 or chr(code).isalnum() or chr(code) == "'" else 0x20 for code in range(256))


def fold(text: str) -> str:
    r"""The form of a text that matching works on: idempotent, in lower case.

    >>> fold("The \u201ctar\u00adiffs\u201d on Cafe\u0301s")
    'the "tariffs" on cafés'
    """
    text = text.replace("`", "'")
    if not text.isascii():
        for char, plain in _COMMON:
            text = text.replace(char, plain)
    if not text.isascii():
        text = _fold_run(text) if _COMBINING.search(text) else _BEYOND_ASCII.sub(_fold_match, text)
    return text.lower()


def words(text: str) -> list[str]:
    r"""The words of a text, folded, in order.

    >>> words("Mr. O\u2019Dell's 1,000 U.S. troops")
    ['mr', "o'dell's", '1', '000', 'u', 's', 'troops']
    """
    text = fold(text)
    # What `[^\W_]+(?:'[^\W_]+)*` finds, in half the time: everything that is not part of a word becomes a blank.
    if not text.isascii():
        for char in set("".join(_BEYOND_ASCII.findall(text))):
            if not char.isalnum():
                text = text.replace(char, " ")
    text = text.encode("utf-8", "surrogatepass").translate(_GAPS).decode("utf-8", "surrogatepass")
    if "'" in text:  # it is part of a word where it stands alone between two other characters
        while "''" in text:
            text = text.replace("''", " ")
        text = text.replace(" '", " ").replace("' ", " ").strip("'")
    return text.split()


def is_blank(text: str) -> bool:
    """Whether a text has nothing that a reader could see: only white space and invisible characters."""
    return not _SEEN.search(text) and not fold(text).strip()


def count_words(text: str) -> int:
    """Words as an editor counts them: what stands between white space."""
    return len(text.split())


def strip_controls(text: str) -> str:
    """A text without the characters that could steer a terminal; line ends and tabs stay."""
    return _UNPRINTABLE.sub("", text)


def printable(text: str) -> str:
    r"""A text for one line of a terminal: without what could steer it, white space folded to single blanks.

    >>> printable("A \x1b[31mred\x1b[0m\nline")
    'A [31mred[0m line'
    """
    return " ".join(strip_controls(text).split())


def _fold_match(match: re.Match[str]) -> str:
    run = match[0]
    return _fold_short(run) if len(run) <= _SHORT else _fold_run(run)


def _fold_run(run: str) -> str:
    return unicodedata.normalize("NFKC", run.translate(_ALIKE))


_fold_short = lru_cache(maxsize=1 << 13)(_fold_run)  # a text has the same few
