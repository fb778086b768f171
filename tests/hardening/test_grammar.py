"""Model cards and templates drawn from a grammar: only errors that are told, never exit 1."""

import copy
import json
import shutil

import cv2
import pytest
import tomlkit
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from material import draw_number
from typer.testing import CliRunner

from digitocr import ModelError, UsageError
from digitocr.batch.task import Settings, open_reader
from digitocr.cli.app import app
from digitocr.forms.rules.expressions import parse_rule
from digitocr.forms.template.template import load_template
from digitocr.options import ReadOptions
from digitocr.recognition.contract import CONTRACT_FILE
from digitocr.records import Page, PageFailure, PageResult

# A fixture is shared by all examples on purpose: the model, the folder.
few = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.sampled_from(
    [
        "",
        " ",
        "\0",
        "[/x]",
        "[bold",
        "../x",
        "/etc/hostname",
        "a" * 3000,
        "nan",
        "é",
        "٣",
        "1",
        "men",
        "\x1b[31m",
    ]
) | st.text(max_size=8)
NUMBERS = st.sampled_from([0, 1, -1, 2**31, 2**64, 10**39, 10**41, 0.5, -0.0, 1e-300, 1e300]) | st.integers(
    -9, 99
)


def nested(leaves):
    keys = st.sampled_from(["name", "line", "bias", "x"])
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=5,
    )


@st.composite
def changed(draw, whole, values):
    """`whole` with one to three of its entries taken out, put in, doubled or replaced, however deep."""
    made = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        place = made
        while True:
            keys = list(place) if isinstance(place, dict) else range(min(len(place), 4))
            if not keys:
                break
            key = draw(st.sampled_from(list(keys)))
            if isinstance(place[key], dict | list) and draw(st.integers(0, 2)):
                place = place[key]
                continue
            match draw(st.sampled_from(["replace", "replace", "remove", "add"])):
                case "remove":
                    del place[key]
                case "add" if isinstance(place, list):
                    place.insert(key, draw(values))
                case "add":
                    place[draw(st.sampled_from([*whole, "x"]))] = draw(values)
                case _:
                    place[key] = draw(values)
            break
    return made


def outcome(*arguments):
    """The exit code of a command that is run in this process, and what it said."""
    done = CliRunner().invoke(app, [*map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "internal error" not in done.output
    return done.exit_code


@pytest.fixture(scope="module")
def model(toy_model, tmp_path_factory):
    """A folder with the networks of the toy model, and the text of its card with entries for all keys."""
    folder = tmp_path_factory.mktemp("cards") / "model"
    shutil.copytree(toy_model, folder)
    card = json.loads((folder / CONTRACT_FILE).read_text())
    card["training"] = [{"name": "drawn", "kind": "synthetic", "weight": 1.0, "crops": 10, "licence": "own"}]
    card["figures"] = {"mnist": {"accuracy_percent": 99.5, "float_accuracy_percent": 99.6, "crops": 10000}}
    card["runs"] = {
        "drawn": {"date": "2026-01-01", "seed": 1, "minutes": 2, "commit": "abc", "options": {"a": 1}}
    }
    return folder, card


JSON = nested(st.none() | st.booleans() | NUMBERS | TEXTS | st.sampled_from(["\ud800", float("nan")]))
ONE = draw_number("7")


@few
@given(data=st.data())
def test_a_card_is_refused_or_read_with(model, data):
    folder, card = model
    (folder / CONTRACT_FILE).write_text(json.dumps(data.draw(changed(card, JSON))))
    code = outcome("model", "show", folder)
    assert code in (0, ModelError.exit_code)
    assert outcome("model", "show", folder, "--json") == code
    try:
        read = open_reader(Settings(model=folder, read=ReadOptions(layout="line")))
    except ModelError:
        return
    (page,) = read([Page("a", 1, ONE, None)])
    assert isinstance(page, PageResult)


# What a template may hold, and what it may not.
FORM = {
    "schema": "digitocr-template/1",
    "name": "count",
    "width": 120,
    "height": 80,
    "reference": "reference.png",
    "rules": ["total = men + women", "sum(m*) >= 0"],
    "field": [
        {"name": "men", "box": [10, 10, 50, 30], "format": "us-zip"},
        {"name": "women", "box": [60, 10, 110, 30], "pattern": "[1-9][0-9]{1,4}", "length": [2, 5]},
        {
            "name": "total",
            "box": [10, 40, 110, 60],
            "cells": [[10, 40, 40, 60], [45, 40, 75, 60], [80, 40, 110, 60]],
            "min": 0,
            "max": 999,
        },
        {"name": "day", "box": [10, 62, 60, 78], "date": "%d%m%Y", "kind": "blank"},
        {"name": "code", "box": [62, 62, 110, 78], "values": ["123", "456"], "digits": 3},
    ],
}


def tokens(*words, most=8):
    return st.lists(st.sampled_from(words), max_size=most).map("".join)


RULES = tokens(
    "men", "women", "day", "none", " = ", " + ", "-", "*", "/", "**", "<", ">=", "!=", "==", "(", ")", "sum(",
    "m*", "'2026-01-31'", '"', "0", "12", "1.5", "True", "lambda:", "[", "if", "\n", "#", ":=", "@", "~", "é",
)  # fmt: skip
PATTERNS = tokens(
    "[0-9]", "1", "(", ")", "(?:", "(?=", "(?<=", "(?P<a>", "(?R)", "|", "*", "+", "{2,3}", "{9999}", "?",
    "\\d", "\\", "[", "]", "^", "$", ".", "(?i)", "\\p{N}", "(?e)", "{e<=1}", "a", "\\1", "++",
)  # fmt: skip
DATES = tokens("%d", "%m", "%Y", "%y", "%j", "%H", "%M", "%S", "%q", "%", ".", "-", "1", "day")
FORMATS = st.sampled_from(
    [
        "us-zip",
        "de-postal",
        "xx-postal",
        "gb-postal",
        "luhn",
        "nl.bsn",
        "isbn",
        "de-iban",
        "iban",
        "date",
        "a.b",
    ]
)
DAYS = st.dates() | st.datetimes() | st.sampled_from(["2026-01-31", "9999-12-31", "0000-00-00"])
TOML = nested(
    st.booleans() | NUMBERS | TEXTS | st.floats() | DAYS | RULES | PATTERNS | DATES | FORMATS
    | st.lists(st.integers(-5, 130), min_size=2, max_size=4)
)  # fmt: skip


@pytest.fixture(scope="module")
def form(tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    cv2.imwrite(str(folder / "reference.png"), cv2.resize(draw_number("123"), (120, 80)))
    return folder / "form.toml"


def without_surrogates(value):
    """TOML is UTF-8 and has neither lone surrogates nor numbers beyond 64 bits in the writer's hands."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    return value


PICTURE = cv2.resize(draw_number("123"), (240, 160))


@few
@given(data=st.data())
def test_a_template_is_refused_or_read_with(form, data):
    form.write_text(tomlkit.dumps(without_surrogates(data.draw(changed(FORM, TOML)))), "utf-8")
    code = outcome("template", "check", form)
    assert code in (0, UsageError.exit_code)
    if code:
        with pytest.raises(UsageError):
            load_template(form)
        return
    (page,) = open_reader(Settings(read=ReadOptions(templates=(form,))))([Page("a", 1, PICTURE, None)])
    assert isinstance(page, PageResult | PageFailure)
    assert outcome("template", "preview", form, "-o", form.with_suffix(".png")) == 0


@given(RULES)
@example("total = " + "-" * 3000 + "1")
def test_a_rule_is_refused_or_computes(text):
    names = ["men", "women", "total"]
    try:
        rule = parse_rule(text, names)
    except UsageError:
        return
    assert rule.holds(dict.fromkeys(names, 2)) in (True, False)
    assert rule.allows(dict.fromkeys(names, "002")) in (True, False)


@few
@given(PATTERNS)
def test_a_pattern_is_refused_or_holds_a_reading(pattern):
    try:
        read = open_reader(Settings(read=ReadOptions(layout="line", pattern=pattern)))
        (page,) = read([Page("a", 1, ONE, None)])
    except UsageError:
        return
    assert isinstance(page, PageResult)


@given(st.binary(max_size=60))
def test_bytes_that_are_no_text_are_refused(form, data):
    form.write_bytes(data)
    with pytest.raises(UsageError):
        load_template(form)
