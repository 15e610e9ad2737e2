"""What the README shows works: every slugline command in it is run, and every Python example."""

from __future__ import annotations

import doctest
import gzip
import json
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import ARTICLE, Run

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The slugline commands of the shell blocks, without comments, in order."""
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", README, re.S)
    lines = [line.removeprefix("$ ").partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("slugline ")]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that the README's commands name."""
    shutil.copytree(ROOT / "artifacts" / "samples", tmp_path / "artifacts" / "samples")
    (tmp_path / "archive").mkdir()
    for path in (tmp_path / "article.txt", tmp_path / "archive" / "one.txt"):
        path.write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "page.html").write_text(f"<html><body><article><p>{ARTICLE}</p></article></body></html>")
    (tmp_path / "archive.jsonl.gz").write_bytes(gzip.compress(json.dumps({"text": ARTICLE}).encode()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_of_the_readme_works(desk: Path, slugline: Run) -> None:
    found = commands()
    assert len(found) >= 10
    for command in found:
        done = slugline(*shlex.split(command)[1:])
        assert done.code == 0, f"{command}: {done.err}"
        assert done.out or "--output" in command, command


def test_python_examples_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert result.attempted >= 6
    assert result.failed == 0


def test_configuration_example_of_the_readme(tmp_path: Path, slugline: Run, article: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", README, re.S)
    assert tomllib.loads(example)["classify"]["evidence"] is True
    config = tmp_path / "config.toml"
    config.write_text(example)
    [row] = slugline("classify", article, env={"SLUGLINE_CONFIG": str(config)}).rows()
    assert row["evidence"]


def test_exit_codes_of_the_readme_are_those_of_the_help(slugline: Run) -> None:
    said = re.search(r"Exit codes: (.*?)\n\n", README, re.S)
    assert said is not None
    codes = re.findall(r"(\d+) ([a-z ]+)", " ".join(said[1].split()))
    shown = re.findall(r"(\d+) ([a-z ]+)", " ".join(slugline("--help").out.partition("Exit codes:")[2].split()))
    assert [code for code, _ in codes] == [code for code, _ in shown]
