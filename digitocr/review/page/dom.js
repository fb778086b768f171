// Elements made and messages shown: what every view needs.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "rect", "image", "text", "title"]);

/** An element; `on` has its listeners, `style` its CSS properties, all else are attributes. */
export function el(tag, attributes = {}, ...children) {
  const made = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (name === "style") Object.assign(made.style, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Tell those who listen to the page. */
export function say(text) {
  document.getElementById("said").textContent = text;
}

/** Show what went wrong, or with no text that all is well again. */
export function problem(text = "") {
  const place = document.getElementById("problem");
  place.textContent = text;
  place.hidden = !text;
}

/** A number with its noun: 1 field, 2 fields. */
export function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** What a reading is called: its field, or its place on the page. */
export function named(item) {
  return item.field || `number ${item.row}`;
}

/** Whether a key is meant for what has the focus, not for the view. */
export function typesElsewhere(event, own) {
  const target = event.target;
  return target !== own && (target.matches?.("input, textarea, select") ?? false);
}
