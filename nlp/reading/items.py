"""What is between a file and an article: the raw bytes or fields of one article, and where they stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["ItemKind", "RawItem"]

ItemKind = Literal["text", "markdown", "html", "jsonl", "fields"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One article before it is parsed; cheap to make, and can be sent to another process.

    Attributes:
        file: The file as the user named it (`-` for standard input).
        line: Line of the row, counted from 1 (of a Parquet file, its number); `None` where the file is the article.
        kind: How `payload` is to be parsed.
        payload: The bytes of a file or of a JSON line, or the fields of a row by column. The values of a CSV row are
            bytes, those of a Parquet row Python values.
        id: The article's id if it brings none of its own.
    """

    file: str
    line: int | None
    kind: ItemKind
    payload: bytes | Mapping[str, object]
    id: str

    def digest_bytes(self) -> bytes:
        """Bytes that differ whenever the payload does, for a running digest of the input."""
        if isinstance(self.payload, bytes):
            return self.payload
        return repr(list(self.payload.items())).encode("utf-8", "surrogatepass")
