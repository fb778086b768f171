// Which view is shown, and to whom.

import { el, problem } from "./dom.js";
import { showFields } from "./fields.js";
import { showGroups } from "./groups.js";
import { showOverview } from "./overview.js";
import { leave, serverSource } from "./server.js";
import { showSheets } from "./sheets.js";

const VIEWS = {
  overview: (root) => showOverview(root),
  fields: (root) => showFields(root, serverSource("review"), { title: "Fields", empty: "Nothing waits for review." }),
  groups: (root) => showGroups(root),
  second: (root) =>
    showFields(root, serverSource("second"), {
      title: "Second entry",
      empty: "Nothing waits for a second entry by you: what you settled yourself, another person enters again.",
    }),
  third: (root) =>
    showFields(root, serverSource("third"), {
      title: "Decide",
      empty: "Nothing waits for you to decide: where two people differ, a third one does.",
    }),
  sheets: (root, id) => showSheets(root, id),
};

let close = () => {};
let shown = 0;

async function show() {
  const [, asked, id] = location.hash.split("/");
  const name = Object.hasOwn(VIEWS, asked ?? "") ? asked : "overview";
  const number = ++shown;
  const root = el("div"); // of its own: a view that comes late draws where nobody looks
  document.getElementById("view").replaceChildren(root);
  for (const link of document.querySelectorAll("nav a"))
    if (link.hash === `#/${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  close();
  close = () => {};
  problem();
  try {
    const closeThis = await VIEWS[name](root, id);
    if (number === shown) close = closeThis;
    else closeThis();
  } catch (error) {
    problem(error.message);
  }
}

function askName() {
  const name = document.getElementById("who");
  name.value = localStorage.getItem("who") ?? "";
  name.addEventListener("change", () => {
    localStorage.setItem("who", name.value.trim());
    show();
  });
}

askName();
window.addEventListener("hashchange", show);
window.addEventListener("pagehide", leave);
await show();
