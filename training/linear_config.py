"""The configuration of a linear model: a complete TOML file, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from nlp.errors import ConfigError
from nlp.inflections import JOINERS
from nlp.resources import find_shipped

__all__ = ["LinearConfig", "parse_config", "read_config"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearConfig:
    """How to train a linear model; the comments of `configs/linear.toml` say how each value was chosen.

    Attributes:
        kind: `"linear"`.
        name: What the model is called.
        min_articles: Articles that a term must occur in.
        max_terms: How many terms are kept, by how often they occur.
        forms: `"english"` counts the forms of a noun as one word, `"none"` each alone.
        title_weight: How often a term of the headline counts.
        stop_words: Terms of these words alone are left out.
        window_words: How many words of a text are scored at once; the first window of an article is learnt from.
        later_window_cost: What a window after the first must have more, in margin, to decide.
        passage_weight: What a passage that is marked as evidence weighs, in articles; 0 leaves the marks alone.
        cost: `C` of the support vector machine.
        folds: Folds of the cross-validation.
        seed: Of the folds and the solver.
        shrinkage: Articles' worth of trust in the common threshold; see `training.calibrate.choose_thresholds`.
        taxonomy: File of the labels, their order and definitions, relative to the configuration; empty if the labels
            are those of the data, in alphabetical order.
    """

    kind: str
    name: str
    min_articles: int
    max_terms: int
    forms: str
    title_weight: int
    stop_words: tuple[str, ...]
    window_words: int
    later_window_cost: float
    passage_weight: float
    cost: float
    folds: int
    seed: int
    shrinkage: float
    taxonomy: str


_RANGES: Mapping[str, tuple[float, float]] = {
    "min_articles": (1, 10**6),
    "max_terms": (1, 10**7),
    "title_weight": (0, 100),
    "window_words": (10, 10**9),
    "later_window_cost": (0, 1e6),
    "passage_weight": (0, 1e6),
    "cost": (1e-6, 1e6),
    "folds": (2, 100),
    "seed": (0, 2**32 - 1),
    "shrinkage": (0, 1e9),
}


def read_config(name_or_path: str | Path) -> LinearConfig:
    """Read a configuration: a shipped one by its name (`linear`, `affairs`), any other by its path.

    Raises:
        ConfigError: If there is no such file, or it is not a complete configuration of a linear model.
    """
    path = find_shipped("configs", f"{name_or_path}.toml") or Path(name_or_path)
    try:
        value = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not TOML ({error}).") from None
    return parse_config(value, file=str(path))


def parse_config(value: Mapping[str, Any], *, file: str) -> LinearConfig:
    """Build a configuration from parsed TOML.

    Args:
        value: The tables of the file.
        file: Its name, for messages.

    Raises:
        ConfigError: Names the key that is unknown, missing, or has a value that cannot be.
    """
    known = {field.name: str(field.type) for field in fields(LinearConfig)}
    if unknown := [key for key in value if key not in known]:
        raise ConfigError(f"{file}: unknown key {unknown[0]!r}.", hint=f"Known are {', '.join(known)}.")
    if missing := [key for key in known if key not in value]:
        raise ConfigError(
            f"{file}: lacks the key {missing[0]!r}.", hint="A configuration is complete: see linear.toml."
        )
    parsed = {key: _check(key, value[key], kind, file) for key, kind in known.items()}
    if parsed["kind"] != "linear":
        raise ConfigError(f"{file}: the kind is {parsed['kind']!r}, not 'linear'.")
    if parsed["forms"] not in JOINERS:
        raise ConfigError(f"{file}: forms is {parsed['forms']!r}, not one of {', '.join(JOINERS)}.")
    if parsed["taxonomy"]:
        parsed["taxonomy"] = str(Path(file).parent / parsed["taxonomy"])
    return LinearConfig(**parsed)


def _check(key: str, value: object, kind: str, file: str) -> Any:
    if kind == "float" and type(value) is int:
        value = float(value)
    if kind == "tuple[str, ...]":
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigError(f"{file}: {key} is not a list of strings.")
        return tuple(value)
    if type(value).__name__ != kind:
        raise ConfigError(f"{file}: {key} is {value!r}, not of the type {kind}.")
    if key in _RANGES and isinstance(value, int | float):
        low, high = _RANGES[key]
        if not low <= value <= high:
            raise ConfigError(f"{file}: {key} is {value}, not within {low} to {high:g}.")
    if key == "name" and not value:
        raise ConfigError(f"{file}: {key} is empty.")
    return value
