"""One task read from end to end: what a worker does, and what a single process does too."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from digitocr.batch.plan import Cut, Part, Task, cut
from digitocr.errors import DigitocrError, InputError, OutputError, TooMuchError, UsageError
from digitocr.io.load import Chosen, choose_pages, load_pages
from digitocr.options import Engine, LoadOptions, ReadOptions, WorkLimits
from digitocr.reading.as_given import as_given
from digitocr.records import Page, PageFailure, PageResult

PageOutcome = PageResult | PageFailure
PartOutcome = tuple[PageOutcome, ...] | Cut  # of a part
ReadPages = Callable[[Sequence[Page]], Sequence[PageOutcome]]

# What is held and classified at once: the pixels bound the memory, the pages what one bad page costs.
BATCH_PIXELS = 4_000_000
BATCH_PAGES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides how an input is read; `model` None is the one that comes with digitocr.

    `debug` is a folder to draw the stages of reading in, None for none.
    """

    model: Path | None = None
    engine: Engine = "litert"
    read: ReadOptions = field(default_factory=ReadOptions)
    load: LoadOptions = field(default_factory=LoadOptions)
    limits: WorkLimits = field(default_factory=WorkLimits)
    debug: Path | None = None


@dataclass(frozen=True, slots=True)
class Overlays:
    """Where to draw what was read: `stems` names each source's pictures in `folder`."""

    folder: Path
    stems: Mapping[str, str]


def open_reader(settings: Settings) -> ReadPages:
    """Load the model, the templates and the second reader once, for many calls.

    Raises:
        ModelError: the model is missing or does not fit its contract.
        UsageError: a template cannot be used, or the second reader is not installed.
    """
    if not settings.read.second_reader:
        return _open_first_reader(settings)
    from digitocr.reading.agreement import agreed, asked_from
    from digitocr.recognition.second_reader import load_second_reader

    second, threshold = load_second_reader(settings.read.second_reader), settings.read.min_confidence
    read = _open_first_reader(
        replace(settings, read=replace(settings.read, min_confidence=asked_from(threshold)))
    )
    return lambda pages: agreed(pages, read(pages), second, threshold)


def _open_first_reader(settings: Settings) -> ReadPages:
    """What reads with the model alone, and with the text that files have."""
    from digitocr.alphabet import CROP_SHAPE
    from digitocr.reading.page import read_pages
    from digitocr.recognition.classifier import load_classifier

    classifier = load_classifier(settings.model, settings.engine)
    classifier.log_probabilities(np.zeros((1, *CROP_SHAPE), np.uint8))  # LiteRT greets at the first call
    if settings.debug and not settings.read.templates:
        from digitocr.reading.stages import read_and_draw

        return partial(read_and_draw, classifier=classifier, options=settings.read, folder=settings.debug)
    if not settings.read.templates:
        return partial(
            _read_with_text, partial(read_pages, classifier=classifier, options=settings.read), settings.read
        )
    if settings.load.drop_out:
        raise UsageError("--drop-out hides the print by which --template finds a form; leave one of them out")
    from digitocr.forms.reading.form import load_forms
    from digitocr.reading.form import read_forms

    forms = load_forms(settings.read.templates)
    return partial(read_forms, classifier=classifier, options=settings.read, forms=forms)


def _read_with_text(
    read: Callable[[Sequence[Page]], Sequence[PageResult]], options: ReadOptions, pages: Sequence[Page]
) -> list[PageOutcome]:
    """Read pages, and take what their files have as text."""
    from digitocr.formats.formats import format_of
    from digitocr.reading.text_layer import with_text

    allowed = format_of(options.format, options.pattern)
    return [with_text(r, page, allowed) for r, page in zip(read(pages), pages, strict=True)]


@dataclass(frozen=True, slots=True)
class Done:
    """A task's answers, part by part."""

    answers: list[PartOutcome]


def read_task(task: Task, read: ReadPages, options: LoadOptions, overlays: Overlays | None = None) -> Done:
    """Read a task: for each part its pages in order, many classified at once where they are small.

    A page that cannot be read becomes a `PageFailure`, whatever was the matter with it; one that cannot be
    drawn says so.

    Raises:
        DigitocrError: something is wrong with the run, not with a page: an option, the model.
    """
    cuts = [_cut_if_long(part, options) for part in task]
    read_now = iter(
        read_parts(
            [part for part, pieces in zip(task, cuts, strict=True) if not pieces], read, options, overlays
        )
    )
    return Done([pieces or next(read_now) for pieces in cuts])


def read_parts(
    parts: Sequence[Part], read: ReadPages, options: LoadOptions, overlays: Overlays | None = None
) -> list[tuple[PageOutcome, ...]]:
    """The pages of each part, however many; see `read_task`."""
    outcomes: list[list[PageOutcome]] = [[] for _ in parts]
    for batch in _batches(_loaded(parts, options)):
        pages = [page for _, page in batch if isinstance(page, Page)]
        read_in_order = iter(_read_or_fail(pages, read))
        for index, page in batch:
            outcome = next(read_in_order) if isinstance(page, Page) else page
            if isinstance(page, Page) and isinstance(outcome, PageResult):
                if overlays:
                    outcome = _drawn(page, outcome, overlays)
                outcome = as_given(outcome, page)
            outcomes[index].append(outcome)
    return [tuple(pages) for pages in outcomes]


def _cut_if_long(part: Part, options: LoadOptions) -> Cut | None:
    """The parts to read in place of one that has many pages; None where it is read in one go."""
    if part.pages or part.failure:
        return None
    chosen = choose_pages(part.source, options, part.data)
    return cut(part, chosen) if len(chosen.numbers) > part.chunk else None


def _loaded(parts: Iterable[Part], options: LoadOptions) -> Iterator[tuple[int, Page | PageFailure]]:
    """The pages of some parts, each with the index of its part."""
    for index, part in enumerate(parts):
        if part.failure:
            yield index, part.failure
        elif part.pages:
            yield from ((index, page) for page in _loaded_pages(part, options))
        else:
            yield from ((index, page) for page in load_pages(part.source, options, part.data))


def _loaded_pages(part: Part, options: LoadOptions) -> Iterator[Page | PageFailure]:
    """The pages of a part of a file, each of which comes, whatever has become of the file meanwhile."""
    missing = dict.fromkeys(part.pages)
    what = "it has fewer pages"
    chosen = Chosen(part.pages, part.directories)
    for page in load_pages(part.source, options, part.data, chosen):
        number = page.number if isinstance(page, Page) else page.page
        if number in missing:
            del missing[number]
            yield page
        elif isinstance(page, PageFailure):
            what = page.error.removeprefix(f"{part.source}: ")
    for number in missing:
        error = f"{part.source}, page {number}: the file changed while it was read: {what}"
        yield PageFailure(part.source, number, error)


def _batches(
    pages: Iterable[tuple[int, Page | PageFailure]],
) -> Iterator[list[tuple[int, Page | PageFailure]]]:
    batch: list[tuple[int, Page | PageFailure]] = []
    pixels = 0
    for index, page in pages:
        more = page.gray.size if isinstance(page, Page) else 0
        if batch and (pixels + more > BATCH_PIXELS or len(batch) == BATCH_PAGES):
            yield batch
            batch, pixels = [], 0
        batch.append((index, page))
        pixels += more
    if batch:
        yield batch


def _read_or_fail(pages: Sequence[Page], read: ReadPages) -> list[PageOutcome]:
    """Read pages together; where that fails, one by one, to fail the bad ones only."""
    try:
        return list(read(pages)) if pages else []
    except Exception as error:
        if isinstance(error, DigitocrError) and not isinstance(error, InputError):
            raise
        if len(pages) == 1:
            return [_failure(pages[0], error)]
        return [outcome for page in pages for outcome in _read_or_fail([page], read)]


def _failure(page: Page, error: Exception) -> PageFailure:
    if isinstance(error, TooMuchError):
        message = f"{page.source}, page {page.number}: {error}"
        return PageFailure(page.source, page.number, message, "too much on the page", "too_much_on_the_page")
    return PageFailure(page.source, page.number, _explained(page, error))


def _explained(page: Page, error: Exception) -> str:
    if isinstance(error, InputError):
        return str(error)
    where = f"{page.source}, page {page.number}"
    if isinstance(error, MemoryError):
        return f"{where}: not enough memory to read it; scan at a lower resolution or lower --max-megapixels"
    what = " ".join(f"{type(error).__name__} {error}".split())[:200]
    return (
        f"{where}: reading it failed ({what}); this is a defect of digitocr, please report it with the file"
    )


def _drawn(page: Page, result: PageResult, overlays: Overlays) -> PageResult:
    """The result, drawn; a picture that cannot be made costs nobody the table."""
    from digitocr.output.overlay import draw_overlay, save_overlay

    try:
        image = draw_overlay(page.gray, result)
        save_overlay(overlays.folder, overlays.stems[page.source], page.number, image)
    except OutputError as error:
        return replace(result, overlay_error=str(error))
    except Exception as error:
        where = f"{page.source}, page {page.number}"
        return replace(result, overlay_error=f"{where}: cannot be drawn ({type(error).__name__} {error})")
    return result
