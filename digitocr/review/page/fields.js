// One field at a time: its picture large, its place on the sheet beside it, an entry by a key.

import { Buffer } from "./buffer.js";
import { counted, el, named, problem, say, typesElsewhere } from "./dom.js";
import { fit, mark, showPlace } from "./picture.js";

const ALTERNATIVE_KEYS = ["a", "b", "c", "d"];
const ACTIONS = [
  { key: "n", pad: "NumpadDivide", settled: "blank", label: "No number here" },
  { key: "u", pad: "NumpadMultiply", settled: "unreadable", label: "Unreadable" },
  { key: "x", pad: "", settled: "struck_out", label: "Struck out" },
];
const CHECK_MS = 120;

/** The view on a `source` of items; resolves to a function that takes it off the page. */
export async function showFields(root, source, { title, empty }) {
  const view = new FieldView(root, source, title, empty);
  await view.start();
  return () => view.close();
}

class FieldView {
  #root;
  #source;
  #buffer;
  #title;
  #empty;
  #item = null;
  #done = [];
  #busy = false;
  #typed = false;
  #warned = false;
  #reasons = [];
  #parts = {};
  #keys = (event) => this.#onKey(event);

  constructor(root, source, title, empty) {
    this.#root = root;
    this.#source = source;
    this.#buffer = new Buffer(source);
    this.#title = title;
    this.#empty = empty;
    document.addEventListener("keydown", this.#keys);
  }

  close() {
    document.removeEventListener("keydown", this.#keys);
  }

  async start() {
    this.#reasons = (await this.#source.reasons?.())?.reasons ?? [];
    await this.next();
  }

  async next() {
    this.#show(await this.#buffer.next());
  }

  #show(item) {
    this.#item = item;
    this.#typed = this.#warned = false;
    if (!item) {
      this.#root.replaceChildren(this.#nothingLeft());
      this.#parts = {};
      say(this.#empty);
      return;
    }
    if (!this.#parts.value) this.#build();
    const { value, crop, heading, source, reason, alternatives, left } = this.#parts;
    heading.textContent = named(item);
    source.textContent = `${item.source}, page ${item.page}`;
    reason.textContent = item.reason;
    left.textContent = counted(this.#buffer.left, "field") + " left";
    crop.replaceChildren(item.picture, ...item.digits.map((digit) => mark(digit, item.cropSize)));
    fit(crop, item.cropSize);
    value.value = item.blind ? "" : item.text;
    alternatives.replaceChildren(...this.#choices());
    this.#tellProblems(item);
    showPlace(this.#parts.place, this.#source.page(item), item);
    value.focus();
    value.select();
    say(`${named(item)}: ${item.blind ? "type what you read" : item.text || "nothing read"}. ${item.reason}`);
  }

  #build() {
    const value = el("input", {
      id: "value",
      class: "value",
      inputmode: "numeric",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: "64",
      "aria-describedby": "reason check",
      on: { input: () => this.#onInput() },
    });
    this.#parts = {
      value,
      crop: el("div", { class: "crop" }),
      heading: el("h2"),
      source: el("p", { class: "source" }),
      reason: el("p", { class: "reason", id: "reason" }),
      alternatives: el("div", { class: "alternatives", role: "group", "aria-label": "Other readings" }),
      check: el("p", { class: "check", id: "check", role: "status" }),
      left: el("p", { class: "left" }),
      place: el("div", { class: "place", "aria-hidden": "true" }),
    };
    const { crop, heading, source, reason, alternatives, check, left, place } = this.#parts;
    this.#root.replaceChildren(
      el("div", { class: "bar" }, el("h1", {}, this.#title), this.#filter(), left),
      el(
        "section",
        { class: "field" },
        el(
          "div",
          { class: "work" },
          el("div", { class: "about" }, heading, source),
          crop,
          reason,
          el("label", { class: "entry", for: "value" }, "Value", value),
          check,
          alternatives,
          this.#buttons(),
        ),
        place,
      ),
    );
  }

  /** Where readings wait for several reasons: the choice of one, or of all. */
  #filter() {
    if (this.#reasons.length < 2) return null;
    const option = (value, text) => el("option", { value, selected: value === this.#source.reason }, text);
    const options = this.#reasons.map(({ code, count }) => option(code, `${code.replaceAll("_", " ")} (${count})`));
    const choose = (event) => this.#only(event.target.value);
    const select = el("select", { on: { change: choose } }, option("", "all reasons"), ...options);
    return el("label", { class: "filter" }, "Only ", select);
  }

  /** Go on with what waits for one reason, a code, or for any, "". */
  async #only(reason) {
    await this.#alone(async () => {
      this.#source.reason = reason;
      this.#buffer = new Buffer(this.#source);
      await this.next();
    });
  }

  #buttons() {
    const button = (label, key, press, kind = "") =>
      el("button", { type: "button", class: kind, on: { click: press } }, label, " ", el("kbd", {}, key));
    return el(
      "div",
      { class: "actions" },
      button("Accept", "Enter", () => this.#accept(), "main"),
      ...ACTIONS.map(({ key, settled, label }) => button(label, key.toUpperCase(), () => this.#settle(settled))),
      button("Skip", "S", () => this.#skip()),
      button("Undo", "Z", () => this.#undo()),
    );
  }

  #choices() {
    const offered = [...(this.#item.offer ? [this.#item.offer] : []), ...this.#item.alternatives];
    this.#item.choices = [...new Set(offered)].slice(0, ALTERNATIVE_KEYS.length);
    return this.#item.choices.map((text, n) =>
      el(
        "button",
        { type: "button", on: { click: () => this.#settle("value", text) } },
        el("kbd", {}, ALTERNATIVE_KEYS[n].toUpperCase()),
        " ",
        text,
        text === this.#item.offer ? el("small", {}, " by the rule") : null,
      ),
    );
  }

  #onKey(event) {
    if (event.defaultPrevented || event.altKey) return;
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "z") return this.#take(event, () => this.#undo());
    if (event.ctrlKey || event.metaKey || typesElsewhere(event, this.#parts.value)) return;
    if (key === "z" || event.code === "NumpadSubtract") return this.#take(event, () => this.#undo());
    if (!this.#item) return;
    if (key === "enter") {
      // A button that has the focus is pressed by Enter.
      if (event.target === this.#parts.value || event.target === document.body) this.#take(event, () => this.#accept());
      return;
    }
    const action = ACTIONS.find((known) => known.key === key || known.pad === event.code);
    const choice = ALTERNATIVE_KEYS.indexOf(key);
    if (action) this.#take(event, () => this.#settle(action.settled));
    else if (key === "s" || event.code === "NumpadAdd") this.#take(event, () => this.#skip());
    else if (choice >= 0 && choice < this.#item.choices.length)
      this.#take(event, () => this.#settle("value", this.#item.choices[choice]));
    else if (key.length === 1 && !/^[\d ]$/.test(key)) event.preventDefault(); // values are digits
    else if (event.target !== this.#parts.value && /^\d$/.test(key)) this.#parts.value.focus();
  }

  #take(event, act) {
    event.preventDefault();
    if (!event.repeat) act(); // a key held down answers one field, not ten
  }

  #onInput() {
    const { value } = this.#parts;
    this.#typed = true;
    this.#warned = false;
    clearTimeout(this.#parts.timer);
    const asked = value.value.trim();
    const item = this.#item;
    this.#parts.timer = setTimeout(async () => {
      const verdict = await this.#source.check(item.id, asked);
      if (item !== this.#item || asked !== this.#parts.value?.value.trim()) return;
      item.offer = verdict.offer;
      this.#parts.alternatives.replaceChildren(...this.#choices());
      this.#tellProblems(verdict);
    }, CHECK_MS);
  }

  #tellProblems({ problems = [] }) {
    this.#parts.check.textContent = problems.join("; ");
  }

  async #accept() {
    const text = this.#parts.value.value.trim();
    if (!text) return this.#settle("blank");
    if (this.#typed && !this.#warned) {
      const item = this.#item;
      const { problems } = await this.#source.check(item.id, text);
      if (item !== this.#item) return;
      if (problems.length) {
        this.#warned = true;
        this.#tellProblems({ problems: [...problems, "Enter again keeps it"] });
        return;
      }
    }
    await this.#settle("value", text);
  }

  async #settle(settled, text = "") {
    await this.#alone(async () => {
      const item = this.#item;
      await this.#source.enter(item.id, settled, text).then(({ left }) => {
        this.#buffer.left = left;
        this.#done.push(item);
      }, tell);
      await this.next();
    });
  }

  async #skip() {
    await this.#alone(() => this.next());
  }

  async #undo() {
    const last = this.#done.at(-1);
    if (!last) return;
    await this.#alone(async () => {
      const { items, left } = await this.#source.undo(last.id);
      this.#done.pop();
      this.#buffer.putBack(...items, ...(this.#item ? [this.#item] : []));
      await this.next();
      this.#buffer.left = left;
      this.#parts.left.textContent = counted(left, "field") + " left";
    });
  }

  /** One thing after the other: a second key waits for nothing and does nothing. */
  async #alone(act) {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await act();
    } catch (error) {
      tell(error);
    } finally {
      this.#busy = false;
    }
  }

  #nothingLeft() {
    const back = this.#done.length
      ? el("button", { type: "button", on: { click: () => this.#undo() } }, "Undo the last ", el("kbd", {}, "Z"))
      : null;
    const again = this.#source.reason
      ? el("button", { type: "button", on: { click: () => this.#only("") } }, "Show all reasons")
      : el("button", { type: "button", on: { click: () => this.next() } }, "Look again");
    const empty = this.#source.reason ? "Nothing waits with this reason any more." : this.#empty;
    return el("section", { class: "empty" }, el("h1", {}, this.#title), el("p", {}, empty), again, " ", back);
  }
}

function tell(error) {
  problem(error.message);
}
