"""Labelled articles, read for training and evaluation.

A row is a JSON object with `text` and, where known, `id`, `title`, `date`, `source`, `labels` and `evidence`.
`labels: []` says that somebody judged the article and no label holds; a missing or null field that nobody did.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.errors import InputError
from nlp.records import Article

__all__ = ["LabelledArticle", "build_targets", "fingerprint", "read_labelled"]

_GZIP_MAGIC = b"\x1f\x8b"
_KNOWN = 'A row is an object such as {"id": "a1", "text": "...", "labels": ["trade"]}.'


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledArticle:
    """An article and what somebody said of it.

    Attributes:
        article: The article.
        labels: The labels that hold, without repeats; empty if none does, `None` if nobody judged.
        evidence: For each label that has any the character ranges of the text that prove it, best first; `None` where
            nobody marked them.
    """

    article: Article
    labels: tuple[str, ...] | None
    evidence: dict[str, tuple[tuple[int, int], ...]] | None = None


def read_labelled(path: Path) -> tuple[LabelledArticle, ...]:
    """Read labelled articles from JSONL, also gzipped.

    Args:
        path: The file; whether it is gzipped is seen from its first bytes.

    Raises:
        InputError: If the file cannot be read or holds no article, or a row is not as it must be: names file and line.
    """
    rows = []
    for number, line in enumerate(_read_lines(path), start=1):
        if line.strip():
            rows.append(_parse_row(line, f"{path}:{number}", number))
    if not rows:
        raise InputError(f"{path}: holds no article.", hint=_KNOWN)
    return tuple(rows)


def build_targets(rows: Sequence[LabelledArticle], labels: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which labels hold: bool (n_rows, n_labels); rows must be judged, labels outside `labels` do not count."""
    column = {label: index for index, label in enumerate(labels)}
    targets = np.zeros((len(rows), len(labels)), dtype=np.bool_)
    for target, row in zip(targets, rows, strict=True):
        target[[column[label] for label in row.labels or () if label in column]] = True
    return targets


def fingerprint(rows: Sequence[LabelledArticle]) -> str:
    """SHA-256, in hexadecimal, of what training can see of the rows, in their order."""
    digest = hashlib.sha256()
    for row in rows:
        article = row.article
        seen = [article.id, article.title, article.text, article.source, row.labels and sorted(row.labels)]
        digest.update(json.dumps(seen).encode() + b"\n")
    return digest.hexdigest()


def _read_lines(path: Path) -> Iterator[str]:
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP_MAGIC):
            data = gzip.decompress(data)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from None
    except (EOFError, zlib.error):
        raise InputError(f"{path}: is a damaged gzip file.") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{path}:{line}: is not UTF-8.", hint="Save the file as UTF-8.") from None
    yield from text.split("\n")  # not splitlines: a text may hold other line separators


def _parse_row(line: str, where: str, number: int) -> LabelledArticle:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{where}: is not JSON ({error.msg}, column {error.colno}).", hint=_KNOWN) from None
    except RecursionError:
        raise InputError(f"{where}: is nested too deeply.", hint=_KNOWN) from None
    if not isinstance(row, dict):
        raise InputError(f"{where}: is not a JSON object.", hint=_KNOWN)
    if not isinstance(row.get("text"), str):
        raise InputError(f'{where}: has no string as "text".', hint=_KNOWN)
    for field in ("title", "date", "source"):
        if not isinstance(row.get(field), str | None):
            raise InputError(f'{where}: "{field}" is neither a string nor null.')
    labels = row.get("labels")
    if labels is not None and not (isinstance(labels, list) and all(isinstance(x, str) and x for x in labels)):
        raise InputError(f'{where}: "labels" is not a list of strings.', hint='Write "labels": [] if none holds.')
    article = Article(
        id=str(row["id"]) if row.get("id") is not None else f"line-{number}",
        text=row["text"],
        title=row.get("title"),
        date=row.get("date"),
        source=row.get("source"),
    )
    if "\\u" in line:  # only an escape can make half a character
        _refuse_half_characters(article, labels, where)
    return LabelledArticle(
        article=article,
        labels=None if labels is None else tuple(dict.fromkeys(labels)),
        evidence=_parse_evidence(row.get("evidence"), len(article.text), where),
    )


def _refuse_half_characters(article: Article, labels: list[str] | None, where: str) -> None:
    try:
        "\0".join([article.id, article.text, article.title or "", article.source or "", *(labels or ())]).encode()
    except UnicodeEncodeError:
        raise InputError(f"{where}: holds half a character (a lone surrogate).") from None


def _parse_evidence(value: Any, length: int, where: str) -> dict[str, tuple[tuple[int, int], ...]] | None:
    if value is None:
        return None
    try:
        found = {str(label): tuple((span["start"], span["end"]) for span in spans) for label, spans in value.items()}
    except (AttributeError, KeyError, TypeError):
        found = {"": ((-1, -1),)}
    for start, end in (span for spans in found.values() for span in spans):
        if not (type(start) is int and type(end) is int and 0 <= start <= end <= length):
            raise InputError(f'{where}: "evidence" does not give ranges "start" to "end" of the text for labels.')
    return found
