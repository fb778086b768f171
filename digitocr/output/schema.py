"""The output contract, as a JSON Schema."""

from typing import Any, get_args

from digitocr.reasons import MEANINGS, ReasonCode, SettledBy

SCHEMA_NAME = "digitocr/2"


def line_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one line of `read -f jsonl`."""
    whole = json_schema()
    return {
        "$schema": whole["$schema"],
        "title": "One document that digitocr read",
        **whole["$defs"]["line"],
        "$defs": whole["$defs"],
    }


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `read -f json`; one line of JSON Lines is its `#/$defs/line`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What digitocr read",
        **_object(
            {
                "schema": {"const": SCHEMA_NAME},
                "run": {"$ref": "#/$defs/run"},
                "documents": _array("document", "One entry an input, in the order given."),
            }
        ),
        "$defs": {
            "run": _object(
                {
                    "version": {"type": "string", "description": "The version of digitocr."},
                    "model": {"type": "string", "description": "The model that read."},
                    "options": {"type": "object", "description": "The options that bear on the result."},
                }
            ),
            "document": _object(_document()),
            "line": _line(),
            "page": _page(),
            "reading": _reading(),
            "digit": _object(
                {
                    "text": {"type": "string"},
                    "confidence": {"$ref": "#/$defs/probability"},
                    "box": {"$ref": "#/$defs/box"},
                }
            ),
            "box": {
                "type": "array",
                "items": {"type": "integer", "minimum": 0},
                "minItems": 4,
                "maxItems": 4,
                "description": "Left, top, right, bottom in pixels of the page; right, bottom excluded.",
            },
            "probability": {"type": "number", "minimum": 0, "maximum": 1},
        },
    }


def _document() -> dict[str, Any]:
    return {
        "source": {"type": "string", "description": "The file as it was named; - is stdin."},
        "error": {"type": ["string", "null"], "description": "Why the whole file failed."},
        "reason": {"type": "string", "description": "The same in a word or two, or nothing."},
        "reason_code": _reason_code("Why the whole file failed; empty where it did not."),
        "pages": _array("page", "The pages in order, those that failed among them."),
    }


def _line() -> dict[str, Any]:
    """A line of JSON Lines: a document that says which schema it has."""
    line = _object({"schema": {"const": SCHEMA_NAME}, **_document()})
    line["properties"]["shard"] = {
        "type": "string",
        "pattern": "^[0-9]+/[0-9]+$",
        "description": "With --shard, which share of the inputs this is of.",
    }
    return line


def _page() -> dict[str, Any]:
    size = {"type": ["integer", "null"], "minimum": 1}
    return _object(
        {
            "page": {"type": "integer", "minimum": 1},
            "error": {
                "type": ["string", "null"],
                "description": "Why the page failed; it has no readings then, and null for what is unknown.",
            },
            "reason": {"type": "string", "description": "The same in a word or two, or nothing."},
            "reason_code": _reason_code("Why the page failed; empty where it did not."),
            "width": {**size, "description": "In pixels."},
            "height": {**size, "description": "In pixels."},
            "rotation": {
                "type": ["number", "null"],
                "description": "How far the page stood turned, in degrees counter-clockwise.",
            },
            "layout": {"enum": ["page", "line", "digit", None], "description": "The layout it was read in."},
            "template": {"type": ["string", "null"], "description": "The form it was read as."},
            "readings": _array("reading", "In reading order."),
        }
    )


def _reading() -> dict[str, Any]:
    pair = {
        "type": "array",
        "prefixItems": [{"type": "string"}, {"$ref": "#/$defs/probability"}],
        "items": False,
        "minItems": 2,
    }
    return _object(
        {
            "field": {"type": "string", "description": "The field's name; empty without a template."},
            "row": {"type": "integer", "minimum": 0},
            "text": {"type": "string", "description": "The number, leading zeros kept; empty where blank."},
            "status": {"enum": ["accept", "review", "blank", "error"]},
            "confidence": {
                "$ref": "#/$defs/probability",
                "description": "The probability that the text is wholly right.",
            },
            "reason": {
                "type": "string",
                "description": "Why the status is not accept, or which rule changed the text.",
            },
            "box": {"$ref": "#/$defs/box"},
            "alternatives": {
                "type": "array",
                "items": pair,
                "description": "(text, probability) pairs, most probable first, the text itself included.",
            },
            "digits": _array("digit", "From left to right."),
            "raw": {
                "type": "string",
                "description": "What was read before a format or a rule changed it; empty where none did.",
            },
            "written": {
                "type": "string",
                "description": "The number as it stands there, with its separators and signs.",
            },
            "reason_code": _reason_code("`reason`, for programs."),
            "settled_by": {
                "enum": list(get_args(SettledBy)),
                "description": "Who confirmed or corrected the text; empty where nobody did.",
            },
            "machine": _machine(),
        }
    )


def _machine() -> dict[str, Any]:
    """What was read where a person has settled the reading."""
    read = _object(
        {
            "text": {"type": "string"},
            "status": {"enum": ["accept", "review", "blank", "error"]},
            "confidence": {"$ref": "#/$defs/probability"},
        }
    )
    return {
        "oneOf": [read, {"type": "null"}],
        "description": "What was read before a person settled it; null where nobody did.",
    }


def _reason_code(description: str) -> dict[str, Any]:
    codes = [{"const": code, "description": MEANINGS[code]} for code in get_args(ReasonCode)]
    return {"oneOf": codes, "description": description}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has all of `properties`, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(name: str, description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}, "description": description}
