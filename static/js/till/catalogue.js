// @ts-check
// The goods as the page knows them: found by code at once, by words in either script, without the network.

import { ask, askJson } from "./api.js";
import { spelling } from "./codes.js";

/** @typedef {import("./shapes.js").Item} Item */
/** @typedef {import("./database.js").Chunk} Chunk */

const MOST_FOUND = 8;

export class Catalogue {
  /** @param {import("./database.js").Shelf} shelf */
  constructor(shelf) {
    this.shelf = shelf;
    /** @type {Map<string, Item>} */
    this.items = new Map();
    /** @type {Map<string, Item>} */
    this.codes = new Map();
    /** @type {{item: Item, text: string, sku: string}[]} */
    this.texts = [];
  }

  /** Lay out what the device kept, so that selling begins before the network answers. */
  async recall() {
    this.lay(await this.shelf.chunks());
  }

  /** Ask for every chunk; one that did not change costs no transfer. */
  async refresh() {
    const kept = new Map((await this.shelf.chunks()).map((chunk) => [chunk.after, chunk]));
    /** @type {Chunk[]} */
    const fresh = [];
    /** @type {string | null} */
    let after = "";
    while (after !== null) {
      const chunk = await this.chunk(after, kept.get(after));
      fresh.push(chunk);
      kept.delete(after);
      after = chunk.next;
    }
    for (const stale of kept.keys()) await this.shelf.dropChunk(stale);
    this.lay(fresh);
  }

  /**
   * @param {string} after
   * @param {Chunk | undefined} known
   * @returns {Promise<Chunk>}
   */
  async chunk(after, known) {
    const headers = known ? { "If-None-Match": known.etag } : undefined;
    const response = await ask(`catalogue${after ? `?after=${after}` : ""}`, headers ? { headers } : {});
    if (response.status === 304 && known) return known;
    const told = await response.json();
    const chunk = { after, etag: response.headers.get("ETag") ?? "", next: told.next, items: told.items };
    await this.shelf.keepChunk(chunk);
    return chunk;
  }

  /** @param {Chunk[]} chunks */
  lay(chunks) {
    this.items.clear();
    this.codes.clear();
    this.texts = [];
    for (const item of chunks.flatMap((chunk) => chunk.items)) this.add(item);
  }

  /** @param {Item} item */
  add(item) {
    if (this.items.has(item.id)) return;
    this.items.set(item.id, item);
    if (item.gtin) this.codes.set(spelling(item.gtin), item);
    this.codes.set(spelling(item.sku), item); // written last: a SKU wins over a barcode
    const text = fold([item.name.en, item.name.zh, item.title.en, item.title.zh, item.sku, item.gtin].join(" "));
    this.texts.push({ item, text, sku: fold(item.sku) });
  }

  /**
   * @param {string} code
   * @returns {Promise<Item | null>} from the page, else from the server, which may know newer goods
   */
  async byCode(code) {
    const known = this.codes.get(spelling(code));
    if (known) return known;
    const [found] = await this.askServer(code);
    return found && [spelling(found.sku), spelling(found.gtin)].includes(spelling(code)) ? found : null;
  }

  /**
   * @param {string} query
   * @returns {Item[]} best first
   */
  search(query) {
    const terms = fold(query).split(/\s+/).filter(Boolean);
    if (!terms.length) return [];
    const hits = this.texts.filter(({ text }) => terms.every((term) => text.includes(term)));
    const [first = ""] = terms;
    /** @param {{text: string, sku: string}} hit */
    const rank = ({ text, sku }) => (sku.startsWith(first) ? 0 : text.startsWith(first) ? 1 : text.includes(` ${first}`) ? 2 : 3);
    return hits.sort((a, b) => rank(a) - rank(b)).slice(0, MOST_FOUND).map(({ item }) => item);
  }

  /**
   * @param {string} query
   * @returns {Promise<Item[]>}
   */
  async askServer(query) {
    try {
      const told = await askJson(`search?q=${encodeURIComponent(query)}`);
      for (const item of told.items) this.add(item);
      return told.items;
    } catch {
      return []; // without the network the page knows what it knows
    }
  }
}

/** @param {string} text */
export function fold(text) {
  return text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f'’]/g, "").normalize("NFC");
}
