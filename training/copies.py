"""Near copies: wire stories that several outlets print, reprints with another dateline, shortened versions.

Two articles are near copies if they share at least half of their shingles, the sequences of five words: half of the
shorter one's, for a shortened copy has few of the longer one's. Where the shorter has fewer than 25 the measure is half
of all they have between them (Jaccard), for a stub of stock phrases lies within many articles.

Half was chosen on the shares of all pairs of two collections (6,600 articles of 733 outlets, 7,800 wire briefs), which
have two peaks. Articles that have only an outlet's standing text in common share up to 0.4 of the shorter; copies share
0.7 and more; few pairs lie around a half.

Candidates are found by MinHash and locality-sensitive hashing (datasketch), of the whole text and of its opening, and
then compared shingle by shingle. Copies that share less than a fifth of all their shingles and not the opening may be
missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.errors import MissingExtraError
from training.shingles import MIN_SHARE, Hashes, Shingles, hash_shingles, measure_share

__all__ = [
    "find_leaks",
    "group_near_copies",
    "near_copies_between",
    "unite",
]

_SAME_SHARE = 0.9  # so alike that one stands for both when others are compared
_BAND_ROWS = 2  # two texts with Jaccard 0.3 are candidates with probability 0.99, 0.2 with 0.86, 0.02 with 0.02
_WHOLE_HASHES, _OPENING_HASHES = 96, 64


def group_near_copies(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """The groups of near copies; a copy of a copy is in the group too.

    Args:
        texts: Texts of articles. Empty ones are copies of nothing.

    Returns:
        int64 (n_texts,), the number of each text's group, counted from 0 in the order in which the groups begin. The
        order of the texts does not change who is with whom.

    Raises:
        MissingExtraError: If datasketch is not installed.

    >>> body = "the ferry to the northern islands will sail again on monday after two weeks in dock"
    >>> group_near_copies([f"(Reuters) {body}", "the council met in the old town hall last night", f"OSLO {body}"])
    array([0, 1, 0])
    """
    shingled = [hash_shingles(text) for text in texts]
    pairs = list(_find_pairs(shingled))
    return unite(len(texts), pairs)


def unite(count: int, pairs: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """The connected parts of a graph.

    Args:
        count: Nodes.
        pairs: Nodes that belong together.

    Returns:
        int64 (count,), parts numbered in the order of their first nodes.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    parts = connected_components(graph, directed=False)[1]
    _, first, members = np.unique(parts, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[members], dtype=np.int64)


def find_leaks(train_texts: Sequence[str], test_texts: Sequence[str]) -> dict[int, int]:
    """For each test article that has a near copy in training, its number and that of its closest copy.

    Raises:
        MissingExtraError: If datasketch is not installed.
    """
    index = _Index()
    shingled = [hash_shingles(text) for text in train_texts]
    for number in _by_content(shingled):
        article = index.sign(shingled[number])
        if all(share < _SAME_SHARE for _, _, share in index.find(article)):
            index.add(number, article)
    leaks = {}
    for number, text in enumerate(test_texts):
        found = [(share, -other) for other, is_copy, share in index.find(index.sign(hash_shingles(text))) if is_copy]
        if found:
            leaks[number] = -max(found)[1]
    return leaks


def near_copies_between(train_texts: Sequence[str], test_texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which test articles have a near copy in training, bool (n_test,)."""
    found = np.zeros(len(test_texts), dtype=np.bool_)
    found[list(find_leaks(train_texts, test_texts))] = True
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Signed:
    whole: Hashes
    signatures: list[Any]


class _Index:
    """Finds the added texts that share shingles with another."""

    def __init__(self) -> None:
        try:
            from datasketch import MinHash, MinHashLSH
        except ImportError as error:
            raise MissingExtraError("Finding near copies", "train") from error

        self._new = MinHash
        self._added: dict[int, Hashes] = {}
        self._tables = [
            (
                MinHashLSH(num_perm=hashes, params=(hashes // _BAND_ROWS, _BAND_ROWS)),
                MinHash(num_perm=hashes, seed=1, scheme="affine32").permutations,
            )
            for hashes in (_WHOLE_HASHES, _OPENING_HASHES)
        ]

    def sign(self, shingles: Shingles) -> _Signed:
        """A text with its MinHash signatures, of the whole and of the opening; a text without words has none."""
        signatures = []
        for (_, permutations), hashes in zip(self._tables, (shingles.whole, shingles.opening), strict=True):
            if len(hashes):
                signature = self._new(
                    num_perm=len(permutations[0]), scheme="affine32", hashfunc=int, permutations=permutations
                )
                signature.update_batch((hashes >> np.uint64(32)).tolist())
                signatures.append(signature)
        return _Signed(whole=shingles.whole, signatures=signatures)

    def add(self, key: int, signed: _Signed) -> None:
        for (table, _), signature in zip(self._tables, signed.signatures, strict=False):
            table.insert(key, signature, check_duplication=False)
        self._added[key] = signed.whole

    def find(self, signed: _Signed) -> Iterator[tuple[int, bool, float]]:
        """Key of each candidate, whether it is a near copy, and the Jaccard similarity, in the order of the keys."""
        candidates: set[int] = set()
        for (table, _), signature in zip(self._tables, signed.signatures, strict=False):
            candidates.update(table.query(signature))
        size = len(signed.whole)
        for key in sorted(candidates):
            other = self._added[key]
            shared = len(np.intersect1d(signed.whole, other, assume_unique=True))
            is_copy = bool(measure_share(shared, size, len(other)) >= MIN_SHARE)
            yield key, is_copy, shared / (size + len(other) - shared)


def _find_pairs(shingled: Sequence[Shingles]) -> Iterator[tuple[int, int]]:
    """Pairs that hold the groups of near copies together."""
    index, seen = _Index(), dict[bytes, int]()
    for number in _by_content(shingled):
        content = shingled[number].whole.tobytes()
        if content in seen:
            yield seen[content], number
            continue
        seen[content] = number
        article = index.sign(shingled[number])
        stands_alone = True
        for other, is_copy, share in index.find(article):
            stands_alone &= share < _SAME_SHARE
            if is_copy:
                yield other, number
        if stands_alone:
            index.add(number, article)


def _by_content(shingled: Sequence[Shingles]) -> list[int]:
    """Numbers of the texts that have words, the longest first: an order that the rows' own does not change."""
    order = sorted(range(len(shingled)), key=lambda row: (-len(shingled[row].whole), shingled[row].whole.tobytes()))
    return [row for row in order if len(shingled[row].whole)]
