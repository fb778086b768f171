// The items that come next, with their pictures decoded before they are asked for.

const AHEAD = 6;

/** A line of items from a `source`; see server.js. */
export class Buffer {
  #source;
  #items = [];
  #after = 0;
  #filling = null;
  left = 0;

  constructor(source) {
    this.#source = source;
  }

  /** The next item with its picture, null where there is none. */
  async next() {
    if (!this.#items.length) await this.#fill();
    const item = this.#items.shift() ?? null;
    if (item) {
      this.#after = Math.max(this.#after, item.id);
      void this.#fill(item);
    }
    return item;
  }

  /** Put items before all others. */
  putBack(...items) {
    this.#items.unshift(...items.map((item) => withPicture(this.#source, item)));
  }

  #fill(shown = null) {
    this.#filling ??= this.#more(shown).finally(() => (this.#filling = null));
    return this.#filling;
  }

  async #more(shown) {
    if (this.#items.length > AHEAD / 2) return;
    const besides = [...this.#items, ...(shown ? [shown] : [])].map((item) => item.id);
    const after = Math.max(this.#after, 0, ...besides);
    const { items, left } = await this.#source.take(AHEAD, after, besides);
    this.left = left;
    const known = new Set(this.#items.map((item) => item.id));
    this.#items.push(...items.filter((item) => !known.has(item.id)).map((item) => withPicture(this.#source, item)));
  }
}

function withPicture(source, item) {
  if (item.picture) return item;
  const picture = new Image();
  picture.alt = "";
  picture.src = source.crop(item);
  picture.decode().catch(() => {}); // a picture that cannot be shown is seen to be missing
  return { ...item, picture };
}
