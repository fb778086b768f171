"""What a model's card says of the program that made it: the commit and the versions of the libraries."""

import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("digitocr", "tensorflow", "keras", "numpy", "scipy", "opencv-python-headless", "ai-edge-litert")


def versions() -> dict[str, str]:
    """The versions of the libraries that bear on what training gives."""
    installed = {}
    for name in LIBRARIES:
        try:
            installed[name] = version(name)
        except PackageNotFoundError:
            continue
    return installed


def commit() -> str:
    """The commit of the source tree that runs, with `-dirty` where it was changed; "" outside of one."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return ""
    command = ["git", "-C", str(root), "describe", "--always", "--abbrev=40", "--dirty", "--exclude=*"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ""
    return run.stdout.strip()
