"""Files and data sets to labelled articles; whatever is wrong is collected and said at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from nlp.errors import InputError
from nlp.reading import RawItem, iter_items
from nlp.reading.decoding import NotTextError
from nlp.reading.fields import article_of_fields, columns_of, decode_fields
from nlp.reading.jsonl import load_row
from nlp.reading.options import ReadOptions
from nlp.records import BadRow
from training.data.cells import CellError, parse_evidence, parse_judgement, parse_labels, parse_word
from training.data.columns import Columns
from training.data.huggingface import dataset_items, is_dataset
from training.data.records import LabelledArticle, TrainingData

__all__ = ["Source", "iter_labelled", "read_labelled", "read_training_data"]

Source = str | os.PathLike[str]
_Parsed = TypeVar("_Parsed")

_MAX_FAULTS = 20
_FORMATS = "Labelled articles are JSON Lines, CSV, TSV, Parquet, or a data set of Hugging Face."
_EXAMPLE = 'A row is an object such as {"id": "a1", "text": "...", "labels": ["trade"]}.'
_SHOWN_COLUMNS = 12


def read_labelled(source: Source | Sequence[Source], columns: Columns | None = None) -> tuple[LabelledArticle, ...]:
    """Read labelled articles, of which some or all may not be judged.

    Args:
        source: A file (JSON Lines, CSV, TSV or Parquet, also gzipped), a folder of them, a folder that
            `Dataset.save_to_disk` wrote, `hub:owner/name`, `hub:owner/name:split`, or several of these.
        columns: What the columns are called; `None` takes the usual names.

    Raises:
        InputError: If there is no article, or rows are not as they must be: names the first 20 with file, line, column
            and what was found.
        MissingExtraError: If Parquet or a data set is to be read and its packages are not installed.
    """
    reader = _Reader(columns or Columns(), max_faults=_MAX_FAULTS)
    rows = tuple(reader.read(_list_sources(source)))
    if not rows:
        raise InputError(f"{_name(source)}: holds no article.", hint=_EXAMPLE)
    return rows


def iter_labelled(source: Source | Sequence[Source], columns: Columns | None = None) -> Iterator[LabelledArticle]:
    """Labelled articles one by one, for what does not fit in memory; see `read_labelled`.

    Raises:
        InputError: At the first row that is not as it must be.
    """
    yield from _Reader(columns or Columns(), max_faults=1).read(_list_sources(source))


def read_training_data(
    source: Source | Sequence[Source], columns: Columns | None = None, *, labels: Sequence[str] | None = None
) -> TrainingData:
    """Read labelled articles of which at least one is judged.

    Args:
        source: What to read; see `read_labelled`.
        columns: What the columns are called; `None` takes the usual names.
        labels: The label set in its order, such as a taxonomy's; `None` takes the labels of the data, sorted.

    Raises:
        InputError: If there is nothing to learn from, or rows are not as they must be: names file, line and column.
        MissingExtraError: If Parquet or a data set is to be read and its packages are not installed.
    """
    columns = columns or Columns()
    reader = _Reader(columns, max_faults=_MAX_FAULTS)
    rows = tuple(reader.read(_list_sources(source)))
    if not rows:
        raise InputError(f"{_name(source)}: holds no article.", hint=_EXAMPLE)
    reader.check_columns(_name(source))
    if all(row.labels is None for row in rows):
        raise InputError(
            f"{_name(source)}: nobody has judged any of the {len(rows)} articles: column "
            f"{', '.join(map(repr, columns.judgements))} is empty in all of them.",
            hint='Write [] for an article that was judged and has no label, or take empty cells as that: empty="none".',
        )
    if columns.label_columns and labels is None:
        labels = columns.label_columns
    data = TrainingData.from_rows(rows, labels=labels, paths=[os.fspath(one) for one in _list_sources(source)])
    if columns.label_columns:
        known = set(columns.label_columns)
        data.judged[:, [index for index, label in enumerate(data.labels) if label not in known]] = False
    return data


def _list_sources(source: Source | Sequence[Source]) -> list[str]:
    return [os.fspath(one) for one in ([source] if isinstance(source, str | os.PathLike) else source)]


def _name(source: Source | Sequence[Source]) -> str:
    return ", ".join(_list_sources(source))


@dataclass(slots=True)
class _Reader:
    """Reads rows, and keeps account of the columns it saw and the faults it found."""

    columns: Columns
    max_faults: int
    seen: dict[str, None] = field(default_factory=dict)
    faults: list[BadRow] = field(default_factory=list)
    hint: str = ""

    def read(self, sources: Sequence[str]) -> Iterator[LabelledArticle]:
        options = self.columns.to_options()
        for item in _items(sources, options):
            row = self._parse(item, options) if isinstance(item, RawItem) else item
            if isinstance(row, BadRow):
                self.faults.append(row)
                if len(self.faults) >= self.max_faults:
                    break
            elif row is not None:
                yield row
        if self.faults:
            raise self._error()

    def check_columns(self, name: str) -> None:
        """Raise `InputError` if a column that was named, or that of the labels, is in no row."""
        named = (self.columns.title, self.columns.id, self.columns.date, self.columns.source)
        missing = [column for column in (*self.columns.judgements, *named) if column and column not in self.seen]
        if missing:
            found = [repr(column) for column in self.seen]
            more = f" and {len(found) - _SHOWN_COLUMNS} more" if len(found) > _SHOWN_COLUMNS else ""
            raise InputError(
                f"{name}: no row has a column {missing[0]!r}; found {', '.join(found[:_SHOWN_COLUMNS])}{more}.",
                hint="Say which columns hold the labels: labels=NAME, or label_columns=NAMES for columns of 0 and 1.",
            )

    def _parse(self, item: RawItem, options: ReadOptions) -> LabelledArticle | BadRow | None:
        if item.line is None:
            return self._refuse_file(item)
        try:
            fields, warnings = self._load(item, options)
        except NotTextError as error:
            return BadRow(file=item.file, line=item.line, reason=str(error))
        self.seen.update(dict.fromkeys(fields))
        article = article_of_fields(fields, item, options, warnings=warnings)
        if isinstance(article, BadRow):
            return article
        try:
            for role, column in columns_of(options).items():
                if role != "text":
                    _check(column, parse_word, fields)
            labels, unjudged = self._parse_judgements(item, fields)
            evidence = _check(self.columns.evidence, partial(parse_evidence, text=article.text), fields)
        except CellError as error:
            self.hint = self.hint or error.hint
            return BadRow(file=item.file, line=item.line, reason=str(error))
        return LabelledArticle(article=article, labels=labels, evidence=evidence, unjudged=unjudged)

    def _parse_judgements(
        self, item: RawItem, fields: Mapping[str, object]
    ) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        """The labels that hold, `None` if none was judged, and those that were not where others were."""
        if not self.columns.label_columns:
            return _check(self.columns.labels, partial(self._parse_labels, item), fields), ()
        said = {column: _check(column, parse_judgement, fields) for column in self.columns.label_columns}
        unjudged = tuple(column for column, holds in said.items() if holds is None)
        if len(unjudged) == len(said):
            return None, ()
        return tuple(column for column, holds in said.items() if holds), unjudged

    def _parse_labels(self, item: RawItem, value: object) -> tuple[str, ...] | None:
        in_table = not isinstance(item.payload, bytes) and isinstance(item.payload.get(self.columns.labels), bytes)
        if in_table and isinstance(value, str) and not value.strip():
            return () if self.columns.empty == "none" else None
        return parse_labels(value, separator=self.columns.separator or ("|" if in_table else None))

    def _load(self, item: RawItem, options: ReadOptions) -> tuple[dict[str, object], tuple[str, ...]]:
        if isinstance(item.payload, bytes):
            return load_row(item.payload)
        return decode_fields(item.payload, {*columns_of(options).values(), *options.extra_columns})

    def _refuse_file(self, item: RawItem) -> BadRow:
        self.hint = self.hint or _FORMATS
        reason = "a JSON array; turn it into JSON Lines by: jq -c '.[]'"
        if not (isinstance(item.payload, bytes) and item.payload.lstrip()[:1] == b"["):
            reason = f"found {'plain text' if item.kind == 'text' else item.kind}, expected rows with text and labels"
        return BadRow(file=item.file, line=None, reason=reason)

    def _error(self) -> InputError:
        if len(self.faults) == 1:
            return InputError(f"{self.faults[0]}.", hint=self.hint)
        more = "The first " if len(self.faults) == self.max_faults else ""
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        return InputError(f"{more}{len(self.faults)} rows that cannot be used:\n{lines}\n", hint=self.hint)


def _check(column: str, parse: Callable[[object], _Parsed], fields: Mapping[str, object]) -> _Parsed:
    """Parse a field; what is wrong with it names the column."""
    try:
        return parse(fields.get(column))
    except CellError as error:
        error.args = (f"column {column!r}: {error}",)
        raise


def _items(sources: Sequence[str], options: ReadOptions) -> Iterator[RawItem | BadRow]:
    for source in sources:
        if is_dataset(source):
            yield from dataset_items(source, (*columns_of(options).values(), *options.extra_columns))
            continue
        in_folder = Path(source).is_dir()
        for item in iter_items([source], options):
            if not (in_folder and isinstance(item, RawItem) and item.line is None):  # such as the README of a data set
                yield item
