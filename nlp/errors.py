"""Errors a user can do something about.

    SluglineError              exit 1
    ├── UsageError             exit 2   the command or call is put wrongly
    ├── ConfigError            exit 3   a configuration file or value
    ├── InputError             exit 4   an article, a file, a data set
    ├── ModelFolderError       exit 5   a model folder: missing, corrupt or of another version
    ├── MissingExtraError      exit 6   an optional dependency is not installed
    └── QualityGateError       exit 7   a floor that was asked for is not reached

Only `nlp.cli` turns them into exit codes; everything else raises.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "ConfigError",
    "InputError",
    "MissingExtraError",
    "ModelFolderError",
    "QualityGateError",
    "SluglineError",
    "UsageError",
]


class SluglineError(Exception):
    """Base of all errors raised on purpose.

    Args:
        message: One sentence: what is wrong, with the file and line where there is one.
        hint: The way out, as a sentence; empty if there is nothing to suggest.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class UsageError(SluglineError):
    """The command line or a call is put wrongly."""

    exit_code = 2


class ConfigError(SluglineError):
    """A configuration file or a value in it is wrong."""

    exit_code = 3


class InputError(SluglineError):
    """Something that was to be read cannot be."""

    exit_code = 4


class ModelFolderError(SluglineError):
    """A model folder is missing, corrupt, or made for another version."""

    exit_code = 5


class MissingExtraError(SluglineError):
    """An optional dependency is not installed.

    Args:
        feature: What was asked for, as the subject of a sentence.
        extra: The extra of the `slugline` distribution that brings it.
    """

    exit_code = 6

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(
            f"{feature} needs packages that are not installed.",
            hint=f'Install them with: pip install "slugline[{extra}]"',
        )
        self.extra = extra


class QualityGateError(SluglineError):
    """A floor that was asked for is not reached."""

    exit_code = 7
