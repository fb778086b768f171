"""How much memory worker processes may take, and how many of them there is memory for."""

import os
import sys

# A worker that reads A4 pages holds about 250 MB, and half as much again while it reads one.
WORKER_MB = 400
WORKER_MB_MIN = 300  # with less the libraries that a worker needs cannot be loaded


def limit_memory(megabytes: int) -> None:
    """Bound the memory of this process; 0 is no bound. Only Linux keeps to such a bound.

    Beyond it Python raises MemoryError, and a library that cannot tell ends the process.
    """
    if megabytes and sys.platform == "linux":
        import resource

        # Not RLIMIT_AS: libraries reserve far more addresses than they ever use.
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))


def workers_that_fit() -> int:
    """For how many workers the machine's memory is enough, one at least."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows
        return sys.maxsize
    return max(1, (total >> 20) // WORKER_MB)
