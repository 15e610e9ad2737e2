"""Defaults of the command line, and the file a user may keep theirs in.

Precedence: command line, then SLUGLINE_* environment variables, then the configuration file, then `Defaults`.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.errors import ConfigError

__all__ = ["DEFAULTS", "Defaults", "find_config_file", "read_config_file"]

_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where nothing else is said."""

    model: str = "affairs"
    words: int = 40
    jobs: int = 1
    text_width: int = 100


DEFAULTS = Defaults()


def find_config_file() -> Path | None:
    """The file named by SLUGLINE_CONFIG, else `slugline/config.toml` in the user's configuration folder.

    `None` if there is neither. The working folder is not looked in: a folder of articles from elsewhere must not change
    what slugline does.

    Raises:
        ConfigError: If SLUGLINE_CONFIG names a file that does not exist.
    """
    if named := os.environ.get("SLUGLINE_CONFIG"):
        if not Path(named).is_file():
            raise ConfigError(f"{named}: no such file.", hint="SLUGLINE_CONFIG names it.")
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
    path = Path(home, "slugline", "config.toml")
    return path if path.is_file() else None


def read_config_file(path: Path, commands: dict[str, frozenset[str]]) -> dict[str, dict[str, Any]]:
    """The values a configuration file gives to the options of each command.

    The file is TOML with a table for each command, `[classify]` for instance, whose keys are the long options with
    underscores.

    Args:
        path: The file.
        commands: For each command the options that a file may set.

    Raises:
        ConfigError: If the file cannot be read, or names a command or an option that does not exist.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigError(f"{path}: larger than {_MAX_BYTES} bytes, which no configuration is.")
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}.") from error
    for command, values in content.items():
        if command not in commands:
            raise ConfigError(
                f"{path}: there is no command {command!r}.", hint=f"Tables: {', '.join(sorted(commands))}."
            )
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: {command} must be a table.", hint=f"Write [{command}] on a line of its own.")
        for key, value in values.items():
            if key not in commands[command]:
                known = ", ".join(sorted(commands[command]))
                raise ConfigError(f"{path}: [{command}] has no option {key!r}.", hint=f"Options: {known}.")
            if not isinstance(value, str | int | float | bool):
                raise ConfigError(f"{path}: [{command}] {key} must be a single value.")
    return content
