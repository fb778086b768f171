// The dashboard: done, left, pace, where the machine is weak, what failed.

import { counted, el } from "./dom.js";
import { ask } from "./server.js";

const AGAIN_MS = 5000;

/** The view; resolves to a function that takes it off the page. */
export async function showOverview(root) {
  const draw = async () => root.replaceChildren(...content(await ask("overview")));
  await draw();
  const timer = setInterval(draw, AGAIN_MS);
  return () => clearInterval(timer);
}

function content(now) {
  const states = now.states;
  const machine = (states.accept ?? 0) + (states.blank ?? 0) + (states.error ?? 0);
  const all = machine + now.settled + now.waiting;
  return [
    el("div", { class: "bar" }, el("h1", {}, "Overview")),
    el(
      "section",
      { class: "numbers" },
      figure(now.waiting, "waiting for a person", "waiting"),
      figure(now.settled, "settled by people", "settled"),
      figure(machine, "read by the machine alone", "machine"),
      figure(`${now.read} / ${now.sources}`, `inputs read, ${now.failed} failed`, ""),
    ),
    bar(now.settled, machine, now.waiting, all),
    el("p", { class: "pace" }, pace(now)),
    el(
      "p",
      { class: "next" },
      link("#/groups", "Verify groups", machine),
      link("#/fields", counted(states.review ?? 0, "field") + " to review", states.review),
      link("#/second", counted(now.second, "field") + " for a second entry", now.second),
      link("#/third", counted(now.third, "field") + " to decide", now.third),
    ),
    el(
      "div",
      { class: "columns" },
      corrections("Corrections by field", now.corrections.field, "no field"),
      corrections("Corrections by reason", now.corrections.reason, "accepted"),
    ),
    failures(now.failures),
  ];
}

function figure(value, label, kind) {
  const text = typeof value === "number" ? value.toLocaleString("en") : value;
  return el("div", { class: `figure ${kind}` }, el("strong", {}, text), el("span", {}, label));
}

function bar(settled, machine, waiting, all) {
  const part = (count, kind) => el("span", { class: kind, style: { width: `${(100 * count) / Math.max(all, 1)}%` } });
  const label = `${settled} settled, ${machine} by the machine alone, ${waiting} waiting`;
  return el(
    "div",
    { class: "progress", role: "img", "aria-label": label },
    part(settled, "settled"),
    part(machine, "machine"),
    part(waiting, "waiting"),
  );
}

function pace(now) {
  if (!now.pace) return now.waiting ? "Nobody is at work." : "Nothing waits.";
  const each = `${now.pace.toFixed(1)} answers a minute`;
  const minutes = Math.ceil(now.minutesLeft);
  return now.waiting ? `${each}; about ${counted(minutes, "minute")} to the end.` : `${each}. Nothing waits.`;
}

function link(where, text, count) {
  return count ? el("a", { href: where, class: "button" }, text) : null;
}

function corrections(title, rows, unnamed) {
  if (!rows.length) return null;
  const lines = rows.map(({ name, looked_at: seen, changed }) =>
    el("tr", {}, el("td", {}, name || unnamed), el("td", {}, String(changed)), el("td", {}, String(seen))),
  );
  const head = ["", "changed", "looked at"].map((text) => el("th", { scope: "col" }, text));
  return el(
    "table",
    {},
    el("caption", {}, title),
    el("thead", {}, el("tr", {}, ...head)),
    el("tbody", {}, ...lines),
  );
}

function failures(rows) {
  if (!rows.length) return el("div");
  return el(
    "section",
    { class: "failures" },
    el("h2", {}, "Failed"),
    el("ul", {}, ...rows.map((error) => el("li", {}, error))),
  );
}
