"""A job over a stream of items, in order, in this process or in several."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import connection, get_context, parent_process

from nlp.reading import RawItem
from nlp.records import BadRow
from nlp.running.jobs import Done, Job

__all__ = ["Step", "run_items"]

Step = tuple[RawItem | BadRow, Done | BadRow]
"""An item and what came of it; an item that could not even be found is its own result."""

_Chunk = list[RawItem | BadRow]

_MAX_CHUNK_ITEMS = 64
_MAX_CHUNK_BYTES = 2**20
_CHUNKS_PER_WORKER = 4


def run_items(job: Job, items: Iterable[RawItem | BadRow], *, jobs: int = 1, live: bool = False) -> Iterator[Step]:
    """Run a job over items, in order.

    Args:
        job: What to do.
        items: Read as they are needed: a few chunks ahead, never all.
        jobs: Processes. They share the cores: each may use `cores // jobs` threads for arithmetic.
        live: Whether items come one by one from somewhere (a pipe), so that none should wait for others.
    """
    chunks = _chunks(items, 1 if live else _MAX_CHUNK_ITEMS)
    if jobs <= 1:
        for chunk in chunks:
            yield from zip(chunk, _run_chunk(job, chunk), strict=True)
        return
    with _pool(job, jobs) as pool:
        waiting: deque[tuple[_Chunk, Future[list[Done | BadRow]]]] = deque()
        try:
            for chunk in chunks:
                waiting.append((chunk, pool.submit(_run_in_worker, chunk)))
                if len(waiting) >= jobs * _CHUNKS_PER_WORKER:
                    yield from _await_chunk(*waiting.popleft())
            while waiting:
                yield from _await_chunk(*waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()


def _chunks(items: Iterable[RawItem | BadRow], most: int) -> Iterator[_Chunk]:
    """Chunks that grow from one item, so that the first result comes at once; long articles make short chunks."""
    chunk: _Chunk = []
    limit, size = 1, 0
    for item in items:
        chunk.append(item)
        size += len(item.payload) if isinstance(item, RawItem) and isinstance(item.payload, bytes) else 0
        if len(chunk) >= limit or size >= _MAX_CHUNK_BYTES:
            yield chunk
            chunk, limit, size = [], min(2 * limit, most), 0
    if chunk:
        yield chunk


def _run_chunk(job: Job, chunk: _Chunk) -> list[Done | BadRow]:
    results = iter(job.run([item for item in chunk if isinstance(item, RawItem)]))
    return [item if isinstance(item, BadRow) else next(results) for item in chunk]


def _await_chunk(chunk: _Chunk, future: Future[list[Done | BadRow]]) -> Iterator[Step]:
    return zip(chunk, future.result(), strict=True)


_job: Job | None = None


def _pool(job: Job, jobs: int) -> ProcessPoolExecutor:
    # Arithmetic libraries read these when they are first imported, in the new process.
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, threads)
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(job,))


def _start_worker(job: Job) -> None:
    global _job
    _job = job
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the parent, which ends the workers in order
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that is killed cannot say goodbye; without it a worker would wait for ever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _run_in_worker(chunk: _Chunk) -> list[Done | BadRow]:
    assert _job is not None
    return _run_chunk(_job, chunk)
