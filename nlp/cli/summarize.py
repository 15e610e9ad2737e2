"""`slugline summarize`: each article in a few of its own sentences."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli import options
from nlp.config import DEFAULTS

__all__ = ["summarize"]


def summarize(
    sources: options.SourcesArgument,
    words: Annotated[
        int | None,
        typer.Option("--words", metavar="N", help="A target: whole sentences, near N words; 40 if no length is given."),
    ] = None,
    max_words: Annotated[int | None, typer.Option("--max-words", metavar="N", help="A hard limit.")] = None,
    sentences: Annotated[int | None, typer.Option("--sentences", metavar="N", help="A number of sentences.")] = None,
    about: Annotated[
        str | None, typer.Option("--about", metavar="LABEL|TEXT", help="What the summary shall be about.")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="NAME", envvar="SLUGLINE_METHOD", help="lead, textrank or lexrank."),
    ] = None,
    model: options.ModelOption = DEFAULTS.model,
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
    resume: options.ResumeOption = False,
    jobs: options.JobsOption = DEFAULTS.jobs,
    input: options.InputOption = options.Input.auto,
    clean: options.CleanOption = options.Clean.auto,
    text_column: options.TextColumnOption = None,
    title_column: options.TitleColumnOption = None,
    id_column: options.IdColumnOption = None,
    date_column: options.DateColumnOption = None,
    source_column: options.SourceColumnOption = None,
) -> None:
    """Sum each article up with sentences of its own.

    Give one of --words, --max-words and --sentences. With --about the summary is built from the sentences that carry
    that label of the model, or match that text.
    """
    from nlp.cli.session import output_options, resolve_output, run_batch
    from nlp.reading import ReadOptions
    from nlp.running.jobs import SummarizeJob

    target = resolve_output(output)
    reading = ReadOptions(
        input=input.value,
        clean=clean.value,
        text_column=text_column,
        title_column=title_column,
        id_column=id_column,
        date_column=date_column,
        source_column=source_column,
    )
    job = SummarizeJob(
        method=method,
        model=model,
        words=words,
        max_words=max_words,
        sentences=sentences,
        about=about,
        reading=reading,
        output=output_options(format, target),
    )
    run_batch(job, tuple(sources), output=target, force=force, resume=resume, jobs=jobs)
