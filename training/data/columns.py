"""Which column of a table, or field of a row, holds what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from nlp.errors import UsageError
from nlp.reading.options import ReadOptions

__all__ = ["Columns", "EmptyCell"]

EmptyCell = Literal["unjudged", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The names of the columns, and how labels are written in them.

    Attributes:
        text: Column of the text; `None` is `text`.
        title: Column of the headline; `None` is `title`, where there is one.
        id: Column of the id; `None` is `id`, where there is one.
        date: Column of the date; `None` is `date`, where there is one.
        source: Column of the outlet; `None` is `source`, where there is one.
        labels: Column of the labels: a list, a cell `a|b`, or a cell with a JSON list.
        evidence: Column of the marked passages, where there is one.
        label_columns: Columns of 0 and 1, one for each label and named as it is; where an entry is empty nobody judged
            that label. If any are named, `labels` is not read.
        separator: What stands between the labels of a string; `None` is `|` for CSV and TSV, and refuses strings
            elsewhere. A separator within a label is written with a backslash before it.
        empty: What an empty cell of labels in CSV means: `"unjudged"`, or `"none"`: judged, and none holds.

    Raises:
        UsageError: If a value cannot be.
    """

    text: str | None = None
    title: str | None = None
    id: str | None = None
    date: str | None = None
    source: str | None = None
    labels: str = "labels"
    evidence: str = "evidence"
    label_columns: tuple[str, ...] = ()
    separator: str | None = None
    empty: EmptyCell = "unjudged"

    def __post_init__(self) -> None:
        if self.separator is not None and (len(self.separator) != 1 or self.separator in '\\"\r\n'):
            raise UsageError(
                f"The separator of labels is {self.separator!r}.", hint='It is one character, such as ";".'
            )
        if self.empty not in get_args(EmptyCell):
            raise UsageError(f"empty is {self.empty!r}.", hint="It is one of unjudged, none.")
        if len(set(self.label_columns)) < len(self.label_columns):
            raise UsageError("A column of a label is named twice.", hint="Name each once.")

    @property
    def judgements(self) -> tuple[str, ...]:
        """The columns that say which labels hold."""
        return self.label_columns or (self.labels,)

    def to_options(self) -> ReadOptions:
        """How the files are read."""
        return ReadOptions(
            text_column=self.text,
            title_column=self.title,
            id_column=self.id,
            date_column=self.date,
            source_column=self.source,
            extra_columns=(*self.judgements, self.evidence),
        )
