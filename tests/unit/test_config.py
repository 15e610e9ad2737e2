"""The user's configuration file."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.config import find_config_file, read_config_file
from nlp.errors import ConfigError

COMMANDS = {"classify": frozenset({"model", "jobs"})}


def test_values_by_command(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[classify]\nmodel = "mine"\njobs = 2\n')
    assert read_config_file(path, COMMANDS) == {"classify": {"model": "mine", "jobs": 2}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("model = ", "cannot be read"),
        ("[clasify]\n", "no command 'clasify'"),
        ("[classify]\nmodle = 'x'\n", "no option 'modle'"),
        ("classify = 1\n", "must be a table"),
        ("[classify]\nmodel = ['x']\n", "single value"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_faults_name_the_file(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError, match=said) as caught:
        read_config_file(path, COMMANDS)
    assert str(path) in str(caught.value)


def test_named_file_must_exist(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SLUGLINE_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(ConfigError, match=r"none\.toml"):
        find_config_file()


def test_file_in_the_users_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SLUGLINE_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert find_config_file() is None
    (tmp_path / "slugline").mkdir()
    (tmp_path / "slugline" / "config.toml").touch()
    assert find_config_file() == tmp_path / "slugline" / "config.toml"
