"""JSON and JSON Lines, as their schemas say."""

import json
from pathlib import Path

import jsonschema
import pytest
from output_material import DOCUMENTS, written

from digitocr.output.schema import json_schema, line_schema


def test_json_is_the_contract(tmp_path: Path) -> None:
    found = json.loads(written(tmp_path / "out.json", "json", DOCUMENTS))
    jsonschema.validate(found, json_schema())
    assert found["schema"] == "digitocr/2"
    assert found["run"] == {
        "version": "1.2.3",
        "model": "digits",
        "options": {"layout": "auto", "min_confidence": 0.9},
    }
    first, second, third = found["documents"]
    assert (first["error"], second["error"], third["error"]) == (None, "no such file", None)
    assert second["pages"] == []
    whole, failed = first["pages"]
    assert (failed["error"], failed["readings"], failed["width"]) == ("a.tif, page 2: bad", [], None)
    assert whole["readings"][0] == {
        "field": "",
        "row": 1,
        "text": "00420",
        "status": "accept",
        "confidence": 0.9877,
        "reason": "",
        "box": [10, 20, 90, 50],
        "alternatives": [["00420", 0.9877], ["00120", 0.01]],
        "digits": [{"text": "0", "confidence": 1.0, "box": [10, 20, 26, 50]}],
        "raw": "",
        "written": "00420",
        "reason_code": "",
        "settled_by": "",
        "origin": "ink",
        "machine": None,
    }
    assert {key: whole[key] for key in ("page", "width", "height", "layout", "template")} == {
        "page": 1,
        "width": 640,
        "height": 480,
        "layout": "page",
        "template": None,
    }
    assert str(whole["rotation"]) == "0.0"


def test_json_lines_are_the_documents_of_the_json(tmp_path: Path) -> None:
    lines = written(tmp_path / "out.jsonl", "jsonl", DOCUMENTS).decode().splitlines()
    whole = json.loads(written(tmp_path / "out.json", "json", DOCUMENTS))
    schema = {"schema": "digitocr/2"}
    assert [json.loads(line) for line in lines] == [schema | document for document in whole["documents"]]
    jsonschema.Draft202012Validator.check_schema(line_schema())
    for line in lines:
        jsonschema.validate(json.loads(line), line_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(whole["documents"][0], line_schema())


def test_json_of_nothing(tmp_path: Path) -> None:
    found = json.loads(written(tmp_path / "out.json", "json", []))
    jsonschema.validate(found, json_schema())
    assert found["documents"] == []


def test_schema_is_itself_valid_and_strict() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    bad = {
        "schema": "digitocr/2",
        "run": {"version": "1", "model": "m", "options": {}},
        "documents": [{"source": 1}],
    }
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, json_schema())
