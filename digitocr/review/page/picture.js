// A field's picture with its digits, and the sheet around it.

import { el } from "./dom.js";

const PLACE_ZOOM = 2.4; // the sheet beside the field, that many times as large as fits

/** A digit's place in the picture; a doubtful one has a frame and a question mark. */
export function mark(digit, [width, height]) {
  const [left, top, right, bottom] = digit.box;
  return el("span", {
    class: digit.doubtful ? "digit doubtful" : "digit",
    style: {
      left: `${(100 * left) / width}%`,
      top: `${(100 * top) / height}%`,
      width: `${(100 * (right - left)) / width}%`,
      height: `${(100 * (bottom - top)) / height}%`,
    },
  });
}

/** A picture as large as there is room, its proportions kept. */
export function fit(crop, [width, height]) {
  crop.style.aspectRatio = `${width} / ${height}`;
  crop.style.width = `min(100%, calc(var(--crop-height) * ${width / height}))`;
}

/** The sheet around an item, as it is read, with a frame around the number. */
export function showPlace(place, url, item) {
  const [pageWidth, pageHeight] = item.pageSize;
  const [left, top, right, bottom] = item.box;
  const small = pageHeight < 2.5 * (bottom - top);
  place.hidden = small || !url || place.dataset.missing === url;
  if (place.hidden) return;
  const quarter = (((Math.round(-(item.rotation ?? 0) / 90) + item.turned) % 4) + 4) % 4;
  let image = place.querySelector("image");
  if (!image) {
    image = el("image");
    image.addEventListener("error", () => {
      place.dataset.missing = image.getAttribute("href"); // its file is gone or another than was read
      place.hidden = true;
    });
    const frame = el("rect", { class: "frame" });
    place.replaceChildren(el("svg", { preserveAspectRatio: "xMidYMid meet" }, el("g", {}, image, frame)));
  }
  if (image.getAttribute("href") !== url) image.setAttribute("href", url);
  image.setAttribute("width", pageWidth);
  image.setAttribute("height", pageHeight);
  const air = 0.25 * Math.min(right - left, bottom - top);
  const frame = place.querySelector(".frame");
  frame.setAttribute("x", left - air);
  frame.setAttribute("y", top - air);
  frame.setAttribute("width", right - left + 2 * air);
  frame.setAttribute("height", bottom - top + 2 * air);
  const centre = [(left + right) / 2, (top + bottom) / 2];
  place.querySelector("g").setAttribute("transform", `rotate(${90 * quarter} ${centre[0]} ${centre[1]})`);
  const side = Math.max(Math.max(pageWidth, pageHeight) / PLACE_ZOOM, 1.3 * Math.max(right - left, bottom - top));
  place
    .querySelector("svg")
    .setAttribute("viewBox", `${centre[0] - side / 2} ${centre[1] - (0.62 * side) / 1} ${side} ${1.24 * side}`);
}
