"""How articles are to be read: one record of options, and the limits that keep memory bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from nlp.errors import UsageError

__all__ = ["MAX_ITEM_BYTES", "CleanMode", "InputFormat", "ReadOptions"]

InputFormat = Literal["auto", "text", "html", "jsonl", "csv"]
CleanMode = Literal["auto", "always", "never"]

MAX_ITEM_BYTES = 64 * 2**20
"""Largest article, in bytes after decompression: a text or HTML file, a JSON line, a CSV field. What is larger is a
bad row and never held in memory; a book has about 1 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read a source.

    Attributes:
        input: Format of standard input and of other unnamed streams; `"auto"` looks at the first bytes and tells HTML,
            JSON Lines and plain text apart. For files the suffix decides.
        clean: `"auto"` takes page furniture out of plain text and Markdown and leaves the fields of JSONL, CSV and
            Parquet as they are; `"always"` cleans those too; `"never"` keeps plain text and Markdown as written.
            The story is taken out of HTML in any case.
        text_column: Field that holds the text; `None` is `text`.
        title_column: Field that holds the headline; `None` is `title`, where there is one.
        id_column: Field that holds the id; `None` is `id`, where there is one.
        date_column: Field that holds the date; `None` is `date`, where there is one.
        source_column: Field that holds the outlet; `None` is `source`, where there is one.
        extra_columns: Other fields that whoever reads the raw items wants of a Parquet file; other formats bring all.
        exclude: Resolved paths that are never read, such as the output of the job itself.

    Raises:
        UsageError: If `input` or `clean` is not one of its values.
    """

    input: InputFormat = "auto"
    clean: CleanMode = "auto"
    text_column: str | None = None
    title_column: str | None = None
    id_column: str | None = None
    date_column: str | None = None
    source_column: str | None = None
    extra_columns: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, value, known in (
            ("input", self.input, get_args(InputFormat)),
            ("clean", self.clean, get_args(CleanMode)),
        ):
            if value not in known:
                raise UsageError(f"{name} is {value!r}.", hint=f"It is one of {', '.join(known)}.")
