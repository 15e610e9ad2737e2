"""What can be measured on a line of a copied page by itself: words, case, punctuation, shapes such as photo credits."""

from __future__ import annotations

import math
import re

from nlp.reading.page_words import CUES, FUNCTION_WORDS, FURNITURE_KINDS, KINDS_OF_WORD, PERSONS, SHAPES, VERBS

__all__ = ["OWN_FEATURES", "measure_line", "share_of"]

_MAX_MEASURED_CHARS = 2_000
"""A line is measured on its beginning: what is longer is a paragraph whatever follows."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
_MAX_CUE_WORDS = 9
_SHAPES_WITH_DIGITS = frozenset({"date", "time", "counter"})
_SHAPE_CHARS = 200
"""Shapes are looked for in the beginning and in the end of a long line."""
_DIGIT = re.compile(r"\d")
_QUOTE = re.compile('["“”«»„]')
_TERMINAL = re.compile(r"[.!?。！？…]['\"”’»)\]]*$")
_CUT_OFF = re.compile(r"(?:\.\.\.|…)\W*$")
_BULLET = re.compile(r"^\s*(?:[*+•·▪◦‣–—-]|o(?=\s)|\d{1,3}[.)])\s*")
_SENTENCE_END = re.compile(r"[.!?]['\"”’)]*\s")
OWN_FEATURES: tuple[str, ...] = (
    "log_words", "log_chars", "word_chars", "function_share", "verb_share", "person_share", "terminal", "colon",
    "comma", "cut_off", "capital_share", "caps_share", "lower_start", "digit_start", "bullet", "digit_share",
    "mark_share", "sentences", "commas", "quotes", "letters", *FURNITURE_KINDS, "furniture_share", *SHAPES,
    *(f"cue_{name}" for name in CUES),
)  # fmt: skip


def share_of(count: float, total: float) -> float:
    """`count / total`, 0 for nothing of nothing."""
    return count / total if total else 0.0


def measure_line(line: str) -> tuple[list[float], list[str]]:
    """A line's own features, in the order of `OWN_FEATURES`, and its words in lower case."""
    line = line[:_MAX_MEASURED_CHARS].strip()
    bare = _BULLET.sub("", line, count=1)
    found = _WORD.findall(bare)
    low = [word.lower() for word in found]
    n, chars = len(found), max(1, len(line))
    hits = [KINDS_OF_WORD[word] for word in low if word in KINDS_OF_WORD]
    letters, digits = sum(map(len, _LETTERS.findall(line))), len(_DIGIT.findall(line))
    values: list[float] = [
        math.log1p(n), math.log1p(chars), share_of(sum(map(len, found)), n),
        *(share_of(len([word for word in low if word in words]), n) for words in (FUNCTION_WORDS, VERBS, PERSONS)),
        bool(_TERMINAL.search(line[-8:])), line.endswith(":"), line.endswith((",", ";", "-", "–")),
        bool(_CUT_OFF.search(line[-8:])), share_of(len([word for word in found if word[0].isupper()]), n),
        share_of(len([word for word in found if word.isupper() and len(word) > 1]), n), bare[:1].islower(),
        bare[:1].isdigit(), bare != line, digits / chars, (chars - letters - digits - line.count(" ")) / chars,
        math.log1p(len(_SENTENCE_END.findall(line))), math.log1p(line.count(",")), bool(_QUOTE.search(line)),
        letters > 0, *(share_of(len([hit for hit in hits if kind in hit]), n) for kind in FURNITURE_KINDS),
        share_of(len(hits), n), *_find_patterns(line, n_words=n, has_digits=digits > 0),
    ]  # fmt: skip
    return values, low


def _find_patterns(line: str, *, n_words: int, has_digits: bool) -> list[bool]:
    """Which shapes and cues a line has; cues are of short lines, and some shapes cannot be without digits."""
    ends = line if len(line) <= 2 * _SHAPE_CHARS else f"{line[:_SHAPE_CHARS]} {line[-_SHAPE_CHARS:]}"
    ends = ends.lower()
    shapes = [
        (has_digits or name not in _SHAPES_WITH_DIGITS) and shape.search(ends) is not None
        for name, shape in SHAPES.items()
    ]
    short = 0 < n_words <= _MAX_CUE_WORDS
    return shapes + [short and cue.search(ends) is not None for cue in CUES.values()]
