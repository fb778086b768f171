"""How long a run will take, told before it starts: some steps are tried, and the rest is multiplied."""

import time
from collections.abc import Callable, Iterable

import numpy as np

from digitocr.alphabet import CROP_SHAPE, LABELS
from digitocr.synthesis.drawn import Hands, draw_picture
from digitocr.synthesis.print import installed_fonts
from digitocr.training.fit import new_run
from digitocr.training.plan import Step
from digitocr.training.settings import TrainOptions

STEPS_TRIED, NUMBERS_TRIED = 8, 24
# What else an epoch takes, varying crops and validating, as a share of its steps; what a run takes besides,
# loading and exporting, in seconds. Both as measured with the mlp and the cnn on MNIST.
EPOCH_SHARE, BESIDES_S = 0.25, 25.0
# What a drawn number costs a stage, as multiples of its drawing: cutting it up, learning from it.
NUMBER_COSTS = {"drawn": 1.5, "lattice": 5.0, "scorer": 6.0, "fusion": 6.0}
STRIP_COST = 1.3  # of a number's drawing: what the line recogniser takes to learn from its strip once
# What a patch of a page takes to draw, and a step of the page segmenter, in seconds on two cores.
PATCH_S, PAGE_STEP_S = 0.05, 0.6
PAGE_S = 0.27  # a drawn page whose lines the page segmenter isolates: 450 of them took some two minutes


def estimate_seconds(steps: Iterable[Step], processes: int) -> list[float]:
    """About how long each of the steps takes here, in seconds; with the first what a run takes besides."""
    tried: dict[str, float] = {}

    def drawing() -> float:
        return tried.setdefault("drawing", seconds_a_number() / processes)

    seconds = [_step_seconds(step, drawing) for step in steps]
    return [seconds[0] + BESIDES_S, *seconds[1:]]


def _step_seconds(step: Step, drawing: Callable[[], float]) -> float:
    """What a step takes, where `drawing` tells the seconds that a drawn number takes."""
    options, seconds = step.options, 0.0
    match step.make:
        case "digits":
            batches = options.epochs * options.epoch_samples / options.batch_size
            seconds = (1 + EPOCH_SHARE) * batches * seconds_a_step(options)
        case "lines":
            seconds = options.strip_lines * drawing() * (1 + STRIP_COST * options.strip_epochs)
        case "real_lines":
            met = options.line_rounds * sum(options.round_lines.values())
            seconds = drawing() * (options.strip_lines + STRIP_COST * met) + PAGE_S * options.line_pages
        case "page_patches":
            seconds = PATCH_S * options.page_patches
        case "pages":
            seconds = PAGE_STEP_S * options.page_steps
        case "drawn" | "lattice" | "scorer" | "fusion":
            numbers = {"drawn": options.drawn_lines, "lattice": options.lattice_lines}
            seconds = numbers.get(step.make, options.judge_lines) * drawing() * NUMBER_COSTS[step.make]
    return seconds


def seconds_a_step(options: TrainOptions) -> float:
    """What a step of the digit classifier takes, on crops of noise."""
    model = new_run(options, None).model
    rng = np.random.default_rng(options.seed)
    crops = rng.integers(0, 256, (options.batch_size, *CROP_SHAPE, 1), np.uint8)
    classes = np.eye(len(LABELS), dtype=np.float32)[rng.integers(0, 10, options.batch_size)]
    model.train_on_batch(crops, classes)  # builds what it needs
    taken = []
    for _ in range(STEPS_TRIED):
        began = time.perf_counter()
        model.train_on_batch(crops, classes)
        taken.append(time.perf_counter() - began)
    return min(taken)  # the others shared the machine with more of what else runs


def seconds_a_number() -> float:
    """What the drawing of a number takes of one processor, whatever else runs."""
    rng, hands = np.random.default_rng(0), Hands([], installed_fonts(), words=True)
    draw_picture(rng, hands)
    began = time.process_time()
    for _ in range(NUMBERS_TRIED):
        draw_picture(rng, hands)
    return (time.process_time() - began) / NUMBERS_TRIED


def in_words(seconds: float) -> str:
    """A time as people say it.

    >>> in_words(40), in_words(130), in_words(5000), in_words(9000)
    ('about a minute', 'about 2 minutes', 'about 80 minutes', 'about 2.5 hours')
    """
    minutes = round(seconds / 60)
    if minutes <= 1:
        return "about a minute"
    if minutes < 20:
        return f"about {minutes} minutes"
    if minutes < 100:
        return f"about {round(minutes, -1)} minutes"
    return f"about {seconds / 3600:.1f} hours"
