"""JSON Lines, or one JSON array."""

from __future__ import annotations

import json

from nlp.writing.record import Record

__all__ = ["JsonWriter"]


class JsonWriter:
    """Writes a record as one line; with `lines=False` the lines are the items of an array."""

    def __init__(self, *, lines: bool) -> None:
        self._lines = lines

    def head(self) -> str:
        return "" if self._lines else "[\n"

    def piece(self, record: Record) -> str:
        line = json.dumps(record, ensure_ascii=False)
        return line + "\n" if self._lines else line

    def join(self) -> str:
        return "" if self._lines else ",\n"

    def foot(self) -> str:
        return "" if self._lines else "\n]\n"
