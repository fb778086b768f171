"""What developers run: `nox -l` lists it. With `--no-venv` it runs in the environment at hand."""

from datetime import date

import nox

nox.needs_version = ">=2024.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "fast"]

# A file of tests stays in one process, which makes what its tests share once.
PARALLEL = ("-n", "auto", "--dist", "loadfile")
# Bounds of one night's fuzzing: examples of each property and mutations of each seed; seconds by the command.
FUZZ_EXAMPLES = 200
FUZZ_S = 600


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff, its formatter, mypy."""
    session.install(".[train,dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")


@nox.session
def test(session: nox.Session) -> None:
    """Every test and doctest; pyproject.toml has the floor under the coverage."""
    session.install("-e", ".[train,dev]")
    session.run("pytest", *PARALLEL, "--cov=digitocr", *session.posargs)


@nox.session
def fast(session: nox.Session) -> None:
    """The tests that take seconds."""
    session.install("-e", ".[train,dev]")
    session.run("pytest", *PARALLEL, "-m", "not slow", *session.posargs)


@nox.session
def accuracy(session: nox.Session) -> None:
    """How many numbers are right, into benchmarks/history.jsonl: `nox -s accuracy -- data/cheque_amounts`."""
    session.install("-e", ".[dev]")
    session.run("python", "-m", "benchmarks.history", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The site, in site/; a broken link is an error."""
    _build_site(session)


@nox.session
@nox.parametrize("part", ["lowest", "newest", "fuzz", "ray", "docs"])
def nightly(session: nox.Session, part: str) -> None:
    """Dependencies lowest and newest, fuzzing, Ray, the site: one with `nox -s "nightly(part='ray')"`.

    What stands after `--` goes to pytest, such as `--examples 2000` for longer fuzzing.
    """
    match part:
        case "lowest":
            session.install("uv")
            session.run("uv", "pip", "install", "--resolution", "lowest-direct", "-e", ".[train,dev]")
            session.run("pytest", *PARALLEL, "-m", "not slow", *session.posargs)
        case "newest":
            session.install("uv")
            session.run("uv", "pip", "install", "--upgrade", "-e", ".[train,dev]")
            session.run("pytest", *PARALLEL, "-m", "not ray", *session.posargs)
        case "fuzz":
            session.install("-e", ".[dev]")
            examples = ("--examples", str(FUZZ_EXAMPLES))
            session.run("pytest", *PARALLEL, "-m", "hypothesis or fuzz", *examples, *session.posargs)
            # Other inputs every night.
            start = str(date.today().toordinal() * 1_000_000)
            session.run("python", "-m", "benchmarks.fuzz_command", "--start", start, "--seconds", str(FUZZ_S))
        case "ray":
            session.install("-e", ".[dev,ray]")
            session.run("pytest", "-m", "ray", *session.posargs)
        case "docs":
            _build_site(session)


def _build_site(session: nox.Session) -> None:
    session.install("-e", ".[docs]")
    session.run("mkdocs", "build", "--strict", *session.posargs)
