"""The command `digitocr`; `python -m digitocr` is the same."""

from digitocr.cli.endings import watch_for_endings
from digitocr.cli.streams import open_missing_streams


def main() -> None:
    """Run the command line, and end the process with its exit code."""
    open_missing_streams()
    watch_for_endings()
    from digitocr.cli.app import app  # takes a while to import, and Ctrl-C may come in it

    app(prog_name="digitocr")


if __name__ == "__main__":
    main()
