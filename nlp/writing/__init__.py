"""Records out: what a prediction or a summary looks like as JSON, JSON Lines, CSV and on a terminal.

`record` turns results into plain dictionaries, whose types (and JSON Schema) are in `schema`; the other modules
hold one format each. A format is written as a head, one piece of text for each record, and a foot.
"""

from __future__ import annotations

from typing import Protocol

from nlp.writing.record import Record

__all__ = ["FORMATS", "RecordWriter", "make_writer"]

FORMATS = ("text", "jsonl", "json", "csv")


class RecordWriter(Protocol):
    """A format. Pieces depend on their record alone, `first` aside, so that a resumed file has the same bytes."""

    def head(self) -> str:
        """What stands before the first record."""

    def piece(self, record: Record) -> str:
        """One record."""

    def join(self) -> str:
        """What stands between two records."""

    def foot(self) -> str:
        """What stands after the last record."""


def make_writer(format: str, *, columns: tuple[str, ...], colour: bool = False, width: int = 100) -> RecordWriter:
    """The writer of a format.

    Args:
        format: One of `FORMATS`.
        columns: Keys of the records, in order (a CSV needs them before the first record).
        colour: Whether text may have colours.
        width: Characters in a line of text.
    """
    if format == "text":
        from nlp.writing.text import TextWriter

        return TextWriter(colour=colour, width=width)
    if format == "csv":
        from nlp.writing.csv import CsvWriter

        return CsvWriter(columns=columns)
    from nlp.writing.json import JsonWriter

    return JsonWriter(lines=format == "jsonl")
