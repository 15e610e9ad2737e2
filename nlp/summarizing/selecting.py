"""Choosing sentences under a length, and turning the choice into a summary."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from nlp.records import Article, Sentence, Summary, SummarySentence
from nlp.summarizing.base import Length
from nlp.summarizing.terms import STOP_WORDS
from nlp.text import count_words, words

_CLAUSE_END = re.compile(r"\s+(?:\u2014|\u2013|-)\s|[,;:](?=\s|$)")

__all__ = ["choose", "cut_to", "make_summary"]


def choose(
    n_words: Sequence[int], length: Length, *, patience: int, repeats: Callable[[int, int], bool] = lambda _a, _b: False
) -> list[int]:
    """Indices of the sentences to take, in the order of preference that they are given in.

    Under `words` the first is always taken, of those that are not too long alone if there are any; each later one if
    it brings the total nearer to the target.

    Args:
        n_words: Words of each sentence, the best first.
        length: The length asked for.
        patience: Stop at so many sentences in a row that do not fit: what comes later is not worth its words.
        repeats: Whether two sentences, by index, say the same: the later one is passed over.

    Returns:
        Indices in order of preference; empty only if there is no sentence, or none within `max_words`.

    >>> choose([12, 12, 12, 12], Length(words=40), patience=3)
    [0, 1, 2]
    >>> choose([90, 35, 30, 5], Length(words=40), patience=3)
    [1, 3]
    """
    target = length.words or length.max_words or sum(n_words)
    longest = length.longest or target
    fitting = [i for i, count in enumerate(n_words) if count <= longest]
    if not fitting and length.words is not None and n_words:
        return [min(range(len(n_words)), key=n_words.__getitem__)]
    chosen: list[int] = []
    total = misfits = 0
    for index in fitting:
        if len(chosen) == length.sentences or total == target or misfits == patience:
            break
        after = total + n_words[index]
        if chosen and (after > longest or abs(after - target) >= abs(total - target)):
            misfits += 1
        elif not any(repeats(index, other) for other in chosen):
            chosen.append(index)
            total, misfits = after, 0
    return chosen


def cut_to(sentence: Sentence, max_words: int) -> Sentence:
    """The beginning of a sentence within a limit of words: to the last clause that fits, else to a word that can end.

    >>> cut_to(Sentence(text="The ferry, built in the north, sank.", start=0, end=36), 6).text
    'The ferry, built in the north'
    >>> cut_to(Sentence(text="Ministers agreed to send the ship.", start=0, end=34), 5).text
    'Ministers agreed to send'
    """
    ends = [match.end() for match in re.finditer(r"\S+", sentence.text)][:max_words]
    kept = sentence.text[: ends[-1]]
    clauses = [match.start() for match in _CLAUSE_END.finditer(sentence.text) if match.start() <= ends[-1]]
    if clauses and 2 * count_words(kept[: clauses[-1]]) >= max_words:
        kept = kept[: clauses[-1]]
    else:
        while len(ends) > 1 and all(word in STOP_WORDS for word in words(kept[ends[-2] :])):
            ends.pop()
            kept = kept[: ends[-1]]
    kept = kept.rstrip(" \n,;:\u2014\u2013-") or kept
    return Sentence(text=kept, start=sentence.start, end=sentence.start + len(kept))


def make_summary(
    article: Article, sentences: Sequence[Sentence], *, method: str, warnings: Sequence[str] = ()
) -> Summary:
    """A summary of whole sentences of an article, which are put in source order."""
    kept = sorted(sentences, key=lambda sentence: sentence.start)
    parts = tuple(
        SummarySentence(
            text=" ".join(article.text[sentence.start : sentence.end].split()), spans=((sentence.start, sentence.end),)
        )
        for sentence in kept
    )
    return Summary(text=" ".join(part.text for part in parts), sentences=parts, method=method, warnings=tuple(warnings))
