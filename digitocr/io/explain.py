"""What went wrong with a file, in its user's words."""

from digitocr.errors import InputError


def explain(error: Exception) -> str:
    """What happened and what to do about it."""
    match error:
        case InputError():
            return str(error)
        case FileNotFoundError():
            return "no such file; check the path"
        case PermissionError():
            return "the file may not be read; check its rights"
        case MemoryError():
            return "not enough memory for this page; lower --max-megapixels or scan at a lower resolution"
        case OSError(errno=int()):
            return f"the file cannot be read ({error.strerror}); check the disk, or copy it again"
        case _:
            early = "the file ends early: " if "truncated" in str(error) else ""
            line = " ".join(str(error).split())[:120]
            return f"truncated or damaged ({early}{line}); copy or scan it again"
