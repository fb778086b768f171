"""`digitocr read`: images in, a table out."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Annotated

import typer

from digitocr.cli.endings import end_at_once, ended_by
from digitocr.cli.load_options import DropOutColour, PdfDpi
from digitocr.cli.output_options import AsText, OutputForm, Statuses, Wide
from digitocr.options import (
    LOAD_DEFAULTS,
    READ_DEFAULTS,
    WORK_DEFAULTS,
    Engine,
    Layout,
    LoadOptions,
    LogFormat,
    ReadOptions,
    SecondReaderName,
    TextLayer,
    WorkLimits,
)

_INPUTS_HELP = "Files, folders, globs, @LIST (a file with one name a line), or - for one image on stdin."
Inputs = Annotated[list[str], typer.Argument(metavar="INPUTS...", help=_INPUTS_HELP, show_default=False)]


def read(
    context: typer.Context,
    inputs: Inputs,
    *,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="File or URL to write.", show_default="standard output"),
    ] = None,
    form: OutputForm = None,
    wide: Wide = False,
    statuses: Statuses = False,
    as_text: AsText = False,
    overlay: Annotated[
        Path | None,
        typer.Option(help="Folder to draw the pages in, with what was read where.", show_default=False),
    ] = None,
    debug: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder to draw the stages of reading in: maps, numbers, cut paths, candidates; "
            "not with --template.",
            show_default=False,
        ),
    ] = None,
    run_store: Annotated[
        Path | None,
        typer.Option(
            "--run",
            metavar="STORE",
            help="Keep all in this run store (.db) instead of writing a table: the same command again goes "
            "on where it stopped, `export` writes the table, `review` shows what waits.",
            show_default=False,
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="With --run, read also what is read already.")
    ] = False,
    layout: Annotated[
        Layout,
        typer.Option(help="page: find every number; line: an image is one number; digit: it is one digit."),
    ] = READ_DEFAULTS.layout,
    min_confidence: Annotated[
        float, typer.Option(min=0, max=1, help="Numbers less sure than this are marked for review.")
    ] = READ_DEFAULTS.min_confidence,
    n_best: Annotated[
        int, typer.Option(min=1, help="How many readings of a number to tell.")
    ] = READ_DEFAULTS.n_best,
    templates: Annotated[
        list[Path],
        typer.Option(
            "--template",
            "-t",
            metavar="FILE",
            help="Read the fields of this form (.toml); of several, the one that a page is.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    number_format: Annotated[
        list[str],
        typer.Option(
            "--format",
            metavar="NAME",
            help="Read only numbers of this format, or of one of several: us-zip, de-postal (any country), "
            "luhn, isbn, nl.bsn (check digits), %d%m%Y (dates). Of postal codes alone, the addressee's.",
            show_default=False,
        ),
    ] = [],  # noqa: B006
    pattern: Annotated[
        str | None,
        typer.Option(
            metavar="REGEX", help="Read only numbers that match this, such as [0-9]{5}.", show_default=False
        ),
    ] = READ_DEFAULTS.pattern,
    second_reader: Annotated[
        SecondReaderName | None,
        typer.Option(
            help="Ask another program's recogniser about what may be accepted; where it reads the same the "
            "confidence rises, where it reads other digits a person decides.",
            show_default=False,
        ),
    ] = READ_DEFAULTS.second_reader,
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Look into the folders in folders too.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="local|ADDRESS",
            help="Read on this Ray cluster into a folder of Parquet, --output; what is there is skipped.",
            show_default=False,
        ),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            help="Read every Nth input from the Ith on, one machine's share of N; see merge.",
            show_default=False,
        ),
    ] = None,
    pages: Annotated[
        str | None, typer.Option(help='Pages of PDF and TIFF, such as "1,3-5" or "2-".', show_default="all")
    ] = LOAD_DEFAULTS.pages,
    pdf_dpi: PdfDpi = LOAD_DEFAULTS.pdf_dpi,
    max_megapixels: Annotated[
        float, typer.Option(min=0, help="Refuse larger pages before decoding them.")
    ] = LOAD_DEFAULTS.max_megapixels,
    max_pages: Annotated[
        int, typer.Option(min=1, help="Refuse files of more pages.")
    ] = LOAD_DEFAULTS.max_pages,
    max_megabytes: Annotated[
        float, typer.Option(min=0, help="Refuse larger files before opening them.")
    ] = LOAD_DEFAULTS.max_megabytes,
    text_layer: Annotated[
        TextLayer, typer.Option(help="auto: numbers that a PDF has as text are taken from it.")
    ] = LOAD_DEFAULTS.text_layer,
    drop_out: DropOutColour = LOAD_DEFAULTS.drop_out,
    page_timeout: Annotated[
        float, typer.Option(min=0, metavar="S", help="Give up a page after so many seconds; 0 for never.")
    ] = WORK_DEFAULTS.page_timeout,
    max_memory: Annotated[
        int, typer.Option(min=0, metavar="MB", help="Memory of a process that reads; 0 for all (Linux).")
    ] = WORK_DEFAULTS.max_memory,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Processes that read; 0 for one a core.")
    ] = 1,
    model: Annotated[
        Path | None, typer.Option(help="A model's folder or file.", show_default="built in")
    ] = None,
    engine: Annotated[Engine, typer.Option(help="keras runs the .keras file itself.")] = "litert",
    log_format: Annotated[
        LogFormat, typer.Option(help="Form of the messages on stderr; json: an object a line.")
    ] = "text",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, failures or summary.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="A line for each file, and tracebacks.")
    ] = False,
) -> None:
    """Read the numbers in images, as CSV or JSON.

    Exit codes: 0 done; 3 some inputs failed, the output is complete; 4 no input could be read; 5 the output
    cannot be written; 6 the model is missing or does not fit; 2 wrong usage; 1 internal error; 130 Ctrl-C.
    """
    context.meta.update(verbose=verbose, log_format=log_format)
    # As in the worker processes: sums of floats come out the same, and NumPy, which is imported below,
    # starts no threads that have nothing to do.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    warnings.simplefilter("ignore")  # Pillow warns of odd tags
    with ended_by(end_at_once):
        from digitocr.batch.shard import WHOLE_BATCH, Shard
        from digitocr.batch.task import Settings
        from digitocr.cli.read_checks import check_debug, check_format, check_kept_elsewhere, check_output
        from digitocr.cli.read_to_table import Table, read_to_table
        from digitocr.cli.report import Talk
        from digitocr.cli.run_info import run_info
        from digitocr.io.inputs import expand

        settings = Settings(
            model=model,
            engine=engine,
            read=ReadOptions(
                layout=layout,
                min_confidence=min_confidence,
                n_best=n_best,
                format=tuple(number_format),
                pattern=pattern,
                templates=tuple(templates),
                second_reader=second_reader,
            ),
            load=LoadOptions(
                pages=pages,
                pdf_dpi=pdf_dpi,
                max_megapixels=max_megapixels,
                max_pages=max_pages,
                max_megabytes=max_megabytes,
                text_layer=text_layer,
                drop_out=drop_out,
            ),
            limits=WorkLimits(page_timeout=page_timeout, max_memory=max_memory),
            debug=debug,
        )
        talk = Talk(quiet=quiet, verbose=verbose, log_format=log_format)
        table = Table(
            output=output, form=form, wide=wide, statuses=statuses, as_text=as_text, overlay=overlay
        )
        check_format(number_format, pattern)
        check_debug(debug, templates)
        check_kept_elsewhere(table, run_store=run_store, ray=ray)
        run = run_info(settings, shard or "", talk)
        share = Shard.parse(shard) if shard else WHOLE_BATCH
        left_out: list[str] = []
        sources = share.of(expand(inputs, recursive=recursive, left_out=left_out))
        check_output(output, sources)
    if run_store:
        from digitocr.cli.read_into import read_to_store

        code = read_to_store(run_store, sources, settings, talk, shard=share, again=again, jobs=jobs)
    elif ray:
        from digitocr.cli.read_on_ray import read_on_ray

        code = read_on_ray(ray, sources, output or "", settings, run, talk)
    else:
        code = read_to_table(table, sources, settings, run, talk, jobs=jobs, left_out=left_out)
    raise typer.Exit(code)
