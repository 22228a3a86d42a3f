// @ts-check
// What the store has to do for orders, as the server last told it: kept on the device, so that pickups are known
// without the network.

import { askJson } from "./api.js";
import { now, set } from "./store.js";
import { till } from "./till.js";

/** @typedef {import("./shapes.js").Work} Work */
/** @typedef {import("./shapes.js").Pickup} Pickup */
/** @typedef {import("./shapes.js").Command} Command */

/** Lay out what the device kept. */
export async function recallWork() {
  set({ work: (await till.shelf.kept("work")) ?? null });
}

/**
 * Ask for the lists when the server knows others than the page.
 * @param {import("./shapes.js").WorkCount | undefined} count
 */
export async function followWork(count) {
  if (count && count.mark !== now().work?.mark) await reloadWork();
}

/** Ask for the lists. */
export async function reloadWork() {
  keepWork(await askJson("work"));
}

/** @param {Work} work */
function keepWork(work) {
  set({ work });
  void till.shelf.keep("work", work);
}

/**
 * What lies ready here, without what went over a counter and waits to be told to the server.
 * @param {import("./shapes.js").State} state
 * @returns {Pickup[]}
 */
export function readyHere({ work, waiting }) {
  const gone = new Set(waiting.filter((each) => each.kind === "hand-over").map((each) => each.body["fulfilment"]));
  return (work?.ready ?? []).filter((each) => !gone.has(each.id));
}

/**
 * Take off the list what the server has booked as handed over.
 * @param {Command} command
 */
export function noteHandOver(command) {
  const { work } = now();
  if (command.kind !== "hand-over" || !work) return;
  keepWork({ ...work, ready: work.ready.filter((each) => each.id !== command.body["fulfilment"]) });
}

/**
 * Count what was picked before the server tells it anew.
 * @param {string} part
 * @param {string} variant
 * @param {number} picked
 */
export function notePicked(part, variant, picked) {
  const { work } = now();
  if (!work) return;
  const counted = (/** @type {import("./shapes.js").PartLine} */ line) => (line.variant === variant ? { ...line, picked } : line);
  const tasks = work.tasks.map((each) => (each.id === part ? { ...each, lines: each.lines.map(counted) } : each));
  keepWork({ ...work, tasks });
}

/**
 * The line of a part that a scanned code means, if any.
 * @template {{sku: string, gtin: string}} Line
 * @param {Line[]} lines
 * @param {string} code in the one spelling of codes
 * @param {(code: string) => string} spelling
 * @returns {Line | undefined}
 */
export function lineOf(lines, code, spelling) {
  return lines.find((line) => spelling(line.sku) === code || (line.gtin !== "" && spelling(line.gtin) === code));
}
