"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from nlp.reading.decoding import NotTextError, decode_row, refuse_binary
from nlp.reading.fields import article_of_fields
from nlp.reading.items import RawItem
from nlp.reading.options import ReadOptions
from nlp.reading.streams import TooLargeError, read_lines, to_utf8
from nlp.records import Article, BadRow

__all__ = ["jsonl_items", "load_row", "parse_jsonl"]


def jsonl_items(stream: BinaryIO, *, name: str, id: str) -> Iterator[RawItem | BadRow]:
    """The lines that are not blank; lines end at newline bytes alone, for JSON allows every other separator.

    Raises:
        NotTextError: If the stream starts like a binary file.
    """
    head, stream = to_utf8(stream)
    refuse_binary(head)
    for number, line in enumerate(read_lines(stream), start=1):
        if line is None:
            yield BadRow(file=name, line=number, reason=str(TooLargeError()))
        elif line := line.removeprefix(b"\xef\xbb\xbf").strip():  # marks stand where marked files were joined
            yield RawItem(file=name, line=number, kind="jsonl", payload=line, id=f"{id}:{number}")


def parse_jsonl(line: bytes, item: RawItem, options: ReadOptions) -> Article | BadRow:
    """An article from a line; whatever is wrong with it becomes the reason of a bad row."""
    try:
        row, warnings = load_row(line)
    except NotTextError as error:
        return BadRow(file=item.file, line=item.line, reason=str(error))
    return article_of_fields(row, item, options, warnings=warnings)


def load_row(line: bytes) -> tuple[dict[str, object], tuple[str, ...]]:
    """The object of a line, and warnings about its encoding.

    Raises:
        NotTextError: If there is none; the message says what was found.
    """
    try:
        text, warnings = _decode_line(line)
        row = json.loads(text)
    except json.JSONDecodeError as error:
        reason = f"not valid JSON ({error.msg}, character {error.colno})"
    except RecursionError:
        reason = "not usable: JSON nested too deeply"
    except NotTextError as error:
        reason = str(error)
    except ValueError:  # an integer of thousands of digits
        reason = "not usable: JSON with a number of too many digits"
    else:
        if isinstance(row, dict):
            return row, warnings
        reason = f"a JSON {_json_type(row)}, not an object; each line holds one article as an object"
    if line.startswith(b"["):
        reason += "; a JSON array is turned into JSON Lines by: jq -c '.[]'"
    raise NotTextError(reason)


def _decode_line(line: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return line.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    try:  # surrogates written as if they were characters: repaired with those that are escaped
        return line.decode("utf-8", "surrogatepass"), ()
    except UnicodeDecodeError:
        decoded = decode_row(line)
        return decoded.text, decoded.warnings


def _json_type(value: object) -> str:
    if value is None:
        return "null"
    return {list: "array", str: "string", bool: "boolean"}.get(type(value), "number")
