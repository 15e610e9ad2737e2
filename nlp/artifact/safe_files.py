"""Reading files of a folder that somebody else has filled."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from nlp.artifact.manifest import FileEntry, Problem

__all__ = ["FileProblemError", "check_folder", "read_inside", "read_listed"]

_LFS_START = b"version https://git-lfs.github.com/spec/"
_LFS = Problem(
    message="is a Git LFS pointer, not the file itself",
    hint="Fetch the files themselves: git lfs install && git lfs pull",
)
# Not blocking: a named pipe in place of a file must not hold the program up.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class FileProblemError(Exception):
    """A file that is not used, and why; `nlp.artifact` makes a `ModelFolderError` or a finding of it."""

    def __init__(self, name: str, problem: Problem) -> None:
        super().__init__(f"{name} {problem.message}")
        self.name = name
        self.problem = problem


def check_folder(folder: Path) -> None:
    """Hold a path to be a folder with something in it; raises `FileProblemError`."""
    try:
        if not folder.exists():
            message = "is not there"
        elif not folder.is_dir():
            message = "is not a folder"
        elif next(folder.iterdir(), None) is None:
            message = "is empty"
        else:
            return
    except (OSError, ValueError) as error:
        message = f"cannot be read ({_say(error)})"
    raise FileProblemError("", Problem(message=message))


def read_inside(folder: Path, name: str, *, max_bytes: int) -> bytes:
    """The bytes of a regular file that lies in the folder, links followed.

    Raises:
        FileProblemError: If it is missing, leads out of the folder, is no regular file, is too large, is a Git LFS
            pointer, or cannot be read.
    """
    with _open_inside(folder, name) as stream:
        data = _read(stream, name, max_bytes + 1)
    if len(data) > max_bytes:
        raise FileProblemError(name, Problem(message=f"is larger than {max_bytes:,} bytes"))
    if data.startswith(_LFS_START):
        raise FileProblemError(name, _LFS)
    return data


def read_listed(folder: Path, name: str, entry: FileEntry) -> bytes:
    """The bytes of a file that the manifest lists, held to its size and its hash.

    Raises:
        FileProblemError: As `read_inside`, and if the size or the hash is another.
    """
    with _open_inside(folder, name) as stream:
        size_bytes = os.fstat(stream.fileno()).st_size
        if size_bytes == entry.size_bytes:
            data = _read(stream, name, size_bytes)
            if hashlib.sha256(data).hexdigest() == entry.sha256:
                return data
            problem = Problem(message="was changed: its SHA-256 is not the one in the manifest")
        elif _read(stream, name, len(_LFS_START)) == _LFS_START:
            problem = _LFS
        else:
            how = "cut off" if size_bytes < entry.size_bytes else "changed"
            problem = Problem(message=f"was {how}: it has {size_bytes:,} bytes, not {entry.size_bytes:,}")
    raise FileProblemError(name, problem)


def _open_inside(folder: Path, name: str) -> BinaryIO:
    try:
        path = (folder / name).resolve(strict=True)
        if not path.is_relative_to(folder.resolve()):
            raise FileProblemError(name, Problem(message="is a link that leads out of the folder"))
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        raise FileProblemError(name, Problem(message="is missing")) from None
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links, before Python 3.13
        raise FileProblemError(name, Problem(message=f"cannot be read ({_say(error)})")) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileProblemError(name, Problem(message="is not a regular file"))
    return os.fdopen(descriptor, "rb")


def _read(stream: BinaryIO, name: str, max_bytes: int) -> bytes:
    try:
        return stream.read(max_bytes)
    except OSError as error:
        raise FileProblemError(name, Problem(message=f"cannot be read ({_say(error)})")) from None


def _say(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
