"""A text as lines, and lines as a text again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["SplitText", "join_lines", "split_lines", "tidy_lines"]

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK_RUNS = re.compile(r"\n(?:[^\S\n]*\n){2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitText:
    """The lines of a text that are not blank.

    Attributes:
        lines: In order, as they were, without their line ends.
        blanks_before: How many blank lines stand before each.
        blanks_at_end: How many stand after the last.
    """

    lines: tuple[str, ...]
    blanks_before: tuple[int, ...]
    blanks_at_end: int


def tidy_lines(text: str) -> str:
    r"""A text whose line ends are newlines, without control characters, runs of blank lines or blank ends.

    >>> tidy_lines("One\r\n\r\n\r\n\x00Two\u2028Three\n")
    'One\n\nTwo\nThree'
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return _BLANK_RUNS.sub("\n\n", text).strip("\n")


def split_lines(text: str) -> SplitText:
    """Split a tidy text at its newlines."""
    lines, blanks, waiting = [], [], 0
    for line in text.split("\n"):
        if line.strip():
            lines.append(line)
            blanks.append(waiting)
            waiting = 0
        else:
            waiting += 1
    return SplitText(lines=tuple(lines), blanks_before=tuple(blanks), blanks_at_end=waiting)


def join_lines(page: SplitText, kept: Iterable[bool]) -> str:
    """The lines that stay; where there was a blank line between two of them, or one that went, there is one now."""
    parts: list[str] = []
    apart = False
    for line, blanks, stays in zip(page.lines, page.blanks_before, kept, strict=True):
        apart = apart or blanks > 0
        if stays:
            if parts:
                parts.append("\n\n" if apart else "\n")
            parts.append(line)
            apart = False
    return "".join(parts)
