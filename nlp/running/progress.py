"""How far a job is, on a terminal: one line on standard error, from the second second on."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

__all__ = ["Progress"]

_QUIET_S = 1.0
_INTERVAL_S = 0.2


class Progress:
    """A counter that rewrites one line of standard error, if that is a terminal.

    A line of our own and not rich's bar: the total of a stream is not known, and rich costs 0.15 s of start-up.
    """

    def __init__(self, noun: str, *, shows: bool = True) -> None:
        self._noun = noun
        self._shows = shows and sys.stderr.isatty()
        self._began = self._shown_at = time.monotonic()
        self._printed = False
        self.done = self._offset = 0

    def start_at(self, done: int) -> None:
        """Begin from items that an earlier run has done; they do not count towards the speed."""
        self.done = self._offset = done

    def advance(self, count: int = 1) -> None:
        """Count items as done."""
        self.done += count
        now = time.monotonic()
        if self._shows and now - self._began > _QUIET_S and now - self._shown_at > _INTERVAL_S:
            speed = (self.done - self._offset) / (now - self._began)
            _write(f"\r\x1b[K{self.done:,} {self._noun} · {speed:,.0f}/s")
            self._shown_at, self._printed = now, True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._printed:
            _write("\r\x1b[K")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
