"""Sentences with offsets."""

from __future__ import annotations

import re

from nlp.records import Sentence

__all__ = ["split_sentences"]


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order; placeholder rule until the measured splitter stands here."""
    found = []
    for match in re.finditer(r"\S[^\n]*?(?:[.!?][\"'\u201d\u2019)]*(?=\s|$)|(?=\n|$))", text):
        found.append(Sentence(text=match.group(), start=match.start(), end=match.end()))
    return tuple(found)
