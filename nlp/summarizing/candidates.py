"""Which sentences of an article may stand in its summary.

Fields of tables come as they are, so bylines, captions and links to other stories are still in the text. A summary
has no use for them, nor for the headline, which its reader has before their eyes, nor for a sentence a second time.
"""

from __future__ import annotations

import re

from nlp.records import Article, Sentence
from nlp.sentences import split_sentences
from nlp.text import count_words, words

__all__ = ["find_candidates", "is_furniture"]

_ENDED = re.compile(r"[.!?\u2026:;][\"'\u201d\u2019)\]]*$")
_LINK = re.compile(
    r"(?:read|also read|see|read also|watch|listen|related|more|click|sign up|subscribe|follow us|share|advertisement"
    r"|enlarge this image|hide caption|toggle caption|story highlights|photo|image|video|update)\b[^.]{0,40}(?::|\||$)",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|from|posted by|written by)\s+[A-Z][^.!?]*$", re.IGNORECASE)
_CREDIT = re.compile(
    r"\((?:[^()]*/[^()]*|(?:AP|Reuters|AFP|Getty|File|Photo|Image)\b[^()]*|[^()]*\b(?:photo|image)s?)\)\W*$"
    r"|\b(?:Getty Images|REUTERS|AFP|AP Photo|Shutterstock)/\S|toggle caption|hide caption|/(?:AP|AFP|Getty|Reuters)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    # The place in capitals, or a place and its agency, then a dash: "CAIRO, Egypt (AP) \u2014 ", "Oslo (Reuters) - ".
    r"(?:[A-Z][A-Z.'\u2019\- ]+(?:[,/][^()\n\u2014\u2013]{1,40})?(?:\s*\([^()\n]{2,30}\))?"
    r"|[A-Z][\w.,'\u2019\- ]{1,40}\([A-Z][^()\n]{1,30}\))\s*(?:\u2014|\u2013|--?)\s*(?=\S)"
)
_MONTH = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*"
    r"|\d+(?:st|nd|rd|th|am|pm)?|am|pm|[a-z]{2,3}t|p|m|a|updated|published|at|gmt"
)
_MIN_WORDS_OPEN = 10
"""A line that no mark ends is taken for a sentence from this many words on: shorter ones are headings and bylines."""


def find_candidates(article: Article) -> tuple[Sentence, ...]:
    """The sentences that may stand in a summary, in source order, datelines cut off, each said once.

    An article all of whose lines look like furniture (a list, a poem) keeps them all.
    """
    sentences = split_sentences(article.text)
    plain = [sentence for sentence in sentences if not is_furniture(sentence.text)]
    if 2 * sum(count_words(sentence.text) for sentence in plain) < count_words(article.text):
        plain = [sentence for sentence in sentences if words(sentence.text)]
    title = tuple(words(article.title or ""))
    seen = {title} if title else set()
    found = []
    for sentence in plain:
        cut = _without_dateline(sentence)
        key = tuple(words(cut.text))
        if key and key not in seen:
            seen.add(key)
            found.append(cut)
    if not found:
        found = [sentence for sentence in sentences if words(sentence.text)][:1]
    return tuple(found)


def is_furniture(line: str) -> bool:
    """Whether a line is page furniture rather than a sentence of a story.

    >>> [is_furniture(line) for line in ("By Ada Quill", "READ MORE: Ferries stop", "The ferry sank.")]
    [True, True, False]
    """
    said = words(line)
    if not said or _CREDIT.search(line):
        return True
    if all(_MONTH.fullmatch(word) for word in said):
        return True
    if _LINK.match(line) and len(said) < 20:
        return True
    ended = _ENDED.search(line) is not None
    return not ended and (len(said) < _MIN_WORDS_OPEN or (_BYLINE.match(line) is not None and len(said) < 20))


def _without_dateline(sentence: Sentence) -> Sentence:
    match = _DATELINE.match(sentence.text)
    if match is None or count_words(sentence.text[match.end() :]) < 4:
        return sentence
    return Sentence(text=sentence.text[match.end() :], start=sentence.start + match.end(), end=sentence.end)
