"""What the commands share that measure models on labelled articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from training.data import Columns, LabelledArticle

__all__ = ["check_folder", "read_rows", "training_extra", "write_files"]

_EXTRA = frozenset({"datasketch", "jinja2", "markupsafe", "scipy", "sklearn"})


@contextmanager
def training_extra(feature: str) -> Iterator[None]:
    """Say how to install what is missing where a package of the extra is.

    Raises:
        MissingExtraError: Instead of the `ModuleNotFoundError` of such a package.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.partition(".")[0] in _EXTRA:
            raise MissingExtraError(feature, "train") from error
        raise


def read_rows(source: str, columns: Columns, labels: Sequence[str]) -> tuple[LabelledArticle, ...]:
    """Labelled articles to measure a model on.

    Args:
        source: What to read; see `training.data.read_labelled`.
        columns: What the columns are called. Where each label has its own, nobody judged those that have none.
        labels: The model's labels.
    """
    from training.data import read_labelled

    rows = read_labelled(source, columns)
    missing = tuple(label for label in labels if label not in columns.label_columns) if columns.label_columns else ()
    return tuple(replace(row, unjudged=(*row.unjudged, *missing)) for row in rows) if missing else rows


def check_folder(folder: Path | None) -> None:
    """Refuse a folder of reports that cannot be one, before any work is done."""
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is no folder.", hint="--report names the folder to write reports to.")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts to files of a folder, which is made if needed; each is replaced in one step.

    Raises:
        UsageError: If they cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            fresh = folder / f".{name}.part"
            fresh.write_text(text, encoding="utf-8", newline="\n")
            fresh.replace(folder / name)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written to ({error.strerror or error}).") from None
