"""Shingles: the sequences of five words of a text, hashed, and how much of them two texts share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlp.text import words

__all__ = ["MIN_SHARE", "Hashes", "Shingles", "hash_shingles", "measure_share"]

MIN_SHARE: Final = 0.5
"""Share of shingles from which two articles are near copies."""

Hashes = npt.NDArray[np.uint64]

_SHINGLE_WORDS = 5
_FEW_SHINGLES = 25
_OPENING_SHINGLES = 100
_MAX_CHARS = 1_000_000  # a book; what is beyond is not compared, so that memory stays bounded

# Scripts without blanks between words: Thai, Lao, Burmese, Khmer, kana, Han. Each character counts as a word.
_UNSEGMENTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_ANY_UNSEGMENTED = re.compile(f"[{_UNSEGMENTED}]")
_UNSEGMENTED_PIECES = re.compile(f"[{_UNSEGMENTED}]|[^{_UNSEGMENTED}]+")

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse; 2**64 by the golden ratio


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shingles:
    """The hashed shingles of a text: `whole` sorted, without repeats; `opening` those of its first words."""

    whole: Hashes
    opening: Hashes


def measure_share(shared: npt.ArrayLike, size: npt.ArrayLike, other: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The share of shingles in common that decides, by the numbers of shingles that two texts share and have."""
    shared, size, other = np.asarray(shared, dtype=np.float64), np.asarray(size), np.asarray(other)
    shorter = np.minimum(size, other)
    shared = np.minimum(shared, shorter)  # an estimate may be more
    return np.asarray(shared / np.where(shorter >= _FEW_SHINGLES, shorter, size + other - shared))


def hash_shingles(text: str) -> Shingles:
    """Hash every sequence of five words, of a shorter text all its words together.

    The hash of a sequence is the polynomial of its bytes modulo 2**64, read off the sums of all prefixes (Karp and
    Rabin 1987), then mixed, for its low bits are weak.
    """
    text = text[:_MAX_CHARS]
    tokens = words(text)
    if not text.isascii() and _ANY_UNSEGMENTED.search(text):
        tokens = [piece for token in tokens for piece in _UNSEGMENTED_PIECES.findall(token)]
    if not tokens:
        return Shingles(whole=np.zeros(0, dtype=np.uint64), opening=np.zeros(0, dtype=np.uint64))
    data = np.frombuffer((" ".join(tokens) + " ").encode("utf-8", "surrogatepass"), dtype=np.uint8)
    bounds = np.concatenate([[0], np.flatnonzero(data == ord(" ")) + 1])
    powers, inverses = _powers(len(data))
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum((data.astype(np.uint64) + 1) * powers)])
    length = min(_SHINGLE_WORDS, len(tokens))
    starts, ends = bounds[:-length], bounds[length:]
    hashes = _mix((sums[ends] - sums[starts]) * inverses[starts])
    return Shingles(whole=np.unique(hashes), opening=np.unique(hashes[:_OPENING_SHINGLES]))


def _powers(length: int) -> tuple[Hashes, Hashes]:
    """Powers of the base and of its inverse, uint64 (at least `length`,) each; the longest asked for is kept."""
    kept = _POWERS[0]
    if len(kept[0]) < length:
        rounded = 1 << (length - 1).bit_length()
        bases = (_BASE, pow(_BASE, -1, 2**64))
        kept = tuple(np.cumprod(np.array([1] + [base] * (rounded - 1), dtype=np.uint64)) for base in bases)
        _POWERS[0] = kept
    return kept[0][:length], kept[1][:length]


_POWERS: list[Any] = [(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64))]


def _mix(values: Hashes) -> Hashes:
    """The finalizer of MurmurHash3: every bit of the value has a say in every bit of the result."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))
