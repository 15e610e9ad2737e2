"""Made-up copied pages: training articles with furniture of our own around and between their paragraphs.

Sixty real pages hold few of each kind of furniture: some have no READ MORE line at all, most no comments. Made-up pages
teach the kinds; the real ones say how well that went. Furniture is filled in from lists of our own writing, from other
articles' titles (related stories) and from other articles' sentences (teasers, comments).
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["MadePage", "PageMaker"]

BEFORE, BODY, INSIDE, AFTER, HEADLINE = range(5)
"""Classes of lines, as in `nlp.reading.line_model.CLASSES`."""

_LISTS = tomllib.loads(Path(__file__).with_name("page_furniture.toml").read_text(encoding="utf-8"))
_TAG_LINES = ("Tags:", "Topics", "{tag}", "{tag2}, {tag}", "#{tag}")
_TEASER_CHARS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """A made-up page: its lines that are not blank, how many blank lines precede each, and each line's class."""

    lines: tuple[str, ...]
    blanks_before: tuple[int, ...]
    classes: tuple[int, ...]


class PageMaker:
    """Makes pages around articles.

    Args:
        titles: Titles of other articles, for related stories.
        sentences: Sentences of other articles, for teasers and comments.
        seed: The same seed makes the same pages.
    """

    def __init__(self, titles: Sequence[str], sentences: Sequence[str], *, seed: int) -> None:
        self._titles = titles
        self._sentences = sentences
        self._random = random.Random(seed)  # noqa: S311  # nothing here is secret

    def make(self, title: str, text: str) -> MadePage:
        """A page around an article; how much furniture there is, and in what layout, is drawn anew each time."""
        draw = self._random
        spaced = draw.random() < 0.75  # blank lines between blocks
        bullets = draw.random() < 0.6  # list marks in menus
        page: list[tuple[list[str], int, bool]] = []  # lines, class, whether each line stands alone

        def add(lines: list[str], kind: int, *, apart: bool = False) -> None:
            if lines:
                page.append((lines, kind, apart))

        weight = draw.choice((0.15, 0.5, 1.0, 1.0))  # how heavy the page is
        for _ in range(int(draw.randint(0, 6) * weight)):
            add(self._menu(bullets=bullets), BEFORE)
        add(self._some(_LISTS["above"], int(5 * weight) + 1), BEFORE, apart=draw.random() < 0.5)
        self._head(add, title, bullets=bullets)
        self._story(add, text, bullets=bullets)
        self._tail(add, weight, title, bullets=bullets)
        return self._lay_out(page, spaced=spaced)

    def _fill(self, template: str) -> str:
        """A template with invented people, places and times; a name in capitals asks for the value in capitals."""
        pick = self._pick
        person = f"{pick('first_names')} {pick('last_names')}"
        values = {
            **{name: pick(f"{name}s") for name in ("day", "site", "tag")},
            "name": person,
            "name2": f"{pick('first_names')} {pick('last_names')}",
            "handle": person.lower().replace(" ", self._random.choice(("", "_"))),
            "agency": pick("agencies"),
            "city": pick("cities"),
            "tag2": pick("tags"),
            "title": self._random.choice(self._titles),
            "n": str(self._random.randint(2, 400)),
            **self._draw_times(),
        }
        return template.format_map(values | {name.upper(): value.upper() for name, value in values.items()})

    def _pick(self, name: str) -> str:
        return str(self._random.choice(_LISTS[name]))

    def _draw_times(self) -> dict[str, str]:
        draw = self._random
        year, number, day = draw.randint(2003, 2025), draw.randint(1, 12), draw.randint(1, 28)
        hour, minute = draw.randint(0, 23), draw.randint(0, 59)
        month = str(_LISTS["months"][number - 1])
        short = month[:3]
        dates = (
            f"{month} {day}, {year}", f"{day} {month} {year}", f"{short} {day}, {year}", f"{short}. {day}, {year}",
            f"{day:02d}/{number:02d}/{year}", f"{day} {short} {year}", f"{year}-{number:02d}-{day:02d}",
            f"{day}.{number}.{year}",
        )  # fmt: skip
        clock = (f"{hour:02d}:{minute:02d}", f"{hour % 12 or 12}:{minute:02d} {'PM' if hour >= 12 else 'AM'}")
        iso = f"{year}-{number:02d}-{day:02d}T{hour:02d}:{minute:02d}:00Z"
        return {"year": str(year), "date": draw.choice(dates), "time": draw.choice(clock), "iso": iso}

    def _some(self, templates: Sequence[str], most: int) -> list[str]:
        chosen = self._random.sample(templates, min(len(templates), self._random.randint(0, most)))
        return [line for template in chosen for line in self._fill(template).split("\n")]

    def _menu(self, *, bullets: bool) -> list[str]:
        draw = self._random
        items = draw.choice(_LISTS["menus"]).split("|")
        items = items[: draw.randint(3, len(items))]
        if draw.random() < 0.15:
            return [draw.choice((" | ", " ", " • ", "   ")).join(items)]
        mark = draw.choice(("* ", "* ", "+ ", "o ")) if bullets else ""
        return [mark + item for item in items] + (["*"] * draw.randint(0, 5) if bullets and draw.random() < 0.4 else [])

    def _share_lines(self, *, bullets: bool) -> list[str]:
        mark = "* " if bullets and self._random.random() < 0.7 else ""
        return [mark + line for line in self._some(_LISTS["share"], 7)]

    def _caption(self) -> list[str]:
        draw = self._random
        scene, credit = self._fill(self._pick("captions")), self._fill(self._pick("credits"))
        how = draw.random()
        if draw.random() < (
            0.4 if how < 0.6 else 0.1
        ):  # a caption may be a sentence like any other, but for its credit
            scene = draw.choice(self._sentences)
        if how < 0.6:
            return [f"{scene} {credit}"]
        return [scene, credit] if how < 0.8 else [scene] if how < 0.9 else [credit]

    def _head(self, add: Callable[..., None], title: str, *, bullets: bool) -> None:
        draw = self._random
        blocks: list[list[str]] = [
            self._some(_LISTS["breadcrumbs"], 1),
            [title] if title and draw.random() < 0.9 else [],
        ]
        dated = self._some(_LISTS["datelines"], 3)
        if dated and draw.random() < 0.25:  # once more, all in one line
            dated.append(" ".join(dated))
        rest = [
            dated,
            self._share_lines(bullets=bullets),
            self._caption() if draw.random() < 0.7 else [],
        ]
        if draw.random() < 0.25:  # a standfirst, which is not of the body
            rest.append([draw.choice(self._sentences)])
        if draw.random() < 0.2:
            rest.append([f"* {draw.choice(self._sentences)}" for _ in range(draw.randint(2, 3))])
        draw.shuffle(rest)
        if draw.random() < 0.2:
            blocks.insert(1, rest.pop())
        for block in (*blocks, *rest):
            add(block, HEADLINE if block == [title] else BEFORE, apart=draw.random() < 0.4)

    def _story(self, add: Callable[..., None], text: str, *, bullets: bool) -> None:
        draw = self._random
        paragraphs = [line for line in text.split("\n") if line.strip()]
        wrapped = "\n\n" not in text and len(paragraphs) > 3
        rate = draw.choice((0.0, 0.1, 0.25, 0.4))
        repeated = self._caption()
        for i, paragraph in enumerate(paragraphs):
            add([paragraph], BODY, apart=not wrapped)
            if i == len(paragraphs) - 1 or wrapped:
                continue
            if draw.random() < rate:
                lines = repeated if draw.random() < 0.1 else self._interrupt(bullets=bullets)
                add(lines, INSIDE, apart=draw.random() < 0.5)
            if draw.random() < 0.04:
                self._list(add)

    def _interrupt(self, *, bullets: bool) -> list[str]:
        """Furniture between two paragraphs."""
        draw = self._random
        kind = draw.random()
        if kind < 0.4:
            return [self._fill(self._pick("read_more")) for _ in range(draw.choice((1, 1, 1, 2, 3)))]
        if kind < 0.66:
            return self._caption()
        if kind < 0.78:
            return self._some(_LISTS["interruptions"], 2)
        if kind < 0.92:
            return self._fill(self._pick("boxes")).split("\n")
        if kind < 0.96:
            return self._share_lines(bullets=bullets)
        return self._related(draw.randint(2, 4), bullets=bullets)

    def _list(self, add: Callable[..., None]) -> None:
        """Short lines that are of the story: headings, lists, prices, questions and answers."""
        draw = self._random
        size, style = draw.randint(1, 12), draw.random()
        titles = [draw.choice(self._titles) for _ in range(size)]
        short = [" ".join(title.split()[: draw.randint(2, 8)]) for title in titles]
        if style < 0.35:
            lines = short[:1]
        elif style < 0.55:
            lines = [f"* {line}" for line in short]
        elif style < 0.7:
            lines = [f"{i}{draw.choice('.)')} {line}" for i, line in enumerate(short, start=1)]
        elif style < 0.8:
            lines = [f"{line}: {draw.randint(2, 900)}{draw.choice(('%', ' points', ' euros', ''))}" for line in short]
        elif style < 0.9:
            lines = [x for line in short for x in (f"Q: {line}?", f"A: {draw.choice(self._sentences)}")]
        else:
            lines = [x for i, line in enumerate(short, start=1) for x in (f"{i}. {line}", draw.choice(self._sentences))]
        add(lines, BODY, apart=draw.random() < 0.5)

    def _related(self, size: int, *, bullets: bool, heading: bool = True) -> list[str]:
        draw = self._random
        lines = [self._fill(draw.choice(_LISTS["related_headings"]))] if heading else []
        mark = draw.choice(("* ", "", "- ")) if bullets else ""
        teasers, dates = draw.random() < 0.3, draw.random() < 0.3
        for i in range(size):
            lines.append(
                f"{i + 1}. " * (mark == "- ")
                + mark.strip("- ") * (mark != "- ")
                + (" " if mark == "* " else "")
                + draw.choice(self._titles)
            )
            if teasers:
                sentence = draw.choice(self._sentences)
                lines.append(sentence if draw.random() < 0.6 else sentence[:_TEASER_CHARS].rstrip() + "...")
            if dates:
                lines.append(self._fill(draw.choice(("{date}", "{n}h ago", "{tag}", "{name}", "{date} {time}"))))
        return lines

    def _comment_block(self) -> list[str]:
        draw = self._random
        lines = self._some(_LISTS["comments"], 5)
        for _ in range(draw.choice((0, 0, 1, 3, 6))):
            lines.append(self._fill(draw.choice(("{name}", "{handle}", "{name} says:", "{handle} • {n} days ago"))))
            lines += self._some(("{n} hours ago", "{date} at {time}", "{date}"), 1)
            lines += [
                " ".join(draw.choices(self._sentences, k=draw.randint(1, 3))) for _ in range(draw.choice((1, 1, 2)))
            ]
            lines += self._some(("Reply", "Like", "{n} likes", "Report", "Reply Share", "Upvote {n}"), 2)
        return lines

    def _tail(self, add: Callable[..., None], weight: float, title: str, *, bullets: bool) -> None:
        draw = self._random
        blocks = [
            self._some(_LISTS["about_author"], 2), self._share_lines(bullets=bullets), self._some(_TAG_LINES, 3),
            self._comment_block() if draw.random() < 0.5 else [],
            [title, *self._some(_LISTS["datelines"], 1)] if title and draw.random() < 0.1 else [],
        ]  # fmt: skip
        blocks += [self._related(draw.randint(2, 8), bullets=bullets) for _ in range(int(draw.randint(0, 5) * weight))]
        blocks += [[draw.choice(self._titles)] for _ in range(draw.choice((0, 0, 2)))]
        draw.shuffle(blocks)
        blocks += [self._some(_LISTS["below"], 6)] + [
            self._menu(bullets=bullets) for _ in range(int(draw.randint(0, 4) * weight))
        ]
        if draw.random() < 0.4:
            blocks.append(self._some(_LISTS["below"], 4))
        for block in blocks:
            add(block, AFTER, apart=draw.random() < 0.35)

    def _lay_out(self, page: Sequence[tuple[list[str], int, bool]], *, spaced: bool) -> MadePage:
        draw = self._random
        lines, blanks, classes = [], [], []
        for block, kind, apart in page:
            for i, line in enumerate(block):
                if not line.strip():
                    continue
                gap = spaced and (i == 0 or apart)
                lines.append(line)
                blanks.append(0 if not lines[1:] or not gap else draw.choice((1, 1, 1, 1, 2)))
                classes.append(kind)
        return MadePage(lines=tuple(lines), blanks_before=tuple(blanks), classes=tuple(classes))
