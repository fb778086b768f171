// Requests to the server. A window is known by `holder`, its person by `who`.

import { problem } from "./dom.js";

const RETRY_MS = 1000;

const holder = sessionStorage.getItem("holder") ?? crypto.randomUUID();
sessionStorage.setItem("holder", holder);

export function who() {
  return localStorage.getItem("who") ?? "";
}

/** The server's answer. A server that is gone is asked again until it is back; refusals are errors. */
export async function ask(name, body = {}) {
  for (;;) {
    let response;
    try {
      response = await fetch(`/api/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...body, who: who(), holder }),
      });
    } catch {
      problem("The server does not answer. Start digitocr review again; what you answered is kept.");
      await new Promise((done) => setTimeout(done, RETRY_MS));
      continue;
    }
    if (response.ok) {
      problem();
      return response.json();
    }
    const type = response.headers.get("Content-Type") ?? "";
    throw new Error(type.includes("json") ? (await response.json()).error : await response.text());
  }
}

/** Let others have what this window holds; works while the page closes. */
export function leave() {
  const body = new Blob([JSON.stringify({ holder })], { type: "application/json" });
  navigator.sendBeacon("/api/release", body);
}

/** What the field view asks, for one queue of the server; of what waits with one `reason`, where it has a code. */
export function serverSource(queue) {
  const source = {
    reason: "",
    reasons: queue === "review" ? () => ask("reasons") : undefined,
    take: (count, after, besides) => ask("take", { queue, count, after, besides, reason: source.reason }),
    enter: (id, settled, value) => ask("enter", { queue, id, settled, value, reason: source.reason }),
    undo: (id) => ask("undo", { queue, id, reason: source.reason }),
    check: (id, value) => ask("check", { id, value }),
    crop: (item) => `/picture/crop/${item.id}.jpg`,
    page: (item) => `/picture/page/${item.pageId}.jpg`,
  };
  return source;
}
