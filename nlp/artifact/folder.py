"""A verified model folder, and where the shipped ones are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.artifact.manifest import (
    MANIFEST_NAME,
    TOPIC_KINDS,
    FileEntry,
    Manifest,
    Problem,
    build_manifest,
    find_part_problems,
    find_problems,
)
from nlp.artifact.safe_files import FileProblemError, check_folder, read_inside, read_listed
from nlp.artifact.tensors import Expected, unpack_tensors
from nlp.deciding import Calibration
from nlp.errors import ConfigError, ModelFolderError
from nlp.resources import find_shipped, list_shipped
from nlp.strict_json import load_json
from nlp.taxonomy import Taxonomy

__all__ = [
    "ModelFolder",
    "VerifiedFolder",
    "check_config",
    "config_fields",
    "find_model",
    "list_models",
    "open_model_folder",
    "open_part_folder",
    "parse_taxonomy",
    "read_manifest",
]

_MAX_MANIFEST_BYTES = 16 << 20
_FETCH_AGAIN = (
    "Copy, download or train the model again; `slugline models verify` lists all that is wrong with a folder."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VerifiedFolder:
    """A folder whose manifest and files have been verified.

    Attributes:
        path: Where it lies.
        name: What the model is called.
        version: Version of the slugline that wrote it.
        kind: What it is: `"linear"` for a model that scores so, `"sentence-encoder"` for what such models share.
        data: What it was made from: fingerprint, number of articles, and the like.
        metrics: What was measured when it was made.
        digest: SHA-256 of the manifest, and through it of all files; identifies the model.
        files: The verified bytes of the files, by name.
    """

    path: Path
    name: str
    version: str
    kind: str
    data: Mapping[str, Any]
    metrics: Mapping[str, Any]
    digest: str
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def reference(self) -> str:
        """Name and short digest, as records give it."""
        return f"{self.name}@{self.digest[:12]}"

    def json(self, name: str) -> Any:
        """A file's JSON value, parsed strictly; `ModelFolderError` if it is not there or not JSON."""
        try:
            return load_json(self._bytes(name))
        except ValueError as error:
            raise _refuse(self.path, name, Problem(message=str(error))) from None

    def text(self, name: str) -> str:
        """A file's text; `ModelFolderError` if it is not there or not UTF-8."""
        try:
            return self._bytes(name).decode("utf-8")
        except UnicodeDecodeError as error:
            raise _refuse(self.path, name, Problem(message=f"is not UTF-8 (byte {error.start})")) from None

    def tensors(self, name: str, expected: Expected) -> dict[str, npt.NDArray[Any]]:
        """A safetensors file's arrays.

        Args:
            name: The file.
            expected: Dtype and shape, with `None` for a free dimension, of each tensor that the file must hold.

        Raises:
            ModelFolderError: If the file is not there or not sound, holds other tensors, or a value that is not finite.
        """
        try:
            return unpack_tensors(self._bytes(name), expected)
        except ValueError as error:
            raise _refuse(self.path, name, Problem(message=str(error))) from None

    def refuse(self, name: str, message: str) -> ModelFolderError:
        """The error to raise where a file turns out not to be what it must be; `message` follows its name."""
        return _refuse(self.path, name, Problem(message=message))

    def _bytes(self, name: str) -> bytes:
        if name not in self.files:
            raise _refuse(self.path, MANIFEST_NAME, Problem(message=f"does not list {name}"))
        return self.files[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelFolder(VerifiedFolder):
    """A verified folder of a model that gives topics.

    Attributes:
        labels: The labels, in the model's order.
        thresholds: float64 (n_labels,) in [0, 1].
        calibration: Turns margins into probabilities, for the labels in their order.
        taxonomy: Names and definitions of at least the model's labels.
    """

    labels: tuple[str, ...]
    thresholds: npt.NDArray[np.float64]
    calibration: Calibration
    taxonomy: Taxonomy


def open_part_folder(path: Path, *, kind: str) -> VerifiedFolder:
    """Read a folder of something that models share, and verify all of it.

    Args:
        path: The folder.
        kind: The kind it must be of, one of `PART_FILES`.

    Raises:
        ModelFolderError: At the first thing that is wrong.
    """
    try:
        value: Any = read_manifest(path)
        for problem in find_part_problems(value, kind):
            raise FileProblemError(MANIFEST_NAME, problem)
        entries = {
            name: FileEntry(sha256=one["sha256"], size_bytes=one["bytes"]) for name, one in value["files"].items()
        }
        files = {name: read_listed(path, name, entry) for name, entry in entries.items()}
    except FileProblemError as error:
        raise _refuse(path, error.name, error.problem) from None
    fields = {name: value[name] for name in ("name", "version", "kind", "data", "metrics", "digest")}
    return VerifiedFolder(path=path, files=files, **fields)


def open_model_folder(path: Path) -> ModelFolder:
    """Read a model folder and verify all of it.

    Raises:
        ModelFolderError: At the first thing that is wrong; `verify_model_folder` finds the others too.
    """
    try:
        value = read_manifest(path)
        for problem in find_problems(value):
            raise FileProblemError(MANIFEST_NAME, problem)
        manifest = build_manifest(value)
        files = {name: read_listed(path, name, entry) for name, entry in manifest.files.items()}
        check_config(files["config.json"], manifest)
        taxonomy = parse_taxonomy(files["taxonomy.json"], manifest)
    except FileProblemError as error:
        raise _refuse(path, error.name, error.problem) from None
    return ModelFolder(
        path=path,
        name=manifest.name,
        version=manifest.version,
        kind=manifest.kind,
        labels=manifest.labels,
        thresholds=manifest.thresholds,
        calibration=manifest.calibration,
        data=manifest.data,
        metrics=manifest.metrics,
        digest=manifest.digest,
        taxonomy=taxonomy,
        files=files,
    )


def find_model(name_or_dir: str) -> Path:
    """The folder of a model: a shipped one by its name, else the folder of that path.

    Raises:
        ModelFolderError: If there is neither.
    """
    try:
        shipped = find_shipped("artifacts", name_or_dir)
        if shipped is not None and (shipped / MANIFEST_NAME).is_file():
            return shipped
        path = Path(name_or_dir)
        if name_or_dir and path.is_dir():
            return path
        is_file = path.is_file()
    except (OSError, ValueError):  # a name that is too long, or holds a null character
        is_file = False
    names = ", ".join(model.name for model in list_models())
    raise ModelFolderError(
        f"{name_or_dir!r} is a file, not a model folder."
        if is_file
        else f"There is no model {name_or_dir[:200]!r}: it is neither the name of a shipped model nor a folder.",
        hint=f"Shipped models: {names or 'none'}. Give one of these names, or the path of a model folder.",
    )


def list_models() -> tuple[Path, ...]:
    """The folders of the shipped models that give topics, by name; they are not verified."""
    return tuple(path for path in list_shipped("artifacts") if _peek_kind(path) in TOPIC_KINDS)


def read_manifest(folder: Path) -> object:
    """The value of a folder's manifest, not looked at; raises `FileProblemError`."""
    check_folder(folder)
    data = read_inside(folder, MANIFEST_NAME, max_bytes=_MAX_MANIFEST_BYTES)
    try:
        return load_json(data)
    except ValueError as error:
        raise FileProblemError(MANIFEST_NAME, Problem(message=str(error))) from None


def config_fields(kind: str, labels: tuple[str, ...]) -> dict[str, Any]:
    """The fields of `config.json` that follow from the manifest."""
    return {
        "id2label": {str(index): label for index, label in enumerate(labels)},
        "label2id": {label: index for index, label in enumerate(labels)},
        "model_type": f"slugline-{kind}",
        "problem_type": "multi_label_classification",
    }


def check_config(data: bytes, manifest: Manifest) -> None:
    """Hold `config.json` to say what the manifest says; raises `FileProblemError`."""
    try:
        config = load_json(data)
    except ValueError as error:
        raise FileProblemError("config.json", Problem(message=str(error))) from None
    for name, expected in config_fields(manifest.kind, manifest.labels).items():
        if not isinstance(config, dict) or config.get(name) != expected:
            raise FileProblemError("config.json", Problem(message=f"has another {name!r} than the manifest implies"))


def parse_taxonomy(data: bytes, manifest: Manifest) -> Taxonomy:
    """The taxonomy, which must hold the model's labels; raises `FileProblemError`."""
    name = "taxonomy.json"
    try:
        taxonomy = Taxonomy.from_json(load_json(data), file=name)
    except ConfigError as error:
        message = error.message.removeprefix(f"{name}: ").rstrip(".")
        raise FileProblemError(name, Problem(message=f"is no taxonomy: {message}")) from None
    except ValueError as error:
        raise FileProblemError(name, Problem(message=str(error))) from None
    if missing := [label for label in manifest.labels if label not in taxonomy]:
        raise FileProblemError(name, Problem(message=f"lacks the label {missing[0]!r}"))
    return taxonomy


def _peek_kind(folder: Path) -> object:
    try:
        value = read_manifest(folder)
    except FileProblemError:
        return None
    return value.get("kind") if isinstance(value, dict) else None


def _refuse(folder: Path, name: str, problem: Problem) -> ModelFolderError:
    where = f"The model folder {folder} cannot be used: {name} " if name else f"The model folder {folder} "
    return ModelFolderError(f"{where}{problem.message}.", hint=problem.hint or _FETCH_AGAIN)
