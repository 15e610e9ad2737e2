r"""Cells to labels and passages.

Several labels in a string are written as `nlp.writing.csv` writes them: `a|b`, a bar within a label `\|`, a backslash
`\\`.
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from training.data.records import Spans

__all__ = ["CellError", "parse_evidence", "parse_judgement", "parse_labels", "parse_word"]

_SHOWN_CHARS = 60
_MAX_LITERAL_CHARS = 10_000
_YES, _NO = frozenset({"1", "1.0", "true"}), frozenset({"0", "0.0", "false"})


class CellError(ValueError):
    """A cell does not hold what its column should.

    Args:
        found: What is in it.
        expected: What should be, as the end of a sentence.
        hint: The way out, as a sentence.
    """

    def __init__(self, found: object, expected: str, *, hint: str = "") -> None:
        super().__init__(f"found {_show(found)}, expected {expected}")
        self.hint = hint


def parse_labels(value: object, *, separator: str | None) -> tuple[str, ...] | None:
    r"""The labels of a cell, without repeats, in their order; `None` if nobody judged.

    Args:
        value: A list of strings, a string, or nothing.
        separator: What stands between the labels of a string; `None` if there should be a list. A string in brackets
            is a list as JSON or Python writes it.

    Raises:
        CellError: If the value is something else.

    >>> parse_labels("trade|war \\| peace", separator="|"), parse_labels('["a", "b"]', separator="|")
    (('trade', 'war | peace'), ('a', 'b'))
    >>> parse_labels([], separator="|"), parse_labels("[]", separator="|"), parse_labels(None, separator="|")
    ((), (), None)
    """
    if value is None or value != value:  # a missing value of a table is NaN
        return None
    if isinstance(value, str):
        value = _split_string(value, separator)
    if not isinstance(value, list):
        raise CellError(value, "a list of label names", hint='Write "labels": [] if none holds.')
    for label in value:
        if not isinstance(label, str) or not label.strip():
            raise CellError(label, "a label name in the list", hint='Labels are strings that are not empty: ["trade"].')
        _refuse_half_characters(label)
    return tuple(dict.fromkeys(value))


def parse_judgement(value: object) -> bool | None:
    """Whether a label holds, by its own column; `None` if nobody judged.

    Raises:
        CellError: If the value is neither 0, 1, true, false nor empty.

    >>> [parse_judgement(value) for value in ("1", "0.0", "TRUE", False, "", None)]
    [True, False, True, False, None, None]
    """
    if value is None or value != value:
        return None
    word = str(value).strip().lower() if isinstance(value, str | int | float) else "?"
    if word in _YES or word in _NO or not word:
        return word in _YES if word else None
    raise CellError(value, "0, 1 or nothing", hint="A column of a label has 1 where it holds and 0 where it does not.")


def parse_evidence(value: object, text: str) -> Spans | None:
    """The marked passages of each label, as half-open character ranges of the text.

    Args:
        value: An object of lists of `{"start", "end"}` or `[start, end]`, also as a JSON string; or nothing.
        text: The text they are in.

    Raises:
        CellError: If the value is something else, or a range is not in the text.
    """
    if value is None or value == "" or value != value:
        return None
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise CellError(value, "evidence as JSON") from None
    hint = 'Write {"trade": [{"start": 0, "end": 12}]}.'
    if not isinstance(value, dict):
        raise CellError(value, "an object with the passages of each label", hint=hint)
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for label, spans in value.items():
        if not isinstance(spans, list):
            raise CellError(spans, f"a list of passages for {_show(label)}", hint=hint)
        found[str(label)] = tuple(_parse_span(span, len(text)) for span in spans)
    return found


def parse_word(value: object) -> None:
    """Refuse what is no title, id, date or source.

    Raises:
        CellError: If the value is a list, an object or a truth value.
    """
    if isinstance(value, bool | list | dict):
        raise CellError(value, "text, a number or nothing")


def _parse_span(span: Any, length: int) -> tuple[int, int]:
    bounds = [span.get("start"), span.get("end")] if isinstance(span, dict) else span
    if isinstance(bounds, list) and len(bounds) == 2:
        start, end = bounds
        if type(start) is int and type(end) is int and 0 <= start <= end <= length:
            return start, end
    raise CellError(span, f"a range of the text, 0 <= start <= end <= {length}", hint="Offsets count characters.")


def _split_string(text: str, separator: str | None) -> list[Any]:
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        return _load_list(stripped)
    if separator is None:
        hint = f"Write [{_show(text)}], or say what separates labels in a string."
        raise CellError(text, "a list of label names", hint=hint)
    mark = re.escape(separator)
    pieces = re.findall(rf"(?:\\[\\{mark}]|[^{mark}])+", text)
    return [name for piece in pieces if (name := re.sub(rf"\\([\\{mark}])", r"\1", piece).strip())]


def _load_list(text: str) -> list[Any]:
    """A list as JSON or, as data frames write it, Python spells it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
        try:
            if len(text) <= _MAX_LITERAL_CHARS:
                value = ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            pass
        if str(value) != text:  # ['a' 'b'] is a list of one string to Python
            value = None
    if not isinstance(value, list):
        raise CellError(
            text, "a JSON list", hint='A cell in brackets is a list: ["trade", "war"], or [] if none holds.'
        )
    return value


def _refuse_half_characters(label: str) -> None:
    try:
        label.encode()
    except UnicodeEncodeError:
        raise CellError(
            label.encode("utf-8", "replace").decode(), "whole characters, not half a surrogate pair"
        ) from None


def _show(value: object) -> str:
    """A value for a message: as JSON, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = f"a {type(value).__name__}"
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
