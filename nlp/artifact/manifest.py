"""What the manifest of a model folder must say.

`manifest.json` is an object with exactly these fields: `schema_version`, `kind`, `name`, `version` (of the slugline
that wrote it), `labels`, `thresholds`, `calibration`, `data`, `metrics`, `files` (`{name: {"sha256", "bytes"}}`, every
file but the manifest itself) and `digest`: the SHA-256 of all the other fields in their canonical spelling. The digest
identifies the model: it changes with any byte of any file, and with any value of the manifest. What models share, such
as a sentence encoder, lies in a folder of its own, whose manifest has no `labels`, `thresholds` and `calibration`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.deciding import Calibration
from nlp.strict_json import dump_json

__all__ = [
    "MANIFEST_NAME",
    "MAX_FOLDER_BYTES",
    "PART_FILES",
    "REQUIRED_FILES",
    "SCHEMA_VERSION",
    "TOPIC_KINDS",
    "FileEntry",
    "Manifest",
    "Problem",
    "build_manifest",
    "find_file_problems",
    "find_part_problems",
    "find_problems",
    "manifest_digest",
]

SCHEMA_VERSION = 1
TOPIC_KINDS = frozenset({"linear"})
"""Kinds of model folder that give topics; this slugline can score with these."""
PART_FILES = {
    "page-cleaner": ("README.md", "config.json", "model.safetensors"),
    "sentence-encoder": ("README.md", "config.json", "model.onnx", "tokenizer.json"),
}
"""Kinds of folder that hold what models share, and the files each must have."""
MANIFEST_NAME = "manifest.json"
REQUIRED_FILES = ("README.md", "config.json", "taxonomy.json")
MAX_FOLDER_BYTES = 2 << 30
"""Largest sum of file sizes: as much as one protobuf, and so one ONNX file, can hold."""

_MAX_LABELS = 100_000
_MAX_FILES = 1_000
_MAX_NAME_CHARS = 200
_FIELDS = (
    "schema_version", "kind", "name", "version", "labels", "thresholds", "calibration", "data", "metrics", "files",
    "digest",
)  # fmt: skip
_PART_FIELDS = tuple(field for field in _FIELDS if field not in {"labels", "thresholds", "calibration"})
_DATA_SUFFIXES = frozenset({".json", ".jsonl", ".md", ".onnx", ".safetensors", ".toml", ".txt"})
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*", re.ASCII)
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # names that Windows gives to devices
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

_UPGRADE = "Upgrade it: pip install --upgrade slugline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a file.

    Attributes:
        message: The end of a sentence that begins with the file's name.
        hint: The way out, if it is not to fetch the folder again.
    """

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """What the manifest says of a file."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Manifest:
    """A manifest without problems; see the module's docstring and `nlp.artifact.ModelFolder` for its fields."""

    kind: str
    name: str
    version: str
    labels: tuple[str, ...]
    thresholds: npt.NDArray[np.float64]
    calibration: Calibration
    data: Mapping[str, Any]
    metrics: Mapping[str, Any]
    files: Mapping[str, FileEntry]
    digest: str


def find_problems(value: object) -> Iterator[Problem]:
    """All that is wrong with a parsed manifest, most telling first; nothing if it can be built."""
    if (problem := _find_schema_problem(value)) is not None:
        yield problem
        return
    assert isinstance(value, dict)
    if isinstance(kind := value.get("kind"), str) and kind in PART_FILES:
        yield Problem(
            message=f"is of the kind {kind!r}: models use it, it gives no topics itself",
            hint="`slugline models list` lists those that do.",
        )
        return
    if missing := _find_missing_fields(value, _FIELDS):
        yield missing
        return
    yield from _find_common_problems(value, _FIELDS, TOPIC_KINDS)
    yield from _find_label_problems(value)
    yield from find_file_problems(value["files"])


def find_part_problems(value: object, kind: str) -> Iterator[Problem]:
    """All that is wrong with the parsed manifest of something that models share, which must be of a kind."""
    if (problem := _find_schema_problem(value)) is not None:
        yield problem
        return
    assert isinstance(value, dict)
    if missing := _find_missing_fields(value, _PART_FIELDS):
        yield missing
        return
    yield from _find_common_problems(value, _PART_FIELDS, {kind})
    yield from find_file_problems(value["files"], required=PART_FILES[kind])


def find_file_problems(files: object, *, required: Sequence[str] = REQUIRED_FILES) -> Iterator[Problem]:
    """What is wrong with the list of files: names that lead elsewhere, sizes and hashes that are none."""
    if not isinstance(files, dict) or len(files) > _MAX_FILES:
        yield Problem(message=f'has "files" that are not an object of at most {_MAX_FILES:,} files')
        return
    for name, entry in files.items():
        if reason := _refuse_file_name(name):
            yield Problem(message=f"lists the file {name[:_MAX_NAME_CHARS]!r}, which {reason}")
        elif not isinstance(entry, dict) or entry.keys() != {"sha256", "bytes"}:
            yield Problem(message=f'does not give "sha256" and "bytes" of {name}')
        elif not isinstance(entry["sha256"], str) or not _SHA256.fullmatch(entry["sha256"]):
            yield Problem(message=f"does not give a SHA-256 of {name}")
        elif type(entry["bytes"]) is not int or not 0 <= entry["bytes"] <= MAX_FOLDER_BYTES:
            yield Problem(message=f"gives a size of {name} that is no number from 0 to {MAX_FOLDER_BYTES}")
    sizes = [entry.get("bytes") for entry in files.values() if isinstance(entry, dict)]
    if sum(size for size in sizes if type(size) is int) > MAX_FOLDER_BYTES:
        yield Problem(message=f"lists more than {MAX_FOLDER_BYTES >> 30} GiB of files")
    if len({name.lower() for name in files}) < len(files):
        yield Problem(message="lists two files whose names differ in case only")
    for name in required:
        if name not in files:
            yield Problem(message=f"does not list {name}")


def build_manifest(value: Any) -> Manifest:
    """Build the manifest of a value that has no problems."""
    return Manifest(
        kind=value["kind"],
        name=value["name"],
        version=value["version"],
        labels=tuple(value["labels"]),
        thresholds=_freeze(value["thresholds"]),
        calibration=Calibration.from_json(value["calibration"]),
        data=value["data"],
        metrics=value["metrics"],
        files={
            name: FileEntry(sha256=entry["sha256"], size_bytes=entry["bytes"]) for name, entry in value["files"].items()
        },
        digest=value["digest"],
    )


def manifest_digest(value: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of a manifest's fields without the digest itself."""
    fields = {field: content for field, content in value.items() if field != "digest"}
    return hashlib.sha256(dump_json(fields, indent=None)).hexdigest()


def _find_schema_problem(value: object) -> Problem | None:
    if not isinstance(value, dict):
        return Problem(message="is not a JSON object")
    schema = value.get("schema_version")
    if type(schema) is not int:
        return Problem(message="has no whole number as schema_version: it is not the manifest of a model folder")
    if schema > SCHEMA_VERSION:
        return Problem(
            message=f"was made by a newer slugline (schema {schema}; this slugline reads schema {SCHEMA_VERSION})",
            hint=_UPGRADE,
        )
    if schema < SCHEMA_VERSION:
        return Problem(message=f"has schema {schema}, which no slugline has written")
    return None


def _find_missing_fields(value: dict[str, Any], fields: Sequence[str]) -> Problem | None:
    missing = [field for field in fields if field not in value]
    return Problem(message=f"lacks the field {missing[0]!r}") if missing else None


def _find_common_problems(value: dict[str, Any], fields: Sequence[str], kinds: AbstractSet[str]) -> Iterator[Problem]:
    if unknown := sorted(value.keys() - set(fields)):
        yield Problem(message=f"has the unknown field {unknown[0][:60]!r}")
    if value["digest"] != manifest_digest(value):
        yield Problem(message="does not match its own digest: it was changed after it was written")
    for field in ("kind", "name", "version"):
        text = value[field]
        if not isinstance(text, str) or not 0 < len(text) <= _MAX_NAME_CHARS or not text.isprintable():
            yield Problem(message=f"has a {field} that is not a line of 1 to {_MAX_NAME_CHARS} printable characters")
        elif field == "kind" and text not in kinds:
            yield Problem(message=f"is of the kind {text!r}; expected was {', '.join(sorted(kinds))}")
    for field in ("data", "metrics"):
        if not isinstance(value[field], dict):
            yield Problem(message=f"has {field} that are not an object")


def _find_label_problems(value: dict[str, Any]) -> Iterator[Problem]:
    labels, thresholds = value["labels"], value["thresholds"]
    if not isinstance(labels, list) or not all(isinstance(label, str) and label for label in labels):
        yield Problem(message="has labels that are not a list of strings, none of them empty")
        return
    if not 0 < len(labels) <= _MAX_LABELS:
        yield Problem(message=f"has {len(labels):,} labels, expected were 1 to {_MAX_LABELS:,}")
    if len(set(labels)) < len(labels):
        yield Problem(message="has the same label twice")
    if not isinstance(thresholds, list) or not all(
        type(threshold) in (int, float) and 0 <= threshold <= 1 for threshold in thresholds
    ):
        yield Problem(message="has thresholds that are not a list of numbers from 0 to 1")
    elif len(thresholds) != len(labels):
        yield Problem(message=f"has {len(thresholds):,} thresholds for {len(labels):,} labels")
    try:
        calibration = Calibration.from_json(value["calibration"])
    except ValueError as error:
        yield Problem(message=f"has a calibration that cannot be used: {error}")
    else:
        if len(calibration) != len(labels):
            yield Problem(message=f"has a calibration of {len(calibration):,} labels for {len(labels):,} labels")


def _refuse_file_name(name: str) -> str:
    """Why a file of that name is not read; empty if it is."""
    if not _FILE_NAME.fullmatch(name) or name.endswith(".") or len(name) > _MAX_NAME_CHARS:
        return "is not a plain name inside the folder"
    if _DEVICE.match(name):
        return "is the name of a device"
    if name.lower() == MANIFEST_NAME:
        return "is the manifest itself"
    if PurePath(name).suffix not in _DATA_SUFFIXES:
        return f"is not data that slugline reads ({', '.join(sorted(_DATA_SUFFIXES))})"
    return ""


def _freeze(values: list[float]) -> npt.NDArray[np.float64]:
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array
