"""Markdown: the text a reader of the rendered page sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.reading.decoding import NotTextError, decode, tidy_characters
from nlp.reading.items import RawItem
from nlp.reading.options import ReadOptions
from nlp.reading.plain import clean_text, parse_plain
from nlp.records import Article, BadRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token

__all__ = ["parse_markdown"]

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.S | re.M)
_FRONT_FIELD = re.compile(r"(\w[\w-]*)[ \t]*:(?:[ \t]+(.*))?$")
_OUTLET_FIELDS = ("source", "outlet", "publisher", "publication", "site")
_HTML_MARKUP = re.compile(r"<!--.*?-->|<[^>]*>", re.S)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendered:
    text: str
    title: str | None


def parse_markdown(data: bytes, item: RawItem, options: ReadOptions) -> Article | BadRow:
    """An article from the bytes of a Markdown file: front matter, else the first heading, gives its headline.

    With `clean="never"` the file's text stays as it is, marks and all.
    """
    if options.clean == "never":
        return parse_plain(data, item, options)
    try:
        decoded = decode(data)
    except NotTextError as error:
        return BadRow(file=item.file, line=item.line, reason=str(error))
    tidy = tidy_characters(decoded.text)
    fields, body = _split_front_matter(tidy.text)
    rendered = _render(body)
    page = clean_text(rendered.text)
    warnings = (*decoded.warnings, *tidy.warnings, *page.warnings)
    if not page.text.strip():
        warnings += ("the text is empty",)
    return Article(
        id=item.id,
        text=page.text,
        title=fields.get("title") or rendered.title or page.title,
        date=fields.get("date") or page.date,
        source=next((fields[name] for name in _OUTLET_FIELDS if fields.get(name)), None),
        warnings=warnings,
    )


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The plain `key: value` lines of a YAML head and the rest; no head, if its first line is not such a line."""
    match = _FRONT_MATTER.match(text)
    if not match or not _FRONT_FIELD.match(match[1].lstrip().partition("\n")[0]):
        return {}, text
    found = filter(None, map(_FRONT_FIELD.match, match[1].split("\n")))
    fields = {field[1].lower(): _unquote((field[2] or "").strip()) for field in found}
    return fields, text[match.end() :]


def _unquote(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _render(body: str) -> _Rendered:
    """Plain paragraphs of a Markdown text; a heading before all else is the headline and leaves the text."""
    from markdown_it import MarkdownIt

    title: str | None = None
    paragraphs: list[str] = []
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    marker = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else ""  # "1986." may begin a sentence, not a list
            continue
        text = _block_text(token)
        if not text:
            continue
        text, marker = marker + text, ""
        if title is None and not paragraphs and before is not None and before.type == "heading_open":
            title = " ".join(text.split())
        else:
            paragraphs.append(text)
    return _Rendered(text="\n\n".join(paragraphs), title=title)


def _block_text(token: Token) -> str:
    if token.type == "inline":
        return _inline_text(token.children or ()).strip()
    if token.type in {"fence", "code_block"}:
        return token.content.strip()
    return _HTML_MARKUP.sub("", token.content).strip() if token.type == "html_block" else ""


def _inline_text(tokens: Iterable[Token] | Sequence[Token]) -> str:
    """Text without emphasis, links' targets, images and tags; a line break in a paragraph is a space."""
    texts = {"softbreak": " ", "hardbreak": "\n"}
    return "".join(
        token.content if token.type in {"text", "code_inline", "text_special"} else texts.get(token.type, "")
        for token in tokens
    )
