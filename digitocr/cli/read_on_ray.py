"""`digitocr read --ray`: inputs read on a Ray cluster, into a folder of Parquet files."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import typer

from digitocr.batch.logs import log_failure
from digitocr.batch.tally import Tally
from digitocr.batch.task import Settings
from digitocr.cli.report import Talk, reporting
from digitocr.cluster.parts import inputs_done, plan_parts
from digitocr.cluster.ray import connect, read_parts
from digitocr.errors import OutputError
from digitocr.io.remote import check_url, is_url
from digitocr.output.write import RunInfo
from digitocr.records import PageFailure


def read_on_ray(
    address: str,
    sources: Sequence[str | PageFailure],
    folder: str,
    settings: Settings,
    run: RunInfo,
    talk: Talk,
) -> int:
    """Read what the folder does not have yet, tell on stderr how it goes; the exit code of the command."""
    if is_url(folder):
        check_url(folder)
    else:
        folder = str(_made(Path(folder)))
    done = inputs_done(folder, run)
    parts = list(plan_parts(sources, folder, done))
    left = sum(len(part.sources) for part in parts)
    tally = Tally()
    if parts:
        workers = connect(address)
        with reporting(talk, bar=True) as advance:
            for of_part, failures in read_parts(parts, _anywhere(settings), run, workers=workers):
                tally.join(of_part)
                for failure in failures:
                    log_failure(failure)
                advance(tally.files, left)
    if not talk.quiet:
        skipped = len(sources) - left
        text = f"{tally.summary}{f'; {skipped} read before' if skipped else ''}"
        typer.echo(talk.message(text, **asdict(tally), skipped=skipped), err=True)
    return tally.exit_code


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}); name another folder") from error
    return folder.absolute()


def _anywhere(settings: Settings) -> Settings:
    """Settings whose paths do not depend on the folder that a process is in."""
    templates = tuple(template.absolute() for template in settings.read.templates)
    model = settings.model and settings.model.absolute()
    return replace(settings, model=model, read=replace(settings.read, templates=templates))
