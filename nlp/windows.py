"""Windows of a long text for an encoder: whole sentences, as many as fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.encoder import SentenceEncoder
from nlp.records import Sentence

__all__ = ["MAX_WINDOWS", "Windows", "pack_windows"]

MAX_WINDOWS = 64
"""Windows of one article that are read: some 12,000 words of 256 tokens each."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The windows of a text that are to be read.

    Attributes:
        spans: Half-open character ranges of the text, in order.
        n_skipped: Windows of the text that are left out because there are too many; to be warned of.
    """

    spans: tuple[Span, ...]
    n_skipped: int = 0


def pack_windows(
    encoder: SentenceEncoder,
    text: str,
    sentences: Sequence[Sentence],
    *,
    max_tokens: int | None = None,
    max_windows: int = MAX_WINDOWS,
) -> Windows:
    """Pack sentences into windows that the encoder reads whole.

    Each window holds as many whole sentences, one after another, as fit. A sentence that is longer than a window is cut
    between words into several. Of too many windows some are left out evenly, never the first.

    Args:
        encoder: Counts the tokens.
        text: The text.
        sentences: Its sentences in order, none overlapping.
        max_tokens: Tokens of a window, special ones among them; the encoder's own number if `None` or larger.
        max_windows: Windows to read, at least 1.

    Returns:
        The windows; all characters of the sentences are in one of them, or in one of the `n_skipped`. None if there is
        no sentence.
    """
    limit = min(max_tokens or encoder.max_tokens, encoder.max_tokens) - encoder.n_special
    if limit < 1 or max_windows < 1:
        raise ValueError("a window needs room for a token, and there must be at least one window")
    pieces = [piece for one in sentences for piece in _cut(encoder, text, (one.start, one.end), limit)]
    spans = tuple(_pack(encoder, text, pieces, limit))
    if len(spans) <= max_windows:
        return Windows(spans=spans)
    kept = tuple(spans[number * len(spans) // max_windows] for number in range(max_windows))
    return Windows(spans=kept, n_skipped=len(spans) - max_windows)


def _count(encoder: SentenceEncoder, text: str, span: Span) -> int:
    return len(encoder.tokenize(text[slice(*span)]).ids)


def _cut(encoder: SentenceEncoder, text: str, span: Span, limit: int) -> Iterator[tuple[Span, int]]:
    """Pieces of a sentence that fit a window, with their numbers of tokens."""
    start, end = span
    while start < end:
        tokens = encoder.tokenize(text[start:end])
        if len(tokens.ids) <= limit or end - start == 1:
            yield (start, end), len(tokens.ids)
            return
        words = tokens.word_ids
        at = next((at for at in range(limit, 0, -1) if words[at] != words[at - 1]), limit)
        stop = start + max(1, min(tokens.offsets[at][0], end - start - 1))
        while (number := _count(encoder, text, (start, stop))) > limit and stop - start > 1:
            stop = start + (stop - start) // 2  # part of a word can have more tokens than it had inside the word
        yield (start, stop), number
        start = stop


def _pack(encoder: SentenceEncoder, text: str, pieces: Sequence[tuple[Span, int]], limit: int) -> Iterator[Span]:
    group: list[Span] = []
    room = limit
    for span, number in pieces:
        if group and number > room:
            yield from _close(encoder, text, group, limit)
            group, room = [], limit
        group.append(span)
        room -= number
    if group:
        yield from _close(encoder, text, group, limit)


def _close(encoder: SentenceEncoder, text: str, group: list[Span], limit: int) -> Iterator[Span]:
    whole = (group[0][0], group[-1][1])
    if len(group) == 1 or _count(encoder, text, whole) <= limit:
        yield whole
    else:  # what stands between sentences has tokens of its own, or words grew together
        middle = len(group) // 2
        yield from _close(encoder, text, group[:middle], limit)
        yield from _close(encoder, text, group[middle:], limit)
