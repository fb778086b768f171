"""A run store with drawn numbers, a server on it, and a browser."""

import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra review has it")

import uvicorn
from review_material import make_store

from digitocr.review.app import make_app
from digitocr.review.security import Access
from digitocr.review.serve import listen
from digitocr.store.store import open_store

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra dev has it")
    with playwright.sync_playwright() as running:
        playwright.expect.set_options(timeout=30_000)  # machines that do much else besides
        if not Path(CHROMIUM).exists():
            pytest.skip(f"no {CHROMIUM}: the review is tested in Debian's Chromium")
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def store_path(tmp_path, toy_model, request):
    return make_store(tmp_path, toy_model, options=getattr(request, "param", {}))


@contextmanager
def serving(path):
    """The review of a store, in a thread of this process; its address."""
    listening = listen("127.0.0.1", 0)
    access = Access("127.0.0.1", listening.getsockname()[1])
    with open_store(path) as store:
        config = uvicorn.Config(make_app(store, access), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield access
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
            listening.close()


@pytest.fixture
def access(store_path):
    with serving(store_path) as access:
        yield access


@pytest.fixture
def person(chromium, access):
    """A person at a browser of their own, on a view of the page."""
    contexts = []

    def arrive(name="ada", view="fields", address=None):
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(30_000)
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('who', {name!r})")
        page = context.new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(address or access.address)
        page.goto(f"{(address or access.address).split('?')[0]}#/{view}")
        return page

    yield arrive
    for context in contexts:
        problems = [problem for page in context.pages for problem in page.problems]
        context.close()
        assert not problems
