// @ts-check
// What stands behind the page: the shelf on the device, the outbox, the catalogue, and what stands on top of its paper. Made once by main.js.

import { newId } from "./ids.js";
import { now } from "./store.js";

/** @typedef {import("./shapes.js").Command} Command */

/** @type {{shelf: import("./database.js").Shelf, outbox: import("./outbox.js").Outbox, catalogue: import("./catalogue.js").Catalogue, heading: string[], release: string}} */
export const till = /** @type {any} */ ({});

/**
 * Make a command of what the clerk did; it carries the clerk's badge.
 * @param {string} kind
 * @param {Record<string, any>} body
 * @param {{approval?: string, basket?: import("./shapes.js").Basket | null}} [more]
 * @returns {Command}
 */
export function command(kind, body, { approval = "", basket = null } = {}) {
  const { badge = "", name: clerk = "" } = now().clerk ?? {};
  return { id: newId(), kind, badge, clerk, approval, body, basket, state: "waiting", problem: null, at: new Date().toISOString() };
}

/**
 * Write a command down and wait for its answer.
 * @param {Command} made
 * @param {Record<string, unknown>} [page]
 * @returns {Promise<import("./shapes.js").Outcome>}
 */
export async function sent(made, page) {
  const outcome = till.outbox.outcome(made.id);
  await till.outbox.put(made, page);
  return outcome;
}
