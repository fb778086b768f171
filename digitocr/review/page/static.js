// The field view in one file, without a server: answers stay in the browser until they are saved as CSV.

import { el, problem } from "./dom.js";
import { showFields } from "./fields.js";

const data = JSON.parse(document.getElementById("data").textContent);
const COLUMNS = ["sha256", "page", "field", "row", "source", "settled", "value", "who", "at"];
const KEY = `digitocr ${data.key}`;

function answers() {
  return JSON.parse(localStorage.getItem(KEY) ?? "{}");
}

function keep(change) {
  const kept = answers();
  change(kept);
  localStorage.setItem(KEY, JSON.stringify(kept));
  draw(Object.keys(kept).length);
  return data.items.length - Object.keys(kept).length;
}

const source = {
  take: async (count, after, besides) => {
    const kept = answers();
    const open = data.items.filter((item) => !(item.id in kept));
    const free = open.filter((item) => !besides.includes(item.id));
    const ordered = [...free.filter((item) => item.id > after), ...free.filter((item) => item.id <= after)];
    return { items: ordered.slice(0, count), left: open.length };
  },
  enter: async (id, settled, value) => ({
    left: keep((kept) => (kept[id] = { settled, value, at: new Date().toISOString() })),
  }),
  undo: async (id) => ({
    left: keep((kept) => delete kept[id]),
    items: data.items.filter((item) => item.id === id),
  }),
  check: async () => ({ problems: [], offer: "" }),
  crop: (item) => item.image,
  page: () => "",
};

function draw(count) {
  document.getElementById("count").textContent = `${count} of ${data.items.length} answered`;
}

/** What was answered as CSV, a row a reading, for `digitocr apply`. */
function asCsv() {
  const kept = answers();
  const who = document.getElementById("who").value.trim();
  const rows = data.items.filter((item) => item.id in kept).map((item) => ({ ...item, ...kept[item.id], who }));
  const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;
  return [COLUMNS, ...rows.map((row) => COLUMNS.map((name) => row[name]))]
    .map((cells) => cells.map(quoted).join(",") + "\r\n")
    .join("");
}

function save() {
  const url = URL.createObjectURL(new Blob([asCsv()], { type: "text/csv" }));
  el("a", { href: url, download: "answers.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

document.getElementById("save").addEventListener("click", save);
document.getElementById("who").value = localStorage.getItem("who") ?? "";
document.getElementById("who").addEventListener("change", (event) => localStorage.setItem("who", event.target.value));
draw(Object.keys(answers()).length);
await showFields(document.getElementById("view"), source, {
  title: "Fields",
  empty: "All is answered. Save the answers, and send the file back.",
}).catch((error) => problem(error.message));
