"""`digitocr` with calls of the system that fail: `python -m faults LIBRARY FOLDER ARGUMENT...`, in tests.

The command is run once without a fault, then again and again, each time in a fork of this process and with a
fault at the next call, until no call is left that could fail. For each kind of call, a line of JSON: the exit
codes, one a fault, and what stood in the folder after each.
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

KINDS = {
    "open": (0, errno.EMFILE),
    "write": (1, errno.ENOSPC),
    "rename": (2, errno.EACCES),
    "sync": (3, errno.EIO),
}
MOST = 400  # calls of a kind: a run store makes some hundred


def main() -> None:
    """Run, print."""
    library, folder, *arguments = sys.argv[1:]
    shim = ctypes.CDLL(library)
    import cv2  # noqa: F401 - what takes long is imported once
    import numpy as np  # noqa: F401

    import digitocr.batch.stored
    import digitocr.cli.app
    import digitocr.cli.read_into
    import digitocr.cli.read_to_table
    import digitocr.output.overlay
    import digitocr.reading.page  # noqa: F401

    start = Path(f"{folder}.start")  # as the folder is before
    shutil.copytree(folder, start)
    code, whole, _ = run(arguments, Path(folder), start, shim, None)
    print(json.dumps({"kind": "none", "codes": [code], "after": [whole], "again": []}), flush=True)
    for kind, (number, error) in KINDS.items():
        codes, after, again = [], [], []
        for n in range(MOST):
            code, left, met = run(arguments, Path(folder), start, shim, (number, n, error, kind == "write"))
            if met <= n:
                break
            codes.append(code)
            after.append(left)
            code, left, _ = run(arguments, Path(folder), None, shim, None)  # and now without a fault
            again.append([code, left])
        print(json.dumps({"kind": kind, "codes": codes, "after": after, "again": again}), flush=True)


def run(arguments, folder, start, shim, fault):
    """The exit code, the hash of each file in the folder, and how often what fails was called."""
    if start:
        shutil.rmtree(folder)
        shutil.copytree(start, folder)
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(f"{folder}.told", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        code = 99
        try:
            if fault:
                shim.arm(os.fsencode(f"{folder}/"), *fault)
            code = ended(arguments)
        finally:
            os.write(writing, bytes(ctypes.c_int.in_dll(shim, "faults_met")))
            os._exit(code)
    os.close(writing)
    met = int.from_bytes(os.read(reading, 4), "little")
    os.close(reading)
    _, status = os.waitpid(child, 0)
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return os.waitstatus_to_exitcode(status), files, met


def ended(arguments):
    """The exit code with which the command ends."""
    from digitocr.cli.app import app

    try:
        app(arguments, standalone_mode=True)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    main()
