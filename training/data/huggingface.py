"""Hugging Face `datasets`: in, from a folder or the hub, and out, for the trainers.

Nothing of a data set is executed: its files are Arrow, Parquet, CSV or JSON, and scripts are not run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nlp.errors import InputError, MissingExtraError
from nlp.reading import RawItem

if TYPE_CHECKING:
    from datasets import Dataset, IterableDataset

    from training.data.columns import Columns
    from training.data.records import LabelledArticle, TrainingData

__all__ = ["dataset_items", "is_dataset", "stream_datasets", "to_datasets"]

HUB: Final = "hub:"
"""What a source on the hub begins with: `hub:owner/name`, with `:split` or `@revision:split` where wanted."""

_HUB_ID = re.compile(r"hub:(?P<name>[\w.-]+(?:/[\w.-]+)?)(?:@(?P<revision>[\w./-]+))?(?::(?P<split>[\w.-]+))?")
_BATCH_ROWS = 256


def is_dataset(source: str) -> bool:
    """Whether a source is for `datasets` to read: on the hub, or a folder that `save_to_disk` wrote."""
    folder = Path(source)
    return source.startswith(HUB) or any((folder / name).is_file() for name in ("dataset_dict.json", "state.json"))


def dataset_items(source: str, columns: Sequence[str]) -> Iterator[RawItem]:
    """The rows of a data set, with those of `columns` that it has; numbers of classes become their names.

    Raises:
        InputError: If it cannot be read.
        MissingExtraError: If `datasets` is not installed.
    """
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError(f"The data set {source}", "train") from error
    data = _open_hub(datasets, source) if source.startswith(HUB) else _open_folder(datasets, source)
    if data.column_names is not None:
        data = data.select_columns([column for column in data.column_names if column in columns])
    line = 0
    for batch in data.iter(batch_size=_BATCH_ROWS):
        names = list(batch)
        for values in zip(*batch.values(), strict=True):
            line += 1
            fields = dict(zip(names, values, strict=True))
            for name, feature in (data.features or {}).items():
                fields[name] = _name_classes(datasets, feature, fields.get(name))
            yield RawItem(file=source, line=line, kind="fields", payload=fields, id=f"{source}:{line}")


def to_datasets(data: TrainingData) -> Dataset:
    """Data in memory as a `datasets.Dataset`.

    Returns:
        Columns `id`, `title`, `text`, `date`, `source`, and `targets` and `judged`, lists of bool of the length of the
        label set, in its order.

    Raises:
        MissingExtraError: If `datasets` is not installed.
    """
    datasets = _import_datasets()
    rows = [_to_row(row, targets.tolist(), judged.tolist()) for row, targets, judged in _zip(data)]
    return datasets.Dataset.from_list(rows, features=_features(datasets, data.labels))


def stream_datasets(
    source: str | os.PathLike[str] | Sequence[str], labels: Sequence[str], columns: Columns | None = None
) -> IterableDataset:
    """Labelled articles as a `datasets.IterableDataset` that reads as it goes; several sources are so many shards.

    Args:
        source: See `training.data.read_labelled`.
        labels: The label set in its order; other labels are left out.
        columns: What the columns are called; `None` takes the usual names.

    Returns:
        Rows as `to_datasets` has them. A row that is not as it must be raises `InputError` when it is reached.

    Raises:
        MissingExtraError: If `datasets` is not installed.
    """
    datasets = _import_datasets()
    sources = [os.fspath(source)] if isinstance(source, str | os.PathLike) else list(source)
    return datasets.IterableDataset.from_generator(
        _stream,
        features=_features(datasets, labels),
        gen_kwargs={"sources": sources, "labels": tuple(labels), "columns": columns},
    )


def _stream(sources: list[str], labels: tuple[str, ...], columns: Columns | None) -> Iterator[dict[str, Any]]:
    from training.data.reading import iter_labelled
    from training.data.records import TrainingData

    for row in iter_labelled(sources, columns):
        one = TrainingData.from_rows([row], labels=labels)
        yield _to_row(row, one.targets[0].tolist(), one.judged[0].tolist())


def _zip(data: TrainingData) -> Iterator[tuple[LabelledArticle, Any, Any]]:
    return zip(data.rows, data.targets, data.judged, strict=True)


def _to_row(row: LabelledArticle, targets: list[bool], judged: list[bool]) -> dict[str, Any]:
    article = row.article
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "date": article.date,
        "source": article.source,
        "targets": targets,
        "judged": judged,
    }


def _features(datasets: Any, labels: Sequence[str]) -> Any:
    text, flags = datasets.Value("string"), datasets.Sequence(datasets.Value("bool"), length=len(labels))
    return datasets.Features(
        {**dict.fromkeys(("id", "title", "text", "date", "source"), text), "targets": flags, "judged": flags}
    )


def _import_datasets() -> Any:
    try:
        import datasets
    except ImportError as error:
        raise MissingExtraError("Data sets", "train") from error
    return datasets


def _open_folder(datasets: Any, source: str) -> Any:
    try:
        data = datasets.load_from_disk(source)
    except Exception as error:  # of many kinds: JSON, Arrow, features of an unknown type
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{source}: is no data set that can be read ({reason}).") from None
    if not isinstance(data, datasets.DatasetDict):
        return data
    if len(data) == 1:
        return next(iter(data.values()))
    raise InputError(
        f"{source}: holds several splits: {', '.join(data)}.", hint=f"Name one: {Path(source) / next(iter(data), '')}"
    )


def _open_hub(datasets: Any, source: str) -> Any:
    found = _HUB_ID.fullmatch(source)
    if not found:
        raise InputError(f"{source}: is no name on the hub.", hint="Write hub:owner/name, or hub:owner/name:split.")
    name, split = found["name"], found["split"] or "train"
    try:
        return datasets.load_dataset(name, split=split, revision=found["revision"])
    except (ConnectionError, OSError) as error:
        not_found = type(error).__name__ == "DatasetNotFoundError"
        what = "there is no such data set, or it is not public" if not_found else "the hub cannot be reached"
        raise InputError(
            f"{source}: {what}.",
            hint="Where there is a network, run datasets.load_dataset(...).save_to_disk(FOLDER) and give FOLDER here.",
        ) from None
    except (ValueError, RuntimeError) as error:  # an unknown split, files it cannot parse, a script
        raise InputError(f"{source}: cannot be read ({str(error).splitlines()[0]}).") from None


def _name_classes(datasets: Any, feature: Any, value: Any) -> Any:
    """Names instead of numbers of classes; a single class becomes a list of one, the number -1 nothing."""
    if isinstance(feature, datasets.ClassLabel):
        if value is None or value == -1:
            return None
        return [feature.int2str(value)] if isinstance(value, int) else [value]
    inner = getattr(feature, "feature", None)
    if isinstance(inner, datasets.ClassLabel) and isinstance(value, list):
        return [inner.int2str(one) if isinstance(one, int) else one for one in value]
    return value
