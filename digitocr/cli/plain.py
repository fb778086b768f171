"""Text for a terminal."""

import re

# Of C0, C1, what turns the direction of writing, and surrogates, which no encoding has.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """A line of text without what a terminal would obey: names of files hold anything."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
