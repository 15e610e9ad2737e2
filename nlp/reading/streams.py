"""Opening what is to be read: files and standard input as streams of bytes, unpacked and without marks."""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from nlp.reading.decoding import HEAD_BYTES, bom_of, utf16_without_mark
from nlp.reading.options import MAX_ITEM_BYTES

__all__ = [
    "PIECE_BYTES",
    "READ_ERRORS",
    "TooLargeError",
    "open_stream",
    "peek_head",
    "read_lines",
    "read_whole",
    "to_utf8",
]

READ_ERRORS = (OSError, EOFError, zlib.error)
"""What reading a stream can raise: the system's errors, and those of a truncated or corrupt gzip file."""

PIECE_BYTES = 2**16


class TooLargeError(ValueError):
    """An article is larger than `MAX_ITEM_BYTES`."""

    def __init__(self) -> None:
        super().__init__(f"larger than {MAX_ITEM_BYTES // 2**20} MiB, the limit for one article")


class _Chained(io.RawIOBase):
    """Bytes already taken from a stream, then the rest of it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)]
        self._head = self._head[len(data) :]
        data = data or _read_some(self._rest, len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Utf8From(io.RawIOBase):
    """A stream in another encoding, as UTF-8; lone surrogates pass, for the row they stand in to be repaired."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            raw = _read_some(self._stream, PIECE_BYTES)
            self._ended = not raw
            try:
                self._ready = self._decoder.decode(raw, self._ended).encode("utf-8", "surrogatepass")
            except UnicodeDecodeError as error:
                raise OSError(f"not valid {error.encoding}") from error
        data = self._ready[: len(buffer)]
        self._ready = self._ready[len(data) :]
        buffer[: len(data)] = data
        return len(data)


def _read_some(stream: BinaryIO, size: int) -> bytes:
    """Whatever is there, up to `size` bytes, so that a slow pipe is read as it is written."""
    read1 = getattr(stream, "read1", None)
    return cast(bytes, read1(size) if read1 else stream.read(size))


def _chain(head: bytes, rest: BinaryIO) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(_Chained(head, rest), PIECE_BYTES))


def peek_head(stream: BinaryIO, size: int, *, until_line: bool = False) -> tuple[bytes, BinaryIO]:
    """The first `size` bytes (fewer at the end) and a stream that still has them.

    Args:
        stream: Any stream of bytes, also one that cannot seek.
        size: Bytes wanted.
        until_line: Be content with a first line that is not blank, so that a slow pipe is not waited for.
    """
    head = b""
    while len(head) < size and not (until_line and b"\n" in head.lstrip()):
        piece = _read_some(stream, size - len(head))
        if not piece:
            break
        head += piece
    return head, _chain(head, stream)


@contextmanager
def open_stream(path: str | None) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `None`; gzip is told by its first bytes and unpacked.

    Raises:
        OSError: If it cannot be opened.
    """
    if path is None:
        if sys.stdin is None:
            raise OSError("standard input is closed")
        yield _unpack(sys.stdin.buffer, named_gz=False)
        return
    with Path(path).open("rb") as stream:
        yield _unpack(stream, named_gz=path.lower().endswith(".gz"))


def _unpack(stream: BinaryIO, *, named_gz: bool) -> BinaryIO:
    head, stream = peek_head(stream, HEAD_BYTES)
    if head.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream, mode="rb"))
    if named_gz and not head:
        raise EOFError
    return stream


def to_utf8(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first bytes, and the stream as UTF-8 (or an unmarked superset of ASCII) without its byte-order mark."""
    head, stream = peek_head(stream, HEAD_BYTES)
    marked = bom_of(head)
    if marked:
        stream.read(len(marked[0]))
    encoding = marked[1] if marked else utf16_without_mark(head)
    if encoding in {None, "utf-8"}:
        return head, stream
    return head, cast(BinaryIO, io.BufferedReader(_Utf8From(stream, encoding or ""), PIECE_BYTES))


def read_whole(stream: BinaryIO) -> bytes:
    """All bytes of a stream.

    Raises:
        TooLargeError: If there are more than `MAX_ITEM_BYTES`; no more than that is ever held.
    """
    data = stream.read(MAX_ITEM_BYTES + 1)
    if len(data) > MAX_ITEM_BYTES:
        raise TooLargeError
    return data


def read_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines, cut after newline bytes only; `None` for one of more than `MAX_ITEM_BYTES`, which is skipped unread."""
    while line := stream.readline(MAX_ITEM_BYTES + 1):
        if len(line) <= MAX_ITEM_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(PIECE_BYTES)
        yield None
