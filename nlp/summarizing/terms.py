"""The words of a sentence that carry its matter, in a form in which a word's inflections look alike."""

from __future__ import annotations

import re
from functools import lru_cache

from nlp.text import words

__all__ = ["STOP_WORDS", "content_words", "is_english", "stem"]

STOP_WORDS = frozenset(
    re.split(
        r"\s+",
        """a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each even few for from further had has have having he her here
    hers herself him himself his how however i if in into is it its itself just like many may me might more most much
    must my myself no nor not now of off on once one only or other our ours out over own per said same say says she
    should since so some still such than that the their theirs them themselves then there these they this those
    through to too under until up upon us very was we were what when where whether which while who whom whose why will
    with within without would yet you your yours mr mrs ms dr""",
    )
)
"""Function words of English, and the reporting verbs and forms of address that news repeats."""

_TELLING = frozenset(
    ("the", "of", "and", "to", "that", "is", "with", "by", "from", "have", "was", "were", "has", "had")
)
_LOOK_AT = 2000
_MIN_JUDGED = 30
_MIN_TELLING = 0.06

_ENDING = re.compile(
    r"(.{4,}?)(?:(?:ational|ation|ating|ated?|ional|ion|ical|ally|ement|ment|ness|ity|ing|ist|ism|ied|al|er|or)s?|[ei]es|ed|ly|[sey]"
    r"|'(?:s|re|ve|ll|d)?)"
)
"""The longest ending that leaves four letters."""

_MAX_ENDINGS = 3


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A folded word without its endings; British and American spellings of -our fall together.

    >>> stem("labourers") == stem("labor"), stem("negotiations") == stem("negotiate")
    (True, True)
    """
    word = word.replace("our", "or")
    for _ in range(_MAX_ENDINGS):
        match = _ENDING.fullmatch(word)
        if match is None:
            break
        word = match.group(1)
    return word


def content_words(text: str) -> list[str]:
    """The stems of a text's words, in order, function words and single characters left out.

    >>> content_words("The ministers were negotiating.") == [stem("minister"), stem("negotiate")]
    True
    """
    return [stem(word) for word in words(text) if len(word) > 1 and word not in STOP_WORDS]


def is_english(text: str) -> bool:
    """Whether a text looks like English, by its first words; short texts get the benefit of the doubt.

    Its letters are Latin, and of its words several in a hundred are among the commonest of English alone (typically
    one in five; fewer in tables of earnings).

    >>> is_english("Le conseil a vot\u00e9 la loi hier dans la nuit, et la ville en parle encore aujourd'hui. " * 3)
    False
    """
    beginning = text[:_LOOK_AT]
    letters = sum(map(str.isalpha, beginning))
    if 2 * sum(char.isascii() and char.isalpha() for char in beginning) < letters:
        return False
    said = words(beginning)
    return len(said) < _MIN_JUDGED or sum(word in _TELLING for word in said) >= _MIN_TELLING * len(said)
