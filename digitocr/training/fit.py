"""The training loop: AdamW along a cosine, an average of the weights, the best epoch by validation."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import keras
import numpy as np
from numpy.typing import NDArray

from digitocr.datasets.data import DRAWN, DataSource, Split, read_classes
from digitocr.training.augment import elastic_bank
from digitocr.training.checkpoint import TrainingRun, Weights, load_run, save_run
from digitocr.training.feed import Batch, batches
from digitocr.training.history import EpochFigures, draw_history, write_history
from digitocr.training.networks import build_network
from digitocr.training.plan import CHECKPOINT
from digitocr.training.settings import TrainOptions

Item = TypeVar("Item")


class Watch(Protocol):
    """May wrap what is gone through, to show how far it is: given the items, what they are, how many."""

    def __call__(self, items: Iterable[Item], what: str, count: int) -> Iterable[Item]: ...


Logits = NDArray[np.float32]


def unwatched(items: Iterable[Item], what: str, count: int) -> Iterable[Item]:
    """Show nothing."""
    return items


def fit(
    sources: Sequence[DataSource],
    options: TrainOptions,
    folder: Path,
    *,
    start: keras.Model | None = None,
    resume: bool = False,
    log: Callable[[str], None] = print,
    watch: Watch = unwatched,
) -> keras.Model:
    """Train a network, keep its state, history.csv and history.png in `folder`, and return the best of it.

    `start` gives the weights to begin with, if not random ones. `log` gets one line an epoch; `watch` wraps
    each epoch's batches. The model returned computes in float32.

    Raises:
        UsageError: `resume` is asked for and there is nothing to resume, or it was another run.
    """
    names = [source.name for source in sources]
    run = new_run(options, start)
    if resume:
        run = load_run(run, options, names, folder / CHECKPOINT)
    scorer = build_network(options.network, options.seed)
    bank = elastic_bank(options.seed)
    steps = _steps(options)
    while len(run.history) < options.epochs and len(run.history) - run.best_epoch < options.patience:
        epoch = len(run.history) + 1
        began = time.perf_counter()
        feed = watch(batches(sources, bank, options, epoch), f"epoch {epoch} of {options.epochs}", steps)
        loss, accuracy = _train_epoch(run, feed, options.averaging)
        scorer.set_weights(run.averaged)
        row: EpochFigures = {
            "epoch": epoch,
            "loss": loss,
            "training_accuracy": accuracy,
            **validate(scorer, sources),
        }
        row["seconds"] = round(time.perf_counter() - began, 2)
        run.history.append(row)
        score = (row["accuracy"], -row["validation_loss"])
        if score > run.best_score:
            run.best, run.best_score, run.best_epoch = [w.copy() for w in run.averaged], score, epoch
        save_run(run, options, names, folder / CHECKPOINT)
        write_history(run.history, folder / "history.csv")
        draw_history(run.history, folder / "history.png")
        log(_line(row, options.epochs))
    scorer.set_weights(run.best)
    log(f"best epoch: {run.best_epoch}")
    return scorer


def validate(model: keras.Model, sources: Sequence[DataSource]) -> EpochFigures:
    """Accuracy (0..1) on each validation split, and over the collected ones by weight with their loss."""
    row: EpochFigures = {}
    parts = [(source, *_validate(model, source.validation)) for source in sources if len(source.validation)]
    # Drawn crops say little about real ones, so they choose the epoch only where there is nothing else.
    collected = [part for part in parts if part[0].kind != DRAWN] or parts
    total = sum(source.weight for source, _, _ in collected) or 1.0
    row["accuracy"] = sum(source.weight * accuracy for source, accuracy, _ in collected) / total
    row["validation_loss"] = sum(source.weight * loss for source, _, loss in collected) / total
    return row | {f"accuracy {source.name}": accuracy for source, accuracy, _ in parts}


def logits_of(model: keras.Model, crops: NDArray[np.uint8]) -> Logits:
    """(N, 11) float32 logits of (N, 28, 28) crops."""
    logits: Logits = model.predict(crops[..., np.newaxis], batch_size=512, verbose=0)
    return logits


def precision_here() -> str:
    """The fastest policy: bfloat16 doubles the rate of a processor that has it, and halves another's.

    Another backend than TensorFlow is chosen where it has an accelerator, and those have it.
    """
    flags = Path("/proc/cpuinfo")
    known = flags.is_file() and "avx512_bf16" in flags.read_text(encoding="utf-8", errors="replace")
    return "mixed_bfloat16" if known or keras.config.backend() != "tensorflow" else "float32"


def new_run(options: TrainOptions, start: keras.Model | None) -> TrainingRun:
    """A run at its beginning, from the weights of `start` or from random ones."""
    model = build_network(options.network, options.seed, precision_here())
    if start:
        model.set_weights(start.get_weights())
    total = max(1, _steps(options) * options.epochs)
    warmup = max(1, round(options.warmup * total))
    schedule = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=options.learning_rate / 20,
        decay_steps=max(1, total - warmup),
        warmup_target=options.learning_rate,
        warmup_steps=warmup,
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=options.weight_decay)
    # Decay pulls weights towards 0, which is no place for a scale or an offset.
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(model.trainable_variables)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=options.label_smoothing)
    model.compile(optimizer, loss, metrics=["categorical_accuracy"], jit_compile=False)
    averaged = [weight.copy() for weight in model.get_weights()]
    return TrainingRun(model, averaged, [weight.copy() for weight in averaged])


def _train_epoch(run: TrainingRun, feed: Iterable[Batch], averaging: float) -> tuple[float, float]:
    """Train on every batch of `feed`; the mean loss, and the accuracy (0..1) on the varied crops."""
    figures = []
    for crops, classes in feed:
        run.model.reset_metrics()
        figures.append([float(value) for value in run.model.train_on_batch(crops, classes)])
        _average(run.averaged, run.model, averaging, int(run.model.optimizer.iterations))
    loss, accuracy = np.mean(figures, axis=0).tolist()
    return loss, accuracy


def _average(averaged: Weights, model: keras.Model, decay: float, step: int) -> None:
    """Move the average towards the model's weights and batch statistics, faster at the beginning."""
    share = 1 - min(decay, (1 + step) / (10 + step))
    averaged[:] = [a + share * (w - a) for a, w in zip(averaged, model.get_weights(), strict=True)]


def _validate(model: keras.Model, part: Split) -> tuple[float, float]:
    """Accuracy (0..1) and mean cross-entropy."""
    logits = logits_of(model, part.crops)
    losses = keras.losses.sparse_categorical_crossentropy(part.labels, logits, from_logits=True)
    loss = float(keras.ops.convert_to_numpy(losses).mean())
    return float(np.mean(read_classes(logits, part.labels) == part.labels)), loss


def _steps(options: TrainOptions) -> int:
    return -(-options.epoch_samples // options.batch_size)


def _line(row: EpochFigures, epochs: int) -> str:
    each = [name for name in row if " " in name]
    parts = "  ".join(f"{name.removeprefix('accuracy ')} {100 * row[name]:.2f}" for name in each)
    parts = f"  {parts}" if len(each) > 1 else ""
    return (
        f"epoch {row['epoch']}/{epochs}  {row['seconds']:.0f} s  "
        f"loss {row['loss']:.4f}, accuracy {100 * row['training_accuracy']:.2f} %; "
        f"validation: loss {row['validation_loss']:.4f}, accuracy {100 * row['accuracy']:.2f} %{parts}"
    )
