"""CSV and TSV: fields byte for byte, rows one by one.

The csv module works on text, but a table's encoding is known only row by row. So bytes are read as Latin-1, which
gives each byte one character, and turned back into bytes once rows are cut: delimiters, quotes and line ends are ASCII
in every encoding that is read here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from nlp.reading.decoding import NotTextError, decode, refuse_binary
from nlp.reading.fields import check_columns, columns_of
from nlp.reading.items import RawItem
from nlp.reading.options import MAX_ITEM_BYTES, ReadOptions
from nlp.reading.streams import TooLargeError, to_utf8
from nlp.records import BadRow

if TYPE_CHECKING:
    from _csv import Reader

__all__ = ["csv_items"]

_DELIMITERS = (",", ";", "\t", "|")


class _Lines(Iterator[str]):
    """Lines as the csv module wants them, their ends kept; none longer than an article may be."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="latin-1", newline="")

    def __next__(self) -> str:
        line = self._text.readline(MAX_ITEM_BYTES + 1)
        if not line:
            raise StopIteration
        if len(line) > MAX_ITEM_BYTES:
            raise TooLargeError
        return line


def csv_items(stream: BinaryIO, options: ReadOptions, *, name: str, id: str, tsv: bool) -> Iterator[RawItem | BadRow]:
    """The rows under the header line.

    Raises:
        NotTextError: If the stream starts like a binary file, or lacks a column that is needed.
        TooLargeError: If a line is too large.
    """
    csv.field_size_limit(max(MAX_ITEM_BYTES, csv.field_size_limit()))
    head, stream = to_utf8(stream)
    refuse_binary(head)
    lines = _Lines(stream)
    first, skipped = _first_line(lines)
    delimiter = _delimiter_line(first)
    if delimiter:
        first = next(lines, "")
        skipped += 1
    delimiter = delimiter or _sniff_delimiter(first, options, tsv=tsv)
    reader = csv.reader(_Joined(first, lines), delimiter=delimiter, strict=True)
    try:
        header = [_decode_name(column) for column in next(reader, [])]
    except csv.Error as error:
        raise NotTextError(f"the header line is no CSV ({error})") from error
    if not header:
        return
    check_columns(header, options)
    yield from _rows(reader, header, skipped, name=name, id=id)


class _Joined(Iterator[str]):
    """A line, then the others."""

    def __init__(self, first: str, rest: Iterator[str]) -> None:
        self._first = first
        self._rest = rest

    def __next__(self) -> str:
        first, self._first = self._first, ""
        return first or next(self._rest)


def _first_line(lines: Iterator[str]) -> tuple[str, int]:
    """The first line that is not blank, and how many stood before it."""
    skipped = 0
    for line in lines:
        if line.strip():
            return line, skipped
        skipped += 1
    return "", skipped


def _delimiter_line(line: str) -> str | None:
    """The delimiter of a first line `sep=;`, which spreadsheets write and read."""
    return line[4] if line.startswith("sep=") and len(line.rstrip("\r\n")) == 5 else None


def _sniff_delimiter(header: str, options: ReadOptions, *, tsv: bool) -> str:
    """The delimiter that makes a column of the text of the header line; else the one that makes most columns."""
    column = columns_of(options)["text"]
    candidates = ("\t", *_DELIMITERS) if tsv else _DELIMITERS
    best, most = candidates[0], 0
    for delimiter in candidates:
        columns = [_decode_name(name) for name in next(csv.reader([header], delimiter=delimiter), [])]
        rank = len(columns) + (len(header) if column in columns else 0)
        if rank > most:
            best, most = delimiter, rank
    return best


def _decode_name(name: str) -> str:
    try:
        return decode(name.encode("latin-1")).text.strip()
    except NotTextError:
        return name.strip()


def _rows(reader: Reader, header: list[str], skipped: int, *, name: str, id: str) -> Iterator[RawItem | BadRow]:
    while True:
        line = skipped + reader.line_num + 1  # where the row starts; in quotes it may go on over more lines
        try:
            row = next(reader, None)
        except csv.Error as error:
            open_quote = "unexpected end" in str(error) or "field limit" in str(error)
            reason = "a quote that is opened here is never closed" if open_quote else f"no valid CSV ({error})"
            yield BadRow(file=name, line=line, reason=reason)
            if "field limit" in str(error):  # inside a field: where the next row starts is not known
                return
            continue
        if row is None:
            return
        if len(row) == len(header):
            fields = {column: field.encode("latin-1") for column, field in zip(header, row, strict=True)}
            yield RawItem(file=name, line=line, kind="fields", payload=fields, id=f"{id}:{line}")
        elif row:
            reason = f"{len(row)} fields for {len(header)} columns; a field that holds the delimiter must be in quotes"
            yield BadRow(file=name, line=line, reason=reason)
