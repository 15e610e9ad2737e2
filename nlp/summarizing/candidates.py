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

_ENDED = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*$")
_LINK = re.compile(
    r"(?:read|also read|see|see also|watch|listen|related|more|click|sign up|subscribe|follow us|share|advertisement"
    r"|enlarge this image|photos?|image|video|editor's note)\b[^.]{0,40}(?::|\||$)|.*\bread more$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|from|posted by|written by)\s+[A-Z][^.!?]*$", re.IGNORECASE)
_AGENCIES = r"AP|AFP|Reuters|Getty|EPA|Xinhua|Shutterstock|iStock"
_CREDIT = re.compile(
    rf"\((?:[^()]*/[^()]*\b(?:{_AGENCIES}|photo|pool|images?)\b[^()]*|(?:{_AGENCIES}|file|photo|image)\b[^()]*"
    rf"|[^()]*\b(?:photo|image)s?)\)\W*$|\b(?:Getty Images|REUTERS|AFP|AP Photo)/\S|/(?:{_AGENCIES})\b"
    r"|\b(?:toggle|hide) caption\b|^file photo\b|^In this (?:[^.]|\.(?! [A-Z])){0,50}\bphoto\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\w=[\"']|https?://\S+$|[{}<>]{2}|\b(?:autoplay|iframe)\b")
_PLACE = r"[A-Z][\w.'\u2019\-]*(?: [A-Z][\w.'\u2019\-]*){0,3}"
_DASH = r" ?(?:\u2014|\u2013|--|-(?=\s))"
_OPENING = re.compile(
    # What stands before a story's first word: "CAIRO, Egypt (AP) \u2014 ", "Oslo (Reuters) - ", "(CNN) ".
    rf"(?:(?:{_PLACE}(?:[,/] ?{_PLACE}){{0,2}},? )?[(\[]{_PLACE}[)\]](?:{_DASH}| ?:)"
    rf"|(?:{_PLACE}(?:, ?{_PLACE})? )?\([A-Z]{{2,8}}\)"
    rf"|[A-Z][A-Z.'\u2019\-]{{2,}}(?: [A-Z.'\u2019\-]{{2,}}){{0,3}}(?:[,/] ?[A-Z][\w.,'\u2019 \-]{{1,40}}?)?{_DASH}"
    rf"|{_PLACE}, {_PLACE}{_DASH}"
    r"|Story highlights|[\-\u2022\u25cf\u25aa*\u00b7](?=\s))\s*(?=[\"'\u201c\u2018(\d]?\w)"
)
_TIME = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*"
    r"|\d+(?:st|nd|rd|th|am|pm)?|am|pm|[a-z]{2,3}t|p|m|a|updated|published|posted|on|at|gmt"
)
_MIN_WORDS_OPEN = 10
"""A line that no mark ends is taken for a sentence from this many words on: shorter ones are headings and bylines."""

_HEADING_CAPITALS = 0.8
_MIN_WORDS_AFTER_OPENING = 3


def find_candidates(
    article: Article, *, max_sentences: int, spread: bool = True
) -> tuple[tuple[Sentence, ...], tuple[str, ...]]:
    """The sentences that may stand in a summary, in source order, each said once, and what to warn of.

    Datelines and bullets before them are cut off. An article that looks like furniture for the better part (a list,
    a poem) keeps all its lines.

    Args:
        article: The article.
        max_sentences: How many to look at.
        spread: Of longer texts, look at so many spread evenly, the first included, rather than at the first so many.
    """
    first: dict[str, Sentence] = {}
    for sentence in split_sentences(article.text):
        first.setdefault(sentence.text, sentence)
    distinct = list(first.values())
    sentences, warnings = _spread(distinct, max_sentences) if spread else (distinct[:max_sentences], ())
    plain = [sentence for sentence in sentences if not is_furniture(sentence.text)]
    plain = _without_captions(article.text, sentences, plain)
    if 2 * sum(len(sentence.text) for sentence in plain) < sum(len(sentence.text) for sentence in sentences):
        plain = [sentence for sentence in sentences if words(sentence.text)]
    title = tuple(words(article.title or ""))
    seen = {(), title}
    found = []
    for sentence in plain:
        cut = _without_opening(sentence)
        key = tuple(words(cut.text))
        if key not in seen:
            seen.add(key)
            found.append(cut)
    if not found:
        found = plain[:1] or sentences[:1]
    return tuple(found), warnings


def is_furniture(line: str) -> bool:
    """Whether a line is page furniture rather than a sentence of a story.

    >>> [is_furniture(line) for line in ("By Ada Quill", "READ MORE: Ferries stop", "The ferry sank.")]
    [True, True, False]
    """
    said = words(line)
    if not said or _CREDIT.search(line) or _MARKUP.search(line):
        return True
    if all(_TIME.fullmatch(word) for word in said) or sum(word.isdigit() for word in said) > len(said) / 2:
        return True
    if len(said) < 20 and _LINK.match(line):
        return True
    if _ENDED.search(line):
        return False
    return len(said) < _MIN_WORDS_OPEN or (len(said) < 20 and _BYLINE.match(line) is not None) or _is_heading(line)


def _without_captions(text: str, sentences: list[Sentence], plain: list[Sentence]) -> list[Sentence]:
    """Drop what stands before a photographer's credit on the same line: the credit alone looks like one."""
    lines = {text.rfind("\n", 0, s.start): s.start for s in sentences if s.text[0] == "(" and _CREDIT.search(s.text)}
    return [s for s in plain if s.start >= lines.get(text.rfind("\n", 0, s.start), 0)]


def _is_heading(line: str) -> bool:
    """Whether All Words but the Short Ones Begin With Capitals."""
    long = [word for word in re.findall(r"[^\W\d_]+", line) if len(word) > 3]
    return sum(1 for word in long if word[0].isupper()) > _HEADING_CAPITALS * len(long)


def _without_opening(sentence: Sentence) -> Sentence:
    match = _OPENING.match(sentence.text)
    if match is None or count_words(sentence.text[match.end() :]) < _MIN_WORDS_AFTER_OPENING:
        return sentence
    return Sentence(text=sentence.text[match.end() :], start=sentence.start + match.end(), end=sentence.end)


def _spread(sentences: list[Sentence], limit: int) -> tuple[list[Sentence], tuple[str, ...]]:
    n = len(sentences)
    if n <= limit:
        return sentences, ()
    # Index i of `limit` lies at i (n - 1) / (limit - 1), in whole numbers: the same on every machine.
    picked = [sentences[i * (n - 1) // max(1, limit - 1)] for i in range(limit)]
    return picked, (f"the text has {n} different sentences: {limit} of them, spread evenly, were looked at",)
