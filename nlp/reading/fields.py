"""Fields to an article: what JSONL, CSV and Parquet have in common."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from nlp.reading.decoding import NotTextError, decode_row, repair_surrogates
from nlp.reading.items import RawItem
from nlp.reading.options import ReadOptions
from nlp.reading.plain import clean_text
from nlp.records import Article, BadRow

__all__ = [
    "article_of_fields",
    "check_columns",
    "columns_of",
    "decode_fields",
    "parse_fields",
]

_Role = Literal["text", "title", "id", "date", "source"]
_SHOWN_COLUMNS = 12
_SHOWN_CHARS = 40
_FIELD_END = b"\x1f"  # the unit separator


def columns_of(options: ReadOptions) -> dict[_Role, str]:
    """The column of each part of an article: the one that was named, else the usual one."""
    return {
        "text": options.text_column or "text",
        "title": options.title_column or "title",
        "id": options.id_column or "id",
        "date": options.date_column or "date",
        "source": options.source_column or "source",
    }


def _named_columns(options: ReadOptions) -> set[str]:
    """The columns that the user named, which must be there."""
    named = (
        options.text_column,
        options.title_column,
        options.id_column,
        options.date_column,
        options.source_column,
    )
    return {column for column in named if column}


def _missing_text_reason(column: str, found: Iterable[str]) -> str:
    """Why a row has no text: what it has instead, and the way out."""
    return f"no {column!r} field; found {_list_columns(found)}. Say which one holds the text with --text-column"


def _list_columns(columns: Iterable[str]) -> str:
    """Names of columns for a message, cut where there are many or one is long (a file may lack its header)."""
    names = [repr(name if len(name) <= _SHOWN_CHARS else name[: _SHOWN_CHARS - 1] + "…") for name in columns]
    more = len(names) - _SHOWN_COLUMNS
    return ", ".join(names[:_SHOWN_COLUMNS]) + (f" and {more} more" if more > 0 else "") if names else "no fields"


def check_columns(header: Sequence[str], options: ReadOptions) -> None:
    """Raise `NotTextError` if a table lacks the text or a column that was named, or has a needed one twice."""
    columns = columns_of(options)
    if columns["text"] not in header:
        raise NotTextError(_missing_text_reason(columns["text"], header))
    for column in sorted(_named_columns(options) - set(header)):
        raise NotTextError(f"no column {column!r}; found {_list_columns(header)}")
    for column in columns.values():
        if header.count(column) > 1:
            raise NotTextError(f"the column {column!r} is there {header.count(column)} times; rename all but one")


def article_of_fields(
    fields: Mapping[str, object], item: RawItem, options: ReadOptions, *, warnings: Collection[str] = ()
) -> Article | BadRow:
    """An article from a row: the text byte for byte unless `clean` is `"always"`; numbers become strings.

    An id that is missing, null or empty is replaced by the row's place; so is a list, an object or a boolean, with a
    warning. Of the other fields what is neither string, number nor date is left out, with a warning.
    """
    columns = columns_of(options)
    text = fields.get(columns["text"])
    if not isinstance(text, str):
        if columns["text"] not in fields:
            reason = _missing_text_reason(columns["text"], fields)
        elif text is None:
            reason = f"the field {columns['text']!r} is null; an article needs a text"
        else:
            reason = f"the field {columns['text']!r} is no text but a {type(text).__name__}"
        return BadRow(file=item.file, line=item.line, reason=reason)
    notes = list(warnings)
    notes += [f"no field {name!r} in this row" for name in sorted(_named_columns(options) - fields.keys())]
    values = {role: _optional(fields.get(columns[role]), columns[role], notes) for role in columns if role != "text"}
    text, repaired = repair_surrogates(text)
    if repaired:
        notes.append("half of a surrogate pair in the text; replaced by U+FFFD")
    title, date = values["title"], values["date"]
    if options.clean == "always":
        page = clean_text(text)
        notes += page.warnings
        text, title, date = page.text, title or page.title, date or page.date
    if not text.strip():
        notes.append("the text is empty")
    return Article(
        id=values["id"] or item.id,
        text=text,
        title=title,
        date=date,
        source=values["source"],
        warnings=tuple(notes),
    )


def parse_fields(fields: Mapping[str, object], item: RawItem, options: ReadOptions) -> Article | BadRow:
    """An article from a row of a table; the encoding of values in bytes is told from all of them together."""
    try:
        decoded, warnings = decode_fields(fields, columns_of(options).values())
    except NotTextError as error:
        return BadRow(file=item.file, line=item.line, reason=str(error))
    return article_of_fields(decoded, item, options, warnings=warnings)


def decode_fields(fields: Mapping[str, object], names: Collection[str]) -> tuple[dict[str, object], tuple[str, ...]]:
    """The fields of a row with those of `names` that are bytes decoded, and warnings about the encoding.

    Raises:
        NotTextError: If they are no text.
    """
    raw = {name: value for name, value in fields.items() if name in names and isinstance(value, bytes)}
    decoded = decode_row(_FIELD_END.join(raw.values()))
    texts = decoded.text.split(_FIELD_END.decode())
    if len(texts) != len(raw):  # a field holds the separator itself
        texts = [decode_row(value).text for value in raw.values()]
    return {**fields, **dict(zip(raw, texts, strict=False))}, decoded.warnings


def _optional(value: object, column: str, notes: list[str]) -> str | None:
    if isinstance(value, str):
        value, repaired = repair_surrogates(value)
        if repaired:
            notes.append(f"half of a surrogate pair in {column!r}; replaced by U+FFFD")
        return value if value.strip() else None
    if value is None or value != value:  # a missing number of a table is NaN
        return None
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        notes.append(f"the field {column!r} is neither text nor a number but a {type(value).__name__}; left out")
        return None
    return str(value)
