"""A result file survives kills at any item, and is never mixed from two jobs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp.errors import InputError, UsageError
from nlp.records import BadRow
from nlp.running.batch import run_to_file
from nlp.running.checkpoint import Checkpoint, errors_path, job_files, manifest_path
from nlp.running.jobs import OutputOptions, SummarizeJob

BAD_EVERY = 7

# A run that kills itself like an out-of-memory killer would when it comes to a given line, saving after every item.
DYING = """
import os, signal, sys
from pathlib import Path
from nlp.running import checkpoint
from nlp.running.batch import run_to_file
from nlp.running.jobs import OutputOptions, SummarizeJob
checkpoint._INTERVAL_S = 0.0
class Dying(SummarizeJob):
    def run(self, items):
        if any(item.line == int(sys.argv[3]) for item in items):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().run(items)
job = Dying(method="lead", words=10, output=OutputOptions(format=sys.argv[4]))
run_to_file(job, (sys.argv[1],), output=Path(sys.argv[2]), force=False, resume=True, report=print)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of 60 rows, every seventh of which is broken."""
    path = tmp_path / "in.jsonl"
    rows = (
        "{broken"
        if number % BAD_EVERY == 0
        else json.dumps({"id": f"r{number}", "text": f"Gate {number} was shut. It rained."})
        for number in range(1, 61)
    )
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def run(
    source: Path, output: Path, *, format: str = "jsonl", words: int = 10, force: bool = False, resume: bool = False
) -> tuple[int, int]:
    job = SummarizeJob(method="lead", words=words, output=OutputOptions(format=format))
    outcome = run_to_file(job, (str(source),), output=output, force=force, resume=resume, report=lambda _: None)
    return outcome.records, outcome.bad


@pytest.mark.parametrize(
    ("format", "kills"), [("jsonl", ("2", "20", "41")), ("json", ("41",)), ("csv", ("41",)), ("text", ("41",))]
)
def test_killed_and_resumed_gives_the_bytes_of_an_undisturbed_run(
    source: Path, tmp_path: Path, format: str, kills: tuple[str, ...]
) -> None:
    whole, target = tmp_path / "whole.out", tmp_path / "target.out"
    assert run(source, whole, format=format) == (52, 8)
    for line in kills:
        died = subprocess.run(
            [sys.executable, "-c", DYING, source, target, line, format], check=False, capture_output=True
        )
        assert died.returncode == -9, died.stderr.decode()
        assert not target.exists()
    assert run(source, target, format=format, resume=True) == (52, 8)
    assert target.read_bytes() == whole.read_bytes()
    assert errors_path(target).read_bytes() == errors_path(whole).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".part") == []


def test_resumed_run_does_not_repeat_what_is_done(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    subprocess.run([sys.executable, "-c", DYING, source, target, "41", "jsonl"], check=False, capture_output=True)
    state = json.loads(manifest_path(target).read_text())["state"]
    assert state["items"] >= 30
    assert state["items"] == state["records"] + state["bad"]
    assert not state["finished"]


def test_finished_result_is_resumed_to_itself(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    assert run(source, target) == (52, 8)
    before = target.read_bytes()
    assert run(source, target, resume=True) == (52, 8)
    assert target.read_bytes() == before


def test_other_options_are_refused_by_name(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    run(source, target)
    with pytest.raises(InputError, match="options"):
        run(source, target, words=20, resume=True)


def test_other_input_is_refused(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    subprocess.run([sys.executable, "-c", DYING, source, target, "41", "jsonl"], check=False, capture_output=True)
    source.write_text(source.read_text().replace("Gate 3 was", "Gate 3 is"))
    with pytest.raises(InputError, match="input differs"):
        run(source, target, resume=True)


def test_input_that_has_grown_is_refused(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    run(source, target)
    with source.open("a") as handle:
        handle.write('{"id": "new", "text": "It snowed."}\n')
    with pytest.raises(InputError, match="grown"):
        run(source, target, resume=True)


def test_existing_output_is_not_replaced_unless_forced(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    target.write_text("mine")
    with pytest.raises(UsageError, match=r"target\.out.*--force"):
        run(source, target)
    with pytest.raises(UsageError, match="--force"):
        run(source, target, resume=True)
    assert target.read_text() == "mine"
    assert [path.name for path in tmp_path.glob("*.part")] == []
    run(source, target, force=True)
    assert target.read_text() != "mine"


def test_partial_result_is_not_replaced_unless_forced(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    subprocess.run([sys.executable, "-c", DYING, source, target, "41", "jsonl"], check=False, capture_output=True)
    with pytest.raises(UsageError, match="--resume"):
        run(source, target)
    assert run(source, target, force=True) == (52, 8)


def test_second_run_is_locked_out(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    first = Checkpoint(target, {"job": "one"})
    first.open(force=False, resume=False)
    with pytest.raises(InputError, match="another run"):
        run(source, target, force=True)
    first.close()
    assert run(source, target, force=True) == (52, 8)


def test_interrupt_between_items_leaves_whole_items(tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    checkpoint = Checkpoint(target, {"job": "one"})
    checkpoint.open(force=False, resume=False)
    checkpoint.add(b"a", "first\n")
    checkpoint.add(b"b", BadRow(file="f", line=2, reason="broken"))
    checkpoint.save()
    checkpoint.add(b"c", "third, not saved\n")
    checkpoint.close()
    again = Checkpoint(target, {"job": "one"})
    state = again.open(force=False, resume=True)
    assert (state.items, state.records, state.bad) == (2, 1, 1)
    again.skip(b"a")
    again.skip(b"b")
    again.check_skipped()
    again.add(b"c", "third\n")
    again.finish("foot\n")
    assert target.read_text() == "first\nthird\nfoot\n"


def kills_while_renaming(target: Path) -> Iterator[None]:
    """The states in which a kill during the last renames can leave the files."""
    part, errors = job_files(target)[1], errors_path(target)
    errors_part = job_files(target)[3]
    target.rename(part)
    yield
    errors.rename(errors_part)
    target.rename(part)
    yield


def test_kill_while_renaming(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    run(source, target)
    results, errors = target.read_bytes(), errors_path(target).read_bytes()
    for _ in kills_while_renaming(target):
        assert run(source, target, resume=True) == (52, 8)
        assert target.read_bytes() == results
        assert errors_path(target).read_bytes() == errors


def test_no_record_leaves_no_output(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "target.out"
    source.write_text("{broken\n")
    assert run(source, target) == (0, 1)
    assert not target.exists()
    assert errors_path(target).exists()


def test_errors_of_an_earlier_run_do_not_stay(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.out"
    run(source, target)
    assert errors_path(target).exists()
    source.write_text('{"text": "It snowed."}\n')
    assert run(source, target, force=True) == (1, 0)
    assert not errors_path(target).exists()


@pytest.mark.parametrize("name", ["missing/out.jsonl", "."])
def test_impossible_targets(source: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        run(source, tmp_path / name)


def test_several_processes_give_the_same_bytes(source: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.out", tmp_path / "two.out"
    run(source, one)
    job = SummarizeJob(method="lead", words=10)
    run_to_file(job, (str(source),), output=two, force=False, resume=False, report=lambda _: None, jobs=2)
    assert one.read_bytes() == two.read_bytes()
