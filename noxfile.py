"""What developers run: `nox -l` lists it. With `--no-venv` it runs in the environment at hand."""

import nox

nox.needs_version = ">=2024.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["lint", "fast"]

# A file of tests stays in one process, which makes what its tests share once.
PARALLEL = ("-n", "auto", "--dist", "loadfile")


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
    session.install("-e", ".[docs]")
    session.run("mkdocs", "build", "--strict", *session.posargs)


@nox.session
@nox.parametrize("dependencies", ["lowest", "newest"])
def nightly(session: nox.Session, dependencies: str) -> None:
    """Tests with the lowest and the newest dependencies; with the newest fuzzing, Ray and the site too."""
    if dependencies == "lowest":
        session.install("uv")
        session.run("uv", "pip", "install", "--resolution", "lowest-direct", "-e", ".[train,dev]")
        session.run("pytest", *PARALLEL, "-m", "not slow", *session.posargs)
        return
    session.install("--upgrade", "-e", ".[train,dev,docs,ray]")
    session.run("pytest", *PARALLEL, *session.posargs, env={"HYPOTHESIS_PROFILE": "fuzz"})
    session.run("mkdocs", "build", "--strict")
