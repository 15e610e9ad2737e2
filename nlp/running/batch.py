"""A whole batch: sources in, results to a stream or a file, bad rows reported, progress shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TextIO

from nlp import __version__
from nlp.errors import InputError
from nlp.reading import RawItem, iter_items
from nlp.records import BadRow
from nlp.running.checkpoint import Checkpoint, job_files
from nlp.running.jobs import Done, Job
from nlp.running.pipeline import run_items
from nlp.running.progress import Progress

__all__ = ["Outcome", "run_to_file", "run_to_stream"]

_MAX_KNOWN_IDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a batch ended: counts of records written and of rows that could not be read."""

    records: int
    bad: int


class _Notices:
    """What is said on standard error while a batch runs: bad rows and repeated ids."""

    def __init__(self, report: Callable[[str], None], *, most_bad: int | None) -> None:
        self._report = report
        self._most_bad = most_bad
        self._bad = 0
        self._seen: set[int] = set()
        self._repeats = 0

    def bad(self, row: BadRow) -> None:
        self._bad += 1
        if self._most_bad is None or self._bad <= self._most_bad:
            self._report(f"skipped {row}")

    def id(self, id: str) -> None:
        """Remember an id as its hash, up to a limit: an archive of any size costs no more memory than that."""
        key = hash(id)
        if key in self._seen:
            self._repeats += 1
            if self._repeats == 1:
                self._report(f"the id {id!r} occurs more than once")
        elif len(self._seen) < _MAX_KNOWN_IDS:
            self._seen.add(key)

    def end(self) -> None:
        if self._repeats > 1:
            self._report(f"{self._repeats} ids occur more than once")


def run_to_stream(
    job: Job,
    sources: tuple[str, ...],
    *,
    stream: TextIO,
    report: Callable[[str], None],
    jobs: int = 1,
    live: bool = False,
) -> Outcome:
    """Run a batch and write its results as they come; every bad row is reported."""
    notices = _Notices(report, most_bad=None)
    records = bad = 0
    # A terminal shows the results themselves: a progress line would run through them.
    with Progress("articles", shows=not stream.isatty()) as progress:
        for _, result in run_items(job, iter_items(sources, job.reading), jobs=jobs, live=live):
            if isinstance(result, Done):
                stream.write((job.writer.join() if records else job.writer.head()) + result.text)
                stream.flush()
                records += 1
                notices.id(result.id)
            else:
                notices.bad(result)
                bad += 1
            progress.advance()
        if records:
            stream.write(job.writer.foot())
            stream.flush()
    notices.end()
    return Outcome(records=records, bad=bad)


def run_to_file(
    job: Job,
    sources: tuple[str, ...],
    *,
    output: Path,
    force: bool,
    resume: bool,
    report: Callable[[str], None],
    jobs: int = 1,
    live: bool = False,
) -> Outcome:
    """Run a batch into a file that survives a kill; bad rows go to a file beside it.

    A folder that holds this file is read without it and what goes with it.

    Raises:
        UsageError: If the output cannot be written there, or stands there already.
        InputError: If another run is writing it, or a partial result is of another job or input.
    """
    named = [source if source == "-" else str(Path(source).resolve()) for source in sources]
    checkpoint = Checkpoint(output, {**job.fingerprint(), "version": __version__, "sources": named})
    with closing(checkpoint), Progress("articles") as progress:
        state = checkpoint.open(force=force, resume=resume)
        own = tuple(str(path) for path in job_files(output))
        items = iter_items(sources, replace(job.reading, exclude=(*job.reading.exclude, *own)))
        _skip(checkpoint, items, state.items)
        if state.finished and next(items, None) is not None:
            raise InputError(
                f"{output}: the input has grown since this result was finished.", hint="Use --force to start over."
            )
        if not state.finished:
            progress.start_at(state.items)
            notices = _Notices(report, most_bad=3)
            try:
                _write(checkpoint, job, items, notices, progress, jobs=jobs, live=live)
            except BaseException:
                checkpoint.save()
                raise
    return Outcome(records=checkpoint.state.records, bad=checkpoint.state.bad)


def _skip(checkpoint: Checkpoint, items: Iterator[RawItem | BadRow], count: int) -> None:
    for _, item in zip(range(count), items, strict=False):
        checkpoint.skip(_digest(item))
    if count:
        checkpoint.check_skipped()


def _write(
    checkpoint: Checkpoint,
    job: Job,
    items: Iterator[RawItem | BadRow],
    notices: _Notices,
    progress: Progress,
    *,
    jobs: int,
    live: bool,
) -> None:
    for item, result in run_items(job, items, jobs=jobs, live=live):
        if isinstance(result, Done):
            before = job.writer.join() if checkpoint.state.records else job.writer.head()
            checkpoint.add(_digest(item), before + result.text)
            notices.id(result.id)
        else:
            checkpoint.add(_digest(item), result)
            notices.bad(result)
        progress.advance()
    notices.end()
    checkpoint.finish(job.writer.foot())


def _digest(item: RawItem | BadRow) -> bytes:
    content = str(item).encode("utf-8", "surrogatepass") if isinstance(item, BadRow) else item.digest_bytes()
    return blake2b(content, digest_size=16).digest()
