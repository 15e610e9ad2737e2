r"""CSV: one row a record.

A cell that holds several values has them between bars, `a|b`, in the order of the labels; a bar within a value is
written `\|` and a backslash `\\`. Evidence, which has structure, is a JSON cell. A text or title is written as it
is, also where a spreadsheet would take its beginning for a formula.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from nlp.writing.record import Record

__all__ = ["CsvWriter"]


class CsvWriter:
    """Writes the chosen columns of a record."""

    def __init__(self, *, columns: tuple[str, ...]) -> None:
        self._columns = columns

    def head(self) -> str:
        return _row(self._columns)

    def piece(self, record: Record) -> str:
        fields: dict[str, Any] = dict(record)
        return _row([_cell(column, fields.get(column)) for column in self._columns])

    def join(self) -> str:
        return ""

    def foot(self) -> str:
        return ""


def _row(cells: tuple[str, ...] | list[str]) -> str:
    buffer = io.StringIO()
    # The writer quotes a cell with a carriage return only if its own line ends have one.
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().removesuffix("\r\n") + "\n"


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column == "summary":
        return str(value["text"])
    if column == "evidence":
        return json.dumps(value, ensure_ascii=False)
    if column == "scores":
        return _join([f"{label}={score}" for label, score in value.items()])
    return _join(value) if isinstance(value, list) else str(value)


def _join(values: list[str]) -> str:
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)
