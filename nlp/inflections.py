"""Forms of one word: which of them a model counts as the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["JOINERS", "join_english_forms"]

_MIN_STEM = 3


def join_english_forms(word: str) -> str:
    """The word without possessive and plural endings: one string for the forms of a noun, not always a word itself.

    >>> [join_english_forms(word) for word in ("tariffs", "country's", "countries", "crisis", "press", "us")]
    ['tariff', 'country', 'country', 'crisis', 'press', 'us']
    """
    while (shorter := _cut_ending(word)) != word:
        word = shorter
    return word


def _cut_ending(word: str) -> str:
    if len(word) <= _MIN_STEM or not word.endswith("s"):
        return word
    if word.endswith("'s"):
        return word[:-2]
    if word.endswith("ies") and len(word) > _MIN_STEM + 1:
        return word[:-3] + "y"
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


JOINERS: Mapping[str, Callable[[str], str]] = {"english": join_english_forms, "none": str}
"""By the name that a model's settings give; applied twice they change nothing."""
