"""Forms of one word: which of them a model counts as the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["JOINERS", "join_english_forms"]

_MIN_STEM = 3


def join_english_forms(word: str) -> str:
    """The word without a possessive or plural ending: one string for the forms of a noun, not always a word itself.

    >>> [join_english_forms(word) for word in ("tariffs", "country's", "countries", "crisis", "press", "us")]
    ['tariff', 'country', 'country', 'crisis', 'press', 'us']
    """
    if word.endswith("'s") and len(word) > _MIN_STEM:
        word = word[:-2]
    if word.endswith("ies") and len(word) > _MIN_STEM + 1:
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > _MIN_STEM and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


JOINERS: Mapping[str, Callable[[str], str]] = {"english": join_english_forms, "none": str}
"""By the name that a configuration gives."""
