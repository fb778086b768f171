"""The output contract, as a JSON Schema."""

from typing import Any

SCHEMA_NAME = "digitocr/1"


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `read -f json`; one line of JSON Lines is its `#/$defs/document`."""
    raise NotImplementedError
