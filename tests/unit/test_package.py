"""What the package promises as a whole: public names, light imports, errors with exit codes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nlp
from nlp import errors

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"torch", "transformers", "sklearn", "datasets", "pandas", "scipy", "pyarrow", "ray", "matplotlib", "training"}


def imports_at_module_level(path: Path) -> set[str]:
    found: set[str] = set()
    body = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while body:
        node = body.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            body += [*node.body, *node.orelse]
        elif isinstance(node, ast.Try):
            body += [
                *node.body,
                *node.orelse,
                *node.finalbody,
                *(line for handler in node.handlers for line in handler.body),
            ]
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "nlp").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_heavy_at_module_level(path: Path) -> None:
    assert not imports_at_module_level(path) & HEAVY


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "nlp").rglob("*.py"), *(ROOT / "training").rglob("*.py")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_nothing_that_executes_what_it_reads(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"pickle", "joblib", "marshal", "shelve", "dill", "cloudpickle"}
    assert "trust_remote_code" not in path.read_text(encoding="utf-8")


def test_import_is_light() -> None:
    code = "import sys, nlp; print(sorted({m.split('.')[0] for m in sys.modules} & %r))" % (
        HEAVY | {"numpy", "trafilatura", "rich", "pydantic"}
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert found.strip() == "[]"


def test_public_names_are_sorted_and_there() -> None:
    assert nlp.__all__ == sorted(nlp.__all__)
    for name in nlp.__all__:
        assert getattr(nlp, name) is not None
    with pytest.raises(AttributeError):
        _ = nlp.nothing  # type: ignore[attr-defined]


def test_exit_codes_are_those_of_the_design() -> None:
    codes = {name: getattr(errors, name).exit_code for name in errors.__all__}
    assert codes == {
        "ConfigError": 3,
        "InputError": 4,
        "MissingExtraError": 6,
        "ModelFolderError": 5,
        "QualityGateError": 7,
        "SluglineError": 1,
        "UsageError": 2,
    }


def test_missing_extra_says_the_line_that_installs_it() -> None:
    assert 'pip install "slugline[parquet]"' in str(errors.MissingExtraError("Parquet", "parquet"))
