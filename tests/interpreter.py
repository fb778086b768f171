"""What a fresh interpreter imports; this one has the modules of every test before."""

import json
import subprocess
import sys

COMMAND = "from digitocr.__main__ import main; main()"
HEAVY_IN_TRAINING = {"tensorflow", "keras", "sklearn", "matplotlib", "h5py", "pandas"}


def modules_and_messages(code, *arguments):
    """The names of the modules that `code` imported, and what it wrote to stderr."""
    told = "print(json.dumps(list(sys.modules)))"
    ended = f"import json, sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\n{told}"
    run = subprocess.run(
        [sys.executable, "-c", ended, *arguments], capture_output=True, check=True, timeout=60
    )
    return set(json.loads(run.stdout.splitlines()[-1])), run.stderr.decode()


def modules_after(code, *arguments):
    """The names of the modules that `code` imported."""
    return modules_and_messages(code, *arguments)[0]
