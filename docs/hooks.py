"""MkDocs hook: documents that live beside what they describe become pages of the site too."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
ELSEWHERE = {
    "models/README.md": "model.md",
    "benchmarks/README.md": "benchmarks.md",
    "samples/README.md": "samples.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "NOTICE": "notice.md",
}
LINK = re.compile(r"\]\(([^)#:]+)\)")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the documents that stand outside of docs/."""
    for source, name in ELSEWHERE.items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Point links at these pages; what is no page (a file of code, a folder) loses its link."""
    sources = {name: source for source, name in ELSEWHERE.items()}
    folder = (ROOT / sources.get(page.file.src_uri, f"docs/{page.file.src_uri}")).parent

    def target(link: re.Match[str]) -> str:
        path = (folder / link[1]).resolve()
        if path.is_relative_to(ROOT / "docs"):
            return f"]({path.relative_to(ROOT / 'docs')})"
        name = ELSEWHERE.get(str(path.relative_to(ROOT)))
        return f"]({name})" if name else "]"

    return LINK.sub(target, markdown)
