"""What tests of several parts of the run store share."""

import pytest


@pytest.fixture
def exported(digitocr):
    """What `export` writes of a store, as bytes."""

    def export(path, *options):
        run = digitocr("export", path, *options)
        assert run.returncode == 0, run.stderr
        return run.stdout

    return export
