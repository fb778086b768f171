"""Many mutated inputs through the command itself: `python -m benchmarks.fuzz_command --count 100000`.

Pictures, PDFs and archives go some hundred at a time to one `digitocr read` under its default limits, but
for the time of a page. Each template, list, table of labels and model card goes to a command of its own, in
a process that is forked off one with everything imported. The same number makes the same input.

Counted are: `crash`, a command that a signal ended; `exit 1`; `hang`, an input that took over 20 s; `lost`,
an input without a row; `worker ended`, an input that ended the process that read it, and has a row that says
so; `defect`, a row that blames digitocr. The exit code is 1 where anything but `worker ended` was met.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from typer.testing import CliRunner

TESTS = Path(__file__).parent.parent / "tests"
BATCH = 400
SLOWEST_S = 20
TOLD = {0, 2, 3, 4, 6}  # of the exit codes those that an input may be the cause of
CONFIGURATIONS = (".toml", ".txt", ".csv", ".json")
HARMLESS = {"fine", "worker ended"}  # of the outcomes those that the command promises
SIGNS = (
    ("hang", "reading it was given up"),
    ("worker ended", "the worker process that read it ended"),
    ("defect", "defect of digitocr"),
)


def main() -> None:
    """Run, and print what was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--start", type=int, default=0, help="number of the first mutation")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no more after so long")
    options = parser.parse_args()
    sys.path.insert(0, str(TESTS))
    _import_all()

    begun = time.monotonic()
    met: Counter[str] = Counter()
    peak = 0
    for start in range(options.start, options.start + options.count, BATCH):
        if time.monotonic() - begun > options.seconds:
            break
        end = min(start + BATCH, options.start + options.count)
        with tempfile.TemporaryDirectory(prefix="digitocr-fuzz-") as folder:
            for outcome, what, megabytes in _run(Path(folder), start, end):
                met[outcome] += 1
                peak = max(peak, megabytes)
                if outcome != "fine":
                    print(outcome, what, flush=True)
        if start // BATCH % 5 == 4:
            print(f"{end - options.start} {dict(met)} {peak} MB {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{met.total()} inputs in {time.monotonic() - begun:.0f} s: {dict(met)}; at most {peak} MB")
    sys.exit(bool(set(met) - HARMLESS))


def _import_all() -> None:
    """Import what the forked commands need, which each would take a quarter of a second for."""
    for module in (
        "ai_edge_litert.interpreter",
        "digitocr.batch.run",
        "digitocr.batch.workers",
        "digitocr.cli.app",
        "digitocr.cli.figures",
        "digitocr.cli.read_checks",
        "digitocr.cli.read_to_table",
        "digitocr.cli.run_info",
        "digitocr.evaluation.outcomes",
        "digitocr.forms.reading.form",
        "digitocr.reading.form",
        "digitocr.reading.page",
        "digitocr.recognition.classifier",
    ):
        import_module(module)
    from digitocr.cli.app import app

    CliRunner().invoke(app, ["schema"])  # Typer imports on its first call


Outcome = tuple[str, str, int]


def _run(folder: Path, start: int, end: int) -> Iterator[Outcome]:
    from fuzz.mutate import mutated
    from fuzz.seeds import all_seeds

    seeds = all_seeds()
    names, others = list(seeds), list(seeds.values())
    (folder / "a.png").write_bytes(seeds["gray.png"])
    files = []
    for number in range(start, end):
        name = names[number % len(names)]
        path = folder / f"{number}-{name}"
        path.write_bytes(mutated(seeds[name], number, others))
        if path.suffix in CONFIGURATIONS:
            yield _run_configuration(folder, path, number)
        else:
            files.append(path)
    yield from _run_batch(folder, files)


def _run_batch(folder: Path, files: list[Path]) -> Iterator[Outcome]:
    """One `digitocr read` of many files."""
    (folder / "inputs.txt").write_text("\n".join(map(str, files)))
    out = folder / "out.jsonl"
    command = [sys.executable, "-m", "digitocr", "read", f"@{folder}/inputs.txt", "-o", str(out), "-q"]
    with (folder / "told").open("wb") as told:
        process = subprocess.Popen([*command, "--page-timeout", str(SLOWEST_S)], stderr=told)
        _, status, used = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    megabytes = used.ru_maxrss >> 10
    if code not in TOLD:
        shown = (folder / "told").read_bytes()[-300:]
        yield _named(code), f"{files[0].name} to {files[-1].name}: exit code {code} {shown!r}", megabytes
        return
    documents = map(json.loads, out.read_text("utf-8").splitlines())
    answers = {document["source"]: json.dumps(document) for document in documents}
    for file in files:
        answer = answers.get(str(file))
        if answer is None:
            yield "lost", file.name, megabytes
            continue
        outcome = next((outcome for outcome, sign in SIGNS if sign in answer), "fine")
        yield outcome, f"{file.name} {answer[:400]}", megabytes


def _run_configuration(folder: Path, path: Path, number: int) -> Outcome:
    """A command of its own, in a forked process."""
    told = folder / "told"
    code, megabytes = _forked(_arguments(folder, path, number), told)
    shown = told.read_bytes()
    if b"Traceback" in shown or b"internal error" in shown:
        return "exit 1", f"{path.name} {code} {shown[-300:]!r}", megabytes
    if code in TOLD:
        return "fine", "", megabytes
    return _named(code), f"{path.name} exit code {code} {shown[-300:]!r}", megabytes


def _arguments(folder: Path, path: Path, number: int) -> list[str]:
    """The command that a configuration is tried with; a template and a card with two in turn."""
    picture = str(folder / "a.png")
    if path.suffix == ".toml":
        shutil.copy(picture, folder / "reference.png")
        reads = number // 10 % 2
        return ["read", picture, "-q", "-t", str(path)] if reads else ["template", "check", str(path)]
    if path.suffix == ".txt":
        return ["read", "-q", f"@{path}"]
    if path.suffix == ".csv":
        shutil.copy(path, folder / "labels.csv")
        return ["evaluate", str(folder)]
    model = folder / "model"
    model.mkdir(exist_ok=True)
    shutil.copy(path, model / "digits.json")
    (model / "digits.tflite").write_bytes(b"TFL3")
    if number // 10 % 4:
        return ["model", "show", str(model)]
    return ["read", picture, "-q", "--model", str(model)]


def _forked(arguments: list[str], told: Path) -> tuple[int, int]:
    """Run the command line; its exit code, negative where a signal ended it, and the megabytes it took."""
    pid = os.fork()
    if not pid:
        resource.setrlimit(resource.RLIMIT_CPU, (SLOWEST_S, SLOWEST_S))
        with told.open("wb", buffering=0) as stream, Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(stream.fileno(), 2)
            os.chdir(told.parent)
            code = 1
            try:
                sys.argv = ["digitocr", *arguments]
                from digitocr.__main__ import main as command

                command()
            except SystemExit as ended:
                code = int(ended.code or 0)
            finally:
                os._exit(code)
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), used.ru_maxrss >> 10


def _named(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "hang"
    return "crash" if code < 0 else f"exit {code}"


if __name__ == "__main__":
    main()
