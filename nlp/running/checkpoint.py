"""A result file that survives a kill.

Results go to `<output>.part` and bad rows to `<output>.errors.jsonl.part`; every second or so both are flushed and
`<output>.manifest.json` records how many items are done, how long the two files were then, and a digest over the
items. A resumed run cuts both files back to those lengths, checks that the input still begins with the same items,
and goes on. At the end the files are renamed; the manifest stays and says what the result was made of.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from nlp.errors import InputError, UsageError
from nlp.records import BadRow

__all__ = ["Checkpoint", "State", "errors_path", "is_stream", "job_files", "manifest_path"]

_SCHEMA_VERSION = 1
_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a job is: counts of items read, records written and bad rows, lengths in bytes, digest of the items."""

    items: int = 0
    records: int = 0
    bad: int = 0
    output_bytes: int = 0
    errors_bytes: int = 0
    digest: str = ""
    finished: bool = False


def errors_path(output: Path) -> Path:
    """Where the bad rows of an output file are listed."""
    return output.with_name(f"{output.name}.errors.jsonl")


def manifest_path(output: Path) -> Path:
    """Where the state of an output file is kept."""
    return output.with_name(f"{output.name}.manifest.json")


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def job_files(output: Path) -> tuple[Path, ...]:
    """All files that a job with this output may write; a folder given as input is read without them."""
    errors, manifest = errors_path(output), manifest_path(output)
    return (output, _part(output), errors, _part(errors), manifest, _part(manifest))


class Checkpoint:
    """The files of one job. Use `open`, then `skip` or `add` for each item, then `finish`; `close` in any case.

    Args:
        output: The final file; its folder must exist.
        fingerprint: What the result is made of: job, options, model, version, sources. JSON values only.
    """

    def __init__(self, output: Path, fingerprint: Mapping[str, Any]) -> None:
        # Through JSON, so that a stored fingerprint compares equal to a fresh one (tuples become lists).
        self.fingerprint: dict[str, Any] = json.loads(json.dumps(fingerprint))
        self.output = output
        self._now = State(), blake2b(digest_size=16)
        self._saved_at = time.monotonic()
        self._results: IO[bytes] | None = None
        self._errors: IO[bytes] | None = None

    @property
    def state(self) -> State:
        """How far the job is."""
        return self._now[0]

    @property
    def _hash(self) -> blake2b:
        return self._now[1]

    def open(self, *, force: bool, resume: bool) -> State:
        """Take the output file for this run and say where to go on.

        Raises:
            UsageError: If the output cannot be written there, or stands there already.
            InputError: If another run is writing it, or the partial result is of another job.
        """
        _check_target(self.output)
        results = self._lock()
        try:
            if not force and not resume:
                self._refuse_leftovers(fresh=results.tell() == 0)
            if resume:
                self._now = self._resume_state(), self._hash
        except BaseException:
            results.close()
            if _part(self.output).stat().st_size == 0 and not manifest_path(self.output).exists():
                _part(self.output).unlink()
            raise
        if self.state.finished:
            self._rename()
            results.close()
            return self.state
        self._results = results
        self._errors = _part(errors_path(self.output)).open("ab")
        for handle, size in ((results, self.state.output_bytes), (self._errors, self.state.errors_bytes)):
            handle.truncate(size)
            handle.seek(size)
        if self.state == State():
            self.save()
        return self.state

    def _lock(self) -> IO[bytes]:
        handle = _part(self.output).open("ab")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            handle.close()
            raise self._locked_out() from error
        if not _part(self.output).exists() or not os.path.samestat(
            _part(self.output).stat(), os.fstat(handle.fileno())
        ):
            handle.close()  # the other run finished between the two calls: what is locked now is its result
            raise self._locked_out()
        return handle

    def _locked_out(self) -> InputError:
        return InputError(
            f"{self.output}: another run is writing this file.", hint="Wait for it, or choose another --output."
        )

    def _refuse_leftovers(self, *, fresh: bool) -> None:
        if self.output.exists():
            raise UsageError(f"{self.output}: the file exists.", hint="Use --force to replace it.")
        if not fresh:
            raise UsageError(
                f"{self.output}: an interrupted run left a partial result.",
                hint="Use --resume to go on with it, or --force to start over.",
            )

    def _resume_state(self) -> State:
        path = manifest_path(self.output)
        if not path.exists():
            if self.output.exists():
                raise UsageError(
                    f"{self.output}: the file exists, and {path.name}, which would say what it was made of, does not.",
                    hint="Use --force to replace it.",
                )
            return State()
        stored, state = _read_manifest(path)
        changed = sorted(
            key for key in stored.keys() | self.fingerprint.keys() if stored.get(key) != self.fingerprint.get(key)
        )
        if changed:
            raise InputError(
                f"{self.output}: the result there was made with other settings ({', '.join(changed)}).",
                hint="Use the same command to resume it, or --force to start over.",
            )
        if state.finished and not (self.output.exists() or _part(self.output).stat().st_size == state.output_bytes):
            return State()
        for name, size in (
            (_part(self.output), state.output_bytes),
            (_part(errors_path(self.output)), state.errors_bytes),
        ):
            if not state.finished and size and (not name.exists() or name.stat().st_size < size):
                raise InputError(f"{name}: shorter than {path.name} says.", hint="Use --force to start over.")
        return state

    def skip(self, digest: bytes) -> None:
        """Count in an item that an earlier run has done."""
        self._hash.update(digest)

    def check_skipped(self) -> None:
        """After skipping: see that the items were those of the earlier run.

        Raises:
            InputError: If the input does not begin with them.
        """
        if self._hash.hexdigest() != self.state.digest:
            raise InputError(
                f"{self.output}: the input differs from the one its first {self.state.items} rows were made from.",
                hint="Use --force to start over.",
            )

    def add(self, digest: bytes, result: str | BadRow) -> None:
        """Append what came of an item: its record in words, or why there is none."""
        assert self._results is not None
        assert self._errors is not None
        state = self.state
        if isinstance(result, BadRow):
            data = (json.dumps(asdict(result), ensure_ascii=False) + "\n").encode("utf-8")
            self._errors.write(data)
            state = replace(state, bad=state.bad + 1, errors_bytes=state.errors_bytes + len(data))
        else:
            data = result.encode("utf-8")
            self._results.write(data)
            state = replace(state, records=state.records + 1, output_bytes=state.output_bytes + len(data))
        done = self._hash.copy()
        done.update(digest)
        # In one step: an interrupt may come between any two, and a state must never be half that of the next item.
        self._now = replace(state, items=state.items + 1), done
        if time.monotonic() - self._saved_at >= _INTERVAL_S:
            self.save()

    def save(self) -> None:
        """Make what is done so far last."""
        for handle in (self._results, self._errors):
            if handle is not None:
                handle.flush()
                os.fsync(handle.fileno())
        state = replace(self.state, digest=self._hash.hexdigest())
        path = manifest_path(self.output)
        content = {"schema_version": _SCHEMA_VERSION, "fingerprint": self.fingerprint, "state": asdict(state)}
        _part(path).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        _part(path).replace(path)
        self._saved_at = time.monotonic()

    def finish(self, foot: str) -> None:
        """Write what stands after the last record, and give the files their final names.

        A job that wrote no record leaves no output, only its bad rows.
        """
        assert self._results is not None
        data = foot.encode("utf-8") if self.state.records else b""
        self._results.write(data)
        state = replace(self.state, finished=True, output_bytes=self.state.output_bytes + len(data))
        self._now = state, self._hash
        self.save()
        self._rename()
        self.close()

    def _rename(self) -> None:
        """Rename what is not renamed yet: a kill may have come in between, so each step may have been done before."""
        errors = errors_path(self.output)
        for path, size in ((errors, self.state.errors_bytes), (self.output, self.state.output_bytes)):
            part = _part(path)
            if size and part.exists() and part.stat().st_size == size:
                part.replace(path)
            part.unlink(missing_ok=True)
            if not size:
                path.unlink(missing_ok=True)
        if not self.state.records:
            manifest_path(self.output).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the files; what was saved can be resumed."""
        for handle in (self._results, self._errors):
            if handle is not None:
                handle.close()
        self._results = self._errors = None


def _check_target(output: Path) -> None:
    if output.is_dir():
        raise UsageError(f"{output}: this is a folder.", hint="--output names a file.")
    if not output.parent.is_dir():
        raise UsageError(f"{output}: its folder does not exist.", hint=f"Make it first: mkdir -p {output.parent}")
    if not os.access(output.parent, os.W_OK):
        raise UsageError(f"{output}: its folder cannot be written to.", hint="Choose another --output.")


def is_stream(output: Path) -> bool:
    """Whether a path names something that can only be written through: a device or a pipe."""
    return output.exists() and not stat.S_ISREG(output.stat().st_mode) and not output.is_dir()


def _read_manifest(path: Path) -> tuple[dict[str, Any], State]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema_version"] != _SCHEMA_VERSION:
            raise ValueError(f"schema version {content['schema_version']}")
        return dict(content["fingerprint"]), State(**content["state"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: cannot be read ({error}).", hint="Use --force to start over.") from error
