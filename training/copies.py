"""Near copies: wire stories that several outlets print, reprints with another dateline, shortened versions.

Two articles are near copies if they share at least half of their shingles, the sequences of five words: half of the
shorter one's, for a shortened copy has few of the longer one's. Where the shorter has fewer than 25 the measure is half
of all they have between them (Jaccard), for a stub of stock phrases lies within many articles.

Half was chosen on the shares of all pairs of two collections (6,600 articles of 733 outlets, 7,800 wire briefs), which
have two peaks. Articles that have only an outlet's standing text in common share up to 0.4 of the shorter; copies share
0.7 and more; there is next to nothing around a half.

Candidates are found by MinHash and locality-sensitive hashing (datasketch), of the whole text and of its opening, and
then compared shingle by shingle. Copies that share less than a tenth of all their shingles and not the opening may be
missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from nlp.artifact.tensors import pack_tensors, unpack_tensors
from nlp.errors import MissingExtraError
from nlp.text import words

__all__ = [
    "MIN_SHARE",
    "find_leaks",
    "group_near_copies",
    "match_signatures",
    "near_copies_between",
    "pack_signatures",
    "unite",
]

MIN_SHARE: Final = 0.5
"""Share of shingles from which two articles are near copies."""

_SHINGLE_WORDS = 5
_FEW_SHINGLES = 25
_SAME_SHARE = 0.9  # so alike that one stands for both when others are compared
_OPENING_SHINGLES = 100
_BAND_ROWS = 2  # of a pair with Jaccard 0.2 the whole text is a candidate with probability 0.93, of 0.02 with 0.03
_WHOLE_HASHES, _OPENING_HASHES = 96, 64

_SIGNATURE_HASHES = 30
_LAST_BITS = 0xFFFF
_MAX_SIGNATURES = 50_000  # 3.6 MB
_MIN_HITS = 4  # fewer can be chance

# Scripts without blanks between words: Thai, Lao, Burmese, Khmer, kana, Han. Each character counts as a word.
_UNSEGMENTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_ANY_UNSEGMENTED = re.compile(f"[{_UNSEGMENTED}]")
_UNSEGMENTED_PIECES = re.compile(f"[{_UNSEGMENTED}]|[^{_UNSEGMENTED}]+")

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse; 2**64 by the golden ratio
_Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Shingles:
    """The hashed shingles of a text: `whole` sorted, without repeats; `opening` those of its first words."""

    whole: _Hashes
    opening: _Hashes


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
    shingled = [_shingle(text) for text in texts]
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
    shingled = [_shingle(text) for text in train_texts]
    for number in _by_content(shingled):
        article = index.sign(shingled[number])
        if all(share < _SAME_SHARE for _, _, share in index.find(article)):
            index.add(number, article)
    leaks = {}
    for number, text in enumerate(test_texts):
        found = [(share, -other) for other, is_copy, share in index.find(index.sign(_shingle(text))) if is_copy]
        if found:
            leaks[number] = -max(found)[1]
    return leaks


def near_copies_between(train_texts: Sequence[str], test_texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which test articles have a near copy in training, bool (n_test,)."""
    found = np.zeros(len(test_texts), dtype=np.bool_)
    found[list(find_leaks(train_texts, test_texts))] = True
    return found


def pack_signatures(texts: Sequence[str]) -> bytes:
    """What a model folder keeps of its training articles so that near copies of them are known: 72 bytes each.

    Of every text the 30 smallest of its shingles' hashes are kept (Broder 1997, a sketch of fixed size), of these the
    last 16 bits and the largest in full. Of more than 50,000 texts 50,000 are kept, evenly spread.

    Returns:
        A safetensors file: `hashes` uint16 (n, 30), `limits` uint32 (n,), the largest hash that is kept, `sizes` uint32
        (n,), how many shingles there are, and `rows` uint32 (n,), the number of the text.
    """
    rows = np.unique(np.linspace(0, max(len(texts) - 1, 0), min(len(texts), _MAX_SIGNATURES)).astype(np.uint32))
    hashes = np.zeros((len(rows), _SIGNATURE_HASHES), dtype=np.uint16)
    limits, sizes = np.zeros(len(rows), dtype=np.uint32), np.zeros(len(rows), dtype=np.uint32)
    for at, row in enumerate(rows):
        short = _shorten(_shingle(texts[row]).whole)
        kept = short[:_SIGNATURE_HASHES]
        hashes[at, : len(kept)] = kept & _LAST_BITS
        sizes[at], limits[at] = len(short), kept[-1] if len(kept) else 0
    return pack_tensors({"hashes": hashes, "limits": limits, "sizes": sizes, "rows": rows})


def match_signatures(packed: bytes, texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """The training article that each text is a near copy of, by signatures.

    An estimate: where two texts share 0.7 of the shorter's shingles 99 in 100 are found, where they share 0.3 one in
    80. Shortened copies are found down to an eighth of the length.

    Args:
        packed: What `pack_signatures` gave.
        texts: Texts of other articles.

    Returns:
        int64 (n_texts,), the number of the closest training article, -1 where there is none.

    Raises:
        ValueError: If the bytes are not such a file; the message is the end of a sentence that begins with its name.
    """
    hashes, limits, sizes, rows = _unpack_signatures(packed)
    kept = np.minimum(sizes, _SIGNATURE_HASHES)
    there = np.arange(_SIGNATURE_HASHES) < kept[:, None]
    values, owners = hashes[there], np.nonzero(there)[0]
    order = np.argsort(values, kind="stable")
    values, owners = values[order], owners[order]
    found = np.full(len(texts), -1, dtype=np.int64)
    for number, text in enumerate(texts):
        short = _shorten(_shingle(text).whole)
        low = np.searchsorted(values, (short & _LAST_BITS), "left")
        high = np.searchsorted(values, (short & _LAST_BITS), "right")
        lengths = high - low
        at = np.repeat(low - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        others = owners[at][np.repeat(short, lengths) <= limits[owners[at]]]
        others, hits = np.unique(others, return_counts=True)
        enough = hits >= np.minimum(_MIN_HITS, kept[others])
        others, hits = others[enough], hits[enough]
        shares = _share(hits * sizes[others] / kept[others], len(short), sizes[others])
        if len(shares) and shares.max() >= MIN_SHARE:
            found[number] = rows[others[np.argmax(shares)]]
    return found


def _unpack_signatures(packed: bytes) -> list[npt.NDArray[np.int64]]:
    """Hashes (n, 30), limits, sizes and rows (n,) of a file that is not trusted."""
    tensors = unpack_tensors(
        packed,
        {
            "hashes": (np.uint16, (None, _SIGNATURE_HASHES)),
            "limits": (np.uint32, (None,)),
            "sizes": (np.uint32, (None,)),
            "rows": (np.uint32, (None,)),
        },
    )
    if len({len(array) for array in tensors.values()}) > 1:
        raise ValueError("holds signatures of another form than this version reads")
    return [tensors[name].astype(np.int64) for name in ("hashes", "limits", "sizes", "rows")]


def _shorten(whole: _Hashes) -> npt.NDArray[np.int64]:
    """The upper halves of hashes, sorted and without repeats."""
    return np.unique((whole >> np.uint64(32)).astype(np.int64))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Signed:
    whole: _Hashes
    signatures: list[Any]


class _Index:
    """Finds the added texts that share shingles with another."""

    def __init__(self) -> None:
        try:
            from datasketch import MinHash, MinHashLSH
        except ImportError as error:
            raise MissingExtraError("Finding near copies", "train") from error

        self._new = MinHash
        self._added: dict[int, _Hashes] = {}
        self._tables = [
            (
                MinHashLSH(num_perm=hashes, params=(hashes // _BAND_ROWS, _BAND_ROWS)),
                MinHash(num_perm=hashes, seed=1, scheme="affine32").permutations,
            )
            for hashes in (_WHOLE_HASHES, _OPENING_HASHES)
        ]

    def sign(self, shingles: _Shingles) -> _Signed:
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
            is_copy = bool(_share(shared, size, len(other)) >= MIN_SHARE)
            yield key, is_copy, shared / (size + len(other) - shared)


def _find_pairs(shingled: Sequence[_Shingles]) -> Iterator[tuple[int, int]]:
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


def _by_content(shingled: Sequence[_Shingles]) -> list[int]:
    """Numbers of the texts that have words, the longest first: an order that the rows' own does not change."""
    order = sorted(range(len(shingled)), key=lambda row: (-len(shingled[row].whole), shingled[row].whole.tobytes()))
    return [row for row in order if len(shingled[row].whole)]


def _share(shared: npt.ArrayLike, size: npt.ArrayLike, other: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The share of shingles in common that decides, by the numbers of shingles that two texts share and have."""
    shared, size, other = np.asarray(shared, dtype=np.float64), np.asarray(size), np.asarray(other)
    shorter = np.minimum(size, other)
    shared = np.minimum(shared, shorter)  # an estimate may be more
    return np.asarray(shared / np.where(shorter >= _FEW_SHINGLES, shorter, size + other - shared))


def _shingle(text: str) -> _Shingles:
    """Hash every sequence of five words, of a shorter text all its words together.

    The hash of a sequence is the polynomial of its bytes modulo 2**64, read off the sums of all prefixes (Karp and
    Rabin 1987), then mixed, for its low bits are weak.
    """
    tokens = words(text)
    if not text.isascii() and _ANY_UNSEGMENTED.search(text):
        tokens = [piece for token in tokens for piece in _UNSEGMENTED_PIECES.findall(token)]
    if not tokens:
        return _Shingles(whole=np.zeros(0, dtype=np.uint64), opening=np.zeros(0, dtype=np.uint64))
    data = np.frombuffer((" ".join(tokens) + " ").encode("utf-8", "surrogatepass"), dtype=np.uint8)
    bounds = np.concatenate([[0], np.flatnonzero(data == ord(" ")) + 1])
    powers, inverses = _powers(len(data))
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum((data.astype(np.uint64) + 1) * powers)])
    length = min(_SHINGLE_WORDS, len(tokens))
    starts, ends = bounds[:-length], bounds[length:]
    hashes = _mix((sums[ends] - sums[starts]) * inverses[starts])
    return _Shingles(whole=np.unique(hashes), opening=np.unique(hashes[:_OPENING_SHINGLES]))


def _powers(length: int) -> tuple[_Hashes, _Hashes]:
    """Powers of the base and of its inverse, uint64 (at least `length`,) each; the longest asked for is kept."""
    kept = _POWERS[0]
    if len(kept[0]) < length:
        rounded = 1 << (length - 1).bit_length()
        bases = (_BASE, pow(_BASE, -1, 2**64))
        kept = tuple(np.cumprod(np.array([1] + [base] * (rounded - 1), dtype=np.uint64)) for base in bases)
        _POWERS[0] = kept
    return kept[0][:length], kept[1][:length]


_POWERS: list[Any] = [(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64))]


def _mix(values: _Hashes) -> _Hashes:
    """The finalizer of MurmurHash3: every bit of the value has a say in every bit of the result."""
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return values ^ (values >> np.uint64(33))
