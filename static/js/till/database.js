// @ts-check
// What the page keeps on the device: unsent commands, the basket, the catalogue. Whatever money depends on
// is written strictly: it is on the disk before anybody is told that it happened.

import { openDB } from "../../vendor/js/idb.js";

/** @typedef {import("./shapes.js").Command} Command */
/** @typedef {{after: string, etag: string, next: string | null, items: import("./shapes.js").Item[]}} Chunk */

const STRICT = /** @type {const} */ ({ durability: "strict" });

export class Shelf {
  /** @param {import("../../vendor/js/idb.js").IDBPDatabase} database */
  constructor(database) {
    this.database = database;
  }

  /**
   * @param {string} register every register has a shelf of its own
   * @returns {Promise<Shelf>}
   */
  static async open(register) {
    const database = await openDB(`quayside-till-${register}`, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
        fresh.createObjectStore("page");
        fresh.createObjectStore("chunks", { keyPath: "after" });
      },
    });
    return new Shelf(database);
  }

  /**
   * Add a command, and in the same transaction what the page looks like afterwards.
   * @param {Command} command
   * @param {Record<string, unknown>} page
   * @returns {Promise<number>} its place in the queue
   */
  async add(command, page) {
    const transaction = this.database.transaction(["outbox", "page"], "readwrite", STRICT);
    const seq = transaction.objectStore("outbox").add(command);
    for (const [name, value] of Object.entries(page)) void transaction.objectStore("page").put(value, name);
    await transaction.done;
    return Number(await seq);
  }

  /** @param {Command} command */
  async change(command) {
    const transaction = this.database.transaction("outbox", "readwrite", STRICT);
    void transaction.store.put(command);
    await transaction.done;
  }

  /** @param {number} seq */
  async drop(seq) {
    const transaction = this.database.transaction("outbox", "readwrite", STRICT);
    void transaction.store.delete(seq);
    await transaction.done;
  }

  /** @returns {Promise<Command[]>} oldest first */
  commands() {
    return this.database.getAll("outbox");
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  async keep(name, value) {
    await this.database.put("page", value, name);
  }

  /** @param {string} name */
  kept(name) {
    return this.database.get("page", name);
  }

  /** @returns {Promise<Chunk[]>} */
  chunks() {
    return this.database.getAll("chunks");
  }

  /** @param {Chunk} chunk */
  async keepChunk(chunk) {
    await this.database.put("chunks", chunk);
  }

  /** @param {string} after */
  async dropChunk(after) {
    await this.database.delete("chunks", after);
  }
}
