"""JSON that can be distrusted: bounded, without repeated keys, NaN or half characters.

Python's reader accepts all of these; each has been a way to make two readers of one file see two different things.
"""

from __future__ import annotations

import json
import math
from typing import NoReturn

__all__ = ["MAX_JSON_BYTES", "dump_json", "load_json"]

MAX_JSON_BYTES = 32 << 20
"""Longest document that is parsed: its value can take twenty times the memory, as empty lists do."""

_MAX_DEPTH = 64  # far from where the interpreter's own limit bites, which depends on who calls
_MAX_INT_DIGITS = 300  # every such number has a double beside it


def load_json(data: bytes) -> object:
    """Parse a whole JSON document.

    Args:
        data: UTF-8, without a byte-order mark, at most `MAX_JSON_BYTES`.

    Raises:
        ValueError: If it is not one JSON document, is too long, repeats a key, holds NaN, an infinity, a number beyond
            the range of a double or a lone surrogate, or is nested more than 64 deep. The message is the end of a
            sentence that begins with the file's name.

    >>> load_json(b'{"a": [1, 2.5, null]}')
    {'a': [1, 2.5, None]}
    """
    if len(data) > MAX_JSON_BYTES:
        raise ValueError(f"is larger than {MAX_JSON_BYTES >> 20} MiB, too large for JSON")
    try:
        text = data.decode("utf-8")
        value: object = json.loads(
            text,
            object_pairs_hook=_refuse_repeats,
            parse_constant=_refuse_constant,
            parse_float=_parse_float,
            parse_int=_parse_int,
        )
        if "\\u" in text:  # only an escape can make half a character: UTF-8 itself cannot
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 (byte {error.start})") from None
    except UnicodeEncodeError:
        raise ValueError("holds half a character (a lone surrogate)") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error.msg}, line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if text.count("[") + text.count("{") > _MAX_DEPTH:
        _check_depth(value)
    return value


def dump_json(value: object, *, indent: int | None = 1) -> bytes:
    r"""One spelling for each value: sorted keys, UTF-8, a final newline; refuses NaN with `ValueError`.

    >>> dump_json({"b": 1, "a": "é"}, indent=None).decode()
    '{"a": "é", "b": 1}\n'
    """
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=indent, allow_nan=False) + "\n").encode(
        "utf-8"
    )


def _check_depth(value: object) -> None:
    level = [value]  # the containers at one depth, then at the next
    for _ in range(_MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(child, dict | list)
        ]
    if level:
        raise ValueError("is nested too deeply")


def _refuse_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        seen: set[str] = set()
        again = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"has the key {_shorten(again)} twice")
    return value


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"holds {word}, which is not JSON")


def _parse_float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"holds the number {_shorten(digits)}, beyond the range of a double")
    return value


def _parse_int(digits: str) -> int:
    if len(digits) > _MAX_INT_DIGITS:
        raise ValueError(f"holds the number {_shorten(digits)}, beyond the range of a double")
    return int(digits)


def _shorten(text: str, max_chars: int = 60) -> str:
    return repr(text if len(text) <= max_chars else text[: max_chars - 1] + "…")
