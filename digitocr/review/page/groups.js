// Group verification: all pictures read as one digit on one sheet; the odd ones are clicked, the rest confirmed.

import { counted, el, problem, say, typesElsewhere } from "./dom.js";
import { ask } from "./server.js";

const TILE_PX = 78;
const TILES_MAX = 180;
const BLANK = "blank";

/** The view; resolves to a function that takes it off the page. */
export async function showGroups(root) {
  const view = new GroupView(root);
  await view.open();
  return () => view.close();
}

class GroupView {
  #root;
  #classes = [];
  #text = "";
  #tiles = [];
  #odd = new Set();
  #done = [];
  #busy = false;
  #keys = (event) => this.#onKey(event);

  constructor(root) {
    this.#root = root;
    document.addEventListener("keydown", this.#keys);
  }

  close() {
    document.removeEventListener("keydown", this.#keys);
  }

  async open(text = "") {
    ({ classes: this.#classes } = await ask("classes"));
    const left = this.#classes.map(([name]) => name);
    this.#text = left.includes(text) ? text : (left[0] ?? "");
    await this.#load();
  }

  async #load() {
    this.#odd.clear();
    this.#tiles = this.#text ? (await ask("group", { text: this.#text, count: tilesThatFit() })).tiles : [];
    this.#draw();
  }

  #draw() {
    const tabs = this.#classes.map(([name, count]) =>
      el(
        "button",
        {
          type: "button",
          class: name === this.#text ? "tab chosen" : "tab",
          "aria-pressed": String(name === this.#text),
          on: { click: () => this.#alone(() => this.open(name)) },
        },
        name === BLANK ? "blank" : name,
        el("small", {}, ` ${count}`),
      ),
    );
    const what = this.#text === BLANK ? "Nothing is written in these" : `All of these are ${this.#text}`;
    const grid = el(
      "div",
      { class: this.#text === BLANK ? "tiles wide" : "tiles", role: "group", "aria-label": what },
      ...this.#tiles.map((tile, n) => this.#tile(tile, n)),
    );
    const body = this.#tiles.length
      ? [
          el("p", { class: "task" }, el("strong", {}, `${what}?`), " Click those that are not; then confirm the rest."),
          grid,
          el(
            "div",
            { class: "actions stuck" },
            el(
              "button",
              { type: "button", class: "main", id: "confirm", on: { click: () => this.#confirm() } },
              "Confirm the rest ",
              el("kbd", {}, "Enter"),
            ),
            this.#undoButton(),
            el("span", { class: "odd-count", id: "odd" }),
          ),
        ]
      : [el("section", { class: "empty" }, el("p", {}, "Nothing is left to verify."), this.#undoButton())];
    this.#root.replaceChildren(
      el("div", { class: "bar" }, el("h1", {}, "Groups"), el("div", { class: "tabs" }, ...tabs)),
      ...body,
    );
    grid.querySelector("button")?.focus();
    if (this.#tiles.length) say(`${what}? ${counted(this.#tiles.length, "picture")}`);
  }

  #undoButton() {
    if (!this.#done.length) return null;
    return el("button", { type: "button", on: { click: () => this.#undo() } }, "Undo ", el("kbd", {}, "Z"));
  }

  #tile(tile, n) {
    const url =
      tile.position < 0
        ? `/picture/crop/${tile.reading}.jpg`
        : `/picture/digit/${tile.reading}/${tile.position}.jpg`;
    return el(
      "button",
      {
        type: "button",
        class: "tile",
        tabindex: n ? "-1" : "0",
        "aria-pressed": "false",
        "aria-label": `picture ${n + 1}`,
        on: { click: (event) => this.#toggle(n, event.currentTarget) },
      },
      el("img", { src: url, alt: "" }),
    );
  }

  #toggle(n, button) {
    if (!this.#odd.delete(n)) this.#odd.add(n);
    button.setAttribute("aria-pressed", String(this.#odd.has(n)));
    button.classList.toggle("odd", this.#odd.has(n));
    document.getElementById("odd").textContent = this.#odd.size ? `${this.#odd.size} marked as not ${this.#text}` : "";
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typesElsewhere(event, null)) return;
    const tiles = [...this.#root.querySelectorAll(".tile")];
    const at = tiles.indexOf(document.activeElement);
    const columns = Math.max(1, tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step && tiles[at + step]) {
      tiles[at + step].focus();
      event.preventDefault();
    } else if (event.key === "Enter" && (at >= 0 || document.activeElement === document.body)) {
      event.preventDefault(); // Space marks a picture, Enter is for the sheet
      if (!event.repeat) this.#confirm();
    } else if (event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.#undo();
    }
  }

  async #confirm() {
    await this.#alone(async () => {
      const seen = this.#tiles.map((tile) => [tile.reading, tile.position]);
      const answer = { seen, odd: [...this.#odd].map((n) => seen[n]) };
      await ask("confirm", answer);
      this.#done.push({ text: this.#text, answer });
      await this.open(this.#text);
    });
  }

  async #undo() {
    const last = this.#done.at(-1);
    if (!last) return;
    await this.#alone(async () => {
      await ask("undo-confirm", last.answer);
      this.#done.pop();
      await this.open(last.text);
    });
  }

  async #alone(act) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await act();
    } catch (error) {
      problem(error.message);
    } finally {
      this.#busy = false;
    }
  }
}

/** As many pictures as are seen without scrolling. */
function tilesThatFit() {
  const across = Math.floor((Math.min(window.innerWidth, 1500) - 48) / TILE_PX);
  const down = Math.floor((window.innerHeight - 250) / TILE_PX);
  return Math.max(12, Math.min(TILES_MAX, across * down));
}
