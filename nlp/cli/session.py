"""What every command needs: where to say things, and how a batch ends."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from nlp.config import DEFAULTS
from nlp.errors import InputError, UsageError
from nlp.text import printable

if TYPE_CHECKING:
    from nlp.running.jobs import Job, OutputOptions

__all__ = ["end_batch", "open_streams", "output_options", "report", "resolve_output", "run_batch"]

_SUFFIX_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv"}
_SOME_FAILED = 8


def open_streams() -> None:
    """Results and messages are UTF-8 whatever the locale says; what cannot be encoded is escaped in messages."""
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors=errors, newline="\n")


def report(message: str) -> None:
    """Say something on standard error. File names and reasons come from outside and may not steer the terminal."""
    sys.stderr.write(f"slugline: {printable(message)}\n")
    sys.stderr.flush()


def resolve_output(output: Path | None) -> Path | None:
    """The output file with links followed, so that a result replaces the file and not the link to it."""
    return None if output is None else output.resolve()


def output_options(format: str | None, output: Path | None) -> OutputOptions:
    """How to write: the format asked for, else that of the output's suffix, else text."""
    from nlp.running.jobs import OutputOptions

    if format is None:
        format = _SUFFIX_FORMATS.get(output.suffix.lower(), "text") if output is not None else "text"
    terminal = output is None and sys.stdout.isatty()
    width = min(shutil.get_terminal_size().columns, 120) if terminal else DEFAULTS.text_width
    return OutputOptions(format=format, colour=terminal and not os.environ.get("NO_COLOR"), width=width)


def run_batch(
    job: Job,
    sources: tuple[str, ...],
    *,
    output: Path | None,
    force: bool,
    resume: bool,
    jobs: int,
) -> None:
    """Run a job and end the command with its exit code.

    Raises:
        UsageError: If --force or --resume is asked for without a file to apply it to, or both at once.
        InputError: If no article could be read.
    """
    from nlp.running.batch import run_to_file, run_to_stream
    from nlp.running.checkpoint import is_stream

    if force and resume:
        raise UsageError("--force starts over and --resume goes on.", hint="Choose one of them.")
    if (force or resume) and output is None:
        raise UsageError(
            f"--{'force' if force else 'resume'} needs --output.", hint="Name the file with --output FILE."
        )
    job.prepare()
    live = "-" in sources and not stat.S_ISREG(os.fstat(0).st_mode)
    if output is None:
        outcome = run_to_stream(job, sources, stream=sys.stdout, report=report, jobs=jobs, live=live)
    elif is_stream(output):
        with output.open("w", encoding="utf-8", newline="\n") as stream:
            outcome = run_to_stream(job, sources, stream=stream, report=report, jobs=jobs, live=live)
    else:
        try:
            outcome = run_to_file(
                job, sources, output=output, force=force, resume=resume, report=report, jobs=jobs, live=live
            )
        except KeyboardInterrupt:
            report(f"interrupted: run the same command with --resume to go on with {output.name}")
            raise
    end_batch(outcome.records, outcome.bad, sources, output)


def end_batch(records: int, bad: int, sources: tuple[str, ...], output: Path | None) -> None:
    """Turn the counts of a batch into its exit code: 4 if nothing could be read, 8 if some could not."""
    named = ", ".join(sources[:3]) + (", …" if len(sources) > 3 else "")
    if not records and not bad:
        raise InputError(
            f"{named}: there is no article in it.", hint="Readable: .txt .md .html .jsonl .csv .parquet, also .gz."
        )
    if bad and output is not None:
        from nlp.running.checkpoint import errors_path

        report(f"{bad} of {records + bad} could not be read; see {errors_path(output)}")
    if not records:
        raise InputError(f"{named}: no article could be read.")
    if bad:
        raise typer.Exit(_SOME_FAILED)
