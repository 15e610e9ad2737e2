"""`slugline classify`: which topics each article is about."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli import options
from nlp.config import DEFAULTS

__all__ = ["classify"]


def classify(
    sources: options.SourcesArgument,
    model: options.ModelOption = DEFAULTS.model,
    evidence: Annotated[bool, typer.Option("--evidence", help="Show the sentences that carry each label.")] = False,
    scores: Annotated[bool, typer.Option("--scores", help="Show the scores of all labels.")] = False,
    summary: Annotated[bool, typer.Option("--summary", help="Sum each article up in about forty words.")] = False,
    text: Annotated[bool, typer.Option("--text", help="Put the text that offsets count in into the record.")] = False,
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
    """Say which topics each article is about: none, one or many.

    One record an article, in input order. With --evidence each label comes with the sentences that carry it.
    """
    from nlp.cli.session import output_options, resolve_output, run_batch
    from nlp.reading import ReadOptions
    from nlp.running.jobs import ClassifyJob

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
    job = ClassifyJob(
        model=model,
        evidence=evidence,
        all_scores=scores,
        summary=summary,
        text=text,
        reading=reading,
        output=output_options(format, target),
    )
    run_batch(job, tuple(sources), output=target, force=force, resume=resume, jobs=jobs)
