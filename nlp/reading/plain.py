"""Plain text, with the furniture of copied pages taken out where asked."""

from __future__ import annotations

from dataclasses import dataclass

from nlp.reading.decoding import NotTextError, decode, tidy_characters
from nlp.reading.items import RawItem
from nlp.reading.options import ReadOptions
from nlp.records import Article, BadRow

__all__ = ["CleanText", "clean_text", "parse_plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanText:
    """Cleaned text, the headline and date found in it, and what a reader should know."""

    text: str
    title: str | None
    date: str | None
    warnings: tuple[str, ...]


def clean_text(text: str) -> CleanText:
    """Text with tidy characters and without page furniture."""
    from nlp.reading.cleaning import clean_page

    tidy = tidy_characters(text)
    page = clean_page(tidy.text)
    return CleanText(text=page.text, title=page.title, date=page.date, warnings=tidy.warnings)


def parse_plain(data: bytes, item: RawItem, options: ReadOptions) -> Article | BadRow:
    """An article from the bytes of a text file."""
    try:
        decoded = decode(data)
    except NotTextError as error:
        return BadRow(file=item.file, line=item.line, reason=str(error))
    if options.clean == "never":
        page = CleanText(text=decoded.text, title=None, date=None, warnings=())
    else:
        page = clean_text(decoded.text)
    warnings = (*decoded.warnings, *page.warnings)
    if not page.text.strip():
        warnings += ("the text is empty",)
    return Article(id=item.id, text=page.text, title=page.title, date=page.date, warnings=warnings)
