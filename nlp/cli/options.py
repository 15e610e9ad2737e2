"""Options that several commands share, each said once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "CleanOption",
    "DataOption",
    "DateColumnOption",
    "EmptyLabelsOption",
    "FiguresFormatOption",
    "ForceOption",
    "FormatOption",
    "IdColumnOption",
    "InputOption",
    "JobsOption",
    "LabelColumnOption",
    "LabelSeparatorOption",
    "LabelsColumnOption",
    "ModelOption",
    "OutputOption",
    "ReportOption",
    "ResumeOption",
    "SeedOption",
    "SourceColumnOption",
    "SourcesArgument",
    "TextColumnOption",
    "TitleColumnOption",
]


class Format(StrEnum):
    """Formats of results."""

    text = "text"
    jsonl = "jsonl"
    json = "json"
    csv = "csv"


class Input(StrEnum):
    """Formats of standard input."""

    auto = "auto"
    text = "text"
    html = "html"
    jsonl = "jsonl"
    csv = "csv"


class Clean(StrEnum):
    """When text is cleaned of page furniture."""

    auto = "auto"
    always = "always"
    never = "never"


class Listing(StrEnum):
    """Formats of lists about models."""

    text = "text"
    jsonl = "jsonl"


class EmptyLabels(StrEnum):
    """What an empty cell of labels means."""

    unjudged = "unjudged"
    none = "none"


class FiguresFormat(StrEnum):
    """Formats of figures."""

    text = "text"
    json = "json"


SourcesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE...",
        help="Files, folders, globs, or - for standard input: .txt .md .html .jsonl .csv .parquet, also .gz.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str,
    typer.Option("--model", metavar="NAME|DIR", envvar="SLUGLINE_MODEL", help="A shipped model, or a model folder."),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        envvar="SLUGLINE_FORMAT",
        help="Of the results; by the suffix of --output, else text.",
        show_default=False,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write to a file; rows that cannot be read go to FILE.errors.jsonl.",
        show_default=False,
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the output file.")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with an interrupted output file.")]
JobsOption = Annotated[
    int, typer.Option("--jobs", "-j", metavar="N", min=1, envvar="SLUGLINE_JOBS", help="Processes to work with.")
]
InputOption = Annotated[Input, typer.Option("--input", envvar="SLUGLINE_INPUT", help="Format of standard input.")]
CleanOption = Annotated[
    Clean,
    typer.Option(
        "--clean",
        envvar="SLUGLINE_CLEAN",
        help="Remove page furniture; auto does so for .txt, .md and plain standard input.",
    ),
]
TextColumnOption = Annotated[
    str | None,
    typer.Option("--text-column", metavar="NAME", help="Field with the text; else text."),
]
TitleColumnOption = Annotated[
    str | None,
    typer.Option("--title-column", metavar="NAME", help="Field with the title; else title."),
]
IdColumnOption = Annotated[str | None, typer.Option("--id-column", metavar="NAME", help="Field with the id; else id.")]
DateColumnOption = Annotated[
    str | None,
    typer.Option("--date-column", metavar="NAME", help="Field with the date; else date."),
]
SourceColumnOption = Annotated[
    str | None,
    typer.Option("--source-column", metavar="NAME", help="Field with the outlet; else source."),
]
DataOption = Annotated[
    str,
    typer.Option(
        "--data", metavar="FILE", help="Labelled articles: JSONL, CSV, TSV, Parquet, also .gz, or hub:owner/name."
    ),
]
LabelsColumnOption = Annotated[
    str, typer.Option("--labels-column", metavar="NAME", help="Field with the labels, a list or separated.")
]
LabelColumnOption = Annotated[
    list[str] | None,
    typer.Option("--label-column", metavar="LABEL", help="Column of 0 and 1 for a label; once for each label."),
]
LabelSeparatorOption = Annotated[
    str | None,
    typer.Option(
        "--label-separator", metavar="CHAR", help="Between labels in a cell; else | in CSV.", show_default=False
    ),
]
EmptyLabelsOption = Annotated[
    EmptyLabels, typer.Option("--empty-labels", help="What an empty cell of labels in CSV means: not judged, or none.")
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", metavar="DIR", help="Write a page and the numbers to a folder.")
]
FiguresFormatOption = Annotated[FiguresFormat, typer.Option("--format", help="Of the figures on standard output.")]
SeedOption = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of the resamples behind the intervals.")]
