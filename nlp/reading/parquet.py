"""Parquet, by pyarrow (the extra `parquet`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO

from nlp.errors import MissingExtraError
from nlp.reading.decoding import NotTextError
from nlp.reading.fields import check_columns, columns_of
from nlp.reading.items import RawItem
from nlp.reading.options import ReadOptions
from nlp.records import BadRow

__all__ = ["parquet_items"]

_BATCH_ROWS = 256


def parquet_items(
    stream: BinaryIO, options: ReadOptions, *, path: str, name: str, id: str
) -> Iterator[RawItem | BadRow]:
    """The rows of a file, with the columns that an article is made of and the extra ones.

    Args:
        stream: The file, unpacked.
        options: The columns' names.
        path: Where the file is; its footer must be sought, so only a gzipped file is read from `stream`, by a copy.
        name: The file as the user named it.
        id: What rows without an id are named after.

    Raises:
        MissingExtraError: If pyarrow is not installed.
        NotTextError: If the file is no Parquet, or lacks a column that is needed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("Parquet", "parquet") from error

    with ExitStack() as stack:
        source: Any = path
        if path.lower().endswith(".gz"):
            import shutil
            import tempfile

            source = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(stream, source)
        try:
            file = stack.enter_context(parquet.ParquetFile(source))
            header = list(file.schema_arrow.names)
            check_columns(header, options)
            wanted = dict.fromkeys([*columns_of(options).values(), *options.extra_columns])
            columns = [column for column in wanted if column in header]
            line = 0
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=columns):
                for row in range(batch.num_rows):
                    line += 1
                    yield _row(batch, row, line, name=name, id=id)
        except pa.ArrowException as error:
            raise NotTextError(f"no valid Parquet ({str(error).splitlines()[0]})") from error


def _row(batch: Any, row: int, line: int, *, name: str, id: str) -> RawItem | BadRow:
    try:
        names = batch.schema.names
        fields = {column: batch.column(at)[row].as_py() for at, column in enumerate(names)}
    except (ValueError, OverflowError) as error:  # bytes that are no UTF-8, dates that Python has not
        return BadRow(file=name, line=line, reason=f"a value that cannot be read ({error})")
    return RawItem(file=name, line=line, kind="fields", payload=fields, id=f"{id}:{line}")
