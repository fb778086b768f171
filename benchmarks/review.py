"""How long a person takes from a folder of scans to a checked table, by a scripted browser and a clock.

    python -m benchmarks.review

The script looks at what the page puts before it, knows what stands there, and corrects only that: 1.2 s a key
or click, 3 s a picture looked at. A sheet of group verification is one picture; how long it takes at 3 s for
every 20 of its digits is told beside it.
"""

import argparse
import csv
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.review_form import Batch, draw_batch

KEY_S, LOOK_S, TILES_A_LOOK = 1.2, 3.0, 20
DOUBTFUL = 14
EMPTY = ("empty boxes", "blank fields")
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


@dataclass(slots=True)
class Clock:
    """What a person would have done: keys and clicks, pictures looked at, digits on sheets of groups."""

    keys: int = 0
    looks: int = 0
    sheets: int = 0
    tiles: int = 0
    waits: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return KEY_S * self.keys + LOOK_S * (self.looks + self.sheets)

    @property
    def careful_seconds(self) -> float:
        return KEY_S * self.keys + LOOK_S * (self.looks + self.tiles / TILES_A_LOOK)


def main() -> None:
    """Draw, read, review, export, compare; print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheets", type=int, default=12)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--fields-first", action="store_true", help="review fields, then groups")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        batch = draw_batch(Path(folder), options.sheets, options.seed)
        store = Path(folder, "run.db")
        started = time.monotonic()
        digitocr("read", str(Path(folder, "scans")), "--template", str(batch.template), "--run", str(store))
        wall, used = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        before = wrong_values(store, batch, Path(folder))
        with served(store) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address)
            fields, groups, second, count = Clock(), Clock(), Clock(), 0
            if options.fields_first:
                count = review_fields(page, batch, fields)
            verify_groups(page, batch, store, groups)
            count += review_fields(page, batch, second)
            browser.close()
        after = wrong_values(store, batch, Path(folder))
    clocks = (fields, groups, second)
    person, careful = sum(c.seconds for c in clocks), sum(c.careful_seconds for c in clocks)
    waits = sorted(wait for c in clocks for wait in c.waits)
    values = sum(len(sheet) for sheet in batch.truth.values())
    print(f"reading                        {wall:.0f} s ({used.ru_utime + used.ru_stime:.0f} s of processor)")
    for name, clock in (("fields first", fields), ("fields after groups", second)):
        print(f"{name:30} {clock.looks} values, {clock.keys} keys, {clock.seconds:.0f} s")
    print(
        f"groups                         {groups.tiles} pictures on {groups.sheets} sheets, "
        f"{groups.keys} keys, {groups.seconds:.0f} s"
    )
    if count >= DOUBTFUL:
        print(f"keys to settle {DOUBTFUL} values       {DOUBTFUL * (fields.keys + second.keys) / count:.1f}")
    print(f"the person                     {person:.0f} s ({careful:.0f} s at 3 s for 20 digits)")
    print(f"reading to checked table       {(wall + person) / 60:.1f} min")
    print(f"wrong values before, after     {before}, {after} of {values}")
    if waits:
        print(f"from key to next picture       median {1000 * waits[len(waits) // 2]:.0f} ms")


def review_fields(page: Page, batch: Batch, clock: Clock) -> int:
    """Settle all that waits; how many values that is."""
    _go(page, "fields")
    page.wait_for_selector("#value, .empty")
    settled = 0
    while page.locator("#value").count():
        name = page.locator(".about h2").text_content() or ""
        source = re.sub(r", page \d+$", "", page.locator(".source").text_content() or "")
        truth = batch.truth[Path(source).name][name]
        clock.looks += 1
        settled += 1
        offered = [text.split() for text in page.locator(".alternatives button").all_text_contents()]
        keys = ["Enter"]
        if page.locator("#value").input_value() != truth:
            known = {words[1]: words[0].lower() for words in offered}
            keys = [known[truth]] if truth in known else [*truth, "Enter"]
        said = page.locator("#said").text_content()
        for key in keys:
            page.keyboard.press(key)
        clock.keys += len(keys)
        pressed = time.monotonic()
        page.wait_for_function(
            "was => document.getElementById('said').textContent !== was || !document.getElementById('value')",
            arg=said,
            polling=5,
        )
        clock.waits.append(time.monotonic() - pressed)
    return settled


def verify_groups(page: Page, batch: Batch, store: Path, clock: Clock) -> None:
    """Look at every sheet, click what is not what it was read as and type what it is, confirm the rest."""
    _go(page, "groups")
    page.wait_for_selector(".tile, .empty")
    while page.locator(".tile").count():
        chosen = (page.locator(".tab.chosen").inner_text()).rsplit(" ", 1)[0]
        sources = [tile.get_attribute("src") or "" for tile in page.locator(".tile img").all()]
        clock.sheets += 1
        clock.tiles += len(sources)
        for number, source in enumerate(sources):
            stands_there = digit_at(store, batch, *(int(n) for n in re.findall(r"\d+", source)))
            if stands_there != ("" if chosen in EMPTY else chosen):
                page.locator(".tile").nth(number).click()
                page.keyboard.press(stands_there or "Delete")
                clock.keys += 2
        clock.keys += 1
        with page.expect_response(lambda answer: answer.url.endswith("/api/confirm")):
            page.locator("#confirm").click()
        page.wait_for_function(
            "was => document.querySelector('.empty') || "
            "document.querySelector('.tile img')?.getAttribute('src') !== was",
            arg=sources[0],
        )


def digit_at(store: Path, batch: Batch, reading: int, position: int) -> str:
    """What stands in a picture of a group: the digit in a box of a field, "" where it is empty."""
    with sqlite3.connect(store) as connection:
        text, cells, name, source = connection.execute(
            "SELECT text, cells, field, name FROM reading JOIN page ON page.id = page JOIN source "
            "ON source.id = source WHERE reading.id = ?",
            (reading,),
        ).fetchone()
    truth = batch.truth[Path(source).name][name]
    if cells:
        return truth[position : position + 1]
    blocks = SequenceMatcher(None, text, truth, autojunk=False).get_matching_blocks()
    right = any(block.a <= position < block.a + block.size for block in blocks)
    return text[position] if right else truth[position : position + 1]


def wrong_values(store: Path, batch: Batch, folder: Path) -> int:
    """How many values of the exported table are not what stands on the sheets, those for review left out."""
    table = folder / "table.csv"
    digitocr("export", str(store), "-o", str(table))
    with table.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["status"] in ("accept", "blank")]
    return sum(row["text"] != batch.truth[Path(row["source"]).name][row["field"]] for row in rows)


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The review of a store; its address."""
    command = [sys.executable, "-m", "digitocr", "review", str(store), "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        found = re.search(r"http://\S+", process.stderr.readline())
        assert found is not None
        try:
            yield found[0]
        finally:
            process.terminate()


def _go(page: Page, view: str) -> None:
    page.evaluate("view => (location.hash = `#/${view}`)", view)
    page.wait_for_function(
        "view => location.hash.endsWith(view) && !document.querySelector('.figure')", arg=view
    )


def digitocr(*arguments: str, folder: Path | None = None) -> None:
    """Run the command, in a folder."""
    command = [sys.executable, "-m", "digitocr", *arguments]
    subprocess.run(command, check=False, capture_output=True, cwd=folder)


if __name__ == "__main__":
    main()
