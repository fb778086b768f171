"""How much memory a step may take of what a worker process may have."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARE = 20  # of the process's memory one part in so many: 205 MB of 4096


@contextmanager
def bounded_memory(more_bytes: float) -> Iterator[None]:
    """Bound what this block may take to a SHARE of the process's memory and `more_bytes`.

    A file of some hundred bytes can ask for all the memory that there is. Beyond the bound Python raises
    MemoryError, and a library that cannot tell ends the process: so it is kept to where the memory is bounded
    already, as in worker processes (on Linux), and never in a program of others.
    """
    if sys.platform != "linux":
        yield
        return
    import resource

    before, most = resource.getrlimit(resource.RLIMIT_DATA)
    if most == resource.RLIM_INFINITY:
        yield
        return
    bound = _data_bytes() + most // SHARE + int(more_bytes)
    resource.setrlimit(resource.RLIMIT_DATA, (min(before, bound), most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, most))


def _data_bytes() -> int:
    """What the process has of what RLIMIT_DATA bounds."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmData:"))
    return int(kilobytes) << 10
