"""What a model folder keeps of its training articles, so that near copies of them are known without their texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nlp.artifact.tensors import pack_tensors, unpack_tensors
from training.shingles import MIN_SHARE, Hashes, hash_shingles, measure_share

__all__ = ["SIGNATURES_FILE", "match_signatures", "pack_signatures"]

SIGNATURES_FILE = "copies.safetensors"
"""What the file is called in a model folder."""

_SIGNATURE_HASHES = 30
_LAST_BITS = 0xFFFF
_MAX_SIGNATURES = 50_000  # 3.6 MB
_MIN_HITS = 4  # fewer can be chance


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
        short = _shorten(hash_shingles(texts[row]).whole)
        kept = short[:_SIGNATURE_HASHES]
        hashes[at, : len(kept)] = kept & _LAST_BITS
        sizes[at], limits[at] = len(short), kept[-1] if len(kept) else 0
    return pack_tensors({"hashes": hashes, "limits": limits, "sizes": sizes, "rows": rows})


def match_signatures(packed: bytes, texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """The training article that each text is a near copy of, by signatures.

    An estimate: where two texts share 0.7 of the shorter's shingles 99 in 100 are found, where they share 0.3 one in
    60. Shortened copies are found down to an eighth of the length.

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
        short = _shorten(hash_shingles(text).whole)
        low = np.searchsorted(values, (short & _LAST_BITS), "left")
        high = np.searchsorted(values, (short & _LAST_BITS), "right")
        lengths = high - low
        at = np.repeat(low - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        others = owners[at][np.repeat(short, lengths) <= limits[owners[at]]]
        others, hits = np.unique(others, return_counts=True)
        enough = hits >= np.minimum(_MIN_HITS, kept[others])
        others, hits = others[enough], hits[enough]
        shares = measure_share(hits * sizes[others] / kept[others], len(short), sizes[others])
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


def _shorten(whole: Hashes) -> npt.NDArray[np.int64]:
    """The upper halves of hashes, sorted and without repeats."""
    return np.unique((whole >> np.uint64(32)).astype(np.int64))
