"""`python -m digitocr`: the same as the command `digitocr`."""

from digitocr.cli.app import main

if __name__ == "__main__":
    main()
