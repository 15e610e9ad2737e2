"""What a person reads: a block for each article, with colours where they are wanted."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from nlp.text import printable
from nlp.writing.record import Record

__all__ = ["TextWriter"]

_BAR_CELLS = 10


class TextWriter:
    """Writes a record as a few lines: headline, labels with scores and their sentences, summary, warnings."""

    def __init__(self, *, colour: bool, width: int) -> None:
        self._colour = colour
        self._width = max(40, width)

    def head(self) -> str:
        return ""

    def join(self) -> str:
        return "\n"

    def foot(self) -> str:
        return ""

    def piece(self, record: Record) -> str:
        buffer = io.StringIO()
        console = Console(
            file=buffer,
            width=self._width,
            force_terminal=self._colour,
            color_system="standard" if self._colour else None,
            highlight=False,
            soft_wrap=False,
            legacy_windows=False,
        )
        fields: dict[str, Any] = dict(record)
        title = fields["title"] or fields["id"]
        console.print(Text(printable(title), style="bold"))
        about = [fields["date"], fields["source"], fields["id"] if fields["title"] else None]
        if line := " · ".join(printable(part) for part in about if part):
            console.print(Text(line, style="dim"))
        if "labels" in fields:
            console.print(_labels(fields))
        if "summary" in fields:
            text = printable(fields["summary"]["text"])
            console.print(
                Padding(Text(text, style="italic") if text else Text("(nothing to sum up)", style="dim"), (0, 2))
            )
        if "text" in fields:
            for paragraph in filter(None, map(printable, fields["text"].split("\n"))):
                console.print(Padding(Text(paragraph), (0, 4)))
        for warning in fields["warnings"]:
            console.print(Padding(Text(f"note: {printable(warning)}", style="yellow"), (0, 2)))
        return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def _labels(fields: Mapping[str, Any]) -> Table | Padding:
    scores: Mapping[str, float] = fields["scores"]
    if not scores and not fields["labels"]:
        return Padding(Text("no topic", style="dim"), (0, 2))
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(justify="right")
    table.add_column(overflow="fold", ratio=1)
    on = list(fields["labels"])
    for label in [*on, *sorted(scores.keys() - set(on), key=lambda label: -scores[label])]:
        score = scores[label]
        proofs = fields.get("evidence", {}).get(label, [])
        said = Text(f"“{printable(proofs[0]['text'])}”") if proofs else Text(_bar(score), style="cyan")
        style = "bold green" if label in on else "dim"
        table.add_row(" ", Text(printable(label), style=style), f"{score:.2f}", said)
    return table


def _bar(score: float) -> str:
    return "█" * round(score * _BAR_CELLS)
