"""Sources to articles, in two stages.

    sources -- iter_items --> RawItem -- parse_item --> Article
                 or BadRow                or BadRow

The first stage is cheap and in order, so that a resumed job can pass over what it has done; the second is pure, one
item in and one result out, so that it can run in other processes.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from nlp.errors import InputError, UsageError
from nlp.reading.decoding import NotTextError
from nlp.reading.fields import parse_fields
from nlp.reading.html import parse_html
from nlp.reading.items import RawItem
from nlp.reading.jsonl import jsonl_items, parse_jsonl
from nlp.reading.markdown import parse_markdown
from nlp.reading.options import CleanMode, InputFormat, ReadOptions
from nlp.reading.parquet import parquet_items
from nlp.reading.plain import parse_plain
from nlp.reading.sources import FileKind, SourceFile, find_files
from nlp.reading.streams import READ_ERRORS, TooLargeError, open_stream, peek_head, read_whole
from nlp.reading.tabular import csv_items
from nlp.records import Article, BadRow

__all__ = ["iter_items", "parse_item", "read_articles"]

_SNIFF_BYTES = 4096
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_JSONL_START = re.compile(rb'\s*\{\s*["}]')


def iter_items(sources: Sequence[str], options: ReadOptions) -> Iterator[RawItem | BadRow]:
    """The raw items of all sources in order, one by one; what cannot be read is a bad row in its place.

    Args:
        sources: Files, folders, patterns, and `-` for standard input.
        options: How to read them.

    Raises:
        MissingExtraError: At a Parquet file, if pyarrow is not installed.
    """
    for found in find_files(sources, exclude=options.exclude):
        if isinstance(found, BadRow):
            yield found
        else:
            yield from _file_items(found, options)


def _file_items(file: SourceFile, options: ReadOptions) -> Iterator[RawItem | BadRow]:
    try:
        with open_stream(file.path) as stream:
            kind = file.kind
            if file.stream and options.input != "auto":
                kind = options.input
            if kind is None:
                head, stream = peek_head(stream, _SNIFF_BYTES, until_line=True)
                kind = _sniff(head)
            yield from _stream_items(stream, kind, file, options)
    except READ_ERRORS as error:
        yield BadRow(file=file.name, line=None, reason=_describe(error))
    except (NotTextError, TooLargeError) as error:
        yield BadRow(file=file.name, line=None, reason=str(error))


def _stream_items(
    stream: BinaryIO, kind: FileKind, file: SourceFile, options: ReadOptions
) -> Iterator[RawItem | BadRow]:
    if kind == "jsonl":
        return jsonl_items(stream, name=file.name, id=file.id)
    if kind == "csv" or kind == "tsv":
        return csv_items(stream, options, name=file.name, id=file.id, tsv=kind == "tsv")
    if kind == "parquet":
        return parquet_items(stream, options, path=file.path or "", name=file.name, id=file.id)
    return iter((RawItem(file=file.name, line=None, kind=kind, payload=read_whole(stream), id=file.id),))


def _sniff(head: bytes) -> FileKind:
    """The format of a stream without a telling name; CSV is not told from text with commas."""
    head = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[2:]
    if _HTML_START.match(head):
        return "html"
    return "jsonl" if _JSONL_START.match(head) else "text"


def _describe(error: Exception) -> str:
    if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
        return f"cannot be read ({error.strerror or error})"
    return "truncated or corrupt gzip; what came before the fault was read"


def parse_item(item: RawItem, options: ReadOptions) -> Article | BadRow:
    """The article of an item, decoded, extracted and cleaned; bad data gives a bad row, never an exception."""
    payload = item.payload
    if not isinstance(payload, bytes):
        return parse_fields(payload, item, options)
    if item.kind == "jsonl":
        return parse_jsonl(payload, item, options)
    if item.kind == "html":
        return parse_html(payload, item, options)
    return (parse_markdown if item.kind == "markdown" else parse_plain)(payload, item, options)


def read_articles(
    source: str | os.PathLike[str],
    *,
    on_bad: Callable[[BadRow], None] | None = None,
    input: InputFormat = "auto",
    clean: CleanMode = "auto",
    text_column: str | None = None,
    title_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
    source_column: str | None = None,
) -> Iterator[Article]:
    """Read the articles of a file, a folder, a pattern such as `news/**/*.txt`, or `-` for standard input.

    Plain text (.txt), Markdown, HTML, JSON Lines (.jsonl, .ndjson), CSV, TSV and Parquet are read, each also gzipped.
    Articles come one by one, so a file may be larger than memory.

    Args:
        source: What to read.
        on_bad: Called with each row or file that cannot be read; `None` raises at the first one.
        input: Format of standard input; see `ReadOptions`, also for what follows.
        clean: Whether page furniture is taken out.
        text_column: Field of the text.
        title_column: Field of the headline.
        id_column: Field of the id.
        date_column: Field of the date.
        source_column: Field of the outlet.

    Raises:
        InputError: At a row or file that cannot be read, with its file and line, unless `on_bad` is given.
        MissingExtraError: At a Parquet file, if pyarrow is not installed.
        UsageError: If `source` is not a path, or `input` or `clean` is unknown.
    """
    if not isinstance(source, str | os.PathLike):
        raise UsageError(f"source is a {type(source).__name__}.", hint="Give one path, folder or pattern.")
    options = ReadOptions(
        input=input,
        clean=clean,
        text_column=text_column,
        title_column=title_column,
        id_column=id_column,
        date_column=date_column,
        source_column=source_column,
    )
    return _articles(os.fspath(source), options, on_bad)


def _articles(source: str, options: ReadOptions, on_bad: Callable[[BadRow], None] | None) -> Iterator[Article]:
    for item in iter_items([source], options):
        result = parse_item(item, options) if isinstance(item, RawItem) else item
        if isinstance(result, Article):
            yield result
        elif on_bad is None:
            raise InputError(f"{result}.")
        else:
            on_bad(result)
