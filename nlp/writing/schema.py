"""The types of the records that are written; `slugline schema` prints their JSON Schema."""

from __future__ import annotations

import sys
from typing import Any, NotRequired

if sys.version_info >= (3, 12):
    from typing import TypedDict
else:  # pydantic reads the older form wrongly and refuses it; typing_extensions comes with pydantic
    from typing_extensions import TypedDict

__all__ = ["SCHEMA_VERSION", "ClassifyRecord", "SummarizeRecord", "record_schema"]

SCHEMA_VERSION = 1


class EvidenceRecord(TypedDict):
    """A sentence that carries a label; `start` and `end` are null where it is the headline."""

    text: str
    start: int | None
    end: int | None
    weight: float
    terms: list[tuple[str, float]]


class SummarySentenceRecord(TypedDict):
    """A sentence of a summary and the half-open character spans of the article's text that it keeps."""

    text: str
    spans: list[tuple[int, int]]
    generated: NotRequired[bool]


class SummaryRecord(TypedDict):
    """A summary; `text` is its sentences joined by spaces."""

    text: str
    method: str
    sentences: list[SummarySentenceRecord]


class ClassifyRecord(TypedDict):
    """One line of `slugline classify`; `evidence`, `summary`, `text` and `review` are there when asked for."""

    id: str
    title: str | None
    date: str | None
    source: str | None
    labels: list[str]
    review: NotRequired[list[str]]
    scores: dict[str, float]
    evidence: NotRequired[dict[str, list[EvidenceRecord]]]
    summary: NotRequired[SummaryRecord]
    text: NotRequired[str]
    model: str
    warnings: list[str]


class SummarizeRecord(TypedDict):
    """One line of `slugline summarize`."""

    id: str
    title: str | None
    date: str | None
    source: str | None
    summary: SummaryRecord
    warnings: list[str]


def record_schema(command: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the records of a command, `"classify"` or `"summarize"`."""
    from pydantic import TypeAdapter

    record = ClassifyRecord if command == "classify" else SummarizeRecord
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"slugline:{command}:{SCHEMA_VERSION}",
        **TypeAdapter(record).json_schema(),
    }
