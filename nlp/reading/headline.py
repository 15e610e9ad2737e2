"""Dates as pages write them, and what a headline looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date as calendar_date

__all__ = ["find_date", "looks_like_headline", "same_headline"]

_MONTH_NAMES = (
    ("jan", "january", "januar", "janeiro", "enero", "janvier", "gennaio", "januari", "ene"),
    ("feb", "february", "februar", "fevereiro", "febrero", "février", "febbraio", "februari", "fev"),
    ("mar", "march", "märz", "março", "marzo", "mars", "maart", "maret"),
    ("apr", "april", "abril", "avril", "aprile", "abr"),
    ("may", "mai", "maio", "mayo", "maggio", "mei"),
    ("jun", "june", "juni", "junho", "junio", "juin", "giugno"),
    ("jul", "july", "juli", "julho", "julio", "juillet", "luglio"),
    ("aug", "august", "agosto", "août", "augustus", "agustus", "ago"),
    ("sep", "sept", "september", "setembro", "septiembre", "septembre", "settembre", "set"),
    ("oct", "october", "oktober", "outubro", "octubre", "octobre", "ottobre", "okt", "out"),
    ("nov", "november", "novembro", "noviembre", "novembre"),
    ("dec", "december", "dezember", "dezembro", "diciembre", "décembre", "dicembre", "desember", "dic", "dez"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_DATE = re.compile(
    r"(?<![\w.])(?:"
    r"(?P<year1>(?:19|20)\d\d)[-/.](?P<month1>\d\d?)[-/.](?P<day1>\d\d?)(?=t|\b)"
    r"|(?P<day2>\d\d?)(?:st|nd|rd|th|\.|º)?\s+(?:de\s+)?(?P<month2>[^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(?P<year2>(?:19|20)\d\d)\b"
    r"|(?P<month3>[^\W\d_]{3,10})\.?\s+(?P<day3>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year3>(?:19|20)\d\d)\b"
    r"|(?P<first4>\d\d?)[./](?P<second4>\d\d?)[./](?P<year4>(?:19|20)\d\d)\b)"
)
_MAX_DATELINE_CHARS = 200


def find_date(lines: Iterable[str]) -> str | None:
    """The first date with day, month and year in lines of furniture, as YYYY-MM-DD.

    Of 04/05/2019 nobody can tell the month: such a date is passed over, unless one of its numbers is above twelve or
    both are equal.

    >>> find_date(["By A. Novak", "Saturday, November 23, 2019, 21:35"])
    '2019-11-23'
    """
    for line in lines:
        for match in _DATE.finditer(line[:_MAX_DATELINE_CHARS].lower()):
            found = _read_date(match)
            if found:
                return found
    return None


def _read_date(match: re.Match[str]) -> str | None:
    part = match.groupdict()
    if part["year1"]:
        year, month, day = part["year1"], int(part["month1"]), part["day1"]
    elif part["year2"]:
        year, month, day = part["year2"], _MONTHS.get(part["month2"], 0), part["day2"]
    elif part["year3"]:
        year, month, day = part["year3"], _MONTHS.get(part["month3"], 0), part["day3"]
    else:
        first, second = int(part["first4"]), int(part["second4"])
        if first <= 12 and second <= 12 and first != second:
            return None
        year, month, day = part["year4"], min(first, second), str(max(first, second))
    try:
        return calendar_date(int(year), month, int(day)).isoformat()
    except ValueError:
        return None


_NOT_A_HEADLINE = re.compile(
    r"^\W*(?:by\s|posted|published|updated|photo|image|copyright|share|read more|see also|story highlights|listen to|"
    r"watch|advertisement|subscribe|sign|home\b|menu\b|\d[\d\s:.,/-]*$)|[|»›>]|https?://|©|\b(?:photo|getty|reuters|afp)\b|"
    r"\(ap\b|\b(?:click|newsletter|cookies?|facebook|twitter)\b|\d\d?:\d\d",
    re.IGNORECASE,
)
_TWO_SENTENCES = re.compile(r"[^\W\d_]{4}[.!]['\"”’)]*\s")
_FULL_STOP = re.compile(r"(?<!\.\.)[.,:;]['\"”’)]*$")


def looks_like_headline(line: str) -> bool:
    """Whether a line may be a headline by its shape: three to thirty words, no full stop, no mark of furniture.

    >>> looks_like_headline("Harbour workers end three-week strike")
    True
    """
    line = line.strip()
    words = len(line.split())
    return (
        3 <= words <= 30
        and len(line) <= 250
        and not any(pattern.search(line) for pattern in (_FULL_STOP, _TWO_SENTENCES, _NOT_A_HEADLINE))
    )


def same_headline(a: str, b: str) -> bool:
    """Whether two lines are the same headline, the one perhaps with the site's name after it."""
    first, second = (re.sub(r"\W+", "", line.lower()) for line in (a, b))
    return bool(first) and (first == second or (len(first) > 20 and second.startswith(first)))
