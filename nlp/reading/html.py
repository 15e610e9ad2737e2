"""Web pages: the story, its headline, date and outlet, by trafilatura."""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Any

from nlp.reading.decoding import NotTextError, decode, tidy_characters
from nlp.reading.items import RawItem
from nlp.reading.options import ReadOptions
from nlp.reading.plain import parse_plain
from nlp.records import Article, BadRow

__all__ = ["parse_html"]

_DECLARED = re.compile(rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_DECLARED_WITHIN_BYTES = 4096
_TAG = re.compile(r"<[a-zA-Z!/?]")
_DOCUMENT = re.compile(r"<(?:html|body|head)\b", re.I)
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*\s*$")
_PROSE_CHARS = 40  # a line of this length, or with the end of a sentence, is not just a menu's word
_SHORT_STORY_PARAGRAPHS = 40
# What browsers take these names to mean (the WHATWG Encoding Standard, in the names of Python's codecs).
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
_NO_ENCODINGS = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})


def parse_html(data: bytes, item: RawItem, options: ReadOptions) -> Article | BadRow:
    """The article of a page; a page without a story has an empty text and a warning."""
    try:
        decoded = decode(data, declared=_declared_encoding(data))
    except NotTextError as error:
        return BadRow(file=item.file, line=item.line, reason=str(error))
    if not _TAG.search(decoded.text):
        return parse_plain(data, item, options)
    tidy = tidy_characters(decoded.text)
    document = _extract(tidy.text)
    title = _one_line(document.title) if document else None
    text = _story(document.text, title) if document else ""
    warnings = (*decoded.warnings, *tidy.warnings)
    if not text:
        warnings += ("no story was found in this page; the text is empty",)
    return Article(
        id=item.id,
        text=text,
        title=title,
        date=document.date if document else None,
        source=_one_line(document.sitename or document.hostname) if document else None,
        warnings=warnings,
    )


def _declared_encoding(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_DECLARED_WITHIN_BYTES])
    if not match:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii")).name
        "".encode(name)  # raises for codecs that do not encode text
    except (LookupError, UnicodeError):
        return None
    # A page that can be searched for its declaration is not in UTF-16 or UTF-32, whatever it declares.
    return None if name in _NO_ENCODINGS or name.startswith(("utf-16", "utf-32")) else _MEANT.get(name, name)


@cache
def _silence() -> None:
    """Keep what the extractors log about malformed pages off a terminal where nobody has set up logging."""
    import logging

    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).addHandler(logging.NullHandler())


def _extract(page: str) -> Any:
    """Trafilatura's document, or `None`.

    Preferring precision leaves out more of the furniture; where that leaves no story, the balanced mode has its turn.
    """
    _silence()
    if not _DOCUMENT.search(page):
        page = f"<html><body><div>{page}</div></body></html>"
    document = _extract_by(page, precise=True)
    if document and _story(document.text, None):
        return document
    return _extract_by(page, precise=False)


def _extract_by(page: str, *, precise: bool) -> Any:
    """Nothing is remembered between pages, so that a page always gives the same text.

    The date comes from the page's metadata and markup; what else looks like a date in a page is too often not its own.
    """
    from trafilatura import bare_extraction

    try:
        return bare_extraction(
            page,
            favor_precision=precise,
            include_comments=False,
            with_metadata=True,
            deduplicate=False,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except Exception:  # whatever a malformed page sets off in the parsers: it has no story, and reading goes on
        return None


def _story(text: str | None, title: str | None) -> str:
    """Paragraphs, parted by blank lines, without the headline; empty if none is prose."""
    paragraphs = _undouble([line for line in map(_plain_line, (text or "").split("\n")) if line])
    if paragraphs and _is_headline(paragraphs[0], title):
        del paragraphs[0]
    if not any(len(paragraph) >= _PROSE_CHARS or _SENTENCE_END.search(paragraph) for paragraph in paragraphs):
        return ""
    return "\n\n".join(paragraphs)


def _undouble(paragraphs: list[str]) -> list[str]:
    """Paragraphs without an end that only repeats what stands before it, as such or as one table cell.

    The extractors do that to short stories: what they found and what they then recovered is the same.
    """
    if len(paragraphs) <= _SHORT_STORY_PARAGRAPHS:
        for cut in range(1, len(paragraphs)):
            repeated = " ".join(paragraphs[cut:])
            before = " ".join(paragraphs[:cut])
            if len(repeated) >= _PROSE_CHARS and f" {before}".endswith(f" {repeated}"):
                return paragraphs[:cut]
    return paragraphs


def _plain_line(line: str) -> str:
    """A line without trafilatura's marks for list items and table cells."""
    line = line.strip()
    if line.startswith("| ") and line.endswith("|"):
        return " ".join(cell.strip() for cell in line.strip("|").split(" | ") if cell.strip(" -"))
    return line.removeprefix("- ").strip()


def _is_headline(paragraph: str, title: str | None) -> bool:
    """Whether a first paragraph is the headline; a page's title often has the outlet after it."""
    return bool(title) and (title or "").casefold().startswith(paragraph.casefold())


def _one_line(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
