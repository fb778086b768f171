"""Every link of the documents to a file of the repository leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files(document):
    links = LINK.findall(document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert not [link for link in local if not (document.parent / link).exists()]


NAME_IN_FILE = re.compile(r"`([A-Za-z_]\w*)(?:\.\w+)?` in \[`[^`]*`\]\(([^)#\s]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_stand_in_the_files_that_the_documents_say(document):
    named = NAME_IN_FILE.findall(document.read_text(encoding="utf-8"))
    files = [(name, document.parent / link) for name, link in named]
    assert not [
        (name, file.name)
        for name, file in files
        if file.is_file() and not re.search(rf"\b{name}\b", file.read_text(encoding="utf-8"))
    ]


def test_there_are_links_to_check():
    assert len(LINK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))) > 20
