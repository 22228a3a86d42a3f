// @ts-check
// Baskets set aside at this store: what the server has told, and what is still on its way to it.

import { askJson } from "./api.js";
import { now, set } from "./store.js";

/** @typedef {import("./shapes.js").Parked} Parked */
/** @typedef {import("./shapes.js").Command} Command */

/**
 * @param {import("./shapes.js").State} state
 * @returns {Parked[]} oldest first; one that was parked a moment ago is there, one being taken up is not
 */
export function parkedHere({ parked, waiting }) {
  const taken = new Set(waiting.filter((each) => each.kind === "resume").map((each) => each.body["basket"]));
  const coming = waiting.filter((each) => each.kind === "park").map(basketOf);
  const known = new Map([...parked, ...coming].map((each) => [each.id, each]));
  return [...known.values()].filter((each) => !taken.has(each.id));
}

/**
 * Keep the list when the server has done a command of ours.
 * @param {Command} command
 */
export function noteParking(command) {
  const { parked } = now();
  if (command.kind === "park") set({ parked: [...parked, basketOf(command)] });
  if (command.kind === "resume") set({ parked: parked.filter((each) => each.id !== command.body["basket"]) });
}

/**
 * Ask for the baskets when the server knows others than the page.
 * @param {string[]} ids
 */
export async function recallParked(ids) {
  const known = new Set(now().parked.map((each) => each.id));
  if (ids.length === known.size && ids.every((id) => known.has(id))) return;
  const told = await askJson("parked");
  set({ parked: told.baskets });
}

/**
 * @param {Command} command
 * @returns {Parked}
 */
function basketOf({ id, at, body, basket }) {
  return { id, at, label: body["label"], lines: body["lines"], customer: basket?.customer ?? null, discount: body["discount"] ?? null };
}
