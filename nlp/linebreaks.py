"""Which line breaks of a text end something, and which only wrap it.

A headline, a list item or a paragraph ends with its line; prose that was wrapped at some column does not. No single
line shows which it is, so the layout of the whole text is read first: do lines that have no full stop go on in lower
case, and is each as full as the next word allows?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

__all__ = ["STOPS", "begins_lower", "find_unit_starts"]

STOPS = frozenset(".!?…。！？｡؟۔।॥։።။។‼⁇⁈⁉")
_CLOSERS = "\"'”’»›)]}」』）】*_ "

# From the first visible character of a line to its end; empty lines are skipped at the speed of the search.
_LINE = re.compile(r"\S[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]*")
_BULLETS = "•·▪‣◦●■►▶"
_BULLET = re.compile(rf"[{_BULLETS}]|[*–—-]\s+(?=\S)|(?:\(?(?:\d{{1,2}}|[a-z])\)|\d{{1,2}}\.)\s+(?=\S)")
_INNER_CAPITAL = re.compile(r"[^\W\d_]{1,3}(?<=[a-z])['’-]?[A-Z]")
# Words that no headline, list item or sentence ends with: where a line does, the next goes on.
_BINDING_WORDS = (
    "a an the of to in on at by for from with into and or but nor that which who whose as is are was were be been has "
    "have had will would could should may might than between among about after before since until while when where if "
    "because his her its their our my this these those"
)
_BINDING = frozenset(_BINDING_WORDS.split())
_ALWAYS_BINDING = frozenset({"a", "an", "the", "of", "by", "with", "from", "and", "or"})
_MIN_BINDING_CHARS = 12  # of a line that ends in another of them: "Log in", "Share this" are menus
_MIN_WIDTH = 20  # nobody wraps prose at fewer columns
_MIN_CASELESS_WIDTH = 30


class _Joint(Enum):
    """What stands at the border of two lines that follow one another without an empty one between."""

    STOP = "the first ends in a full stop"
    BULLET = "the second is a list item"
    BOUND = "the first ends in a word, comma or hyphen that wants more"
    LOWER = "the second goes on in lower case"
    UPPER = "the second begins like a sentence or name"
    CASELESS = "capitals only, lower case only, or a script without case: letters tell nothing"


class _Line(NamedTuple):
    start: int
    text: str


def find_unit_starts(text: str) -> list[int]:
    r"""Offsets of the lines that begin something new, in order; the first visible line is one of them.

    >>> find_unit_starts("Storm closes port\nShips were held outside the\nharbour on Monday.")
    [0, 18]
    """
    lines = [_Line(match.start(), match.group().rstrip()) for match in _LINE.finditer(text)]
    blocks = list(_cut_at_empty_lines(text, lines))
    all_lower = text.islower()
    joints = [[_read_joint(a, b, all_lower) for a, b in pairwise(block)] if len(block) > 1 else [] for block in blocks]
    layout = _read_layout(blocks, joints)
    starts = []
    for block, kinds in zip(blocks, joints, strict=True):
        starts.append(block[0].start)
        if kinds:
            starts.extend(_break_block(block, kinds, layout))
    return starts


def _cut_at_empty_lines(text: str, lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    block: list[_Line] = []
    for line in lines:
        if block:
            end = block[-1].start + len(block[-1].text)
            gap = text[end : line.start] if line.start - end > 1 else "\n"
            if gap != "\n" and (gap.count("\n") > 1 or gap.count("\r") > 1 or "\f" in gap or "\u2029" in gap):
                yield block
                block = []
        block.append(line)
    if block:
        yield block


def _read_joint(a: _Line, b: _Line, all_lower: bool) -> _Joint:
    if _BULLET.match(b.text):
        return _Joint.BULLET
    if _ends_in_stop(a.text):
        return _Joint.STOP
    caseless = all_lower or a.text == a.text.upper()
    last = a.text[-12:].rsplit(None, 1)[-1]
    last = last.lower() if caseless else last  # "May" is a month
    if a.text[-1] in ",-" or last in (_BINDING if len(a.text) >= _MIN_BINDING_CHARS else _ALWAYS_BINDING):
        return _Joint.BOUND
    if caseless:
        return _Joint.CASELESS
    return _Joint.LOWER if begins_lower(b.text) else _Joint.UPPER


def _ends_in_stop(line: str) -> bool:
    last = line[-1]
    if last in _CLOSERS:
        last = line.rstrip(_CLOSERS)[-1:]
    return last in STOPS


def begins_lower(text: str) -> bool:
    """Whether a text goes on in lower case; names such as iPhone and al-Qaida do not.

    >>> begins_lower("said the mayor"), begins_lower("iPhone sales")
    (True, False)
    """
    return text[:1].islower() and not _INNER_CAPITAL.match(text)


class _Layout(NamedTuple):
    """How the lines of a text were made.

    Attributes:
        width: Characters of a full line.
        wrapped: Lines break inside sentences as a rule.
        wrapped_caseless: The same for lines whose letters tell nothing.
    """

    width: int
    wrapped: bool
    wrapped_caseless: bool

    def is_full(self, a: _Line, b: _Line) -> bool:
        """Whether the first word of `b` had no room left on the line of `a`, give or take an eighth of the width."""
        word = b.text[:12].split(None, 1)[0]
        slack = self.width // 8
        return len(a.text) - slack <= self.width < len(a.text) + 1 + len(word) + slack


def _read_layout(blocks: Sequence[Sequence[_Line]], joints: Sequence[Sequence[_Joint]]) -> _Layout:
    inside = (_Joint.LOWER, _Joint.BOUND)
    lower = width = 0
    upper: list[tuple[_Line, _Line]] = []
    caseless: list[tuple[_Line, _Line]] = []
    for block, kinds in zip(blocks, joints, strict=True):
        for (a, b), kind in () if not kinds else zip(pairwise(block), kinds, strict=True):
            if kind in inside:
                lower, width = lower + 1, max(width, len(a.text))
            elif kind is _Joint.UPPER:
                upper.append((a, b))
            elif kind is _Joint.CASELESS:
                caseless.append((a, b))
    if lower == 0 and caseless:
        width = max(len(line.text) for pair in caseless for line in pair)
    layout = _Layout(width, False, False)
    short = sum(not layout.is_full(a, b) for a, b in upper)
    full = sum(layout.is_full(a, b) for a, b in caseless)
    return _Layout(
        width,
        width >= _MIN_WIDTH and lower > short,
        width >= _MIN_CASELESS_WIDTH and full >= max(1, 0.8 * len(caseless)),
    )


def _break_block(block: Sequence[_Line], kinds: Sequence[_Joint], layout: _Layout) -> Iterator[int]:
    """Starts of the lines after the first of a block that begin something new."""
    bullets = sum(kind is _Joint.BULLET for kind in kinds) + bool(_BULLET.match(block[0].text))
    pairs = list(zip(pairwise(block), kinds, strict=True))
    is_list = _Joint.STOP not in kinds and _is_ragged(pairs, layout)
    for (a, b), kind in pairs:
        if kind is _Joint.BULLET:
            new = bullets > 1 or a.text[-1] == ":" or _ends_in_stop(a.text) or b.text[0] in _BULLETS
        elif kind is _Joint.STOP:
            new = not layout.wrapped and not layout.wrapped_caseless and not begins_lower(b.text)
        elif kind is _Joint.CASELESS:
            new = not layout.wrapped_caseless
        elif kind is _Joint.LOWER:
            new = is_list and STOPS.isdisjoint(a.text + b.text)
        else:
            new = kind is _Joint.UPPER and not (layout.wrapped and layout.is_full(a, b))
        if new:
            yield b.start


def _is_ragged(pairs: Sequence[tuple[tuple[_Line, _Line], _Joint]], layout: _Layout) -> bool:
    """Whether lines were left before they were full, as items of a list without signs are."""
    full = [layout.is_full(a, b) for (a, b), kind in pairs if kind in (_Joint.LOWER, _Joint.UPPER)]
    return len(full) > 1 and 2 * sum(full) < len(full)
