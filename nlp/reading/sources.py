"""What the user named, as files: folders are walked, patterns expanded, each file with its format and id."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlp.records import BadRow

__all__ = ["FileKind", "SourceFile", "find_files", "printable"]

FileKind = Literal["text", "markdown", "html", "jsonl", "csv", "tsv", "parquet"]

_KINDS: dict[str, FileKind] = {
    ".txt": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file to read.

    Attributes:
        path: Where it is; `None` is standard input.
        name: The file as the user named it, in characters that can be printed.
        id: Its path relative to the source: its bare name if it was named itself, unless two sources share that name.
        kind: Its format by suffix; `None` where the suffix says nothing.
        stream: It is standard input or a pipe, whose format an option may name.
    """

    path: str | None
    name: str
    id: str
    kind: FileKind | None
    stream: bool = False


def find_files(sources: Sequence[str], *, exclude: Collection[str] = ()) -> Iterator[SourceFile | BadRow]:
    """The files of all sources, in the order given; those of a folder by name, hidden ones left out.

    A file that is named is read whatever its suffix; of a folder, the files with a known suffix (also before `.gz`).
    Links to folders that were already walked are skipped, and so is what `exclude` holds (resolved paths).
    """
    excluded = set(exclude)
    paths = [path for source in sources for path in _expand(source)]
    names = Counter(Path(path).name for path in paths)
    seen_stdin = False
    for path in paths:
        if path == "-":
            if seen_stdin:
                yield BadRow(file="-", line=None, reason="standard input can be read only once")
            else:
                seen_stdin = True
                yield SourceFile(path=None, name="-", id="-", kind=None, stream=True)
        elif not os.path.lexists(path):
            reason = "no file matches this pattern" if glob.has_magic(path) else "no such file or folder"
            yield BadRow(file=printable(path), line=None, reason=reason)
        elif _is_folder(path):
            yield from _find_in_folder(path, excluded)
        elif not _is_excluded(path, excluded):
            name = Path(path).name
            yield SourceFile(
                path=path,
                name=printable(path),
                id=printable(name if names[name] == 1 else path),
                kind=_kind_of(name),
                stream=not _is_file(path),
            )


def printable(name: str) -> str:
    """A file name that can be written as UTF-8; bytes that are none become U+FFFD."""
    return os.fsencode(name).decode("utf-8", "replace")


def _kind_of(name: str) -> FileKind | None:
    return _KINDS.get(Path(name.lower().removesuffix(".gz")).suffix)


def _is_folder(path: str) -> bool:
    return stat.S_ISDIR(_mode_of(path))


def _is_file(path: str) -> bool:
    return stat.S_ISREG(_mode_of(path))


def _mode_of(path: str) -> int:
    """Type of a file, links followed; 0 where a link leads nowhere, in a circle, or where one must not look."""
    try:
        return Path(path).stat().st_mode
    except OSError:
        return 0


def _is_excluded(path: str, excluded: set[str]) -> bool:
    return bool(excluded) and os.path.realpath(path) in excluded


def _expand(source: str) -> list[str]:
    """The paths a pattern stands for; of several that links make of one file, the shortest."""
    if source == "-" or not glob.has_magic(source) or os.path.lexists(source):
        return [source]
    found: dict[str, str] = {}
    for path in glob.glob(source, recursive=True):  # noqa: PTH207 (Path.glob takes no absolute pattern)
        real = os.path.realpath(path)
        found[real] = min(found.get(real, path), path, key=len)
    return sorted(found.values()) or [source]


def _find_in_folder(folder: str, excluded: set[str]) -> Iterator[SourceFile | BadRow]:
    empty = True
    for found in _walk(folder, set()):
        empty = False
        if isinstance(found, BadRow):
            yield found
        elif not _is_excluded(found, excluded):
            relative = os.path.relpath(found, folder)
            yield SourceFile(path=found, name=printable(found), id=printable(relative), kind=_kind_of(found))
    if empty:
        reason = f"no file in this folder has a known suffix ({', '.join(_KINDS)}, each also with .gz)"
        yield BadRow(file=printable(folder), line=None, reason=reason)


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[str | BadRow]:
    """Paths of readable kinds below a folder, sorted; `seen` holds the folders walked, against loops of links."""
    try:
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen:
            return
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            found = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        yield BadRow(file=printable(folder), line=None, reason=f"cannot be read ({error.strerror})")
        return
    for entry in found:
        if _is_folder(entry.path):
            yield from _walk(entry.path, seen)
        elif _kind_of(entry.name) and _is_file(entry.path):
            yield entry.path
