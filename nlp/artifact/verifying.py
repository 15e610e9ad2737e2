"""All that is right and wrong with a model folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlp.artifact.folder import check_config, parse_taxonomy, read_manifest
from nlp.artifact.manifest import (
    MANIFEST_NAME,
    PART_FILES,
    REQUIRED_FILES,
    FileEntry,
    Manifest,
    Problem,
    build_manifest,
    find_file_problems,
    find_part_problems,
    find_problems,
)
from nlp.artifact.safe_files import FileProblemError, read_listed
from nlp.artifact.tensors import unpack_tensors
from nlp.strict_json import load_json

__all__ = ["Finding", "verify_model_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that verifying a model folder found.

    Attributes:
        status: `"ok"`, `"warning"` (the folder can be used) or `"error"` (it cannot).
        what: The file, or `"folder"`.
        message: The end of a sentence that begins with `what`.
        hint: The way out; empty if there is nothing to suggest.
    """

    status: Literal["ok", "warning", "error"]
    what: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.status}: {self.what} {self.message}"


def verify_model_folder(path: Path) -> tuple[Finding, ...]:
    """All that is right and wrong with a model folder; never raises for what is in it."""
    return tuple(_verify(path))


def _verify(path: Path) -> Iterator[Finding]:
    try:
        value = read_manifest(path)
    except FileProblemError as error:
        yield _error(error.name or "folder", error.problem)
        return
    kind = value.get("kind") if isinstance(value, dict) else None
    part = kind if isinstance(kind, str) and kind in PART_FILES else None
    problems = tuple(find_problems(value) if part is None else find_part_problems(value, part))
    yield from (_error(MANIFEST_NAME, problem) for problem in problems)
    manifest = None if problems or part else build_manifest(value)
    if part and not problems and isinstance(value, dict):
        message = f"is sound: {value['name']}, {part}, by slugline {value['version']}"
        yield Finding(status="ok", what=MANIFEST_NAME, message=message)
    if manifest is not None:
        message = (
            f"is sound: {manifest.name}, {manifest.kind}, {len(manifest.labels)} labels, by slugline {manifest.version}"
        )
        yield Finding(status="ok", what=MANIFEST_NAME, message=message)
    listed = value.get("files") if isinstance(value, dict) else None
    if not isinstance(listed, dict) or any(
        find_file_problems(listed, required=PART_FILES[part] if part else REQUIRED_FILES)
    ):
        return
    for name, entry in sorted(listed.items()):
        yield _verify_file(path, name, FileEntry(sha256=entry["sha256"], size_bytes=entry["bytes"]), manifest)
    for stray in sorted(item.name for item in path.iterdir() if item.name not in {*listed, MANIFEST_NAME}):
        yield Finding(status="warning", what=stray, message="is not listed in the manifest: it is never opened")


def _verify_file(path: Path, name: str, entry: FileEntry, manifest: Manifest | None) -> Finding:
    try:
        data = read_listed(path, name, entry)
        if name == "config.json" and manifest is not None:
            check_config(data, manifest)
        elif name == "taxonomy.json" and manifest is not None:
            parse_taxonomy(data, manifest)
        elif name.endswith(".safetensors"):
            unpack_tensors(data)
        elif name.endswith(".json"):
            load_json(data)
    except FileProblemError as error:
        return _error(name, error.problem)
    except ValueError as error:
        return _error(name, Problem(message=str(error)))
    return Finding(
        status="ok", what=name, message=f"is sound ({entry.size_bytes:,} bytes, SHA-256 {entry.sha256[:12]})"
    )


def _error(what: str, problem: Problem) -> Finding:
    return Finding(status="error", what=what, message=problem.message, hint=problem.hint)
