"""The command, run as a user would: in this process for speed, or as one of its own where that matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

ARTICLE = (
    "The government announced new tariffs on imported steel, and its neighbour promised to answer with its own duties. "
    "Trade officials said the quarrel over imports could spread to cars within weeks."
)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.split("\n") if line]


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in [name for name in os.environ if name.startswith("SLUGLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-config"))


@pytest.fixture
def slugline() -> Run:
    """Run the command in this process."""

    def run(*args: object, stdin: str | bytes = b"", env: Mapping[str, str] | None = None) -> Result:
        from nlp.cli.app import app

        done = CliRunner().invoke(app, [str(arg) for arg in args], input=stdin, env=env)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert "Traceback" not in done.stderr
        return Result(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def process() -> Run:
    """Run the command as a process of its own."""

    def run(*args: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "nlp", *map(str, args)],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=120,
            env={**os.environ, **(env or {})},
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "steel.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path
