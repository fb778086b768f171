"""What stands beside the code: the versions of the recipe, what installers need, the citation."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "models" / "requirements.txt").read_text(encoding="utf-8")


def test_the_versions_of_the_recipe_are_ones_that_the_project_takes():
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", LOCK, re.MULTILINE))
    extras = PROJECT["optional-dependencies"]
    wanted = [Requirement(text) for text in PROJECT["dependencies"] + extras["train"] + extras["evaluate"]]
    wanted = [requirement for requirement in wanted if requirement.name != "digitocr"]
    assert len(wanted) > 15
    for requirement in wanted:
        assert requirement.specifier.contains(pinned[requirement.name]), requirement


def test_the_versions_of_the_recipe_name_no_index():
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_every_dependency_has_a_lower_bound():
    extras = PROJECT["optional-dependencies"]
    for text in PROJECT["dependencies"] + [text for extra in extras.values() for text in extra]:
        assert ">=" in text or text.startswith("digitocr["), text


def test_every_python_that_is_named_is_tried():
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    (tried,) = re.findall(r"^ +python: \[(.*)\]$", workflow, re.MULTILINE)
    named = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", name)]
    assert re.findall(r"3\.\d+", tried) == named


def test_the_citation_names_this_version():
    (version,) = re.findall(r'^__version__ = "(.*)"', (ROOT / "digitocr" / "__init__.py").read_text(), re.M)
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {version}\n" in citation
    assert f"license: {PROJECT['license']}\n" in citation
