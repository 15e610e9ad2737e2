"""Writing a model folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.artifact.folder import check_config, config_fields, open_model_folder, open_part_folder, parse_taxonomy
from nlp.artifact.manifest import (
    MANIFEST_NAME,
    REQUIRED_FILES,
    SCHEMA_VERSION,
    build_manifest,
    find_part_problems,
    find_problems,
    manifest_digest,
)
from nlp.artifact.safe_files import FileProblemError
from nlp.deciding import Calibration
from nlp.errors import ModelFolderError
from nlp.strict_json import dump_json
from nlp.taxonomy import Taxonomy

__all__ = ["write_model_folder", "write_part_folder"]


def write_model_folder(
    path: Path,
    *,
    name: str,
    kind: str,
    labels: tuple[str, ...],
    thresholds: npt.NDArray[np.float64],
    calibration: Calibration,
    config: Mapping[str, Any],
    files: Mapping[str, bytes],
    card: str,
    data: Mapping[str, Any],
    metrics: Mapping[str, Any],
    taxonomy: Taxonomy,
    replace: bool = False,
) -> None:
    """Write a model folder: the same values give the same bytes.

    It is written beside its place, opened as any reader will open it, and then renamed.

    Args:
        path: The folder to make; its parents are made too.
        name: What the model is called; records show it.
        kind: How it scores: `"linear"`.
        labels: The labels, in the model's order.
        thresholds: float64 (n_labels,) in [0, 1].
        calibration: For the labels in their order.
        config: The kind's own settings, added to `config.json`.
        files: The kind's own files, by name.
        card: The model card, Markdown.
        data: What it was trained on: JSON values.
        metrics: What was measured: JSON values.
        taxonomy: Holds at least the labels.
        replace: Whether a model folder that is already there gives way.

    Raises:
        ModelFolderError: If something that is not an empty folder is there already and may not be replaced, if the
            values do not make a sound model folder, or if the disk refuses.
    """
    from nlp import __version__

    path = path.resolve()
    _check_place(path, replace=replace)
    if taken := sorted(files.keys() & {*REQUIRED_FILES, MANIFEST_NAME}):
        raise ModelFolderError(f"No model folder can be made of this: {taken[0]} is not for its kind to write.")
    contents = {
        **files,
        "config.json": _dump({**config, **config_fields(kind, labels)}, "the config"),
        "taxonomy.json": _dump(taxonomy.to_json(), "the taxonomy"),
        "README.md": card.encode("utf-8"),
    }
    fields: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "name": name,
        "version": __version__,
        "labels": list(labels),
        "thresholds": np.asarray(thresholds, dtype=np.float64).tolist(),
        "calibration": calibration.to_json(),
        "data": dict(data),
        "metrics": dict(metrics),
        "files": _list_files(contents),
    }
    _seal(fields)
    _check(fields, contents)
    _write_files(path, {**contents, MANIFEST_NAME: _dump(fields, "the manifest")}, open_model_folder)


def write_part_folder(
    path: Path,
    *,
    name: str,
    kind: str,
    files: Mapping[str, bytes],
    data: Mapping[str, Any],
    metrics: Mapping[str, Any],
    replace: bool = False,
) -> None:
    """Write a folder of something that models share, such as a sentence encoder, as `write_model_folder` writes.

    Args:
        path: The folder to make; its parents are made too.
        name: What it is called.
        kind: One of `nlp.artifact.manifest.PART_FILES`, which says what `files` must hold.
        files: All files but the manifest, by name.
        data: What it was made from: JSON values.
        metrics: What was measured: JSON values.
        replace: Whether a model folder that is already there gives way.

    Raises:
        ModelFolderError: As `write_model_folder`.
    """
    from nlp import __version__

    path = path.resolve()
    _check_place(path, replace=replace)
    fields: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "kind": kind,
        "name": name,
        "version": __version__,
        "data": dict(data),
        "metrics": dict(metrics),
        "files": _list_files(files),
    }
    _seal(fields)
    for problem in find_part_problems(fields, kind):
        raise ModelFolderError(f"No model folder can be made of this: {MANIFEST_NAME} {problem.message}.")
    contents = {**files, MANIFEST_NAME: _dump(fields, "the manifest")}
    _write_files(path, contents, partial(open_part_folder, kind=kind))


def _list_files(contents: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        file: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for file, content in contents.items()
    }


def _seal(fields: dict[str, Any]) -> None:
    _dump(fields, "the manifest")  # before the digest: says what cannot be written
    fields["digest"] = manifest_digest(fields)


def _check(fields: dict[str, Any], contents: Mapping[str, bytes]) -> None:
    try:
        for problem in find_problems(fields):
            raise FileProblemError(MANIFEST_NAME, problem)
        check_config(contents["config.json"], build_manifest(fields))
        parse_taxonomy(contents["taxonomy.json"], build_manifest(fields))
    except FileProblemError as error:
        raise ModelFolderError(f"No model folder can be made of this: {error}.", hint=error.problem.hint) from None


def _dump(value: Mapping[str, Any], what: str) -> bytes:
    try:
        return dump_json(value)
    except (TypeError, ValueError, RecursionError) as error:  # not JSON values, NaN, half a character
        raise ModelFolderError(f"No model folder can be made of this: {what} cannot be written ({error}).") from None


def _check_place(path: Path, *, replace: bool) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        raise ModelFolderError(f"{path} is a file; a model folder cannot be written there.", hint="Give another path.")
    if next(path.iterdir(), None) is None:
        return
    if not replace:
        raise ModelFolderError(f"The folder {path} is not empty.", hint="Give another path, or ask to replace it.")
    if not (path / MANIFEST_NAME).is_file():  # never take away a folder that is somebody's own
        raise ModelFolderError(f"The folder {path} is not a model folder; it is left alone.", hint="Give another path.")


def _write_files(path: Path, contents: Mapping[str, bytes], open_folder: Callable[[Path], object]) -> None:
    import shutil

    mark = os.urandom(4).hex()
    fresh, former = path.with_name(f".slugline-{mark}.new"), path.with_name(f".slugline-{mark}.old")
    try:
        fresh.mkdir(parents=True)
        for file, content in contents.items():
            with (fresh / file).open("xb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        open_folder(fresh)
        if path.exists():
            path.rename(former)
        fresh.rename(path)
    except OSError as error:
        raise ModelFolderError(f"The model folder {path} cannot be written ({error.strerror or error}).") from None
    finally:
        if former.exists() and not path.exists():
            former.rename(path)
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(former, ignore_errors=True)
