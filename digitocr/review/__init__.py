"""The review of a run store in the browser."""

from pathlib import Path

PAGE_FOLDER = Path(__file__).parent / "page"
