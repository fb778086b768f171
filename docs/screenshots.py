"""Draws the pictures of docs/review.md: a drawn batch, read, reviewed a little, every view photographed.

python docs/screenshots.py [--width 800] [--to FOLDER]
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.review import CHROMIUM, FLAGS, digitocr, served
from benchmarks.review_form import draw_batch

IMAGES = Path(__file__).with_name("images")
HEIGHT = 720
COLOURS = 48  # of an interface in few colours: a third of the bytes


def main() -> None:
    """Write docs/images/*.png, or of another width somewhere else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--to", type=Path, default=IMAGES)
    options = parser.parse_args()
    photograph = partial(write_picture, options.to)
    with tempfile.TemporaryDirectory() as folder:
        batch = draw_batch(Path(folder))
        store = Path(folder, "run.db")
        digitocr("read", "scans", "--template", str(batch.template), "--run", "run.db", folder=Path(folder))
        with served(store) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": options.width, "height": HEIGHT})
            page.goto(address)
            page.locator("#who").fill("Ada")
            page.locator("#who").press("Enter")
            for view, ready in (("fields", ".place image"), ("groups", ".tile img"), ("sheets/1", ".box")):
                page.evaluate("view => (location.hash = `#/${view}`)", view)
                page.wait_for_selector(ready, state="attached")
                page.wait_for_load_state("networkidle")
                if view == "fields":
                    for _ in range(4):
                        answer(page)
                if view == "groups":
                    page.locator(".tile").first.click()
                    page.keyboard.press("3")
                if view == "sheets/1":
                    page.locator(".readings input").nth(2).focus()
                photograph(page, view.partition("/")[0])
            page.evaluate("location.hash = '#/overview'")
            page.wait_for_selector(".numbers")
            photograph(page, "overview")
            enter_twice(browser, address, page, photograph)
            browser.close()


def enter_twice(browser: Browser, address: str, first: Page, photograph: Callable[[Page, str], None]) -> None:
    """A second person types what the first settled, once otherwise; a third decides."""
    for name, view in (("Ben", "second"), ("Cleo", "third")):
        page = browser.new_context(viewport=first.viewport_size).new_page()
        page.goto(address)
        page.locator("#who").fill(name)
        page.locator("#who").press("Enter")
        page.evaluate("view => (location.hash = `#/${view}`)", view)
        page.wait_for_selector(".place image", state="attached")
        if view == "second":
            page.keyboard.type("1234")
        photograph(page, view)
        if view == "second":
            answer(page)


def answer(page: Page) -> None:
    """Accept a field as it was read."""
    said = page.locator("#said").text_content()
    page.keyboard.press("Enter")
    page.wait_for_function("was => document.getElementById('said').textContent !== was", arg=said)
    page.wait_for_load_state("networkidle")


def write_picture(folder: Path, page: Page, name: str) -> None:
    """Write what the page shows."""
    page.wait_for_timeout(500)
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    folder.mkdir(exist_ok=True)
    shown.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / f"review-{name}.png", optimize=True)


if __name__ == "__main__":
    main()
