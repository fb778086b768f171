"""Many inputs into a run store: what is there already is skipped, each file is saved as it is read."""

import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from digitocr.batch.isolation import needs_isolation
from digitocr.batch.muted import native_stderr_muted
from digitocr.batch.run import ReportProgress, read_documents
from digitocr.batch.shard import WHOLE_BATCH, Shard
from digitocr.batch.task import PageOutcome, ReadPages, Settings, open_reader
from digitocr.records import Document, Page, PageResult
from digitocr.store.crops import cut_crops
from digitocr.store.events import user_name
from digitocr.store.saving import RunSettings, register_run, save
from digitocr.store.sources import Input, Stamp, Which, due, name_of, path_of, register
from digitocr.store.store import Store


def run_of(settings: Settings) -> RunSettings:
    """How inputs are read, with a fingerprint that changes with the model, the options or a template.

    Raises:
        ModelError: the model is missing or does not fit its contract.
    """
    import digitocr
    from digitocr.recognition.classifier import borrowed_parts, find_model, model_name
    from digitocr.recognition.contract import CONTRACT_FILE, read_contract

    file = find_model(settings.model, settings.engine)
    contract = read_contract(file.parent / CONTRACT_FILE)
    card = (file.parent / CONTRACT_FILE).read_text("utf-8")
    options = {**asdict(settings.load), **asdict(settings.read)}
    templates = [_template_sha256(settings, n) for n in range(len(settings.read.templates))]
    borrowed = borrowed_parts(contract) if settings.read.layout != "digit" else []
    built_in = find_model(None).with_name(CONTRACT_FILE).read_text("utf-8") if borrowed else ""
    bearing = [card, built_in, settings.engine, {**options, "templates": templates}]
    return RunSettings(
        hashlib.sha256(json.dumps(bearing, default=str).encode()).hexdigest(),
        digitocr.__version__,
        model_name(contract, file, borrowed),
        str(Path.cwd()),
        str(settings.model) if settings.model else None,
        settings.engine,
        card,
        options,
    )


def _template_sha256(settings: Settings, number: int) -> str:
    """The SHA-256 of a template and of the files beside it that it names; '' where it cannot be read."""
    import tomllib

    path = settings.read.templates[number]
    try:
        written = path.read_bytes()
        table = tomllib.loads(written.decode("utf-8"))
        reference = (path.parent / str(table.get("reference", ""))).read_bytes()
    except (OSError, ValueError):  # reading tells what is wrong with it
        return ""
    return hashlib.sha256(written + reference).hexdigest()


def read_into(
    store: Store,
    sources: Sequence[Input],
    settings: Settings,
    *,
    shard: Shard = WHOLE_BATCH,
    which: Which = "failed",
    jobs: int = 1,
    progress: ReportProgress | None = None,
) -> Generator[Document]:
    """Read inputs into a store; each is saved before it is given out, and those skipped are not.

    Args:
        store: where to save them; held by `store.lock.alone`.
        sources: paths, or failures that stand for what could not be found.
        settings: how to read.
        shard: which share of a batch the inputs are.
        which: of the inputs are read, as in `due`.
        jobs: as in `read_documents`.
        progress: as in `read_documents`; of the inputs that are not skipped.

    Raises:
        DigitocrError: as `read_documents` and `Store` do.
    """
    who = user_name()
    run = register_run(store, run_of(settings))
    register(store, sources, first=shard.index - 1, step=shard.count)
    left = list(due(store, sources, run, which))
    if not left:
        return
    stamps = {path_of(source): Stamp.of(name_of(source)) for source in left}
    with native_stderr_muted():
        documents = read_documents(
            left,
            settings,
            jobs=jobs,
            isolated=jobs != 1 or needs_isolation(left, settings),
            progress=progress,
            opener=open_cropping_reader,
        )
    with closing(documents):
        for document in documents:
            save(store, document, run, who, stamps[path_of(document.source)])
            yield document


def open_cropping_reader(settings: Settings) -> ReadPages:
    """As `open_reader`, for a reader that also cuts out the pictures of the readings."""
    return partial(_read_with_crops, open_reader(settings))


def _read_with_crops(read: ReadPages, pages: Sequence[Page]) -> list[PageOutcome]:
    return [
        replace(outcome, crops=cut_crops(page.gray, outcome)) if isinstance(outcome, PageResult) else outcome
        for page, outcome in zip(pages, read(pages), strict=True)
    ]
