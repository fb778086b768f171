"""Guided fuzzing with atheris, in the folder tests: `python -m fuzz.harness KIND [FOLDER] [options]`.

KIND is a kind of seed: `png`, `pdf`, `toml`, `txt`, `csv`, `json`, ... FOLDER keeps what is found to be new.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> None:
    """Fuzz what reads a kind until it is stopped, or something does harm."""
    import atheris

    kind, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["digitocr", "PIL"]):
        # Nothing of digitocr may be imported before: what is not instrumented guides no fuzzing.
        from fuzz.seeds import write_seeds
        from fuzz.targets import target_of
    with TemporaryDirectory() as made:
        seeds = Path(made)
        for path in write_seeds(seeds):
            if path.suffix != f".{kind}":
                path.unlink()
        atheris.Setup([sys.argv[0], *options, str(seeds)], target_of(f"x.{kind}"))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
