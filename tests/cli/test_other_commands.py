"""The smaller commands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from nlp import __version__
from nlp.resources import shipped_root
from tests.cli.conftest import Run


def test_version(slugline: Run) -> None:
    assert slugline("--version").out == f"slugline {__version__}\n"


def test_help_names_every_command(slugline: Run) -> None:
    out = slugline("--help").out
    for command in ("classify", "summarize", "labels", "models", "schema"):
        assert command in out


def test_schema_is_json(slugline: Run) -> None:
    for command in ("classify", "summarize"):
        schema = json.loads(slugline("schema", command).out)
        assert schema["$id"] == f"slugline:{command}:1"
        assert "warnings" in schema["properties"]


def test_labels(slugline: Run) -> None:
    rows = slugline("labels", "list", "--format", "jsonl").rows()
    assert len(rows) == 18
    assert rows[0]["id"] == "trade_dispute"
    assert all(0 < row["threshold"] < 1 and row["definition"] for row in rows)
    assert "historical_grievance" in slugline("labels", "list").out


def test_models(slugline: Run) -> None:
    assert "affairs" in slugline("models", "list").out
    assert "# " in slugline("models", "show", "affairs").out
    assert slugline("models", "show", "affairs", "--format", "jsonl").rows()[0]["schema_version"] == 1
    assert slugline("models", "verify", "affairs").code == 0


def test_a_damaged_model_is_reported_and_refused(slugline: Run, tmp_path: Path, article: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(shipped_root("artifacts") / "affairs", folder)
    weights = max(folder.iterdir(), key=lambda path: path.stat().st_size)
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(bytes(data))
    done = slugline("models", "verify", folder)
    assert done.code == 5
    assert weights.name in done.out
    done = slugline("classify", article, "--model", folder)
    assert (done.code, done.out) == (5, "")
    assert weights.name in done.err
