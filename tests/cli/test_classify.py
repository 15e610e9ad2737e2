"""`slugline classify` and `summarize`: what comes out, where, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ARTICLE, Run


def write_rows(path: Path, *rows: object) -> Path:
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def test_one_article_as_json(slugline: Run, article: Path) -> None:
    done = slugline("classify", article, "--format", "jsonl", "--evidence", "--summary", "--text", "--scores")
    assert done.code == 0
    [row] = done.rows()
    assert row["labels"] == ["trade_dispute"]
    assert len(row["scores"]) == 18
    assert row["scores"]["trade_dispute"] == max(row["scores"].values())
    for proof in row["evidence"]["trade_dispute"]:
        assert row["text"][proof["start"] : proof["end"]] == proof["text"]
    for sentence in row["summary"]["sentences"]:
        assert " ".join(row["text"][a:b] for a, b in sentence["spans"]) == sentence["text"]
    assert done.err == ""


def test_only_what_is_asked_for_is_in_the_record(slugline: Run, article: Path) -> None:
    [row] = slugline("classify", article, "--format", "jsonl").rows()
    assert list(row) == ["id", "title", "date", "source", "labels", "scores", "model", "warnings"]
    assert list(row["scores"]) == row["labels"]


@pytest.mark.parametrize("format", ["text", "jsonl", "json", "csv"])
def test_the_suffix_of_the_output_gives_the_format(slugline: Run, article: Path, tmp_path: Path, format: str) -> None:
    named, unnamed = tmp_path / "named", tmp_path / f"unnamed.{format}"
    assert slugline("classify", article, "--output", named, "--format", format).code == 0
    done = slugline("classify", article, "--output", unnamed)
    assert (done.code, done.out) == (0, "")
    assert named.read_bytes() == unnamed.read_bytes()


def test_csv_can_be_read_back(slugline: Run, tmp_path: Path) -> None:
    source = write_rows(tmp_path / "in.jsonl", {"id": 7, "text": ARTICLE}, {"id": "b", "text": 'It rained, "again".'})
    rows = list(csv.DictReader(io.StringIO(slugline("classify", source, "--format", "csv", "--text").out, newline="")))
    assert [row["id"] for row in rows] == ["7", "b"]
    assert rows[1]["text"] == 'It rained, "again".'


def test_bad_rows_are_kept_apart(slugline: Run, tmp_path: Path) -> None:
    source = write_rows(
        tmp_path / "in.jsonl",
        {"id": "a", "text": ARTICLE},
        "{broken",
        {"id": "c", "text": None},
        {"id": "d", "text": "It rained."},
    )
    target = tmp_path / "out.jsonl"
    done = slugline("classify", source, "--output", target)
    assert (done.code, done.out) == (8, "")
    assert [json.loads(line)["id"] for line in target.read_text().splitlines()] == ["a", "d"]
    errors = [json.loads(line) for line in (tmp_path / "out.jsonl.errors.jsonl").read_text().splitlines()]
    assert [(Path(error["file"]).name, error["line"]) for error in errors] == [("in.jsonl", 2), ("in.jsonl", 3)]
    assert "out.jsonl.errors.jsonl" in done.err


def test_bad_rows_go_to_standard_error_without_a_file(slugline: Run, tmp_path: Path) -> None:
    source = write_rows(tmp_path / "in.jsonl", {"id": "a", "text": ARTICLE}, "{broken")
    done = slugline("classify", source, "--format", "jsonl")
    assert done.code == 8
    assert [row["id"] for row in done.rows()] == ["a"]
    assert "in.jsonl:2" in done.err


def test_repeated_ids_are_warned_of(slugline: Run, tmp_path: Path) -> None:
    source = write_rows(tmp_path / "in.jsonl", {"id": "a", "text": "It rained."}, {"id": "a", "text": "It snowed."})
    done = slugline("classify", source, "--format", "jsonl")
    assert done.code == 0
    assert "'a' occurs more than once" in done.err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("none.txt",), 4, "none.txt"),
        (("steel.txt", "--model", "no-such-model"), 5, "no-such-model"),
        (("steel.txt", "--resume"), 2, "--output"),
        (("steel.txt", "--force", "--resume", "--output", "x"), 2, "--force"),
        (("steel.txt", "--jobs", "0"), 2, "--jobs"),
        (("steel.txt", "--format", "xml"), 2, "xml"),
        ((), 2, "SOURCE"),
    ],
)
def test_faults(
    slugline: Run, article: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], code: int, said: str
) -> None:
    monkeypatch.chdir(article.parent)
    done = slugline("classify", *args)
    assert done.code == code
    assert said in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    "args",
    [
        ("--words", "0"),
        ("--max-words", "-1"),
        ("--sentences", "0"),
        ("--words", "3", "--sentences", "2"),
        ("--about", " "),
        ("--method", "magic"),
    ],
)
def test_impossible_summaries(slugline: Run, article: Path, args: tuple[str, ...]) -> None:
    done = slugline("summarize", article, *args)
    assert done.code == 2
    assert done.err.startswith("slugline: ")


def test_some_sources_missing(slugline: Run, article: Path) -> None:
    done = slugline("classify", article, article.with_name("none.txt"), "--format", "jsonl")
    assert done.code == 8
    assert len(done.rows()) == 1


def test_results_in_the_source_folder_are_not_read(slugline: Run, article: Path) -> None:
    target = article.with_name("out.jsonl")
    for force in ((), ("--force",)):
        assert slugline("classify", article.parent, "--output", target, *force).code == 0
        assert len(target.read_text().splitlines()) == 1


def test_empty_text_has_no_labels_and_a_warning(slugline: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    [row] = slugline(
        "classify", tmp_path / "empty.txt", "--format", "jsonl", "--scores", "--evidence", "--summary"
    ).rows()
    assert row["labels"] == []
    assert set(row["scores"].values()) == {0.0}
    assert row["warnings"]
    assert row["summary"]["text"] == ""


def test_a_score_does_not_depend_on_the_neighbours(slugline: Run, tmp_path: Path) -> None:
    rows = [
        {"id": str(number), "text": f"Report {number}. {ARTICLE if number % 3 else 'It rained.'}" * (1 + number % 4)}
        for number in range(40)
    ]
    together = slugline("classify", write_rows(tmp_path / "all.jsonl", *rows), "--format", "jsonl", "--scores").rows()
    for number in (0, 17, 39):
        assert slugline(
            "classify", write_rows(tmp_path / "one.jsonl", rows[number]), "--format", "jsonl", "--scores"
        ).rows() == [together[number]]


def test_environment_and_configuration_file_give_way_to_the_command_line(
    slugline: Run, article: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[classify]\nformat = "csv"\nscores = true\n')
    assert slugline("classify", article, env={"SLUGLINE_CONFIG": str(config)}).out.startswith("id,title")
    both = {"SLUGLINE_CONFIG": str(config), "SLUGLINE_FORMAT": "jsonl"}
    assert len(slugline("classify", article, env=both).rows()[0]["scores"]) == 18
    assert slugline("classify", article, "--format", "text", env=both).out.startswith("steel")
    config.write_text("[classify]\nfrmat = 'csv'\n")
    wrong = slugline("classify", article, env={"SLUGLINE_CONFIG": str(config)})
    assert wrong.code == 3
    assert "frmat" in wrong.err


def test_words_about_a_label(slugline: Run, tmp_path: Path) -> None:
    text = f"The mayor opened a flower show on Sunday. Roses won. {ARTICLE} Visitors liked the roses best."
    source = write_rows(tmp_path / "in.jsonl", {"id": "a", "text": text})
    plain = slugline("summarize", source, "--sentences", "1", "--method", "lead", "--format", "jsonl").rows()[0]
    about = slugline("summarize", source, "--sentences", "1", "--about", "trade_dispute", "--format", "jsonl").rows()[0]
    free = slugline(
        "summarize", source, "--sentences", "1", "--about", "which flowers visitors liked", "--format", "jsonl"
    ).rows()[0]
    assert "flower show" in plain["summary"]["text"]
    assert "steel" in about["summary"]["text"] or "imports" in about["summary"]["text"]
    assert "Visitors liked" in free["summary"]["text"]


def test_text_is_safe_for_a_terminal(slugline: Run, tmp_path: Path) -> None:
    (tmp_path / "evil\x1b[31m.txt").write_text(f"\x1b]0;title\x07 {ARTICLE} \x9b31m\u202e", encoding="utf-8")
    done = slugline("classify", tmp_path, "--evidence", "--summary", "--text")
    assert done.code == 0
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.out + done.err)


def test_standard_input_in_a_c_locale(process: Run) -> None:
    rows = '{"id": "a", "text": "Ça va à Łódź."}\r\n\r\n{"id": "b", "text": "東京"}'
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process("classify", "-", "--text", "--format", "jsonl", stdin=rows.encode(), env=plain)
    assert done.code == 0, done.err
    assert [row["text"] for row in done.rows()] == ["Ça va à Łódź.", "東京"]


def test_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    source = write_rows(
        tmp_path / "in.jsonl", *({"id": str(number), "text": f"Gate {number} was shut. " * 3} for number in range(5000))
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "nlp", "summarize", source, "--format", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert json.loads(process.stdout.readline())["id"] == "0"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=60) == 0


def test_ctrl_c_leaves_a_result_that_can_be_resumed(tmp_path: Path, process: Run) -> None:
    target = tmp_path / "out.jsonl"
    rows = [json.dumps({"id": str(number), "text": f"Gate {number} was shut."}).encode() + b"\n" for number in range(4)]
    command = [sys.executable, "-m", "nlp", "summarize", "-", "--input", "jsonl", "--output", str(target)]
    running = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert running.stdin is not None
    assert running.stderr is not None
    running.stdin.write(rows[0] + rows[1])
    running.stdin.flush()
    while not target.with_name("out.jsonl.manifest.json").exists():  # it has begun; reading blocks from here on
        assert running.poll() is None
        os.sched_yield()
    running.send_signal(signal.SIGINT)
    said = running.stderr.read().decode()
    assert running.wait(timeout=60) == 130
    assert "--resume" in said
    assert "Traceback" not in said
    assert not target.exists()
    assert process("summarize", "-", "--input", "jsonl", "--output", target, "--resume", stdin=b"".join(rows)).code == 0
    assert [json.loads(line)["id"] for line in target.read_text().splitlines()] == ["0", "1", "2", "3"]


def test_several_processes_give_the_same(slugline: Run, process: Run, tmp_path: Path) -> None:
    source = write_rows(
        tmp_path / "in.jsonl",
        *({"id": str(number), "text": f"Gate {number}. {ARTICLE}"} for number in range(150)),
        "{broken",
    )
    one = slugline("classify", source, "--format", "jsonl")
    two = process("classify", source, "--format", "jsonl", "--jobs", "2")
    assert one.code == two.code == 8
    assert one.out == two.out
