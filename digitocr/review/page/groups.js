// Group verification: all pictures read as one digit on one sheet; the odd ones are clicked, what stands there is
// typed, the rest is confirmed.

import { counted, el, problem, say, typesElsewhere } from "./dom.js";
import { ask } from "./server.js";

const TILE_PX = 78;
const WIDE_TILE_PX = 186;
const TILES_MAX = 180;
const BLANK = "blank";
const SHEETS = {
  empty: { name: "empty boxes", question: "Nothing is written in these boxes", mark: "not empty" },
  blank: { name: "blank fields", question: "Nothing is written in these fields", mark: "not blank" },
};
const NOTHING_KEYS = ["Backspace", "Delete"];

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
  #odd = new Map(); // the picture's place on the sheet, and what a person typed for it: null where nothing yet
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
    this.#waiting(true);
    ({ classes: this.#classes } = await ask("classes"));
    const left = this.#classes.map(([name]) => name);
    this.#text = left.includes(text) ? text : (left[0] ?? "");
    this.#odd.clear();
    const asked = { text: this.#text, count: tilesThatFit(this.#text === BLANK ? WIDE_TILE_PX : TILE_PX) };
    this.#tiles = this.#text ? (await ask("group", asked)).tiles : [];
    this.#draw();
  }

  /** What is on the screen is answered; the next sheet is on its way. */
  #waiting(on) {
    const grid = this.#root.querySelector(".tiles");
    grid?.setAttribute("aria-busy", String(on));
    this.#root.querySelector("#confirm")?.toggleAttribute("disabled", on);
    if (on && !grid) this.#root.replaceChildren(el("p", { class: "loading", role: "status" }, "Loading the pictures…"));
  }

  #draw() {
    const question = SHEETS[this.#text]?.question ?? `All of these are ${this.#text}`;
    const grid = el(
      "div",
      { class: this.#text === BLANK ? "tiles wide" : "tiles", role: "group", "aria-label": question },
      ...this.#tiles.map((tile, n) => this.#tile(tile, n)),
    );
    const body = this.#tiles.length
      ? [el("p", { class: "task" }, el("strong", {}, `${question}?`), ` ${this.#task()}`), grid, this.#actions()]
      : [el("section", { class: "empty" }, el("p", {}, "Nothing is left to verify."), this.#undoButton())];
    this.#root.replaceChildren(el("div", { class: "bar" }, el("h1", {}, "Groups"), this.#tabs()), ...body);
    grid.querySelector("button")?.focus();
    if (this.#tiles.length) say(`${question}? ${counted(this.#tiles.length, "picture")}`);
  }

  #task() {
    if (this.#text === BLANK) return "Click those in which something is written; then confirm the rest.";
    return "Click those that are not, and type what stands there; then confirm the rest.";
  }

  #tabs() {
    const tab = ([name, count]) =>
      el(
        "button",
        {
          type: "button",
          class: name === this.#text ? "tab chosen" : "tab",
          "aria-pressed": String(name === this.#text),
          on: { click: () => this.#alone(() => this.open(name)) },
        },
        SHEETS[name]?.name ?? name,
        el("small", {}, ` ${count}`),
      );
    return el("div", { class: "tabs" }, ...this.#classes.map(tab));
  }

  #actions() {
    return el(
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
    );
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
        on: { click: () => this.#toggle(n) },
      },
      el("img", { src: url, alt: "" }),
    );
  }

  #toggle(n) {
    if (!this.#odd.delete(n)) this.#odd.set(n, null);
    this.#mark(n);
  }

  /** What stands in a picture: a digit, or "" for none. */
  #type(n, said) {
    if (said === this.#text) this.#odd.delete(n);
    else this.#odd.set(n, said);
    this.#mark(n);
  }

  #mark(n) {
    const tile = this.#root.querySelectorAll(".tile")[n];
    const odd = this.#odd.has(n);
    const said = this.#odd.get(n);
    tile.classList.toggle("odd", odd);
    tile.setAttribute("aria-pressed", String(odd));
    tile.setAttribute("aria-label", `picture ${n + 1}${said ? `: ${said}` : ""}`);
    tile.dataset.said = said ?? "✕";
    const what = SHEETS[this.#text]?.mark ?? `not ${this.#text}`;
    document.getElementById("odd").textContent = this.#odd.size ? `${this.#odd.size} marked as ${what}` : "";
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typesElsewhere(event, null)) return;
    const tiles = [...this.#root.querySelectorAll(".tile")];
    const at = tiles.indexOf(document.activeElement);
    const columns = Math.max(1, tiles.findIndex((tile) => tile.offsetTop > tiles[0].offsetTop));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const nothing = NOTHING_KEYS.includes(event.key);
    if (step && tiles[at + step]) {
      tiles[at + step].focus();
    } else if (at >= 0 && this.#text !== BLANK && (nothing || /^\d$/.test(event.key))) {
      this.#type(at, nothing ? "" : event.key);
    } else if (event.key === "Enter" && (at >= 0 || document.activeElement === document.body)) {
      if (!event.repeat) this.#confirm(); // Space marks a picture, Enter is for the sheet
    } else if (event.key.toLowerCase() === "z") {
      this.#undo();
    } else {
      return;
    }
    event.preventDefault();
  }

  async #confirm() {
    await this.#alone(async () => {
      const seen = this.#tiles.map((tile) => [tile.reading, tile.position]);
      const answer = { seen, odd: [...this.#odd].map(([n, said]) => [...seen[n], said]) };
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
    this.#waiting(true);
    try {
      await act();
    } catch (error) {
      problem(error.message);
      this.#waiting(false);
    } finally {
      this.#busy = false;
    }
  }
}

/** As many pictures as are seen without scrolling. */
function tilesThatFit(width) {
  const across = Math.floor((Math.min(window.innerWidth, 1500) - 48) / width);
  const down = Math.floor((window.innerHeight - 250) / TILE_PX);
  return Math.max(12, Math.min(TILES_MAX, across * down));
}
