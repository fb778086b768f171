// Whole pages: every field in the colour of its state; edit, add by dragging a box, remove, turn, zoom.

import { counted, el, named, problem, say } from "./dom.js";
import { ask } from "./server.js";

const ZOOMS = [1, 1.5, 2, 3, 4];
const DRAG_MIN_PX = 8; // on the screen: less is a click
const SYMBOLS = { accept: "✓", review: "?", disputed: "≠", blank: "∅", error: "!", person: "●", double_entry: "◉" };
const WORDS = {
  accept: "read",
  review: "to review",
  disputed: "two people differ",
  blank: "blank",
  error: "not read",
  person: "settled",
  double_entry: "settled twice",
};

/** The list of pages, or one of them; resolves to a function that takes the view off the page. */
export async function showSheets(root, id) {
  if (id) {
    const view = new SheetView(root, Number(id));
    await view.open();
    return () => view.close();
  }
  await showList(root);
  return () => {};
}

async function showList(root) {
  const body = el("tbody");
  const more = el("button", { type: "button", on: { click: () => load() } }, "More");
  let after = 0;
  const load = async () => {
    const { pages } = await ask("pages", { after });
    after = pages.at(-1)?.id ?? after;
    more.hidden = pages.length < 100;
    body.append(...pages.map(pageRow));
  };
  const head = ["sheet", "page", "numbers", "waiting"].map((text) => el("th", { scope: "col" }, text));
  root.replaceChildren(
    el("div", { class: "bar" }, el("h1", {}, "Sheets")),
    el("table", { class: "list" }, el("thead", {}, el("tr", {}, ...head)), body),
    more,
  );
  await load();
}

function pageRow(page) {
  return el(
    "tr",
    {},
    el("td", {}, el("a", { href: `#/sheets/${page.id}` }, page.name)),
    el("td", {}, String(page.number)),
    el("td", {}, String(page.readings)),
    el("td", { class: page.waiting ? "waits" : "" }, String(page.waiting)),
  );
}

class SheetView {
  #root;
  #id;
  #page;
  #zoom = 0;
  #parts = {};
  #drag = null;
  #keys = (event) => this.#onKey(event);

  constructor(root, id) {
    this.#root = root;
    this.#id = id;
    document.addEventListener("keydown", this.#keys);
  }

  close() {
    document.removeEventListener("keydown", this.#keys);
  }

  async open() {
    this.#page = await ask("page", { id: this.#id });
    const button = (label, key, press) =>
      el("button", { type: "button", on: { click: press } }, label, " ", el("kbd", {}, key));
    this.#parts = {
      paper: el("div", { class: "paper" }),
      list: el("ol", { class: "readings" }),
    };
    this.#root.replaceChildren(
      el(
        "div",
        { class: "bar" },
        el("h1", {}, `${this.#page.source}, page ${this.#page.page}`),
        el("a", { href: "#/sheets" }, "All sheets"),
      ),
      el(
        "div",
        { class: "actions" },
        button("Closer", "+", () => this.#setZoom(1)),
        button("Farther", "−", () => this.#setZoom(-1)),
        button("Turn", "T", () => this.#turn()),
        el("span", { class: "hint" }, "Drag a box around a number that was missed: it is read at once."),
      ),
      el("section", { class: "sheet" }, this.#parts.paper, this.#parts.list),
    );
    this.#drawPaper();
    this.#drawList();
  }

  #drawPaper() {
    const [width, height] = this.#page.size;
    const quarter = this.#page.turned;
    const [wide, high] = quarter % 2 ? [height, width] : [width, height];
    const image = el("image", { href: `/picture/page/${this.#id}.jpg`, width, height });
    image.addEventListener("error", () => {
      image.remove(); // or the browser draws its sign for a broken picture as large as the page
      problem("The file of this sheet is gone or another than was read; the pictures of its numbers are beside it.");
    });
    const shift = { 0: "", 1: `translate(${height} 0)`, 2: `translate(${width} ${height})`, 3: `translate(0 ${width})` };
    const turned = el(
      "g",
      { transform: `${shift[quarter]} rotate(${90 * quarter})` },
      image,
      ...this.#page.items.map((item) => this.#box(item)),
    );
    const svg = el("svg", {
      viewBox: `0 0 ${wide} ${high}`,
      style: { width: `${100 * ZOOMS[this.#zoom]}%` },
      on: {
        pointerdown: (event) => this.#startDrag(event, turned),
        pointermove: (event) => this.#moveDrag(event),
        pointerup: (event) => this.#endDrag(event),
        pointercancel: () => this.#cancelDrag(),
      },
    });
    svg.append(turned);
    this.#parts.paper.replaceChildren(svg);
  }

  #box(item) {
    const [left, top, right, bottom] = item.box;
    const air = 0.12 * (bottom - top);
    const made = el(
      "g",
      { class: `box ${item.state}`, "data-id": item.id, on: { click: () => this.#choose(item.id) } },
      el("title", {}, `${named(item)}: ${shownValue(item) || "blank"}, ${WORDS[item.state]}`),
      el("rect", {
        x: left - air,
        y: top - air,
        width: right - left + 2 * air,
        height: bottom - top + 2 * air,
        "vector-effect": "non-scaling-stroke",
      }),
    );
    return made;
  }

  #drawList() {
    this.#parts.list.replaceChildren(...this.#page.items.map((item) => this.#line(item)));
    if (!this.#page.items.length) this.#parts.list.append(el("li", {}, "No numbers were found on this sheet."));
  }

  #line(item) {
    const value = el("input", {
      value: shownValue(item),
      inputmode: "numeric",
      autocomplete: "off",
      maxlength: "64",
      "aria-label": `${named(item)}, ${WORDS[item.state]}`,
      on: {
        focus: () => this.#mark(item.id),
        keydown: (event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          const text = value.value.trim();
          this.#settle(item, text ? "value" : "blank", text);
        },
      },
    });
    const problems = item.problems.join("; ");
    return el(
      "li",
      { class: item.state, "data-id": item.id },
      el("span", { class: "symbol", "aria-hidden": "true" }, SYMBOLS[item.state]),
      el("span", { class: "name" }, named(item)),
      value,
      el(
        "button",
        {
          type: "button",
          class: "small",
          title: "This is no number: remove it",
          "aria-label": `remove ${named(item)}`,
          on: { click: () => this.#settle(item, "removed", "") },
        },
        "✕",
      ),
      el("img", { src: `/picture/crop/${item.id}.jpg`, alt: "", loading: "lazy" }),
      el("small", { class: "why" }, [item.settled ? "" : item.reason, problems].filter(Boolean).join("; ")),
    );
  }

  async #settle(item, settled, value) {
    try {
      const place = this.#page.items.findIndex((known) => known.id === item.id);
      const { items } = await ask("edit", { id: item.id, settled, value });
      this.#page.items.splice(place, 1, ...(settled === "removed" ? [] : items));
      this.#drawPaper();
      this.#drawList();
      say(`${named(item)}: ${settled === "value" ? value : settled}`);
      const next = this.#page.items[settled === "removed" ? place : place + 1];
      if (next) this.#choose(next.id);
    } catch (error) {
      problem(error.message);
    }
  }

  #choose(id) {
    const input = this.#parts.list.querySelector(`li[data-id="${id}"] input`);
    input?.focus();
    input?.select();
  }

  #mark(id) {
    for (const part of this.#root.querySelectorAll("[data-id]"))
      part.classList.toggle("chosen", part.dataset.id === String(id));
    this.#parts.paper.querySelector(".box.chosen")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "+": () => this.#setZoom(1), "-": () => this.#setZoom(-1), t: () => this.#turn() }[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #setZoom(step) {
    this.#zoom = Math.min(Math.max(this.#zoom + step, 0), ZOOMS.length - 1);
    this.#parts.paper.querySelector("svg").style.width = `${100 * ZOOMS[this.#zoom]}%`;
    this.#parts.paper.querySelector(".box.chosen")?.scrollIntoView({ block: "center", inline: "center" });
  }

  async #turn() {
    this.#page.turned = (await ask("turn", { id: this.#id, quarters: 1 })).turned;
    this.#drawPaper();
  }

  #startDrag(event, turned) {
    if (event.button !== 0 || event.target.closest(".box")) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const shown = el("rect", { class: "drawn", "vector-effect": "non-scaling-stroke" });
    turned.append(shown);
    this.#drag = { turned, shown, from: onPage(event, turned), screen: [event.clientX, event.clientY] };
  }

  #moveDrag(event) {
    if (!this.#drag) return;
    const [left, top, right, bottom] = between(this.#drag.from, onPage(event, this.#drag.turned));
    const { shown } = this.#drag;
    for (const [name, value] of Object.entries({ x: left, y: top, width: right - left, height: bottom - top }))
      shown.setAttribute(name, value);
  }

  async #endDrag(event) {
    if (!this.#drag) return;
    const { turned, from, screen } = this.#drag;
    const box = between(from, onPage(event, turned));
    this.#cancelDrag();
    if (Math.hypot(event.clientX - screen[0], event.clientY - screen[1]) < DRAG_MIN_PX) return;
    try {
      const { items } = await ask("add", { id: this.#id, box });
      this.#page.items.push(...items);
      this.#drawPaper();
      this.#drawList();
      this.#choose(items[0].id);
      say(`read as ${items[0].text || "nothing"}; Enter accepts it`);
    } catch (error) {
      problem(error.message);
    }
  }

  #cancelDrag() {
    this.#drag?.shown.remove();
    this.#drag = null;
  }
}

function shownValue(item) {
  return item.settled ? item.value : item.text;
}

/** Where a pointer is, in pixels of the page, whichever way the page is turned. */
function onPage(event, turned) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(turned.getScreenCTM().inverse());
  return [point.x, point.y];
}

function between([x0, y0], [x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}
